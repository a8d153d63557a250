//! What a step of a sweep writes, and what it reads beside that.

use std::ops::Range;

/// Rows of the first axis, and lines of each of them, by their numbers in the whole array.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::operators) struct Tile {
    pub(in crate::operators) rows: Range<usize>,
    pub(in crate::operators) lines: Range<usize>,
}

impl Tile {
    /// Its lines, and as many on each side as are reached, of so many.
    pub(super) fn lines_reached(&self, reach: Reach, lines: usize) -> Range<usize> {
        self.lines.start.saturating_sub(reach.lines)..self.lines.end.saturating_add(reach.lines).min(lines)
    }
}

/// The most that is read beside a row that is written: rows before it, rows after it, and lines on each side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::operators) struct Reach {
    pub(in crate::operators) before: usize,
    pub(in crate::operators) after: usize,
    pub(in crate::operators) lines: usize,
}

impl Reach {
    /// That of two steps one after the other.
    pub(super) fn then(self, other: Self) -> Self {
        Self {
            before: self.before + other.before,
            after: self.after + other.after,
            lines: self.lines.saturating_add(other.lines),
        }
    }

    /// That of two steps on the same input.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            before: self.before.max(other.before),
            after: self.after.max(other.after),
            lines: self.lines.max(other.lines),
        }
    }
}
