//! Operators in windows.

use super::cuts::GRIDS;
use super::{Entry, entries, matrix};
use lops::operators::{MatrixMult, Patch2D, Patch3D, Restriction, Sliding1D, Sliding2D, Sliding3D, Window, Windows};
use lops::signal::Taper;
use lops::{Operator, Result, Scalar};

/// Another matrix in each window, from a model of two elements.
fn by_matrix<T: Scalar, const D: usize>(window: &Window<D>) -> Result<Operator<T>> {
    let seed = window.number().iter().fold(1, |seed, &k| 10 * seed + k as u64);
    MatrixMult::new(&matrix(window.layout().size(), 2, seed)).on(&window.model(&[2])?)
}

/// Every second row, the same in all windows.
fn by_rows<T: Scalar, const D: usize>(window: &Window<D>) -> Result<Operator<T>> {
    Ok(Restriction::new(&[0, 2]).on(window.layout())?.adjoint())
}

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        GRIDS "Sliding1D": |comm, cut| { Sliding1D::new([5], [2]).on(&cut.layout(comm, &[14], &[0])?, by_matrix) }
        GRIDS "Sliding2D": |comm, cut| { Sliding2D::new([4], [2]).on(&cut.layout(comm, &[8, 3], &[0, 1])?, by_rows) }
        GRIDS "Sliding3D": |comm, cut| {
            Sliding3D::new([4, 3], [2, 0]).on(&cut.layout(comm, &[6, 6, 2], &[0, 1])?, by_rows)
        }
        GRIDS "Patch2D": |comm, cut| {
            let patches = Patch2D::new([3, 5], [1, 2]).taper(Some(Taper::CosineSquare));
            patches.on(&cut.layout(comm, &[7, 8], &[0, 1])?, by_matrix)
        }
        GRIDS "Patch3D": |comm, cut| {
            let patches = Patch3D::new([2, 3, 2], [0, 1, 1]).taper(None);
            patches.on(&cut.layout(comm, &[4, 5, 3], &[0, 2])?, by_matrix)
        }
        GRIDS "Windows along other axes": |comm, cut| {
            Windows::new([3, 4], [1, 2]).along([2, 0]).on(&cut.layout(comm, &[6, 2, 5], &[0, 1])?, by_matrix)
        }
    }
}
