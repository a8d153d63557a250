//! Rows of an axis packed side by side: zeros outside the array, ghosts, a rank's own.

use crate::array::Halo;
use crate::numbers::{Real, Scalar, reals_of};
use std::ops::Range;

/// The rows of an axis that there are, and the ghosts in front of them and behind.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) own: Range<usize>,
    pub(super) front: usize,
    pub(super) back: usize,
}

/// The ghosts in front of a rank's rows, those rows, the ghosts behind.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a, R> {
    pub(super) front: &'a [R],
    pub(super) own: &'a [R],
    pub(super) back: &'a [R],
}

/// Rows that read this rank's own alone while messages fly, then those at both ends, of a block of so many.
pub(super) fn while_ghosts_come<T: Scalar>(
    halo: &mut Halo<T>,
    x: &[T],
    [inside, all]: [Range<usize>; 2],
    mut rows: impl FnMut(Range<usize>, Sources<'_, T::Real>),
) {
    let own = reals_of(x);
    let ghosts = halo.overlap(x, || rows(inside.clone(), Sources { front: &[], own, back: &[] }));
    let sources = Sources { front: reals_of(ghosts.region(0)), own, back: reals_of(ghosts.region(1)) };
    rows(all.start..inside.start, sources);
    rows(inside.end..all.end, sources);
}

/// Output rows of one slab of the block, and the first of their columns.
pub(super) struct Tile {
    pub(super) outer: usize,
    pub(super) rows: Range<usize>,
    pub(super) column: usize,
}

impl Held {
    /// Packs the columns of a tile, of these rows of the whole axis, so many reals apart: zeros, ghosts, own rows, ghosts,
    /// zeros. Rows of the block are `inner` reals.
    pub(super) fn pack<R: Real>(
        &self,
        packed: &mut [R],
        [stride, inner]: [usize; 2],
        needed: &Range<isize>,
        tile: &Tile,
        sources: Sources<'_, R>,
    ) {
        let columns = stride.min(inner - tile.column);
        let within = |row: isize| row.clamp(needed.start, needed.end);
        let place = |row: isize| (row - needed.start).unsigned_abs() * stride;
        let Self { own, front, back } = self;
        let [front, start, end, back] = [own.start - front, own.start, own.end, own.end + back].map(usize::cast_signed);
        packed[..place(within(front))].fill(R::zero());
        for (held, values) in [(front..start, sources.front), (start..end, sources.own), (end..back, sources.back)] {
            let rows = within(held.start)..within(held.end);
            if !rows.is_empty() {
                let first = tile.outer * held.clone().count() + (rows.start - held.start).unsigned_abs();
                let into = &mut packed[place(rows.start)..place(rows.end)];
                copy_rows(&values[first * inner + tile.column..], inner, into, stride, columns);
            }
        }
        packed[place(within(back))..place(needed.end)].fill(R::zero());
    }
}

/// Copies columns of rows.
fn copy_rows<R: Real>(from: &[R], inner: usize, into: &mut [R], stride: usize, columns: usize) {
    if stride == inner {
        return into.copy_from_slice(&from[..into.len()]);
    }
    for (into, from) in into.chunks_mut(stride).zip(from.chunks(inner)) {
        into[..columns].copy_from_slice(&from[..columns]);
    }
}
