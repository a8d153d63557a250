//! What the program is doing: the operation that its user called, named in errors and compared between ranks.
//!
//! An operation that communicates opens with [`Comm::operation`] and tells what has to be equal on all ranks: its
//! arguments, the layout, the type. Its name stands in every word about its messages. Where calls are compared
//! (`LOPS_CHECK=1`, or a debug build) the ranks meet first and compare what they were told; where a file is written or an
//! operator is judged they do so always ([`Comm::compare`]).

use super::Comm;
use super::agree::words_of;
use super::engine::{Call, Detail};
use super::of_rank::{OfRank, Within};
use super::rank_list::RankList;
use super::reduction::Reduction;
use super::timing::{Counts, Mark};
use super::traffic::Verb;
use crate::error::{Error, ErrorKind, Result};
use std::fmt::{self, Write};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

/// Whether operations and calls are compared: what `LOPS_CHECK` says; a debug build compares if it says nothing.
pub(super) fn comparing_is_wanted() -> bool {
    match std::env::var("LOPS_CHECK") {
        Ok(text) => text == "1",
        Err(_) => cfg!(debug_assertions),
    }
}

/// An operation under way, until it is dropped.
#[must_use = "the operation is over when this is dropped"]
pub(crate) struct Operation {
    of_rank: Rc<OfRank>,
    before: Within,
    _mark: Option<Mark>,
}

impl Operation {
    fn enter(of_rank: &Rc<OfRank>, name: &'static str, counts: Option<Counts>) -> Self {
        let before = of_rank.doing.within.get();
        of_rank.doing.within.set(before.and(name));
        let mark = counts.map(|counts| Mark::open(of_rank, counts, || Some(name)));
        Self { of_rank: of_rank.clone(), before, _mark: mark }
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        self.of_rank.doing.within.set(self.before);
    }
}

impl Comm {
    /// Begins an operation: its name, and what must be equal on all ranks, in words that say all of it.
    ///
    /// Nothing is sent unless calls are compared; then all ranks meet here.
    pub(crate) fn operation(&self, name: &'static str, told: fmt::Arguments<'_>) -> Operation {
        self.begin(Operation::enter(&self.0.of_rank, name, Some(Counts::Once)), told)
    }

    /// The same of one that is no [mark](Self::mark), as something inside it is one.
    pub(crate) fn unmarked_operation(&self, name: &'static str, told: fmt::Arguments<'_>) -> Operation {
        self.begin(Operation::enter(&self.0.of_rank, name, None), told)
    }

    fn begin(&self, operation: Operation, told: fmt::Arguments<'_>) -> Operation {
        if self.engine().compares() {
            let doing = &self.0.of_rank.doing;
            let mut words = doing.words.take();
            words.clear();
            let _ = write!(words, "{}({told})", doing.within.get());
            let call = Call {
                verb: Verb::Barrier,
                dtype: None,
                count: None,
                detail: Detail::Operation,
                within: doing.within.get(),
            };
            self.engine().meet(&call, &words);
            doing.words.replace(words);
        }
        operation
    }

    /// Names what this rank does from now on, as more of an operation that has begun before, and compares nothing.
    pub(crate) fn name_operation(&self, name: &'static str) -> Operation {
        Operation::enter(&self.0.of_rank, name, Some(Counts::More))
    }

    /// Begins an operation that must not go wrong in silence, as it writes a file or judges an operator: the same, and
    /// compared whether calls are compared or not.
    ///
    /// # Communication
    /// One all-reduce of two numbers; more where there is an error.
    ///
    /// # Errors
    /// [`ErrorKind::Job`] on all ranks if they were not told the same, naming what differs on which.
    pub(crate) fn compare(&self, name: &'static str, told: fmt::Arguments<'_>) -> Result<Operation> {
        let operation = Operation::enter(&self.0.of_rank, name, Some(Counts::Once));
        let words = format!("{}({told})", self.0.of_rank.doing.within.get());
        let mut hasher = DefaultHasher::new();
        words.hash(&mut hasher);
        let mine = hasher.finish();
        let mut least = [mine, !mine];
        self.all_reduce(&mut least, Reduction::Min);
        if least[0] == !least[1] { Ok(operation) } else { Err(difference(self, mine, &words)) }
    }
}

/// Which ranks were told something else than rank 0, and what.
fn difference(comm: &Comm, mine: u64, words: &str) -> Error {
    let all = comm.all_gather(&[mine]);
    let others: Vec<_> = (0..all.len()).filter(|&rank| all[rank] != all[0]).collect();
    let first = others.first().copied().unwrap_or(0);
    let [of_first, of_other] = [0, first].map(|rank| words_of(comm, (0, words), rank).1);
    Error::new(
        ErrorKind::Job,
        format!("ranks differ: rank 0 is in {of_first}, {} in another: rank {first} in {of_other}", RankList(&others)),
    )
}
