//! Fits, and places between samples.

use super::cuts::{Cut, GRIDS};
use super::{Entry, entries};
use lops::Scalar;
use lops::ndarray::Array;
use lops::operators::{Bilinear, LinearRegression, Regression, Restriction, SpreadAlong};

/// Every rank has the model.
const COPY: &[Cut] = &[Cut::Replicated];

/// Places between the samples of axes of four and five, in no order.
const PLACES: [[f64; 2]; 7] = [[0.25, 3.5], [3.0, 4.0], [1.5, 0.75], [0.0, 0.0], [1.5, 0.75], [2.9, 2.0], [1.0, 1.1]];

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        GRIDS "Regression": |comm, cut| {
            Regression::new(&[0.5, -1.0, 0.0, 2.0, 0.5], 2).on(&cut.layout(comm, &[3, 5], &[0, 1])?)
        }
        GRIDS "LinearRegression": |comm, cut| {
            LinearRegression::new(&[0.5, -1.0, 0.0]).along(1).on(&cut.layout(comm, &[5, 2, 3], &[0, 2])?)
        }
        GRIDS "Restriction to elements in a mask": |comm, cut| {
            let mask = Array::from_shape_fn([4, 3, 5], |(i, j, k)| (3 * i + 7 * j + 5 * k) % 4 == 1);
            Restriction::mask(&mask).on(&cut.layout(comm, &[4, 3, 5], &[0, 2])?)
        }
        GRIDS "Bilinear": |comm, cut| { Bilinear::new(&PLACES).on(&cut.layout(comm, &[4, 5], &[0, 1])?) }
        GRIDS "Bilinear beside other axes": |comm, cut| {
            Bilinear::new(&PLACES).on(&cut.layout(comm, &[4, 5, 3], &[0, 2])?)
        }
        COPY "SpreadAlong": |comm, cut| {
            let line = |x0: usize, t0: usize, x: usize| t0 as f64 + (x0 as f64 - 1.0) * 0.7 * x as f64;
            SpreadAlong::linear([7, 5], line).on(&cut.layout(comm, &[3, 4], &[0, 1])?)
        }
    }
}
