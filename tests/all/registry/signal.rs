//! Convolutions.

use super::cuts::{BLOCKS, GRIDS};
use super::{Entry, entries};
use lops::Scalar;
use lops::operators::{Convolve1D, PoststackModelling};

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        BLOCKS "Convolve1D": |comm, cut| {
            let filter: Vec<_> = (0..12).map(|k| T::from_parts(f64::from(k).sin(), f64::from(k).cos())).collect();
            Convolve1D::new(&filter, 4).along(1).on(&cut.layout(comm, &[3, 17, 2], &[0, 1])?)
        }
        BLOCKS "PoststackModelling": |comm, cut| {
            PoststackModelling::new(&[-0.5, -1.0, 4.0, -1.0, -0.5]).along(1).on(&cut.layout(comm, &[3, 12], &[0, 1])?)
        }
        GRIDS "PoststackModelling along an axis that is whole": |comm, cut| {
            PoststackModelling::new(&[-0.5, -1.0, 4.0, -1.0]).along(1).on(&cut.layout(comm, &[4, 6, 5], &[0, 2])?)
        }
    }
}
