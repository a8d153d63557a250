//! Sums along curves.

use super::cuts::{Cut, GRIDS};
use super::{Entry, entries};
use lops::Scalar;
use lops::operators::{Radon2D, Radon3D};

/// Every rank has the model.
const COPY: &[Cut] = &[Cut::Replicated];
const T: [f64; 6] = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5];
const X: [f64; 5] = [0.0, 2.0, 4.0, 6.0, 8.0];

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        GRIDS "Radon2D": |comm, cut| {
            let lines = Radon2D::linear(&self::T, [&X], [&[-0.15, 0.0, 0.2]]);
            lines.along([2], 0).on(&cut.layout(comm, &[6, 3, 3], &[0, 2])?)
        }
        GRIDS "Radon2D of hyperbolas, nearest": |comm, cut| {
            let hyperbolas = Radon2D::hyperbolic(&self::T, [&X], [&[0.3, 0.45]]).interp(false);
            hyperbolas.on(&cut.layout(comm, &[2, 6], &[0, 1])?)
        }
        COPY "Radon over traces": |comm, cut| {
            Radon2D::parabolic(&self::T, [&X], [&[0.05, 0.2]]).over_traces(&cut.layout(comm, &[2, 6], &[])?)
        }
        GRIDS "Radon3D": |comm, cut| {
            let hyperbolas = Radon3D::hyperbolic(&self::T, [&X[..2], &X[..3]], [&[0.3, 0.4], &[0.2, 0.6, 0.7]]);
            hyperbolas.on(&cut.layout(comm, &[2, 3, 6], &[1, 2])?)
        }
    }
}
