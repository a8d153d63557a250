//! What moves, scales or multiplies elements.

use super::cuts::{COPIES, EVERYTHING, GRIDS, ONE_PLACE};
use super::{Entry, diagonal, entries, matrix};
use lops::operators::{
    Fold, Identity, ImaginaryPart, MatrixMult, Overlaps, RealPart, Redistribute, Restriction, Spread, TransposeAxes,
    Zero,
};
use lops::{
    Comm, Complex, Layout, Real, Result, Scalar,
    layout::{Chunk, Mode, by},
};

/// Chunks of a [9, 6] array which overlap and leave something out.
fn chunks(comm: &Comm) -> Result<Layout> {
    let all: Vec<_> =
        (0..5).flat_map(|k| [Chunk::from((k..k + 4, by(k % 2.., 2))), Chunk::from((by(k.., 2), 1..4))]).collect();
    let share = |rank: usize| rank * all.len() / comm.size();
    let map: Vec<_> = (0..comm.size()).map(|rank| all[share(rank)..share(rank + 1)].to_vec()).collect();
    Layout::chunked(comm, &[9, 6], &map, Mode::Sum)
}

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        EVERYTHING "Identity": |comm, cut| { Ok(Identity.on(&cut.layout(comm, &[7, 3], &[0, 1])?)) }
        COPIES "Diagonal": |comm, cut| { diagonal(&cut.layout(comm, &[3, 7, 2], &[0, 1])?, 1) }
        EVERYTHING "Zero": |comm, cut| {
            Zero::to(&Layout::scatter(comm, &[4, 2], 1)?).on(&cut.layout(comm, &[7, 4], &[0, 1])?)
        }
        GRIDS "Restriction of a cut axis": |comm, cut| {
            Restriction::new(&[0, 2, 2, 3, 8]).along(1).on(&cut.layout(comm, &[4, 9, 3], &[0, 1])?)
        }
        GRIDS "Restriction of a cut axis, in any order": |comm, cut| {
            Restriction::new(&[3, 0, 2, 0]).on(&cut.layout(comm, &[9, 4], &[0])?)
        }
        GRIDS "Restriction of another axis": |comm, cut| {
            Restriction::new(&[8, 0, 4, 0]).along(1).on(&cut.layout(comm, &[4, 9, 5], &[0, 2])?)
        }
        GRIDS "Restriction to nothing": |comm, cut| {
            Restriction::new(&[]).on(&cut.layout(comm, &[5, 6], &[0, 1])?)
        }
        EVERYTHING "TransposeAxes": |comm, cut| {
            TransposeAxes::new(&[2, 0, 1]).on(&cut.layout(comm, &[5, 4, 18], &[0, 2])?)
        }
        GRIDS "Redistribute to another axis": |comm, cut| {
            Redistribute::to(&Layout::scatter(comm, &[7, 6, 2], 1)?).on(&cut.layout(comm, &[7, 6, 2], &[0, 1])?)
        }
        GRIDS "Redistribute to the same cut": |comm, cut| {
            Redistribute::to(&cut.layout(comm, &[5, 9], &[0])?).on(&cut.layout(comm, &[5, 9], &[1])?)
        }
        GRIDS "MatrixMult, columns cut": |comm, cut| {
            MatrixMult::new(&matrix(19, 21, 2)).on(&cut.layout(comm, &[21, 5, 4], &[1, 2])?)
        }
        GRIDS "MatrixMult to nothing": |comm, cut| {
            MatrixMult::new(&matrix(0, 3, 2)).on(&cut.layout(comm, &[3, 5], &[1])?)
        }
        GRIDS "MatrixMult of a vector": |comm, cut| {
            MatrixMult::new(&matrix(4, 7, 2)).on(&cut.layout(comm, &[7], &[])?)
        }
        ONE_PLACE "Spread": |comm, cut| { Spread::to(&chunks(comm)?).on(&cut.layout(comm, &[9, 6], &[0, 1])?) }
        ONE_PLACE "Spread of what comes first": |comm, cut| {
            Spread::to(&chunks(comm)?).overlaps(Overlaps::First).on(&cut.layout(comm, &[9, 6], &[0, 1])?)
        }
        ONE_PLACE "Fold to means": |comm, cut| {
            Fold::of(&chunks(comm)?).overlaps(Overlaps::Mean).on(&cut.layout(comm, &[9, 6], &[0, 1])?)
        }
    }
}

pub(super) fn complex_to_real<R: Real>() -> Vec<Entry<Complex<R>, R>>
where
    Complex<R>: Scalar<Real = R>,
{
    entries! {
        EVERYTHING "RealPart": |comm, cut| { Ok(RealPart.on(&cut.layout(comm, &[7, 3], &[0, 1])?)) }
        EVERYTHING "ImaginaryPart": |comm, cut| { Ok(ImaginaryPart.on(&cut.layout(comm, &[7, 3], &[0, 1])?)) }
    }
}
