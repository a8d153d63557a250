//! Convolutions over several axes with filters that change along them.
//!
//! For a row of outputs and each row that it reads, the filters are interpolated along all axes but the last; along that
//! one the sums do so, [number by number](super::blend).

use super::bank_nd::BankND;
use super::blend::{Cell, Line, gather, spread};
use super::both_ways::BothWays;
use super::patches::{Patches, SLACK, Sums, Tile, next};
use super::surroundings::Surroundings;
use crate::error::Result;
use crate::layout::{Layout, Margin};
use crate::numbers::{Real, Scalar};
use crate::operators::{Kernels, Operator};
use ndarray::ArrayViewD;
use std::{ops::Range, rc::Rc};

/// The filters (numbers of them along each axis, lengths along each), their places along each axis, and the axes.
pub(in super::super) struct VaryingND<'a, T> {
    pub(in super::super) filters: ArrayViewD<'a, T>,
    pub(in super::super) positions: &'a [Vec<usize>],
    pub(in super::super) axes: &'a [usize],
}

impl<T: Scalar> VaryingND<'_, T> {
    pub(in super::super) fn on(&self, layout: &Layout, name: String) -> Result<Operator<T>> {
        let &Self { ref filters, positions, axes } = self;
        let values: Vec<_> = filters.iter().collect(); // an array leaves out some in print
        let told = format_args!("{name}, {values:?} of {:?} at {positions:?}, {layout:#}", filters.shape());
        let _operation = layout.comm().operation("Operator::on", told);
        let bank = Rc::new(BankND::new(filters, positions, axes, layout)?);
        let margin = |of: &super::bank_nd::BankAxis| Margin {
            axis: of.axis,
            before: of.taps / 2,
            behind: of.taps / 2,
            block: 1,
        };
        let margins: Vec<_> = bank.axes.iter().map(margin).collect();
        let direction = |is_adjoint| {
            Patches::<T, _>::new(layout, &margins, |around, most| Blended::new(bank.clone(), is_adjoint, around, most))
        };
        Ok(BothWays::new(name, direction(false)?, direction(true)?).between(layout, layout))
    }
}

/// The sums of one direction: forward, rows are spread out by their filters; the adjoint gathers by them.
struct Blended<R> {
    bank: Rc<BankND<R>>,
    is_adjoint: bool,
    /// The dimensions of the filters.
    dims: Vec<usize>,
    /// Along the last axis: how weights change over what a tile has of it.
    cells: Vec<Cell>,
    fractions: Vec<R>,
    /// The interpolated filters of a row.
    re: Vec<R>,
    im: Vec<R>,
    /// The sums with imaginary parts.
    by_im: Vec<R>,
    /// Where a row of outputs is along all dimensions but the last two; which taps it meets along the filters' axes but
    /// the last; the places of these among the filters.
    row: Vec<usize>,
    tap: Vec<usize>,
    places: Vec<(usize, f64)>,
}

impl<R: Real> Blended<R> {
    fn new(bank: Rc<BankND<R>>, is_adjoint: bool, around: &Surroundings, most: &[usize]) -> Self {
        let dims: Vec<_> = (0..around.dims.len()).filter(|&k| around.dims[k].is_filtered).collect();
        let (last, taps) = (dims[dims.len() - 1], bank.axes[dims.len() - 1].taps);
        let rows = most[last] + taps - 1;
        let number = bank.axes[dims.len() - 1].number().min(rows + 1);
        let room = |used: bool, n: usize| vec![R::zero(); if used { n } else { 0 }];
        let has = around.len() > 0;
        let in_tile: usize = around.dims.iter().zip(most).map(|(dim, most)| most + dim.before + dim.behind).product();
        Self {
            is_adjoint,
            cells: Vec::with_capacity(number + 2),
            fractions: room(has, rows * most[last + 1]),
            re: room(has, number * taps),
            im: room(has && bank.is_complex(), number * taps),
            by_im: room(has && bank.is_complex(), in_tile + SLACK),
            row: vec![0; last],
            tap: vec![0; dims.len() - 1],
            places: vec![(0, 0.0); dims.len() - 1],
            dims,
            bank,
        }
    }

    /// How weights change over these rows of the last axis, some of which may be outside it, and which filters they are
    /// of: the first and the number of them.
    fn lay_out(&mut self, rows: &Range<isize>, columns: usize) -> Range<usize> {
        let axis = &self.bank.axes[self.dims.len() - 1];
        let total = axis.total.cast_signed();
        let (start, end) = (rows.start.clamp(0, total).unsigned_abs(), rows.end.clamp(0, total).unsigned_abs());
        let reals = |row: usize| (row.cast_signed() - rows.start).unsigned_abs() * columns;
        let first = axis.place(start.min(axis.total - 1)).0;
        let (mut row, mut beyond) = (start, first + 1);
        self.cells.clear();
        while row < end {
            let (changes, next) = axis.end_of(row);
            let next = next.min(end);
            let filter = axis.place(row).0;
            self.cells.push(Cell { reals: reals(row)..reals(next), filter: filter - first, changes });
            beyond = filter + 1 + usize::from(changes);
            if changes {
                for row in row..next {
                    self.fractions[reals(row)..reals(row + 1)].fill(R::from_f64(axis.place(row).1));
                }
            }
            row = next;
        }
        first..beyond
    }
}

impl<R: Real> Sums<R> for Blended<R> {
    fn sum(&mut self, tile: &Tile, x: &[R], sums: &mut [R]) {
        let last = self.dims[self.dims.len() - 1];
        let (columns, taps) = (tile.len(last + 1), self.bank.axes[self.dims.len() - 1].taps);
        let filters = self.lay_out(if self.is_adjoint { &tile.outputs[last] } else { &tile.read[last] }, columns);
        let bank = self.bank.clone();
        let number = filters.len() * taps;
        let line = tile.len(last) * columns;
        self.row.fill(0);
        loop {
            let at: usize = self.row.iter().zip(&tile.strides).map(|(row, stride)| row * stride).sum();
            sums[at..at + line].fill(R::zero());
            if bank.is_complex() {
                self.by_im[at..at + line].fill(R::zero());
            }
            self.tap.fill(0);
            loop {
                if let Some((from, tap)) = self.meet(tile, at) {
                    let Self { re, im, cells, fractions, by_im, places, .. } = self;
                    let im_number = if im.is_empty() { 0 } else { number };
                    let of_tap = tap * taps;
                    bank.interpolate(places, filters.start, of_tap, taps, [&mut re[..number], &mut im[..im_number]]);
                    if self.is_adjoint {
                        for im in im.iter_mut() {
                            *im = -*im;
                        }
                    }
                    let of_line = |weights| Line { cells, fractions, weights, taps, step: columns };
                    let x = &x[from..];
                    let mut both = [(&*re, &mut *sums), (&*im, &mut by_im[..])];
                    for (weights, sums) in both.iter_mut().filter(|(weights, _)| !weights.is_empty()) {
                        let sums = &mut sums[at..at + line];
                        if self.is_adjoint {
                            gather(sums, x, of_line(weights));
                        } else {
                            spread(sums, x, (taps - 1) * columns, of_line(weights));
                        }
                    }
                }
                if !next(&mut self.tap, |k| bank.axes[k].taps) {
                    break;
                }
            }
            if bank.is_complex() {
                join(&mut sums[at..at + line], &self.by_im[at..at + line]);
            }
            if !next(&mut self.row, |k| tile.len(k)) {
                return;
            }
        }
    }

    fn bytes(&self) -> usize {
        let of_bank = if self.is_adjoint { 0 } else { self.bank.bytes() }; // both directions have the same
        let rooms = [&self.fractions, &self.re, &self.im, &self.by_im];
        rooms.iter().map(|room| size_of_val(&room[..])).sum::<usize>() + of_bank
    }
}

impl<R: Real> Blended<R> {
    /// Where the row that the taps meet begins in what the tile reads, and the number of their first sample; `None` if the
    /// row is outside the array.
    fn meet(&mut self, tile: &Tile, at: usize) -> Option<(usize, usize)> {
        let (mut from, mut tap) = (at, 0);
        for (k, &dim) in self.dims[..self.dims.len() - 1].iter().enumerate() {
            let (axis, here) = (&self.bank.axes[k], self.tap[k]);
            let output = tile.outputs[dim].start + self.row[dim].cast_signed();
            let read = output + here.cast_signed() - (axis.taps / 2).cast_signed();
            if read < 0 || read >= axis.total.cast_signed() {
                return None;
            }
            // What is read is spread to the output by the tap opposite to that by which the output would gather it.
            let (own, sample) = if self.is_adjoint { (output, here) } else { (read, axis.taps - 1 - here) };
            self.places[k] = axis.place(own.unsigned_abs());
            from += here * tile.strides[dim];
            tap = tap * axis.taps + sample;
        }
        Some((from, tap))
    }
}

/// `(a + ib)(u + iv) = (au − bv) + i(av + bu)`, of sums with a and with b.
fn join<R: Real>(by_re: &mut [R], by_im: &[R]) {
    for (s, by_im) in by_re.chunks_exact_mut(2).zip(by_im.chunks_exact(2)) {
        (s[0], s[1]) = (s[0] - by_im[1], s[1] + by_im[0]);
    }
}
