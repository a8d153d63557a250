//! Weighted samples along an axis.

use super::cuts::GRIDS;
use super::{Entry, entries};
use lops::Scalar;
use lops::operators::{Flip, Interp, Pad, Roll, Symmetrize};

/// Places between the samples of an axis of nine, in no order.
const PLACES: [f64; 7] = [0.25, 7.0, 6.5, 7.75, 0.0, 6.5, 3.3];

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        GRIDS "Flip": |comm, cut| { Flip::along(0).on(&cut.layout(comm, &[7, 3], &[0, 1])?) }
        GRIDS "Flip of an axis that is whole": |comm, cut| { Flip::along(1).on(&cut.layout(comm, &[7, 5, 2], &[0, 2])?) }
        GRIDS "Roll": |comm, cut| { Roll::by(-16).along(1).on(&cut.layout(comm, &[3, 9, 11], &[0, 1])?) }
        GRIDS "Pad": |comm, cut| { Pad::new(&[(2, 1), (0, 3), (0, 0)]).on(&cut.layout(comm, &[5, 4, 2], &[0, 1])?) }
        GRIDS "Symmetrize": |comm, cut| { Symmetrize::along(1).on(&cut.layout(comm, &[2, 7, 9], &[0, 1])?) }
        GRIDS "Interp to nearest samples": |comm, cut| {
            Interp::nearest(&PLACES).on(&cut.layout(comm, &[9, 2], &[0])?)
        }
        GRIDS "Interp on lines": |comm, cut| {
            Interp::linear(&PLACES).along(1).on(&cut.layout(comm, &[3, 9, 10], &[0, 1])?)
        }
        GRIDS "Interp by sincs": |comm, cut| { Interp::sinc(&PLACES).on(&cut.layout(comm, &[9], &[0])?) }
        GRIDS "Interp by splines": |comm, cut| {
            Interp::cubic_spline(&PLACES).along(1).on(&cut.layout(comm, &[4, 9, 3], &[1, 2])?)
        }
        GRIDS "Interp to nothing": |comm, cut| { Interp::linear(&[]).on(&cut.layout(comm, &[9, 2], &[0, 1])?) }
    }
}
