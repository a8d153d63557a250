//! Wavefields.

use super::cuts::GRIDS;
use super::{Entry, entries};
use lops::Scalar;
use lops::ndarray::{Array2, array};
use lops::operators::{BlendingContinuous, BlendingGroup, BlendingHalf};

fn times() -> Array2<f64> {
    array![[0.0, 0.5, 0.0], [0.3, 1.0, -0.75]]
}

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        GRIDS "BlendingContinuous": |comm, cut| {
            let blending = BlendingContinuous::new(&[0.0, 0.5, 1.3, 0.4, 2.0]).sampling(0.25);
            blending.on(&cut.layout(comm, &[5, 4, 6], &[0, 1, 2])?)
        }
        GRIDS "BlendingGroup": |comm, cut| {
            BlendingGroup::new(&times()).sampling(0.25).on(&cut.layout(comm, &[6, 3, 5], &[0])?)
        }
        GRIDS "BlendingHalf": |comm, cut| {
            BlendingHalf::new(&times()).sampling(0.25).on(&cut.layout(comm, &[6, 2, 3, 4], &[0, 1, 2])?)
        }
    }
}
