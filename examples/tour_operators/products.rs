//! Matrices: dense and whole, dense and cut, sparse, one for each slice; and two closures.

use crate::models::{discs, layers, model, waves};
use crate::tour::{SHAPE, Tour};
use lops::ndarray::Array2;
use lops::prelude::*;
use std::f64::consts::PI;

pub(crate) fn visit(tour: &mut Tour<'_>) -> Result<()> {
    let (comm, rows, columns) = (tour.comm, tour.rows.clone(), tour.columns.clone());
    let [n, width] = SHAPE;

    // Means of four rows. Every rank has the matrix, and whole columns of the model.
    let means = Array2::from_shape_fn((n / 4, n), |(i, k)| if k / 4 == i { 0.25 } else { 0.0 });
    tour.show("MatrixMult", &MatrixMult::new(&means).on(&columns)?, &model(&columns, layers))?;

    // Cosines: each rank has some rows of the matrix, and of the model.
    let cosine = |i: &[usize]| ((i[0] as f64) * (i[1] as f64 + 0.5) * PI / n as f64).cos() * (2.0 / n as f64).sqrt();
    let cosines = DistArray::from_fn(&Layout::scatter(comm, &[n, n], 0)?, cosine);
    tour.show("DistMatrixMult", &DistMatrixMult::new(&cosines).on(&rows)?, &model(&rows, waves))?;

    // Straight rays from sources on the left to receivers on the right, each the sum of what it passes. A rank brings the
    // entries of some of the sources.
    let sources = 32;
    let mine = Layout::scatter(comm, &[sources], 0)?.range(comm.rank());
    let rays = mine.flat_map(|s| (0..width).map(move |r| (s, r)));
    let entries =
        rays.flat_map(|(s, r)| ray(2 * s, r * n / width).map(move |(place, weight)| (s * width + r, place, weight)));
    let a = SparseMatrix::from_triplets(comm, [sources * width, n * width], entries)?;
    let data = Layout::scatter(comm, &[sources * width], 0)?;
    let places = Layout::scatter(comm, &[n * width], 0)?;
    tour.show("SparseMatrix", &a.to(&data).on(&places)?, &model(&places, discs))?;

    // A matrix for each row, which blurs it, the further down the more.
    let kernel = DistArray::from_fn(&Layout::scatter(comm, &[n, width, width], 0)?, |i| {
        let radius = 0.5 + i[0] as f64 / 12.0;
        (-((i[1] as f64 - i[2] as f64) / radius).powi(2)).exp() / radius
    });
    let slices = Layout::scatter(comm, &[n, width, 1], 0)?;
    tour.show("Fredholm1", &Fredholm1::new(&kernel).on(&slices)?, &model(&slices, layers))?;

    // Any function and its adjoint, on what a rank has: here running sums of each row.
    let forward = move |x: &[f64], y: &mut [f64]| {
        y.copy_from_slice(x);
        y.chunks_exact_mut(width).for_each(|row| (1..width).for_each(|k| row[k] += row[k - 1]));
    };
    let adjoint = move |y: &[f64], x: &mut [f64]| {
        x.copy_from_slice(y);
        x.chunks_exact_mut(width).for_each(|row| (1..width).rev().for_each(|k| row[k - 1] += row[k]));
    };
    let sums = Function::new(forward, adjoint).name("running sums").between(&rows, &rows);
    tour.show("Function", &sums, &model(&rows, discs))
}

/// What a ray from one row on the left to another on the right passes: in each column parts of two rows.
fn ray(from: usize, to: usize) -> impl Iterator<Item = (usize, f64)> {
    let [n, width] = SHAPE;
    let slope = (to as f64 - from as f64) / (width - 1) as f64;
    (0..width).flat_map(move |column| {
        let row = from as f64 + slope * column as f64;
        let (above, part) = ((row.floor() as usize).min(n - 1), row.fract());
        let below = (above + 1).min(n - 1);
        [(above * width + column, 1.0 - part), (below * width + column, part)]
    })
}
