//! Matrices that are cut over the ranks.

use super::cuts::{GRIDS, ONE_PLACE};
use super::{Entry, entries};
use lops::operators::{DistMatrixMult, SparseMatrix};
use lops::{Comm, DistArray, Layout, Result, Scalar};

/// The same matrix in any layout.
fn cut<T: Scalar>(layout: &Layout) -> DistArray<T> {
    DistArray::random_signed(layout, 4)
}

/// Entries in places all over the matrix, some of them several times; every rank brings its share.
fn sparse<T: Scalar>(comm: &Comm, rows: usize, columns: usize) -> Result<SparseMatrix<T>> {
    let mine = (comm.rank()..4 * rows).step_by(comm.size());
    let entry = |at: usize| {
        let value = 1.0 + (at % 7) as f64;
        (at * at % rows, at * 5 % columns, T::from_parts(value, value / 3.0))
    };
    SparseMatrix::from_triplets(comm, [rows, columns], mine.map(entry))
}

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        GRIDS "DistMatrixMult, rows of the matrix cut": |comm, cuts| {
            DistMatrixMult::new(&cut(&Layout::scatter(comm, &[90, 70], 0)?)).on(&cuts.layout(comm, &[70], &[0])?)
        }
        GRIDS "DistMatrixMult, the matrix cut as the vectors": |comm, cuts| {
            let of_matrix = match cuts {
                super::Cut::Chunks(_) => Layout::scatter(comm, &[90, 70], 1)?,
                _ => cuts.layout(comm, &[90, 70], &[0, 1])?,
            };
            DistMatrixMult::new(&cut(&of_matrix)).on(&cuts.layout(comm, &[70, 3], &[0, 1])?)
        }
        GRIDS "DistMatrixMult over the grid of least communication": |comm, cuts| {
            let a = cut(&Layout::replicated(comm, &[90, 70])?);
            DistMatrixMult::new(&a).over_least().on(&cuts.layout(comm, &[70, 2, 20], &[0, 2])?)
        }
        GRIDS "DistMatrixMult to nothing": |comm, cuts| {
            DistMatrixMult::new(&cut(&Layout::scatter(comm, &[0, 7], 0)?)).on(&cuts.layout(comm, &[7], &[0])?)
        }
        ONE_PLACE "SparseMatrix": |comm, cuts| { sparse(comm, 30, 21)?.on(&cuts.layout(comm, &[21], &[0])?) }
        ONE_PLACE "SparseMatrix, several columns": |comm, cuts| {
            let range = Layout::scatter(comm, &[16, 2, 3], 0)?;
            sparse(comm, 16, 24)?.to(&range).on(&cuts.layout(comm, &[24, 2, 3], &[0])?)
        }
    }
}
