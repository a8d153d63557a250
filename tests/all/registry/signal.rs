//! Convolutions.

use super::cuts::{BLOCKS, GRIDS};
use super::{Entry, entries, matrix};
use lops::Scalar;
use lops::operators::{Convolve1D, NonStationaryConvolve1D, PoststackModelling, Shift};

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        BLOCKS "Convolve1D": |comm, cut| {
            let filter: Vec<_> = (0..12).map(|k| T::from_parts(f64::from(k).sin(), f64::from(k).cos())).collect();
            Convolve1D::new(&filter, 4).along(1).on(&cut.layout(comm, &[3, 17, 2], &[0, 1])?)
        }
        BLOCKS "NonStationaryConvolve1D": |comm, cut| {
            let layout = cut.layout(comm, &[3, 17, 2], &[0, 1])?;
            NonStationaryConvolve1D::new(&matrix(3, 7, 8), &[2, 8, 14]).along(1).on(&layout)
        }
        GRIDS "NonStationaryConvolve1D along an axis that is whole": |comm, cut| {
            let layout = cut.layout(comm, &[4, 6, 35], &[0, 2])?;
            NonStationaryConvolve1D::new(&matrix(2, 5, 8), &[1, 3]).along(1).on(&layout)
        }
        BLOCKS "PoststackModelling": |comm, cut| {
            PoststackModelling::new(&[-0.5, -1.0, 4.0, -1.0, -0.5]).along(1).on(&cut.layout(comm, &[3, 12], &[0, 1])?)
        }
        GRIDS "PoststackModelling along an axis that is whole": |comm, cut| {
            PoststackModelling::new(&[-0.5, -1.0, 4.0, -1.0]).along(1).on(&cut.layout(comm, &[4, 6, 5], &[0, 2])?)
        }
        GRIDS "Shift along an axis that is whole": |comm, cut| {
            Shift::new(0.3).sampling(0.4).along(1).on(&cut.layout(comm, &[4, 6, 11], &[0, 2])?)
        }
        GRIDS "Shift of lines in memory": |comm, cut| {
            Shift::new(-2.7).along(2).on(&cut.layout(comm, &[4, 6, 5], &[0, 1])?)
        }
    }
}
