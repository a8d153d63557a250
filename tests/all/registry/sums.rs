//! Sums along an axis.

use super::cuts::GRIDS;
use super::{Entry, entries};
use lops::Scalar;
use lops::operators::{CausalIntegration, Sum};

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        GRIDS "Sum": |comm, cut| { Sum::along(0).on(&cut.layout(comm, &[7, 5], &[0])?) }
        GRIDS "Sum over a middle axis": |comm, cut| { Sum::along(1).on(&cut.layout(comm, &[3, 9, 70], &[0, 1])?) }
        GRIDS "CausalIntegration": |comm, cut| {
            CausalIntegration::trapezoidal(0).sampling(0.3).on(&cut.layout(comm, &[131, 2], &[0])?)
        }
        GRIDS "CausalIntegration, half, without the first": |comm, cut| {
            CausalIntegration::half(1).remove_first().on(&cut.layout(comm, &[3, 70, 9], &[0, 1])?)
        }
    }
}
