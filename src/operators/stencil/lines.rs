//! Long stencils along one axis: convolutions, also with a derivative before or after.
//!
//! The rows that some output rows need (the block's, ghosts, and zeros outside the array) are
//! packed into a scratch that stays in cache, some columns at a time. There every output is the same
//! sum over all taps: no ends to look after, the same arithmetic wherever the cut falls.

use super::{
    band::Band,
    blocks::{Blocks, TAPS, Transforms},
    both_ways::Pass,
    correlate::{correlate, sums_at_once},
    correlation::Correlation,
    kernels::PutReals,
    lines_sweep::LinesSweep,
    packed::PackedBand,
    packing::{Held, Sources, Tile, while_ghosts_come},
};
use crate::array::{Faces, Halo};
use crate::error::Result;
use crate::layout::{AlongAxis, Layout};
use crate::numbers::{Real, Scalar, reals_of_mut};
use crate::operators::Set;
use crate::operators::by_rows::{AnySweep, Slab};
use std::ops::Range;

/// One direction of an operator.
pub(super) struct Lines<T: Scalar> {
    steps: Steps<T::Real>,
    tiles: Tiles<T::Real>,
    halo: Halo<T>,
    /// The rows, counted from this rank's first, that need no ghosts.
    inside: Range<usize>,
    axis: usize,
    shape: Vec<usize>,
}

/// A band, a correlation, a band, one after the other along an axis; either band may be missing.
#[derive(Clone)]
pub(super) struct Steps<R> {
    pub(super) before: Option<Band>,
    pub(super) correlation: Correlation<R>,
    pub(super) after: Option<Band>,
    /// Rows of the whole axis.
    total: usize,
    /// How sums are taken together, where they are transformed.
    blocks: Option<Blocks>,
}

impl<R: Real> Steps<R> {
    fn new(before: Option<Band>, correlation: Correlation<R>, after: Option<Band>, total: usize) -> Self {
        let blocks = Blocks::of(correlation.len(), total);
        Self { before, correlation, after, total, blocks }
    }

    /// What is read of the axis, and of each step's result, to write some rows. Sums outside the axis are not.
    fn reads(&self, outputs: &Range<isize>) -> Read {
        let of_axis = |row: isize| row.clamp(0, self.total.cast_signed());
        let sums = widened(outputs, self.after.as_ref());
        let sums = of_axis(sums.start)..of_axis(sums.end);
        let sums = self.blocks.map_or(sums.clone(), |blocks| blocks.whole(&sums));
        let banded = sums.start + self.correlation.first..sums.end + self.correlation.last();
        Read { input: widened(&banded, self.before.as_ref()), banded, sums }
    }

    /// How many rows of others some rows need, in front of them and behind.
    fn ghosts(&self, rows: &Range<usize>) -> (usize, usize) {
        if rows.is_empty() {
            return (0, 0);
        }
        let Range { start, end } = self.reads(&(rows.start.cast_signed()..rows.end.cast_signed())).input;
        let of_axis = |row: isize| row.clamp(0, self.total.cast_signed()).unsigned_abs();
        (rows.start.saturating_sub(of_axis(start)), of_axis(end).saturating_sub(rows.end))
    }

    /// How far an output row reads at most, in front of itself and behind.
    pub(super) fn reach(&self) -> (usize, usize) {
        let beyond = [&self.before, &self.after].into_iter().flatten().map(Band::width).sum::<usize>();
        let beyond = (beyond + self.blocks.map_or(0, |blocks| blocks.length - 1)).cast_signed();
        let (low, high) = (self.correlation.first - beyond, self.correlation.last() + beyond);
        (low.min(0).unsigned_abs(), high.max(0).unsigned_abs())
    }

    /// The rows of some, counted from their first, that can be written without ghosts.
    fn inside(&self, own: &Range<usize>) -> Range<usize> {
        let (mut start, mut end) = (own.start, own.end);
        while start < end && self.ghosts(&(start..end)).0 > start - own.start {
            start += 1;
        }
        while start < end && self.ghosts(&(start..end)).1 > own.end - end {
            end -= 1;
        }
        start - own.start..end - own.start
    }

    /// Multiplications for each real of the output.
    pub(super) fn multiplications(&self) -> usize {
        let taps = self.blocks.map_or(self.correlation.len(), |_| TAPS);
        let of_taps = taps * if self.correlation.im.is_empty() { 1 } else { 2 };
        of_taps + [&self.before, &self.after].into_iter().flatten().map(Band::most_entries).sum::<usize>()
    }
}

/// Rows by their indices in the whole axis, some of which may be outside it.
struct Read {
    input: Range<isize>,
    banded: Range<isize>,
    sums: Range<isize>,
}

/// Output rows, some at a time, some of their columns.
pub(super) struct Tiles<R: Real> {
    steps: Steps<R>,
    before: Option<PackedBand<R>>,
    after: Option<PackedBand<R>>,
    transforms: Option<Transforms<R>>,
    /// What is written, in reals.
    block: AlongAxis,
    held: Held,
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
        let steps = Steps::new(before, correlation, after, layout.shape()[axis]);
        let faces = Faces { axis, member: 0, reach: Box::new(|rows| steps.ghosts(&rows)), most: steps.reach() };
        let halo = Halo::faces(layout, &[faces])?;
        let own = layout.rows_of(axis, layout.comm().rank());
        let ((front, back), inside) = (steps.ghosts(&own), steps.inside(&own));
        let reals = if T::IS_COMPLEX { 2 } else { 1 };
        let block = AlongAxis::new(&layout.local_shape(), axis).in_parts(reals);
        let tiles = Tiles::new(&steps, block, reals, Held { own, front, back });
        Ok(Self { steps, tiles, halo, inside, axis, shape: layout.shape().to_vec() })
    }
}

impl<T: Scalar> Pass<T> for Lines<T> {
    fn run<P: PutReals<T::Real>>(&mut self, put: P, x: &[T], y: &mut [T]) {
        let (y, Self { tiles, inside, halo, .. }) = (reals_of_mut(y), self);
        let parts = [inside.clone(), 0..tiles.block.n];
        while_ghosts_come(halo, x, parts, |rows, sources| tiles.rows(put, rows, sources, y));
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
    /// For blocks of at most these rows; of so many reals an element.
    pub(super) fn new(steps: &Steps<R>, block: AlongAxis, reals: usize, held: Held) -> Self {
        let Steps { before, correlation, after, blocks, .. } = steps;
        let transforms = blocks.map(|blocks| Transforms::new(blocks, correlation, reals));
        let taps = correlation.len();
        let (width, chunk, beside) = match *blocks {
            // Such rows fit into the nearest cache.
            None => {
                let width = block.inner.clamp(1, sums_at_once::<R>(!correlation.im.is_empty()));
                (width, (4 * taps).max(16384 / width), 0)
            }
            // A line of it; some blocks, as a band after them reads into the next.
            Some(blocks) => {
                let together = if after.is_some() { 4 } else { 1 };
                (block.inner.clamp(1, 64 / size_of::<R>()), together * blocks.length, 2 * blocks.length)
            }
        };
        let chunk = chunk.min(block.n);
        let width_of = |band: &Option<Band>| band.as_ref().map_or(0, Band::width);
        let sums = chunk + beside + 2 * width_of(after);
        let banded = sums + taps;
        let room = |used: bool, rows: usize| vec![R::zero(); if used { rows * width + SLACK } else { 0 }];
        let scratch = Scratch {
            packed: room(true, banded + 2 * width_of(before)),
            banded: room(before.is_some(), banded),
            summed: room(after.is_some() || blocks.is_some(), sums),
        };
        let [before, after] = [before, after].map(|band| band.clone().map(|band| PackedBand::new(band, width)));
        Self { steps: steps.clone(), before, after, transforms, block, held, width, chunk, scratch }
    }

    /// Turns to a block of so many slabs of these rows.
    pub(super) fn turn_to(&mut self, outer: usize, held: Held) {
        (self.block.outer, self.block.n) = (outer, held.own.len());
        self.held = held;
    }

    pub(super) fn bytes(&self) -> usize {
        let Scratch { packed, banded, summed } = &self.scratch;
        let of_transforms = self.transforms.as_ref().map_or(0, Transforms::bytes);
        (packed.len() + banded.len() + summed.len()) * size_of::<R>() + of_transforms
    }

    /// Puts these rows, counted from the first that there is, of all slabs.
    pub(super) fn rows<P: PutReals<R>>(&mut self, put: P, rows: Range<usize>, sources: Sources<'_, R>, y: &mut [R]) {
        let AlongAxis { outer, inner, .. } = self.block;
        if inner == 0 {
            return;
        }
        for outer in 0..outer {
            let mut start = rows.start;
            while start < rows.end {
                let end = self.end_of_tile(start).min(rows.end);
                for column in (0..inner).step_by(self.width) {
                    self.tile(put, &Tile { outer, rows: start..end, column }, sources, y);
                }
                start = end;
            }
        }
    }

    /// Where a tile ends that starts at a row: where a block does, if there are such.
    fn end_of_tile(&self, start: usize) -> usize {
        let end = start + self.chunk.max(1);
        let beyond = self.steps.blocks.map_or(0, |blocks| (self.held.own.start + end) % blocks.length);
        if end - start > beyond { end - beyond } else { end }
    }

    fn tile<P: PutReals<R>>(&mut self, put: P, tile: &Tile, sources: Sources<'_, R>, y: &mut [R]) {
        let (inner, stride) = (self.block.inner, self.width);
        let columns = stride.min(inner - tile.column);

        // The rows of each step, as indices of the whole axis.
        let global = |row: usize| (self.held.own.start + row).cast_signed();
        let outputs = global(tile.rows.start)..global(tile.rows.end);
        let Read { input: needed, banded: read, sums } = self.steps.reads(&outputs);

        self.held.pack(&mut self.scratch.packed, [stride, inner], &needed, tile, sources);
        let Scratch { packed, banded, summed } = &mut self.scratch;
        let mut input = (&packed[..], needed.start);
        if let Some(band) = &self.before {
            apply_with_zeros(band, &read, self.steps.total, input, banded);
            input = (&banded[..], read.start);
        }
        let from = &input.0[(read.start - input.1).unsigned_abs() * stride..];
        let Correlation { re, im, .. } = &self.steps.correlation;
        let y = &mut y[self.block.rows(tile.outer, tile.rows.clone())][tile.column..];
        let length = (sums.end - sums.start).unsigned_abs() * stride;
        match (&mut self.transforms, &self.after) {
            (None, None) if stride == inner => return correlate(put, y, from, stride, re, im),
            (None, None) => {
                for (row, y) in y.chunks_mut(inner).enumerate() {
                    correlate(put, &mut y[..columns], &from[row * stride..], stride, re, im);
                }
                return;
            }
            (None, Some(_)) => correlate(Set, &mut summed[..length], from, stride, re, im),
            (Some(transforms), _) => transforms.correlate(&mut summed[..length], from, stride, columns),
        }
        if let Some(band) = &self.after {
            return band.apply(put, outputs, (&*summed, sums.start), y, inner, columns);
        }
        let summed = summed[(outputs.start - sums.start).unsigned_abs() * stride..].chunks(stride);
        for (y, sums) in y.chunks_mut(inner).zip(summed) {
            put.all(&mut y[..columns], &sums[..columns]);
        }
    }
}

/// Rows, and as many beside them as the band reads.
fn widened(rows: &Range<isize>, band: Option<&Band>) -> Range<isize> {
    let reach = band.map_or(0, |band| band.width().cast_signed());
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
