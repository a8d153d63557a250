//! Operators in windows.

use crate::models::{hyperbola, layers, model};
use crate::tour::{SHAPE, Tour};
use lops::ndarray::Array2;
use lops::prelude::*;
use lops::signal::axis;
use std::f64::consts::PI;

pub(crate) fn visit(tour: &mut Tour<'_>) -> Result<()> {
    let (comm, rows) = (tour.comm, tour.rows.clone());
    let (times, slownesses) = (axis(0.0, 1.0, SHAPE[0]), axis(-1.2, 0.1, 25));
    // A gather by lines in windows of traces: x are the slownesses of each.
    let gather = model(&rows, hyperbola);
    let in_windows = Windows::new([16], [8]).along([1]);
    let own = Layout::replicated(&comm.alone(), &[SHAPE[0], 25])?;
    let traces = axis(0.0, 1.0, 16);
    let local = Radon2D::linear(&times, [&traces], [&slownesses]).along([1], 0).on::<f64>(&own)?;
    let a = in_windows.on(&rows, |_| Ok(local.clone()))?;
    tour.show("Windows", &a, &(a.adjoint() * &gather))?;

    // Layers by the first two cosines along each side of a window.
    let layers = model(&rows, layers);
    let a = Sliding2D::new([16], [8]).on(&rows, smooth)?;
    tour.show("Sliding2D", &a, &(a.adjoint() * &layers))?;
    let a = Patch2D::new([16, 12], [8, 6]).on(&rows, smooth)?;
    tour.show("Patch2D", &a, &(a.adjoint() * &layers))?;
    let volume = Layout::scatter(comm, &[SHAPE[0], SHAPE[1], 1], 0)?;
    let layers = DistArray::from_fn(&volume, |i| crate::models::layers([i[0] as f64, i[1] as f64]));
    let a = Sliding3D::new([32, 16], [16, 8]).on(&volume, smooth)?;
    tour.show("Sliding3D", &a, &(a.adjoint() * &layers))?;
    let a = Patch3D::new([16, 12, 1], [8, 6, 0]).on(&volume, smooth)?;
    tour.show("Patch3D", &a, &(a.adjoint() * &layers))?;

    // Weights of windows of ones.
    let flat = Layout::scatter(comm, &[SHAPE[0] * SHAPE[1]], 0)?;
    let a = Sliding1D::new([96], [48]).on(&flat, |window| Ok(Identity.on::<f64>(window.layout())))?;
    tour.show("Sliding1D", &a, &DistArray::full(a.domain(), 1.0))
}

/// Four coefficients, of products of a constant or half a cosine along the first two axes of a window.
fn smooth<const D: usize>(window: &Window<D>) -> Result<Operator<f64>> {
    let shape = window.layout().shape();
    let wave = |k: usize, i: usize, n: usize| (PI * k as f64 * (i as f64 + 0.5) / n as f64).cos() / (n as f64).sqrt();
    let behind: usize = shape[1..].iter().product();
    let element = |(at, k): (usize, usize)| wave(k / 2, at / behind, shape[0]) * wave(k % 2, at % behind, behind);
    MatrixMult::new(&Array2::from_shape_fn((window.layout().size(), 4), element)).on(&window.model(&[4])?)
}
