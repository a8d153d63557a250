//! Long stencils along one axis: convolutions, also with a derivative before or after.
//!
//! The rows that some output rows need (the block's, ghosts, and zeros outside the array) are
//! packed into a scratch that stays in cache, some columns at a time. There every output is the same
//! sum over all taps: no ends to look after, the same arithmetic wherever the cut falls.

use super::{
    band::Band,
    kernels::{OWN, Place, Set, Stretches, Term, Write, combine, correlate},
};
use crate::{
    Layout, Real, Result, Scalar,
    array::{Faces, Halo},
    comm::{reals_of, reals_of_mut},
};
use num_traits::Zero;
use std::ops::Range;

/// `yᵢ = Σₜ cₜ xᵢ₊₀₊ₜ` with o the first offset: weights as real and imaginary parts, these empty where
/// all are real.
#[derive(Clone, Debug)]
pub(super) struct Correlation<R> {
    pub(super) first: isize,
    pub(super) re: Vec<R>,
    pub(super) im: Vec<R>,
}

impl<R: Real> Correlation<R> {
    /// `yᵢ = Σₖ hₖ xᵢ₋ₖ₊ₒ` with o the offset.
    pub(super) fn convolution<T: Scalar<Real = R>>(filter: &[T], offset: usize) -> Self {
        let reversed = || filter.iter().rev();
        Self {
            first: offset.cast_signed() - (filter.len() - 1).cast_signed(),
            re: reversed().map(|h| h.re()).collect(),
            im: if filter.iter().all(|h| h.im() == R::zero()) { vec![] } else { reversed().map(|h| h.im()).collect() },
        }
    }

    /// The adjoint: taps in reverse order, conjugated.
    pub(super) fn adjoint(&self) -> Self {
        Self {
            first: -self.last(),
            re: self.re.iter().rev().copied().collect(),
            im: self.im.iter().rev().map(|&im| -im).collect(),
        }
    }

    /// The last offset.
    fn last(&self) -> isize {
        self.first + (self.re.len() - 1).cast_signed()
    }
}

/// One direction of an operator: a band, a correlation, a band; either band may be missing.
pub(super) struct Lines<T: Scalar> {
    before: Option<Rows<T::Real>>,
    correlation: Correlation<T::Real>,
    after: Option<Rows<T::Real>>,
    /// Always there, but while it is used.
    pub(super) halo: Option<Halo<T>>,
    outer: usize,
    /// Rows of the whole axis, this rank's, and how many ghosts it has in front and behind.
    total: usize,
    own: Range<usize>,
    front: usize,
    back: usize,
    /// How far an output row reads, in front of itself and behind.
    taps_reach: (usize, usize),
    /// Reals a row, and how many of them are worked on at a time.
    inner: usize,
    width: usize,
    /// Output rows worked on at a time.
    chunk: usize,
    scratch: Scratch<T::Real>,
}

/// Rows as they came, after the first band, after the correlation.
struct Scratch<R> {
    packed: Vec<R>,
    banded: Vec<R>,
    summed: Vec<R>,
}

/// Reals of a row worked on at a time, where rows are longer: 81 such rows fit into the nearest cache.
const WIDTH: usize = 64;
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
        let own = layout.rows_of(axis)?[layout.comm().rank()].clone();
        let shape = layout.local_shape();
        let total = layout.shape()[axis];
        let inner = shape[axis + 1..].iter().product::<usize>() * if T::IS_COMPLEX { 2 } else { 1 };
        let width = inner.clamp(1, WIDTH);
        let taps = correlation.re.len();
        let chunk = (4 * taps).max(16384 / width).min(shape[axis]);
        let reach = |band: &Option<Band>| band.as_ref().map_or(0, Band::width).cast_signed();
        let beyond = reach(&before) + reach(&after);
        let (low, high) = (correlation.first - beyond, correlation.last() + beyond);
        let taps_reach = (low.min(0).unsigned_abs(), high.max(0).unsigned_abs());
        let reach = move |rows: Range<usize>| {
            if rows.is_empty() { (0, 0) } else { (taps_reach.0.min(rows.start), taps_reach.1.min(total - rows.end)) }
        };
        let halo = Halo::faces(layout, &[Faces { axis, member: 0, reach: Box::new(reach) }])?;
        let (front, back) = reach(own.clone());
        let room = |used: bool, rows: usize| vec![T::Real::zero(); if used { rows * width + SLACK } else { 0 }];
        let rows = chunk + taps + 2 * beyond.unsigned_abs();
        let scratch = Scratch {
            packed: room(true, rows),
            banded: room(before.is_some(), rows),
            summed: room(after.is_some(), rows),
        };
        Ok(Self {
            before: before.map(|band| Rows::new(band, width)),
            correlation,
            after: after.map(|band| Rows::new(band, width)),
            halo: Some(halo),
            outer: shape[..axis].iter().product(),
            total,
            own,
            front,
            back,
            taps_reach,
            inner,
            width,
            chunk,
            scratch,
        })
    }

    /// Writes all rows: those that need no ghost while the ghosts fly, then the rest.
    pub(super) fn run<W: Write<T::Real>>(&mut self, write: W, x: &[T], y: &mut [T]) {
        let (own, y) = (reals_of(x), reals_of_mut(y));
        let n = self.own.len();
        // Where there are ghosts at all, rows read as far into them as the taps go.
        let (low, high) = self.taps_reach;
        let start = if self.front > 0 { low.min(n) } else { 0 };
        let end = if self.back > 0 { n.saturating_sub(high) } else { n };
        let inside = start..end.max(start);
        let Some(mut halo) = self.halo.take() else { return };
        let behind = halo.start(1);
        let ghosts = halo.overlap(x, || self.rows(write, inside.clone(), [own, &[], &[]], y));
        let (front, back) = ghosts.split_at(behind);
        let sources = [own, reals_of(front), reals_of(back)];
        self.rows(write, 0..inside.start, sources, y);
        self.rows(write, inside.end..n, sources, y);
        self.halo = Some(halo);
    }

    fn rows<W: Write<T::Real>>(&mut self, write: W, rows: Range<usize>, sources: [&[T::Real]; 3], y: &mut [T::Real]) {
        if self.inner == 0 {
            return;
        }
        for outer in 0..self.outer {
            for start in rows.clone().step_by(self.chunk.max(1)) {
                let rows = start..rows.end.min(start + self.chunk);
                for column in (0..self.inner).step_by(self.width) {
                    self.tile(write, outer, rows.clone(), column, sources, y);
                }
            }
        }
    }

    /// Some rows, some columns.
    fn tile<W: Write<T::Real>>(
        &mut self,
        write: W,
        outer: usize,
        rows: Range<usize>,
        column: usize,
        sources: [&[T::Real]; 3],
        y: &mut [T::Real],
    ) {
        let (n, inner, stride) = (self.own.len(), self.inner, self.width);
        let columns = stride.min(inner - column);
        let global = |row: usize| (self.own.start + row).cast_signed();
        let widen = |range: Range<isize>, by: &Option<Rows<T::Real>>| {
            let by = by.as_ref().map_or(0, |rows| rows.reach);
            range.start - by..range.end + by
        };
        let Scratch { packed, banded, summed } = &mut self.scratch;

        // The rows of each step, as indices of the whole axis.
        let outputs = global(rows.start)..global(rows.end);
        let sums = widen(outputs.clone(), &self.after);
        let read = sums.start + self.correlation.first..sums.end + self.correlation.last();
        let needed = widen(read.clone(), &self.before);

        // Zeros, ghosts, own rows, ghosts, zeros.
        let local = |row: isize| row - self.own.start.cast_signed();
        let bounds = [-self.front.cast_signed(), 0, n.cast_signed(), (n + self.back).cast_signed()];
        let of_rows = [None, Some((0, self.front)), Some((1, n)), Some((2, self.back)), None];
        let mut from = local(needed.start);
        for (part, rows) in of_rows.into_iter().enumerate() {
            let to = bounds.get(part).map_or(local(needed.end), |&bound| bound.clamp(from, local(needed.end)));
            let into = (from - local(needed.start)).unsigned_abs() * stride;
            let into = &mut packed[into..into + (to - from).unsigned_abs() * stride];
            match rows {
                None => into.fill(T::Real::zero()),
                Some((source, rows)) if from < to => {
                    let source = [sources[1], sources[0], sources[2]][source];
                    let first = outer * rows + (from - bounds[part - 1]).unsigned_abs();
                    copy_rows(&source[first * inner + column..], inner, into, stride, columns);
                }
                Some(_) => {}
            }
            from = to;
        }
        let mut input = (&packed[..], needed.start);
        if let Some(band) = &self.before {
            let of_array = |row: isize| row.clamp(0, self.total.cast_signed()).clamp(read.start, read.end);
            let inside = of_array(read.start)..of_array(read.end);
            let at = |row: isize| (row - read.start).unsigned_abs() * stride;
            banded[..at(inside.start)].fill(T::Real::zero());
            band.apply(Set, inside.clone(), input, &mut banded[at(inside.start)..at(inside.end)], stride, stride);
            banded[at(inside.end)..at(read.end)].fill(T::Real::zero());
            input = (&banded[..], read.start);
        }
        let first = (outer * n + rows.start) * inner + column;
        let y = &mut y[first..][..(rows.len() - 1) * inner + columns];
        let from = &input.0[(read.start - input.1).unsigned_abs() * stride..];
        match &self.after {
            None if stride == inner => correlate(write, y, from, stride, &self.correlation.re, &self.correlation.im),
            None => {
                for (row, y) in y.chunks_mut(inner).enumerate() {
                    let from = &from[row * stride..];
                    correlate(write, &mut y[..columns], from, stride, &self.correlation.re, &self.correlation.im);
                }
            }
            Some(band) => {
                let length = sums.clone().count() * stride;
                correlate(Set, &mut summed[..length], from, stride, &self.correlation.re, &self.correlation.im);
                band.apply(write, outputs, (&*summed, sums.start), y, inner, columns);
            }
        }
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

/// A band whose rows lie a stride apart.
struct Rows<R> {
    band: Band,
    terms: Vec<Term<R>>,
    /// Where the terms of the first rows, of those alike, and of the last rows start and end.
    lists: Vec<Range<usize>>,
    stride: usize,
    reach: isize,
}

impl<R: Real> Rows<R> {
    fn new(band: Band, stride: usize) -> Self {
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
        let reach = band.width().cast_signed();
        Self { band, terms, lists, stride, reach }
    }

    /// Rows of the product; `input` is some rows and the index of the first.
    fn apply<W: Write<R>>(
        &self,
        write: W,
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
                write,
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
