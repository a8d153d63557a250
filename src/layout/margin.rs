//! How much of an array is wanted around a rank's block.

use std::ops::Range;

/// How many rows in front of each rank's and behind them are wanted along an axis: around whole blocks, which begin at
/// multiples of their length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Margin {
    pub(crate) axis: usize,
    pub(crate) before: usize,
    pub(crate) behind: usize,
    pub(crate) block: usize,
}

impl Margin {
    /// Those in front of some rows and behind them that an axis of this length has. Without rows there are none.
    pub(crate) fn ghosts(&self, rows: &Range<usize>, n: usize) -> [Range<usize>; 2] {
        if rows.is_empty() {
            return [rows.start..rows.start, rows.end..rows.end];
        }
        let (start, end) = (rows.start / self.block * self.block, rows.end.next_multiple_of(self.block));
        let (front, back) = (start.saturating_sub(self.before), end.saturating_add(self.behind));
        [front.min(rows.start)..rows.start, rows.end..back.min(n)]
    }

    /// Those rows and what is wanted around them.
    pub(crate) fn widened(&self, rows: &Range<usize>, n: usize) -> Range<usize> {
        let [front, back] = self.ghosts(rows, n);
        front.start..back.end
    }
}
