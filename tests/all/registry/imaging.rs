//! Imaging.

use super::cuts::{Cut, GRIDS};
use super::{Entry, entries};
use lops::Scalar;
use lops::ndarray::Array2;
use lops::operators::Kirchhoff;

/// Every rank has the model.
const COPY: &[Cut] = &[Cut::Replicated];

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        GRIDS "Kirchhoff": |comm, cut| {
            let (x, z) = ([0.0, 1.0, 2.0, 4.0], [0.0, 1.5, 3.0]);
            let sources = [[0.5, 0.0], [1.0, 1.0], [3.0, 0.5], [3.5, 2.0]];
            let kirchhoff = Kirchhoff::new([&x, &z], &sources, &[[0.0, 0.0], [2.0, 0.25]]).velocity(2.0).record(9, 0.4);
            kirchhoff.wavelet(&[0.5, 1.0, -0.25], 1).on(&cut.layout(comm, &[4, 3], &[0])?)
        }
        COPY "Kirchhoff with amplitudes and limits": |comm, cut| {
            let axis = [0.0, 1.0, 2.0, 3.0];
            let velocities = Array2::from_shape_fn((4, 4), |(x, z)| 2.0 + 0.25 * (x + 2 * z) as f64);
            let kirchhoff = Kirchhoff::new([&axis, &axis], &[[0.5, 0.0], [3.0, 0.5]], &[[0.0, 0.0], [2.0, 0.25]]);
            let kirchhoff = kirchhoff.velocities(&velocities).record(9, 0.4).dynamic().angles(40.0, 100.0).aperture(1.0, 5.0);
            kirchhoff.filtered_wavelet().wavelet(&[0.5, 1.0, -0.25], 1).on(&cut.layout(comm, &[4, 4], &[0, 1])?)
        }
    }
}
