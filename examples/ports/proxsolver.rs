//! `plot_proxsolver.py`: a sparse model by proximal gradients, and a blocky one by ADMM.

use crate::{PARTS, page::Page};
use lops::prelude::*;
use lops::proximal::{L1, LeastSquares, ProximalOperator};

/// min f(x) + g(x): x ← prox_τg(x − τ ∇f(x)).
fn sparse(page: &mut Page<'_>) -> Result<()> {
    // Data of a model that all ranks have, by rows of a random matrix, four for each part.
    let n = 16;
    let alone = page.comm.alone();
    let (rows, own) = (Layout::scatter(&alone, &[n / PARTS, n], 0)?, Layout::scatter(&alone, &[n], 0)?);
    let a = VStack::over(page.comm, PARTS, |part| {
        DistMatrixMult::new(&Random::seed(part as u64).normal(&rows, 0.0, 1.0)?).on(&own)
    })?;
    let truth = DistArray::from_fn(a.domain().layout()?, |i| match i[0] {
        4 => 1.0,
        8 => -0.5,
        _ => 0.0,
    });
    let b = &a * &truth;

    // 400 steps.
    let (f, g) = (LeastSquares::new(1.0).of(&a, &b)?, L1::new(0.1).on(a.domain())?);
    let (tau, mut x) = (1e-2, truth.zeros_like());
    for _ in 0..400 {
        x.axpy(-tau, &f.gradient(&x)?)?;
        x = g.prox(&x, tau)?;
    }
    page.show("sparse model", &x);
    page.tell("its objective", f.value(&x)? + g.value(&x)?);
    page.ensure(f.value(&x)? + g.value(&x)? < g.value(&truth)?, "as good as the truth")
}

/// A step, and so many iterations of ADMM and of CGLS in each.
pub(crate) struct Admm {
    pub(crate) tau: f64,
    pub(crate) iterations: usize,
    pub(crate) inner: usize,
}

/// min ½ ‖A x − b‖² + g(D x) by z = D x, in steps x, z, u, from this x.
pub(crate) fn admm_l2(
    a: &Operator<f64>,
    b: &DistArray<f64>,
    d: &Operator<f64>,
    g: &ProximalOperator<f64>,
    mut x: DistArray<f64>,
    &Admm { tau, iterations, inner }: &Admm,
) -> Result<DistArray<f64>> {
    let system = StackedVStack::of(vec![a.clone(), tau.sqrt().recip() * d])?;
    let mut z = d * &x;
    let mut u = z.zeros_like();
    for _ in 0..iterations {
        let data = DistArray::stack(&[b, &((&z - &u) / tau.sqrt())])?;
        let _ = cgls(&system, &data, &mut x, &Options::exactly(inner))?;
        u += d * &x;
        z = g.prox(&u, tau)?;
        u -= &z;
    }
    Ok(x)
}

/// From data that are the model, with few steps between its values.
fn blocky(page: &mut Page<'_>, name: &str, a: &Operator<f64>, truth: &DistArray<f64>) -> Result<()> {
    let gradient = Gradient::new().stencil(Stencil::Forward).on::<f64>(truth.layout()?)?;
    let g = L1::new(2.0).on(gradient.range())?;
    let steps = Admm { tau: 0.99 / 8.0, iterations: 5, inner: 5 };
    let x = admm_l2(a, &(a * truth), &gradient, &g, truth.zeros_like(), &steps)?;
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
