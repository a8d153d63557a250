//! Long stencils along another axis than the first, by rows.

use super::kernels::{AddPairs, PutReals};
use super::lines::{Steps, Tiles};
use super::packing::{Held, Sources};
use crate::Complex;
use crate::layout::AlongAxis;
use crate::numbers::{Real, Scalar, reals_of, reals_of_mut};
use crate::operators::by_rows::{AnySweep, Putting, Reach, Rows, RowsMut, Slab, Sweep, Tile};
use crate::operators::{Add, Set};
use num_traits::Zero;
use std::ops::Range;

/// One direction of an operator on rows of the first axis, each by itself.
pub(super) struct LinesSweep<R: Real> {
    tiles: Tiles<R>,
    axis: Axis,
    multiplications: usize,
}

/// Where the operator's axis is.
enum Axis {
    /// It is that of the lines; how far an output line reads, in front of itself and behind, of so many.
    OfLines { reach: (usize, usize), lines: usize },
    /// It lies within a line, of which these are so many slabs and all the rows.
    WithinLines { slabs: usize, rows: usize },
}

impl<R: Real> LinesSweep<R> {
    /// `None` along the first axis: rings as long as a wavelet would not stay in cache.
    pub(super) fn of<T: Scalar<Real = R>>(
        slab: &Slab,
        shape: &[usize],
        axis: usize,
        steps: &Steps<R>,
    ) -> Option<AnySweep<T, T>> {
        if axis == 0 {
            return None;
        }
        let reals = if T::IS_COMPLEX { 2 } else { 1 };
        let total = shape[axis];
        let (axis, block) = if slab.lines > 1 && axis == 1 {
            let block = AlongAxis { outer: 1, n: total, inner: slab.line * reals };
            (Axis::OfLines { reach: steps.reach(), lines: total }, block)
        } else {
            let first_within = if shape.len() > 2 { 2 } else { 1 };
            let block = AlongAxis::new(&shape[first_within..], axis - first_within).in_parts(reals);
            (Axis::WithinLines { slabs: block.outer, rows: total }, block)
        };
        let tiles = Tiles::new(steps, block, reals, Held { own: 0..total, front: 0, back: 0 });
        Some(Box::new(Self { tiles, axis, multiplications: steps.multiplications() }))
    }

    fn write<T: Scalar<Real = R>, P: PutReals<R>>(
        &mut self,
        put: P,
        tile: &Tile,
        input: Rows<'_, T>,
        output: &mut RowsMut<'_, T>,
    ) {
        let lines = &tile.lines;
        for row in tile.rows.clone() {
            let y = reals_of_mut(output.lines(0, row, lines.clone()));
            match self.axis {
                Axis::WithinLines { slabs, rows } => {
                    let x = reals_of(input.lines(0, row, lines.clone()));
                    self.tiles.turn_to(lines.len() * slabs, Held { own: 0..rows, front: 0, back: 0 });
                    self.tiles.rows(put, 0..rows, Sources { front: &[], own: x, back: &[] }, y);
                }
                Axis::OfLines { reach, lines: all } => {
                    let (first, end) = (lines.start.saturating_sub(reach.0), (lines.end + reach.1).min(all));
                    let held = Held { own: lines.clone(), front: lines.start - first, back: end - lines.end };
                    let x = reals_of(input.lines(0, row, first..end));
                    let line = x.len() / (end - first).max(1);
                    let (front, rest) = x.split_at(held.front * line);
                    let (own, back) = rest.split_at(lines.len() * line);
                    self.tiles.turn_to(1, held);
                    self.tiles.rows(put, 0..lines.len(), Sources { front, own, back }, y);
                }
            }
        }
    }
}

impl<T: Scalar> Sweep<T, T> for LinesSweep<T::Real> {
    fn reach(&self) -> Reach {
        match self.axis {
            Axis::OfLines { reach, .. } => Reach { lines: reach.0.max(reach.1), ..Reach::default() },
            Axis::WithinLines { .. } => Reach::default(),
        }
    }

    fn reads(&self, rows: Range<usize>) -> Range<usize> {
        rows
    }

    fn members(&self) -> [usize; 2] {
        [1, 1]
    }

    fn prepare(&mut self, _: usize, _: usize) {}

    fn start(&mut self) {}

    fn advance(&mut self, put: Putting<T>, tile: &Tile, input: Rows<'_, T>, output: &mut RowsMut<'_, T>) {
        match put {
            Putting::Set => self.write(Set, tile, input, output),
            Putting::Add(alpha) if alpha.im().is_zero() => self.write(Add(alpha.re()), tile, input, output),
            Putting::Add(alpha) => self.write(AddPairs(Complex::new(alpha.re(), alpha.im())), tile, input, output),
        }
    }

    fn multiplications(&self) -> usize {
        self.multiplications
    }

    fn bytes(&self) -> usize {
        self.tiles.bytes()
    }
}
