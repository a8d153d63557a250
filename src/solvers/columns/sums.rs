//! A sum for each column, of several kinds, all in one message.

use crate::array::Summing;
use crate::error::Result;
use crate::numbers::{PartialSum, Summation};
use crate::solvers::run::Message;
use crate::solvers::{Run, Stop};

/// The memory for sums of each column.
#[derive(Debug)]
pub(super) struct Sums {
    columns: usize,
    parts: Vec<PartialSum>,
    /// How many there are at present.
    count: usize,
    message: Message,
}

impl Sums {
    /// Of so many columns, and of so many kinds at most.
    pub(super) fn of(columns: usize, kinds: usize) -> Self {
        let most = columns * kinds;
        let parts = vec![PartialSum::new(Summation::Exact); most];
        Self { columns, parts, count: 0, message: Message::of(most) }
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.parts[..]) + self.message.bytes()
    }

    /// Begins sums of so many kinds, one kind after another.
    pub(super) fn start(&mut self, kinds: usize, run: &Run) -> &mut [PartialSum] {
        self.count = kinds * self.columns;
        let parts = &mut self.parts[..self.count];
        parts.fill_with(|| Summing::from(run).start());
        parts
    }

    /// Makes sums of the ranks' parts.
    ///
    /// # Errors
    /// As [`Run::sums`].
    pub(super) fn reduce(&mut self, run: &Run) -> Result<(), Stop> {
        run.sums_of(&mut self.parts[..self.count], &mut self.message)
    }

    /// The same when all is done.
    pub(super) fn reduce_last(&mut self, run: &Run) {
        run.last_sums_of(&mut self.parts[..self.count], &mut self.message);
    }

    /// The sums of a kind, column by column; of a kind that was not begun, zeros.
    pub(super) fn each(&self, kind: usize) -> impl Iterator<Item = f64> + Clone {
        let sums = &self.parts[..self.count];
        (0..self.columns).map(move |j| sums.get(kind * self.columns + j).map_or(0.0, PartialSum::value))
    }

    /// `Ok` if all sums of a kind are finite; `letter` is the vector to be named.
    ///
    /// # Errors
    /// As [`Run::finite`].
    pub(super) fn check_finite(&self, kind: usize, letter: &'static str, run: &Run) -> Result<(), Stop> {
        self.each(kind).try_for_each(|sum| run.finite(sum, letter).map(|_| ()))
    }
}
