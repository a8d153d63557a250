//! The rows between two steps.

use super::frame::Frame;
use super::rows::{Rows, RowsMut};
use super::tile::Reach;
use crate::numbers::Scalar;
use std::ops::Range;

/// The last few rows that a step has written, until the next step needs them no more.
#[derive(Debug)]
pub(super) struct Ring<T> {
    values: Vec<T>,
    members: usize,
    /// Elements of a line.
    line: usize,
    slots: usize,
    /// Lines that there is room for.
    room: usize,
    /// The rows written of this column of tiles.
    rows: Option<Range<usize>>,
}

impl<T: Scalar> Ring<T> {
    pub(super) fn new(members: usize, line: usize) -> Self {
        Self { values: vec![], members, line, slots: 0, room: 0, rows: None }
    }

    /// Takes memory for what is read to write so many rows and lines, and returns the lines of it.
    pub(super) fn prepare(&mut self, rows: usize, lines: usize, reach: Reach, most: usize) -> usize {
        self.slots = rows + reach.before + reach.after;
        self.room = lines.saturating_add(2 * reach.lines.min(most)).min(most);
        self.values = vec![T::zero(); self.members * self.slots * self.room * self.line];
        self.room
    }

    pub(super) fn start(&mut self) {
        self.rows = None;
    }

    /// Those of some rows that are still to be written, and from now on are.
    pub(super) fn missing(&mut self, needed: &Range<usize>) -> Range<usize> {
        let written = self.rows.get_or_insert(needed.start..needed.start);
        let missing = written.end.max(needed.start)..needed.end;
        written.end = written.end.max(needed.end);
        missing
    }

    /// The rows to be read, of a column of tiles with these lines.
    pub(super) fn rows(&self, lines: &Range<usize>) -> Rows<'_, T> {
        Rows::of(&self.values, self.frame(lines))
    }

    pub(super) fn rows_mut(&mut self, lines: &Range<usize>) -> RowsMut<'_, T> {
        let frame = self.frame(lines);
        RowsMut::of(&mut self.values, frame)
    }

    fn frame(&self, lines: &Range<usize>) -> Frame {
        let row = self.room * self.line;
        Frame {
            first_row: 0,
            slots: self.slots,
            first_line: lines.start,
            line: self.line,
            row,
            member: self.slots * row,
        }
    }

    /// Elements that it keeps of each line, for tiles of one row.
    pub(super) fn kept(members: usize, line: usize, reach: Reach) -> usize {
        members * line * (1 + reach.before + reach.after)
    }

    pub(super) fn bytes(&self) -> usize {
        self.values.len() * size_of::<T>()
    }
}
