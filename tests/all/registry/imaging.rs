//! Imaging.

use super::cuts::Cut;
use super::{Entry, entries};
use lops::Scalar;
use lops::operators::Kirchhoff;

/// Every rank has the model.
const COPY: &[Cut] = &[Cut::Replicated];

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        COPY "Kirchhoff": |comm, cut| {
            let (x, z) = ([0.0, 1.0, 2.0, 4.0], [0.0, 1.5, 3.0]);
            let sources = [[0.5, 0.0], [1.0, 1.0], [3.0, 0.5], [3.5, 2.0]];
            let kirchhoff = Kirchhoff::new([&x, &z], &sources, &[[0.0, 0.0], [2.0, 0.25]]).velocity(2.0).record(9, 0.4);
            kirchhoff.wavelet(&[0.5, 1.0, -0.25], 1).on(&cut.layout(comm, &[4, 3], &[0, 1])?)
        }
    }
}
