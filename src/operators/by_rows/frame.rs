//! Where a line of a row of a member lies in a buffer.

/// A buffer of rows, member after member. Rows follow one another from the first, or take turns in some slots.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) first_row: usize,
    /// 0 where rows follow one another.
    pub(super) slots: usize,
    pub(super) first_line: usize,
    /// Elements of a line, and of what is held of a row and of a member.
    pub(super) line: usize,
    pub(super) row: usize,
    pub(super) member: usize,
}

impl Frame {
    pub(super) fn at(&self, member: usize, row: usize, line: usize) -> usize {
        let slot = if self.slots > 0 { row % self.slots } else { row - self.first_row };
        member * self.member + slot * self.row + (line - self.first_line) * self.line
    }
}
