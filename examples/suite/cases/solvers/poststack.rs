//! Post-stack modelling G on 256³ and its inversion, ε = 100, from a smooth background.

use super::{Method, measure};
use crate::{Suite, cases::derivatives::both};
use lops::{
    Comm, DistArray, Layout, Operator, Result,
    array::uniform,
    operators::{Laplacian, PoststackModelling, StackedVStack},
    signal::ricker,
};
use std::f64::consts::PI;

pub(crate) const NAMES: &[&str] =
    &["poststack.fwd", "poststack.adj", "cgls.poststack", "cg.poststack_normal", "cgls.poststack_reg"];

const EPS: f64 = 1e2;

pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    let n = suite.arguments.n.unwrap_or(256);
    let iterations = suite.iterations(10);
    let [model, background] = models(suite.comm, n)?;
    let grid = model.layout()?.clone();
    let g = modelling(&grid)?;
    both(suite, "poststack", [2, 84], &g, &model)?;
    let data = g.apply_to(&model)?;
    measure(suite, NAMES[2], Method::Cgls, [iterations, 19], &g, &data, &background)?;
    if suite.wants(NAMES[3]) {
        let normal = normal(&g, &grid)?;
        measure(suite, NAMES[3], Method::Cg, [iterations, 24], &normal, &g.apply_adjoint_to(&data)?, &background)?;
    }
    if suite.wants(NAMES[4]) {
        let (stack, data) = stacked(&g, &grid, &data)?;
        measure(suite, NAMES[4], Method::Cgls, [iterations, 31], &stack, &data, &background)?;
    }
    Ok(())
}

/// G along the last axis: a Ricker wavelet of 15 Hz and 41 samples of 4 ms.
pub(crate) fn modelling(grid: &Layout) -> Result<Operator<f64>> {
    let times: Vec<_> = (0..21).map(|i| f64::from(i) * 0.004).collect();
    let wavelet = ricker(&times, 15.0)?;
    PoststackModelling::new(&wavelet.samples).along(grid.ndim() - 1).on(grid)
}

/// `GᴴG + ε LᴴL`
pub(crate) fn normal(g: &Operator<f64>, grid: &Layout) -> Result<Operator<f64>> {
    let l = Laplacian::over(&[0, 1, 2]).on::<f64>(grid)?;
    Ok(g.adjoint() * g + EPS * (l.adjoint() * &l))
}

/// `[G; √ε L]` and `[d; 0]`
pub(crate) fn stacked(
    g: &Operator<f64>,
    grid: &Layout,
    data: &DistArray<f64>,
) -> Result<(Operator<f64>, DistArray<f64>)> {
    let l = Laplacian::over(&[0, 1, 2]).on::<f64>(grid)?;
    let stack = StackedVStack::of(vec![g.clone(), EPS.sqrt() * &l])?;
    Ok((stack, DistArray::stack(&[data, &data.zeros_like()])?))
}

/// Log impedance in layers that dip gently, with a little noise; and without layers.
fn models(comm: &Comm, n: usize) -> Result<[DistArray<f64>; 2]> {
    let grid = Layout::scatter(comm, &[n, n, n], 0)?;
    let trend = |z: usize| (2000.0 + 4.0 * z as f64).ln();
    let model = DistArray::from_fn(&grid, |index| {
        let [y, x, z] = [index[0], index[1], index[2]];
        let phase = z as f64 + 0.05 * x as f64 + 0.03 * y as f64;
        let layers = |length: f64| sign((2.0 * PI * phase / length).sin());
        let noise = 0.01 * uniform(4, ((y * n + x) * n + z) as u64);
        trend(z) + 0.08 * layers(37.0) + 0.05 * layers(91.0) + noise
    });
    Ok([model, DistArray::from_fn(&grid, |index| trend(index[2]))])
}

/// −1, 0 or 1.
fn sign(x: f64) -> f64 {
    f64::from(i8::from(x > 0.0) - i8::from(x < 0.0))
}
