//! Convolutions whose filter changes from row to row, `yᵢ = Σₜ wᵢₜ xᵢ₋ᵣ₊ₜ`.
//!
//! Rows are packed as those of long stencils are, and the weights of some output rows are laid out beside them. Where
//! rows are long, each of them is a [correlation](correlate) with its own weights; where they are short, weights are
//! repeated for each of a row's numbers, so that rows are summed [side by side](weigh). Both add terms in one order.

use super::{
    bank::Bank,
    both_ways::{BothWays, Pass},
    correlate::{sums_at_once, term_by_term},
    kernels::PutReals,
    packing::{Held, Sources, Tile, while_ghosts_come},
    weigh::{Weights, weigh},
};
use crate::array::Halo;
use crate::error::Result;
use crate::layout::{AlongAxis, Layout};
use crate::numbers::{Real, Scalar, reals_of_mut};
use crate::operators::{Kernels, Operator};
use ndarray::ArrayView2;
use std::{ops::Range, rc::Rc};

/// The filters, their places along an axis, and that axis.
pub(in super::super) struct Varying<'a, T> {
    pub(in super::super) filters: ArrayView2<'a, T>,
    pub(in super::super) positions: &'a [usize],
    pub(in super::super) axis: usize,
}

impl<T: Scalar> Varying<'_, T> {
    pub(in super::super) fn on(&self, layout: &Layout, name: String) -> Result<Operator<T>> {
        let &Self { filters, positions, axis } = self;
        let values: Vec<_> = filters.iter().collect(); // a matrix leaves out some in print
        let told = format_args!("{name}, {values:?} at {positions:?}, {layout:#}");
        let _operation = layout.comm().operation("Operator::on", told);
        let bank = Rc::new(Bank::new(filters, positions, layout, axis)?);
        let forward = VaryingLines::new(layout, axis, bank.clone(), Direction::Forward)?; //  y ← A x
        let adjoint = VaryingLines::new(layout, axis, bank.clone(), Direction::Adjoint)?; // x ← Aᴴ y
        Ok(BothWays::new(name, forward, adjoint).between(layout, layout))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    /// Row i gets what the filters around it spread there: `wᵢₜ = hⱼ[2r − t]` with j = i − r + t.
    Forward,
    /// Row i gathers by its own filter: `wᵢₜ` is the conjugate of `hᵢ[t]`.
    Adjoint,
}

/// One direction of an operator.
struct VaryingLines<T: Scalar> {
    halo: Halo<T>,
    /// The rows, counted from this rank's first, that need no ghosts.
    inside: Range<usize>,
    tiles: Tiles<T>,
}

/// Output rows, some at a time, some of their columns.
struct Tiles<T: Scalar> {
    bank: Rc<Bank<T>>,
    direction: Direction,
    held: Held,
    /// What is written, in reals.
    block: AlongAxis,
    /// Columns worked on at a time, and output rows.
    width: usize,
    chunk: usize,
    /// How often a weight stands beside itself: for each real of a row, or once.
    repeated: usize,
    packed: Vec<T::Real>,
    /// The weights of a chunk, tap after tap; imaginary parts only where there are some.
    re: Vec<T::Real>,
    im: Vec<T::Real>,
    /// The weights of a row.
    row: [Vec<T::Real>; 2],
}

/// Reals of a row from which on rows are summed one by one.
const LONG_ROW: usize = 16;
/// Weights kept of a chunk of rows: they stay in the second cache.
const WEIGHTS: usize = 16384;
/// Reals after the end of what is packed that a block of sums may read in vain.
const SLACK: usize = 128;

impl<T: Scalar> VaryingLines<T> {
    fn new(layout: &Layout, axis: usize, bank: Rc<Bank<T>>, direction: Direction) -> Result<Self> {
        let (taps, radius) = (bank.length(), bank.length() / 2);
        let halo = Halo::along(layout, axis, radius, radius)?;
        let (own, total) = (layout.rows_of(axis, layout.comm().rank()), layout.shape()[axis]);
        let n = own.len();
        let (front, back) = if n == 0 { (0, 0) } else { (radius.min(own.start), radius.min(total - own.end)) };
        let start = if front == 0 { 0 } else { radius.min(n) };
        let end = if back == 0 { n } else { n.saturating_sub(radius).max(start) };

        let reals = if T::IS_COMPLEX { 2 } else { 1 };
        let block = AlongAxis::new(&layout.local_shape(), axis).in_parts(reals);
        let (is_complex, is_long) = (bank.is_complex(), block.inner >= LONG_ROW);
        let (width, repeated) = match block.inner {
            inner if is_long => (inner.min(sums_at_once::<T::Real>(is_complex)), 1),
            inner => (inner, inner),
        };
        let chunk = (WEIGHTS / (taps * repeated.max(1))).max(16).min(n);
        let room = |used: bool, reals: usize| vec![T::Real::from_f64(0.0); if used { reals } else { 0 }];
        let weights = |used| room(used, taps * chunk * repeated);
        let tiles = Tiles {
            packed: room(block.inner > 0, (chunk + taps) * width + SLACK),
            re: weights(true),
            im: weights(is_complex),
            row: [room(is_long, taps), room(is_long && is_complex, taps)],
            held: Held { own, front, back },
            bank,
            direction,
            block,
            width,
            chunk,
            repeated,
        };
        Ok(Self { halo, inside: start..end, tiles })
    }
}

impl<T: Scalar> Tiles<T> {
    /// Puts these rows, counted from the first that there is, of all slabs.
    fn rows<P: PutReals<T::Real>>(
        &mut self,
        put: P,
        rows: Range<usize>,
        sources: Sources<'_, T::Real>,
        y: &mut [T::Real],
    ) {
        let AlongAxis { outer, inner, .. } = self.block;
        if outer * inner == 0 {
            return;
        }
        let mut start = rows.start;
        while start < rows.end {
            let rows = start..rows.end.min(start + self.chunk);
            self.fill(&rows);
            for outer in 0..outer {
                for column in (0..inner).step_by(self.width) {
                    self.tile(put, &Tile { outer, rows: rows.clone(), column }, sources, y);
                }
            }
            start = rows.end;
        }
    }

    /// Lays out the weights of some rows.
    fn fill(&mut self, rows: &Range<usize>) {
        let (taps, repeated) = (self.bank.length(), self.repeated);
        let first = (self.held.own.start + rows.start).cast_signed();
        let of_tap = rows.len() * repeated;
        for t in 0..taps {
            let (k, from) = match self.direction {
                Direction::Forward => (taps - 1 - t, first + (t.cast_signed() - (taps / 2).cast_signed())),
                Direction::Adjoint => (t, first),
            };
            let conjugated = self.direction == Direction::Adjoint;
            let re = &mut self.re[t * of_tap..][..of_tap];
            let im = if self.im.is_empty() { &mut [][..] } else { &mut self.im[t * of_tap..][..of_tap] };
            let mut at = 0;
            self.bank.sample(k, from..from + rows.len().cast_signed(), |number, value| {
                let value = if conjugated { value.conj() } else { value };
                let places = at..at + number * repeated;
                re[places.clone()].fill(value.re());
                if !im.is_empty() {
                    im[places.clone()].fill(value.im());
                }
                at = places.end;
            });
        }
    }

    fn tile<P: PutReals<T::Real>>(&mut self, put: P, tile: &Tile, sources: Sources<'_, T::Real>, y: &mut [T::Real]) {
        let (inner, stride, taps) = (self.block.inner, self.width, self.bank.length());
        let Tile { outer, rows, column } = tile;
        let columns = stride.min(inner - column);
        let (first, radius) = ((self.held.own.start + rows.start).cast_signed(), (taps / 2).cast_signed());
        let needed = first - radius..first + rows.len().cast_signed() + radius;
        self.held.pack(&mut self.packed, [stride, inner], &needed, tile, sources);

        let y = &mut y[self.block.rows(*outer, rows.clone())];
        if inner < LONG_ROW {
            let weights = Weights { re: &self.re, im: &self.im, taps, step: y.len() };
            return weigh(put, y, &self.packed, stride, weights);
        }
        for (row, y) in y.chunks_exact_mut(inner).enumerate() {
            for (weights, of_row) in [&self.re, &self.im].into_iter().zip(&mut self.row) {
                let of_taps = weights.iter().skip(row).step_by(rows.len());
                of_row.iter_mut().zip(of_taps).for_each(|(to, from)| *to = *from);
            }
            let [re, im] = &self.row;
            term_by_term(put, &mut y[*column..][..columns], &self.packed[row * stride..], stride, re, im);
        }
    }
}

impl<T: Scalar> Pass<T> for VaryingLines<T> {
    fn run<P: PutReals<T::Real>>(&mut self, put: P, x: &[T], y: &mut [T]) {
        let (y, Self { tiles, inside, halo }) = (reals_of_mut(y), self);
        let parts = [inside.clone(), 0..tiles.block.n];
        while_ghosts_come(halo, x, parts, |rows, sources| tiles.rows(put, rows, sources, y));
    }

    fn halo(&self) -> &Halo<T> {
        &self.halo
    }

    fn scratch(&self) -> usize {
        let Tiles { bank, direction, packed, re, im, row, .. } = &self.tiles;
        // Both directions have the same bank.
        let of_bank = if *direction == Direction::Forward { bank.bytes() } else { 0 };
        let rooms = [packed, re, im, &row[0], &row[1]];
        rooms.iter().map(|room| size_of_val(&room[..])).sum::<usize>() + of_bank
    }
}
