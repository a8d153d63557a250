//! Sweeps that read a row and write it.

use super::rows::{Rows, RowsMut};
use super::tile::{Reach, Tile};
use super::{AnySweep, Putting, Sweep};
use crate::numbers::Scalar;
use std::ops::Range;

/// The identity: so many members, as they are.
pub(in crate::operators) struct Copied(usize);

impl Copied {
    pub(in crate::operators) fn of<T: Scalar>(members: usize) -> AnySweep<T, T> {
        Box::new(Self(members))
    }
}

impl<T: Scalar> Sweep<T, T> for Copied {
    fn reach(&self) -> Reach {
        Reach::default()
    }

    fn reads(&self, rows: Range<usize>) -> Range<usize> {
        rows
    }

    fn members(&self) -> [usize; 2] {
        [self.0; 2]
    }

    fn prepare(&mut self, _: usize, _: usize) {}

    fn start(&mut self) {}

    fn multiplications(&self) -> usize {
        0
    }

    fn advance(&mut self, put: Putting<T>, tile: &Tile, input: Rows<'_, T>, output: &mut RowsMut<'_, T>) {
        for member in 0..self.0 {
            for row in tile.rows.clone() {
                let lines = || tile.lines.clone();
                put.all(output.lines(member, row, lines()), input.lines(member, row, lines())); // y ← x
            }
        }
    }
}
