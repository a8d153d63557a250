//! What a reduction is: a state for each line, elements that are added to it, and what comes out.

use super::rows::Rows;
use crate::layout::Mode;
use crate::numbers::Element;

/// A reduction of lines of elements.
pub trait Fold<T> {
    /// What is known of a line while it is read.
    type State;
    /// What comes out.
    type Out: Element;
    /// Lines side by side in memory that are read together.
    const COLUMNS: usize;
    /// Whether these are read row by row; otherwise many rows are handed over at once.
    const BY_ROWS: bool;
    /// Whether the number of elements matters.
    const COUNTS: bool = false;

    /// Before the first element of a line of this rank.
    fn start(&self, line: usize) -> Self::State;

    /// Adds neighbours on a line. A line comes in order.
    fn add(&self, state: &mut Self::State, run: &[T]);

    /// Adds one element to each of several lines.
    fn add_row(&self, states: &mut [Self::State], row: &[T]);

    /// Adds rows to lines side by side: unless there is a better way, each gets its elements gathered.
    fn add_rows(&self, states: &mut [Self::State], rows: &mut Rows<'_, T>)
    where
        T: Copy + Default,
    {
        rows.for_each_column(0..states.len(), |column, run| self.add(&mut states[column], run));
    }

    /// What comes out of a line of so many elements.
    fn finish(&self, state: &Self::State, count: usize) -> Self::Out;
}

/// A reduction whose lines may lie on several ranks in parts.
pub trait Parts<T>: Fold<T> {
    /// Integers that a state is made of when it travels.
    const WORDS: usize;
    /// How those of several parts make those of the line.
    const MODE: Mode;

    /// Writes a state's integers.
    fn pack(&self, state: &mut Self::State, words: &mut [i64]);

    /// The state made of these integers.
    fn unpack(&self, words: &[i64]) -> Self::State;
}
