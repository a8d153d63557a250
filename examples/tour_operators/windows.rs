//! Sums along curves, and operators in windows.

use crate::models::{hyperbola, layers, model};
use crate::tour::{SHAPE, Tour};
use lops::ndarray::Array2;
use lops::operators::Radon;
use lops::prelude::*;
use lops::signal::axis;
use std::f64::consts::PI;

pub(crate) fn visit(tour: &mut Tour<'_>) -> Result<()> {
    let (comm, rows) = (tour.comm, tour.rows.clone());
    let [times, traces] = SHAPE.map(|n| axis(0.0, 1.0, n));
    let slownesses = axis(-1.2, 0.1, 25);

    // One event along a line at each slowness, from times and slownesses to times and traces.
    let lines = || Radon2D::linear(&times, [&traces], [&slownesses]);
    let model_of_lines = Layout::scatter(comm, &[SHAPE[0], 25], 1)?;
    let events = DistArray::from_fn(&model_of_lines, |i| f64::from(i[1] % 8 == 4 && i[0] == 20 + i[1]));
    tour.show("Radon2D", &lines().along([1], 0).on(&model_of_lines)?, &events)?;
    // Hyperbolas of four velocities, to traces that are dealt out.
    let velocities = [0.5, 0.7, 1.0, 1.4];
    let scan = Radon::hyperbolic(&times, [&traces], [&velocities]);
    let replicated = Layout::replicated(comm, &[4, SHAPE[0]])?;
    let events = DistArray::from_fn(&replicated, |i| f64::from(i[1] == 10 * i[0] + 8));
    tour.show("Radon", &scan.over_traces(&replicated)?, &events)?;
    // Planes across three lines of traces.
    let planes = Radon3D::linear(&times, [&[0.0, 1.0, 2.0], &traces], [&[-4.0, 4.0], &slownesses]);
    let model_of_planes = Layout::scatter(comm, &[2, 25, SHAPE[0]], 0)?;
    let events = DistArray::from_fn(&model_of_planes, |i| f64::from(i[1] % 8 == 4 && i[2] == 20 + i[1]));
    tour.show("Radon3D", &planes.on(&model_of_planes)?, &events)?;

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
