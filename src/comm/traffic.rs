//! Exact counts of what a rank sent: calls, messages and bytes, verb by verb.

use super::moved::Moved;
use std::{
    cell::Cell,
    fmt,
    ops::{Add, Sub},
};

/// The communicating verbs of a [`Comm`](crate::Comm).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Everybody waits for everybody.
    Barrier,
    /// One rank's values to all.
    Broadcast,
    /// Everybody's values to all.
    AllGather,
    /// Sums, extrema, logic over all ranks.
    AllReduce,
    /// Sums over all ranks, of which each gets a part.
    ReduceScatter,
    /// Each rank's own values to each other rank.
    AllToAll,
    /// Messages between neighbours.
    Exchange,
    /// Making communicators.
    Split,
}

impl Verb {
    /// All verbs, in the order of [`Traffic`]'s table.
    pub const ALL: [Self; 8] = [
        Self::Barrier,
        Self::Broadcast,
        Self::AllGather,
        Self::AllReduce,
        Self::ReduceScatter,
        Self::AllToAll,
        Self::Exchange,
        Self::Split,
    ];

    /// The verb's name as a method of [`Comm`](crate::Comm).
    pub fn name(self) -> &'static str {
        match self {
            Self::Barrier => "barrier",
            Self::Broadcast => "broadcast",
            Self::AllGather => "all_gather",
            Self::AllReduce => "all_reduce",
            Self::ReduceScatter => "reduce_scatter",
            Self::AllToAll => "all_to_all",
            Self::Exchange => "exchange",
            Self::Split => "split",
        }
    }
}

/// What this rank sent: by one verb, or by all together. An operator's author says it with
/// [`Sent::all_reduce`] and its kin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// How often a verb was called.
    pub calls: u64,
    /// Messages this rank sent to other ranks, empty ones not counted. A collective other than
    /// all-to-all counts as one message where this rank contributes bytes and is not alone.
    pub messages: u64,
    /// Bytes this rank sent in those messages (a collective's contribution is counted once).
    pub bytes: u64,
}

impl Sent {
    /// Nothing.
    pub const NOTHING: Self = Self { calls: 0, messages: 0, bytes: 0 };
}

impl Add for Sent {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            messages: self.messages + other.messages,
            bytes: self.bytes + other.bytes,
        }
    }
}

impl Sub for Sent {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            calls: self.calls - earlier.calls,
            messages: self.messages - earlier.messages,
            bytes: self.bytes - earlier.bytes,
        }
    }
}

/// Calls, messages and bytes of every verb on this rank, since the job started.
///
/// The difference of two readings is what happened in between.
///
/// # Example
/// ```
/// # use lops::{comm::{Reduction, Verb}, launch_threads};
/// # launch_threads(2, |comm| {
/// let before = comm.traffic();
/// comm.all_reduce(&mut [1.0, 2.0], Reduction::Sum);
/// let spent = comm.traffic() - before;
/// assert_eq!((spent[Verb::AllReduce].calls, spent[Verb::AllReduce].bytes), (1, 16));
/// assert_eq!(spent.total().calls, 1);
/// # Ok(()) }).unwrap();
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    verbs: [Sent; Verb::ALL.len()],
    floating_sums: u64,
}

impl Traffic {
    /// All verbs together.
    pub fn total(&self) -> Sent {
        self.verbs.iter().copied().fold(Sent::default(), Add::add)
    }

    /// How many sums over ranks were in floating point, of which the last bits depend on the number of ranks: those of
    /// [`all_reduce`](crate::Comm::all_reduce) and [`reduce_scatter_into`](crate::Comm::reduce_scatter_into). Arrays, solvers and the
    /// crate's operators make none unless they are asked for [plain](crate::numbers::Summation::Plain) ones.
    pub fn floating_sums(&self) -> u64 {
        self.floating_sums
    }
}

impl std::ops::Index<Verb> for Traffic {
    type Output = Sent;

    fn index(&self, verb: Verb) -> &Sent {
        &self.verbs[verb as usize]
    }
}

impl Sub for Traffic {
    type Output = Self;

    fn sub(mut self, earlier: Self) -> Self {
        self.floating_sums -= earlier.floating_sums;
        for (now, then) in self.verbs.iter_mut().zip(earlier.verbs) {
            *now = *now - then;
        }
        self
    }
}

impl fmt::Debug for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for verb in Verb::ALL {
            let Sent { calls, messages, bytes } = self[verb];
            if calls > 0 {
                map.entry(
                    &format_args!("{}", verb.name()),
                    &format_args!("{calls} calls, {messages} messages, {bytes} bytes"),
                );
            }
        }
        map.finish()
    }
}

/// The counters behind [`Traffic`] and [`Moved`], shared by every communicator of a rank.
#[derive(Debug, Default)]
pub(super) struct Counters {
    traffic: Cell<Traffic>,
    moved: Cell<Moved>,
}

impl Counters {
    pub(super) fn count(&self, verb: Verb, messages: usize, bytes: usize) {
        let mut traffic = self.traffic.get();
        let count = &mut traffic.verbs[verb as usize];
        count.calls += 1;
        count.messages += messages as u64;
        count.bytes += bytes as u64;
        self.traffic.set(traffic);
    }

    pub(super) fn count_floating_sum(&self) {
        let mut traffic = self.traffic.get();
        traffic.floating_sums += 1;
        self.traffic.set(traffic);
    }

    pub(super) fn count_pass(&self, read: usize, written: usize) {
        let Moved { passes, read: r, written: w } = self.moved.get();
        self.moved.set(Moved { passes: passes + 1, read: r + read as u64, written: w + written as u64 });
    }

    pub(super) fn read(&self) -> Traffic {
        self.traffic.get()
    }

    pub(super) fn moved(&self) -> Moved {
        self.moved.get()
    }
}
