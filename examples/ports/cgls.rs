//! `plot_cgls.py`: a random matrix on the diagonal, once for each part, inverted by CGLS.

use crate::{PARTS, page::Page};
use lops::prelude::*;

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    // The same 20 × 15 random numbers for each part.
    let (n, m) = (20, 15);
    let alone = page.comm.alone();
    let matrix = Random::seed(42).normal(&Layout::scatter(&alone, &[n, m], 0)?, 0.0, 1.0)?;
    let own = Layout::scatter(&alone, &[m], 0)?;
    let a = BlockDiag::over(page.comm, PARTS, |_| DistMatrixMult::new(&matrix).on(&own))?;

    // Data of ones.
    let x = DistArray::full(a.domain(), 1.0);
    let y = &a * &x;

    // The model from the data.
    let mut found = x.zeros_like();
    let options = Options { iterations: 15, tolerance: Tolerance::AbsoluteSquared(1e-10), ..Options::default() };
    let report = cgls(&a, &y, &mut found, &options)?;
    page.show("CGLS solution", &found);
    page.tell("last cost", report.cost()[report.iterations]);
    page.say(format!("{} after {} iterations", report.reason, report.iterations));
    page.ensure(found.allclose(&x, 1e-6, 0.0)?, "the model is found")
}
