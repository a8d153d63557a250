//! Bands on packed rows.

use super::{
    band::Band,
    kernels::{OWN, Place, PutReals, Stretches, Term, combine},
};
use crate::numbers::Real;
use std::ops::Range;

/// A band whose rows lie a stride apart.
pub(super) struct PackedBand<R> {
    band: Band,
    terms: Vec<Term<R>>,
    /// Where the terms of the first rows, of those alike, and of the last rows start and end.
    lists: Vec<Range<usize>>,
    pub(super) stride: usize,
}

impl<R: Real> PackedBand<R> {
    pub(super) fn new(band: Band, stride: usize) -> Self {
        let (mut terms, mut lists) = (vec![], vec![]);
        for row in band.rows() {
            let start = terms.len();
            terms.extend(row.iter().map(|&(offset, weight)| Term {
                weight: R::from_f64(weight),
                source: OWN,
                delta: offset * stride.cast_signed(),
            }));
            lists.push(start..terms.len());
        }
        Self { band, terms, lists, stride }
    }

    /// Rows of the product; `input` is some rows and the index of the first.
    pub(super) fn apply<P: PutReals<R>>(
        &self,
        put: P,
        rows: Range<isize>,
        input: (&[R], isize),
        y: &mut [R],
        y_stride: usize,
        columns: usize,
    ) {
        let alike = self.band.interior();
        let mut row = rows.start;
        while row < rows.end {
            let index = row.unsigned_abs();
            let inside = alike.contains(&index);
            let together = inside && y_stride == self.stride && y_stride == columns;
            let next = if together { rows.end.min(alike.end.cast_signed()) } else { row + 1 };
            let list = match index {
                _ if inside => alike.start,
                _ if index < alike.start => index,
                _ => index + 1 - alike.len(),
            };
            let start = (row - rows.start).unsigned_abs() * y_stride;
            let length = if together { (next - row).unsigned_abs() * columns } else { columns };
            let base = (row - input.1).unsigned_abs() * self.stride;
            let place = Place { own: input.0, base, ghosts: &[], ghost_bases: &[] };
            combine(
                put,
                &mut y[start..start + length],
                Stretches::one(length),
                place,
                0,
                &self.terms[self.lists[list].clone()],
            );
            row = next;
        }
    }
}
