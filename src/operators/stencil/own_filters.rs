//! Convolutions along an axis, each line with a filter of its own.
//!
//! Rows are packed as those of long stencils are, some columns at a time, and each column's filter is laid out beside them. Where rows are
//! short, several are [weighed](weigh) together, with the filters repeated.

use super::{
    both_ways::{BothWays, Pass},
    kernels::PutReals,
    packing::{Held, Sources, Tile, while_ghosts_come},
    weigh::{Weights, weigh},
};
use crate::array::Halo;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AlongAxis, Layout, Region, check_axis};
use crate::numbers::{Real, Scalar, reals_of_mut};
use crate::operators::{Kernels, Operator};
use ndarray::{ArrayViewD, Axis, Dimension};
use std::{ops::Range, rc::Rc};

/// Real filters of the lines along an axis.
pub(in super::super) struct OwnFilters<'a> {
    /// As long as the layout's other axes, in their order, or 1 where they are the same along one; their samples come last.
    pub(in super::super) filters: ArrayViewD<'a, f64>,
    pub(in super::super) offset: usize,
    pub(in super::super) axis: usize,
}

impl OwnFilters<'_> {
    pub(in super::super) fn on<T: Scalar>(&self, layout: &Layout, name: String) -> Result<Operator<T>> {
        let Self { filters, offset, axis } = self;
        let values: Vec<_> = filters.iter().collect(); // an array leaves out some in print
        let told = format_args!("{name}, {values:?} of {:?}, offset {offset}, {layout:#}", filters.shape());
        let _operation = layout.comm().operation("Operator::on", told);
        self.check(layout)?;
        let taps = filters.shape()[filters.ndim() - 1];
        let filters: Rc<[T::Real]> = self.of_this_rank::<T>(layout).into();
        let [forward, adjoint] = [[taps - 1 - offset, *offset], [*offset, taps - 1 - offset]];
        let way = |reach, reversed| OwnLines::<T>::new(layout, *axis, filters.clone(), reach, reversed);
        Ok(BothWays::new(name, way(forward, true)?, way(adjoint, false)?).between(layout, layout))
    }

    fn check(&self, layout: &Layout) -> Result<()> {
        let Self { filters, axis, .. } = self;
        if layout.chunks().is_some() {
            let what = "layout of convolutions with filters of lines";
            return Err(Error::expected(ErrorKind::Layout, what, "one without chunks", layout));
        }
        check_axis(layout.shape(), *axis)?;
        let mut of_lines = layout.shape().to_vec();
        of_lines.remove(*axis);
        let fits = |(filters, lines): (&usize, &usize)| filters == lines || *filters == 1;
        let shape = filters.shape();
        if shape.len() != of_lines.len() + 1 || !shape.iter().zip(&of_lines).all(fits) {
            let expected = format!("{of_lines:?}, or 1 in place of a length, and their samples behind");
            return Err(Error::expected(ErrorKind::Shape, "shape of filters", expected, format!("{shape:?}")));
        }
        if shape[of_lines.len()] == 0 {
            return Err(Error::expected(ErrorKind::Shape, "length of the filters", "at least 1", 0));
        }
        if let Some((at, value)) = filters.indexed_iter().find(|(_, value)| !value.is_finite()) {
            let what = format!("value {:?} of the filters", at.slice());
            return Err(Error::expected(ErrorKind::Parameter, what, "a finite number", value));
        }
        Ok(())
    }

    /// The filter of each of this rank's lines in their order.
    fn of_this_rank<T: Scalar>(&self, layout: &Layout) -> Vec<T::Real> {
        let mut sets = layout.regions(layout.comm().rank())[0].sets().to_vec();
        sets.remove(self.axis);
        let mut values = vec![];
        Region::new(sets).for_each_index(|line| {
            let mut filter = self.filters.view();
            for (&k, &length) in line.iter().zip(self.filters.shape()) {
                filter.index_axis_inplace(Axis(0), if length == 1 { 0 } else { k });
            }
            values.extend(filter.iter().map(|&h| T::Real::from_f64(h)));
        });
        values
    }
}

/// One direction of an operator.
struct OwnLines<T: Scalar> {
    halo: Halo<T>,
    /// The rows, counted from this rank's first, that need no ghosts.
    inside: Range<usize>,
    tiles: Tiles<T::Real>,
}

/// Output rows, some at a time, some of their columns.
struct Tiles<R: Real> {
    /// Line after line.
    filters: Rc<[R]>,
    taps: usize,
    /// Whether filters are gone through from their ends.
    reversed: bool,
    /// How many rows an output reads in front of its own.
    before: usize,
    held: Held,
    /// What is written, in reals, and how many an element has.
    block: AlongAxis,
    reals: usize,
    /// Columns worked on at a time, output rows, and of these how many are weighed together.
    width: usize,
    chunk: usize,
    together: usize,
    packed: Vec<R>,
    /// The filters of the columns, tap after tap, repeated for rows that are weighed together.
    weights: Vec<R>,
}

/// Reals that are weighed together at least, where there are as many.
const AT_ONCE: usize = 32;
/// Output rows of a tile.
const CHUNK: usize = 256;

impl<T: Scalar> OwnLines<T> {
    fn new(layout: &Layout, axis: usize, filters: Rc<[T::Real]>, reach: [usize; 2], reversed: bool) -> Result<Self> {
        let [before, after] = reach;
        let halo = Halo::along(layout, axis, before, after)?;
        let (own, total) = (layout.rows_of(axis, layout.comm().rank()), layout.shape()[axis]);
        let n = own.len();
        let (front, back) = if n == 0 { (0, 0) } else { (before.min(own.start), after.min(total - own.end)) };
        let start = if front == 0 { 0 } else { before.min(n) };
        let end = if back == 0 { n } else { n.saturating_sub(after).max(start) };

        let reals = if T::IS_COMPLEX { 2 } else { 1 };
        let block = AlongAxis::new(&layout.local_shape(), axis).in_parts(reals);
        let (width, taps, chunk) = (block.inner.min(AT_ONCE), before + 1 + after, CHUNK.min(n));
        let together = if width == block.inner { (AT_ONCE / width.max(1)).clamp(1, chunk.max(1)) } else { 1 };
        let room = |reals| vec![T::Real::from_f64(0.0); reals];
        let (packed, weights) = (room((chunk + taps) * width), room(taps * together * width));
        let held = Held { own, front, back };
        let tiles =
            Tiles { filters, taps, reversed, before, held, block, reals, width, chunk, together, packed, weights };
        Ok(Self { halo, inside: start..end, tiles })
    }
}

impl<R: Real> Tiles<R> {
    /// Puts these rows, counted from the first that there is, of all slabs.
    fn rows<P: PutReals<R>>(&mut self, put: P, rows: Range<usize>, sources: Sources<'_, R>, y: &mut [R]) {
        let AlongAxis { outer, inner, .. } = self.block;
        if inner == 0 || rows.is_empty() {
            return;
        }
        for outer in 0..outer {
            for column in (0..inner).step_by(self.width) {
                self.fill(outer, column);
                for start in rows.clone().step_by(self.chunk) {
                    let rows = start..rows.end.min(start + self.chunk);
                    self.tile(put, &Tile { outer, rows, column }, sources, y);
                }
            }
        }
    }

    /// Lays out the filters of some columns.
    fn fill(&mut self, outer: usize, column: usize) {
        let columns = self.width.min(self.block.inner - column);
        let lines = self.block.inner / self.reals;
        for (t, weights) in self.weights.chunks_exact_mut(self.together * self.width).enumerate() {
            let tap = if self.reversed { self.taps - 1 - t } else { t };
            for row in weights.chunks_exact_mut(self.width) {
                for (k, weight) in row[..columns].iter_mut().enumerate() {
                    let line = outer * lines + (column + k) / self.reals;
                    *weight = self.filters[line * self.taps + tap];
                }
            }
        }
    }

    fn tile<P: PutReals<R>>(&mut self, put: P, tile: &Tile, sources: Sources<'_, R>, y: &mut [R]) {
        let (inner, stride) = (self.block.inner, self.width);
        let Tile { outer, rows, column } = tile;
        let columns = stride.min(inner - column);
        let first = (self.held.own.start + rows.start).cast_signed() - self.before.cast_signed();
        let needed = first..first + (rows.len() + self.taps - 1).cast_signed();
        self.held.pack(&mut self.packed, [stride, inner], &needed, tile, sources);

        let y = &mut y[self.block.rows(*outer, rows.clone())];
        let weights = Weights { re: &self.weights, im: &[], taps: self.taps, step: self.together * stride };
        for (rows, y) in y.chunks_mut(self.together * inner).enumerate() {
            let packed = &self.packed[rows * self.together * stride..];
            let y = if columns < inner { &mut y[*column..][..columns] } else { y };
            weigh(put, y, packed, stride, weights);
        }
    }
}

impl<T: Scalar> Pass<T> for OwnLines<T> {
    fn run<P: PutReals<T::Real>>(&mut self, put: P, x: &[T], y: &mut [T]) {
        let (y, Self { tiles, inside, halo }) = (reals_of_mut(y), self);
        let parts = [inside.clone(), 0..tiles.block.n];
        while_ghosts_come(halo, x, parts, |rows, sources| tiles.rows(put, rows, sources, y));
    }

    fn halo(&self) -> &Halo<T> {
        &self.halo
    }

    fn scratch(&self) -> usize {
        let Tiles { filters, packed, weights, reversed, .. } = &self.tiles;
        // Both directions have the same filters.
        let of_filters = if *reversed { size_of_val(&filters[..]) } else { 0 };
        size_of_val(&packed[..]) + size_of_val(&weights[..]) + of_filters
    }
}
