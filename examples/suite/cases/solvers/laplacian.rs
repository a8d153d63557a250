//! A smoothing problem on 256³: only stencils and vectors. L is the Laplacian, ε = 0.1.

use super::{Method, measure};
use crate::{Suite, inputs::scattered};
use lops::prelude::*;

/// `(LᴴL + ε I) x = b` by CG, with two reductions an iteration and with one; `min ‖[I; √ε L] x − [b; 0]‖` by CGLS, LSQR and LSMR.
pub(crate) const NAMES: &[&str] =
    &["cg.lap_damped", "cgls.stack_lap", "predict_cg.lap_damped", "lsqr.stack_lap", "lsmr.stack_lap"];

const EPS: f64 = 0.1;

pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    let n = suite.arguments.n.unwrap_or(256);
    let iterations = suite.iterations(30);
    let b = scattered(suite.comm, 1, &[n, n, n])?;
    let grid = b.layout()?.clone();
    let l = Laplacian::over(&[0, 1, 2]).on::<f64>(&grid)?;
    let zero = b.zeros_like();
    let normal = l.adjoint() * &l + EPS * Identity.on::<f64>(&grid);
    measure(suite, NAMES[0], Method::Cg, [iterations, 20], &normal, &b, &zero)?;
    measure(suite, NAMES[2], Method::PredictCg, [iterations, 22], &normal, &b, &zero)?;
    if [1, 3, 4].iter().any(|&k| suite.wants(NAMES[k])) {
        let stack = StackedVStack::of(vec![Identity.on(&grid), EPS.sqrt() * &l])?;
        let data = DistArray::stack(&[&b, &zero])?;
        measure(suite, NAMES[1], Method::Cgls, [iterations, 31], &stack, &data, &zero)?;
        measure(suite, NAMES[3], Method::Lsqr, [iterations, 32], &stack, &data, &zero)?;
        measure(suite, NAMES[4], Method::Lsmr, [iterations, 35], &stack, &data, &zero)?;
    }
    Ok(())
}
