//! Total variation of a volume of 256³, by PrimalDual: min ½ ‖x − b‖² + σ Σ ‖∇x‖.
//!
//! Words: x̄ and b read; y, which is three of the volume's size, x and the next x̄ read and written.

use super::measure_by;
use crate::{Suite, inputs::scattered};
use lops::prelude::*;
use lops::proximal::{L1, L2, L21, PrimalDual};

pub(crate) const NAMES: &[&str] = &["tv.anisotropic", "tv.isotropic"];

const WORDS: usize = 12;
const SIGMA: f64 = 0.1;

pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    let n = suite.arguments.n.unwrap_or(256);
    let b = scattered(suite.comm, 1, &[n, n, n])?;
    let a = Gradient::new().stencil(Stencil::Forward).on::<f64>(b.layout()?)?;
    let f = L2::new(1.0).to(&b)?;
    let step = 1.0 / 12.0_f64.sqrt(); // ‖∇‖² is less than 12
    for (name, g) in NAMES.iter().zip([L1::new(SIGMA).on(a.range())?, L21::new(SIGMA).on(a.range())?]) {
        let numbers = [suite.iterations(10), WORDS];
        measure_by(suite, name, numbers, &b, |x, iterations, callback| {
            let method = PrimalDual::new(&f, &g, &a, x)?.steps(step, step)?;
            method.start(&Options::exactly(iterations))?.callback(callback).solve()
        })?;
    }
    Ok(())
}
