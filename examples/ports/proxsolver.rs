//! `plot_proxsolver.py`: a sparse model by proximal gradients, and a blocky one by ADMM.

use crate::{PARTS, page::Page};
use lops::prelude::*;
use lops::proximal::{AdmmL2, L1, LeastSquares, ProximalGradient};
use lops::solvers::Tolerance;

/// min ½ ‖A x − b‖² + 0.1 ‖x‖₁.
fn sparse(page: &mut Page<'_>) -> Result<()> {
    // Data of a model that all ranks have, by rows of a random matrix, four for each part.
    let n = 16;
    let alone = page.comm.alone();
    let (rows, own) = (Layout::scatter(&alone, &[n / PARTS, n], 0)?, Layout::scatter(&alone, &[n], 0)?);
    let a = VStack::over(page.comm, PARTS, |part| {
        DistMatrixMult::new(&Random::seed(part as u64).normal(&rows, 0.0, 1.0)?).on(&own)
    })?;
    let truth = DistArray::from_fn(a.domain().layout()?, |i| match i[0] {
        4 => 1.0_f64,
        8 => -0.5,
        _ => 0.0,
    });
    let b = &a * &truth;

    // 400 steps.
    let (f, g) = (LeastSquares::new(1.0).of(&a, &b)?, L1::new(0.1).on(a.domain())?);
    let mut x = truth.zeros_like();
    let _ = ProximalGradient::new(&f, &g, &mut x)?.step(1e-2)?.solve(&Options::exactly(400))?;
    page.show("sparse model", &x);
    page.tell("its objective", f.value(&x)? + g.value(&x)?);
    page.ensure(f.value(&x)? + g.value(&x)? < g.value(&truth)?, "as good as the truth")
}

/// From data that are the model, with few steps between its values.
fn blocky(page: &mut Page<'_>, name: &str, a: &Operator<f64>, truth: &DistArray<f64>) -> Result<()> {
    let gradient = Gradient::new().stencil(Stencil::Forward).on::<f64>(truth.layout()?)?;
    let g = L1::new(2.0).on(gradient.range())?;
    let (b, mut x) = (a * truth, truth.zeros_like());
    let method = AdmmL2::new(a, &b, &g, &gradient, &mut x)?.step(0.99 / 8.0)?.inner(5, Tolerance::None)?;
    let _ = method.solve(&Options::exactly(5))?;
    page.show(name, &x);
    page.ensure((&x - truth).norm() < 0.6 * truth.norm(), "near the truth")
}

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    sparse(page)?;

    // A block of 2, and data that are the model, once for each part; model and data whole on all ranks.
    let (ny, nx) = (10 * PARTS, 40);
    let (rows, columns) = (ny / 2 - 5..ny / 2 + 5, nx / 2 - 5..nx / 2 + 5);
    let block = |i: &[usize]| if rows.contains(&i[0]) && columns.contains(&i[1]) { 2.0 } else { 0.0 };
    let everywhere = DistArray::from_fn(&Layout::replicated(page.comm, &[ny, nx])?, block);
    let one = Identity.on(everywhere.space());
    let a = StackedVStack::of(vec![one; PARTS])?;
    blocky(page, "blocky model, on every rank", &a, &everywhere)?;

    // The same once, both cut.
    let cut = DistArray::from_fn(&Layout::scatter(page.comm, &[ny, nx], 0)?, block);
    let a = Diagonal::of(&cut.full_like(1.0))?;
    blocky(page, "blocky model, cut", &a, &cut)
}
