//! Long stencils along one axis: convolutions, also with a derivative before or after.
//!
//! The rows that some output rows need (the block's, ghosts, and zeros outside the array) are
//! packed into a scratch that stays in cache, some columns at a time. There every output is the same
//! sum over all taps: no ends to look after, the same arithmetic wherever the cut falls.

use super::{
    band::Band,
    both_ways::Pass,
    correlate::{correlate, sums_at_once},
    correlation::Correlation,
    kernels::PutReals,
    lines_sweep::LinesSweep,
    packed::PackedBand,
};
use crate::array::{Faces, Halo};
use crate::error::Result;
use crate::layout::{AlongAxis, Layout};
use crate::numbers::{Real, Scalar, reals_of, reals_of_mut};
use crate::operators::Set;
use crate::operators::by_rows::{AnySweep, Slab};
use std::ops::Range;

/// One direction of an operator.
pub(super) struct Lines<T: Scalar> {
    steps: Steps<T::Real>,
    tiles: Tiles<T::Real>,
    halo: Halo<T>,
    axis: usize,
    shape: Vec<usize>,
}

/// A band, a correlation, a band, one after the other; either band may be missing.
#[derive(Clone)]
pub(super) struct Steps<R> {
    pub(super) before: Option<Band>,
    pub(super) correlation: Correlation<R>,
    pub(super) after: Option<Band>,
}

impl<R: Real> Steps<R> {
    /// How far both bands read.
    fn beyond(&self) -> usize {
        [&self.before, &self.after].into_iter().flatten().map(Band::width).sum()
    }

    /// How far an output row reads, in front of itself and behind.
    pub(super) fn reach(&self) -> (usize, usize) {
        let beyond = self.beyond().cast_signed();
        let (low, high) = (self.correlation.first - beyond, self.correlation.last() + beyond);
        (low.min(0).unsigned_abs(), high.max(0).unsigned_abs())
    }

    /// Multiplications for each real of the output.
    pub(super) fn multiplications(&self) -> usize {
        let of_taps = self.correlation.len() * if self.correlation.im.is_empty() { 1 } else { 2 };
        of_taps + [&self.before, &self.after].into_iter().flatten().map(Band::most_entries).sum::<usize>()
    }
}

/// The rows of an axis that there are, and the ghosts in front of them and behind.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) own: Range<usize>,
    pub(super) front: usize,
    pub(super) back: usize,
}

/// Output rows, some at a time, some of their columns.
pub(super) struct Tiles<R> {
    before: Option<PackedBand<R>>,
    correlation: Correlation<R>,
    after: Option<PackedBand<R>>,
    /// What is written, in reals.
    block: AlongAxis,
    /// Rows of the whole axis, and those there are.
    total: usize,
    held: Held,
    reach: (usize, usize),
    /// Columns worked on at a time, and output rows.
    width: usize,
    chunk: usize,
    scratch: Scratch<R>,
}

/// Rows as they came, after the first band, after the correlation.
struct Scratch<R> {
    packed: Vec<R>,
    banded: Vec<R>,
    summed: Vec<R>,
}

/// The ghosts in front of a rank's rows, those rows, the ghosts behind.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a, R> {
    pub(super) front: &'a [R],
    pub(super) own: &'a [R],
    pub(super) back: &'a [R],
}

/// Output rows of one slab of the block, and the first of their columns.
struct Tile {
    outer: usize,
    rows: Range<usize>,
    column: usize,
}

/// Reals after the end of a scratch that a block of sums may read in vain.
const SLACK: usize = 128;

impl<T: Scalar> Lines<T> {
    pub(super) fn new(
        layout: &Layout,
        axis: usize,
        before: Option<Band>,
        correlation: Correlation<T::Real>,
        after: Option<Band>,
    ) -> Result<Self> {
        layout.check_rows(axis)?;
        let steps = Steps { before, correlation, after };
        let (own, reach, total) = (layout.rows_of(axis, layout.comm().rank()), steps.reach(), layout.shape()[axis]);
        let ghosts = move |rows: Range<usize>| {
            if rows.is_empty() { (0, 0) } else { (reach.0.min(rows.start), reach.1.min(total - rows.end)) }
        };
        let halo = Halo::faces(layout, &[Faces { axis, member: 0, reach: Box::new(ghosts), most: reach }])?;
        let (front, back) = ghosts(own.clone());
        let block = AlongAxis::new(&layout.local_shape(), axis).in_parts(if T::IS_COMPLEX { 2 } else { 1 });
        let tiles = Tiles::new(&steps, block, total, Held { own, front, back });
        Ok(Self { steps, tiles, halo, axis, shape: layout.shape().to_vec() })
    }
}

impl<T: Scalar> Pass<T> for Lines<T> {
    fn run<P: PutReals<T::Real>>(&mut self, put: P, x: &[T], y: &mut [T]) {
        let (own, y, tiles) = (reals_of(x), reals_of_mut(y), &mut self.tiles);
        let (n, inside) = (tiles.block.n, tiles.inside());
        let ghosts = self.halo.overlap(x, || {
            tiles.rows(put, inside.clone(), Sources { front: &[], own, back: &[] }, y);
        });
        let sources = Sources { front: reals_of(ghosts.region(0)), own, back: reals_of(ghosts.region(1)) };
        tiles.rows(put, 0..inside.start, sources, y);
        tiles.rows(put, inside.end..n, sources, y);
    }

    fn halo(&self) -> &Halo<T> {
        &self.halo
    }

    fn sweep(&self, slab: &Slab, _: [usize; 2]) -> Option<AnySweep<T, T>> {
        LinesSweep::of(slab, &self.shape, self.axis, &self.steps)
    }

    fn scratch(&self) -> usize {
        self.tiles.bytes()
    }
}

impl<R: Real> Tiles<R> {
    /// For blocks of at most these rows of an axis of so many.
    pub(super) fn new(steps: &Steps<R>, block: AlongAxis, total: usize, held: Held) -> Self {
        let Steps { before, correlation, after } = steps.clone();
        // 81 such rows fit into the nearest cache.
        let width = block.inner.clamp(1, sums_at_once::<R>(!correlation.im.is_empty()));
        let taps = correlation.len();
        let chunk = (4 * taps).max(16384 / width).min(block.n);
        let room = |used: bool, rows: usize| vec![R::zero(); if used { rows * width + SLACK } else { 0 }];
        let rows = chunk + taps + 2 * steps.beyond();
        let scratch = Scratch {
            packed: room(true, rows),
            banded: room(before.is_some(), rows),
            summed: room(after.is_some(), rows),
        };
        let [before, after] = [before, after].map(|band| band.map(|band| PackedBand::new(band, width)));
        Self { before, correlation, after, block, total, held, reach: steps.reach(), width, chunk, scratch }
    }

    /// Turns to a block of so many slabs of these rows.
    pub(super) fn turn_to(&mut self, outer: usize, held: Held) {
        (self.block.outer, self.block.n) = (outer, held.own.len());
        self.held = held;
    }

    pub(super) fn bytes(&self) -> usize {
        let Scratch { packed, banded, summed } = &self.scratch;
        (packed.len() + banded.len() + summed.len()) * size_of::<R>()
    }

    /// The output rows that need no ghost. Where there are ghosts at all, rows read as far into them as the taps go.
    fn inside(&self) -> Range<usize> {
        let n = self.block.n;
        let start = if self.held.front > 0 { self.reach.0.min(n) } else { 0 };
        let end = if self.held.back > 0 { n.saturating_sub(self.reach.1) } else { n };
        start..end.max(start)
    }

    /// Puts these rows, counted from the first that there is, of all slabs.
    pub(super) fn rows<P: PutReals<R>>(&mut self, put: P, rows: Range<usize>, sources: Sources<'_, R>, y: &mut [R]) {
        let AlongAxis { outer, inner, .. } = self.block;
        if inner == 0 {
            return;
        }
        for outer in 0..outer {
            for start in rows.clone().step_by(self.chunk.max(1)) {
                let rows = start..rows.end.min(start + self.chunk);
                for column in (0..inner).step_by(self.width) {
                    self.tile(put, &Tile { outer, rows: rows.clone(), column }, sources, y);
                }
            }
        }
    }

    fn tile<P: PutReals<R>>(&mut self, put: P, tile: &Tile, sources: Sources<'_, R>, y: &mut [R]) {
        let (inner, stride) = (self.block.inner, self.width);
        let columns = stride.min(inner - tile.column);

        // The rows of each step, as indices of the whole axis.
        let global = |row: usize| (self.held.own.start + row).cast_signed();
        let outputs = global(tile.rows.start)..global(tile.rows.end);
        let sums = widened(&outputs, self.after.as_ref());
        let read = sums.start + self.correlation.first..sums.end + self.correlation.last();
        let needed = widened(&read, self.before.as_ref());

        self.pack(&needed, tile, sources);
        let Scratch { packed, banded, summed } = &mut self.scratch;
        let mut input = (&packed[..], needed.start);
        if let Some(band) = &self.before {
            apply_with_zeros(band, &read, self.total, input, banded);
            input = (&banded[..], read.start);
        }
        let from = &input.0[(read.start - input.1).unsigned_abs() * stride..];
        let Correlation { re, im, .. } = &self.correlation;
        let y = &mut y[self.block.rows(tile.outer, tile.rows.clone())][tile.column..];
        match &self.after {
            None if stride == inner => correlate(put, y, from, stride, re, im),
            None => {
                for (row, y) in y.chunks_mut(inner).enumerate() {
                    correlate(put, &mut y[..columns], &from[row * stride..], stride, re, im);
                }
            }
            Some(band) => {
                let length = sums.clone().count() * stride;
                correlate(Set, &mut summed[..length], from, stride, re, im);
                band.apply(put, outputs, (&*summed, sums.start), y, inner, columns);
            }
        }
    }

    /// Packs the columns of a tile, of these rows: zeros, ghosts, own rows, ghosts, zeros.
    fn pack(&mut self, needed: &Range<isize>, tile: &Tile, sources: Sources<'_, R>) {
        let (stride, inner) = (self.width, self.block.inner);
        let columns = stride.min(inner - tile.column);
        let within = |row: isize| row.clamp(needed.start, needed.end);
        let place = |row: isize| (row - needed.start).unsigned_abs() * stride;
        let Held { own, front, back } = &self.held;
        let [front, start, end, back] = [own.start - front, own.start, own.end, own.end + back].map(usize::cast_signed);
        let packed = &mut self.scratch.packed;
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

/// Rows, and as many beside them as the band reads.
fn widened<R>(rows: &Range<isize>, band: Option<&PackedBand<R>>) -> Range<isize> {
    let reach = band.map_or(0, |band| band.reach);
    rows.start - reach..rows.end + reach
}

/// Rows of a band's product, of which those outside the axis are 0.
fn apply_with_zeros<R: Real>(
    band: &PackedBand<R>,
    rows: &Range<isize>,
    total: usize,
    input: (&[R], isize),
    y: &mut [R],
) {
    let of_axis = |row: isize| row.clamp(0, total.cast_signed()).clamp(rows.start, rows.end);
    let inside = of_axis(rows.start)..of_axis(rows.end);
    let place = |row: isize| (row - rows.start).unsigned_abs() * band.stride;
    y[..place(inside.start)].fill(R::zero());
    band.apply(Set, inside.clone(), input, &mut y[place(inside.start)..place(inside.end)], band.stride, band.stride);
    y[place(inside.end)..place(rows.end)].fill(R::zero());
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
