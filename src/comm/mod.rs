//! Who talks: [`launch`] starts the ranks, [`Comm`] is what they talk through.
//!
//! Three engines stand behind a [`Comm`], invisible to everybody else: one rank alone, ranks as
//! threads of this process, and MPI. All communication of the crate passes through the verbs of
//! [`Comm`], which count calls, messages and bytes ([`Comm::traffic`]). `unsafe` lives in this
//! folder and nowhere else.

mod agree;
mod colours;
mod engine;
mod exchange;
mod last_words;
mod launch;
mod launcher;
mod leftovers;
mod moved;
#[cfg(feature = "mpi")]
mod mpi;
mod of_rank;
mod operation;
mod pretended;
mod rank_list;
mod reduction;
mod sent;
mod signals;
mod solo;
mod spares;
mod threads;
mod timing;
mod traffic;
mod vector_sum;

pub use engine::Neighbour;
pub use exchange::{Exchange, InFlight, Received};
pub use launch::{launch, launch_threads};
pub use moved::Moved;
pub use reduction::Reduction;
pub use timing::{Mark, Spread, Timing, TimingNode, TimingReport};
pub use traffic::{Sent, Traffic, Verb};
pub use vector_sum::VectorSum;

pub(crate) use leftovers::Leftover;
pub(crate) use operation::Operation;
pub(crate) use signals::let_large_writes_fail;

use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Element, bytes_of, bytes_of_mut};
use engine::{Call, Detail, Engine};
use of_rank::{Colours, OfRank};
use std::fmt;
use std::rc::Rc;
use traffic::Counters;

/// A cheap handle on a group of ranks; a clone copies a pointer.
///
/// Two handles are equal when they are clones of one another: a [`duplicate`](Self::duplicate) has
/// the same ranks, but its messages never mix with the original's.
///
/// Every verb is collective: all ranks of the group call it, in the same order, with what the verb
/// asks to be equal. Ranks in different collectives are named and the job ends: at once with threads, and under MPI where
/// `LOPS_CHECK=1` or in a debug build; else under MPI after a second or so, or when MPI notices.
#[derive(Clone)]
pub struct Comm(Rc<Group>);

struct Group {
    engine: Box<dyn Engine>,
    of_rank: Rc<OfRank>,
}

impl Comm {
    fn new(engine: Box<dyn Engine>, of_rank: Rc<OfRank>) -> Self {
        Self(Rc::new(Group { engine, of_rank }))
    }

    /// A communicator of this rank alone, made from nothing. Its traffic is its own.
    pub fn solo() -> Self {
        Self::new(Box::new(solo::Solo), Rc::default())
    }

    /// This rank, from 0.
    pub fn rank(&self) -> usize {
        self.0.engine.rank()
    }

    /// The number of ranks.
    pub fn size(&self) -> usize {
        self.0.engine.size()
    }

    /// The engine behind: `"one rank"`, `"threads"` or `"MPI"`; `"pretended"` of [`pretend`](Self::pretend).
    pub fn engine_name(&self) -> &'static str {
        self.0.engine.name()
    }

    /// What this rank has sent since the job began, over all communicators of the job.
    pub fn traffic(&self) -> Traffic {
        self.0.of_rank.counters.read()
    }

    /// What this rank's passes over memory moved since the job began.
    pub fn moved(&self) -> Moved {
        self.counters().moved()
    }

    /// Tells of a pass that only reads so many bytes and writes so many others: for an operator's author, where
    /// an application does not read all of the input and write all of the output once. Local.
    pub fn moves(&self, read: usize, written: usize) {
        self.counters().count_pass(read, written);
    }

    /// Waits until every rank has come here.
    pub fn barrier(&self) {
        let _mark = self.mark(Verb::Barrier.name());
        self.count(Verb::Barrier, 0);
        self.0.engine.barrier(&self.bare_call(Verb::Barrier));
    }

    /// Copies the root's values to every rank. All ranks pass as many.
    ///
    /// # Panics
    /// If there is no such root.
    #[track_caller]
    pub fn broadcast<T: Element>(&self, values: &mut [T], root: usize) {
        assert!(root < self.size(), "broadcast: expected a root below {}, found {root}", self.size());
        let bytes = if root == self.rank() { size_of_val(values) } else { 0 };
        let _mark = self.mark(Verb::Broadcast.name());
        self.count(Verb::Broadcast, bytes);
        let call = self.call::<T>(Verb::Broadcast, Some(values.len()), Detail::Root(root));
        self.0.engine.broadcast(&call, root, bytes_of_mut(values));
    }

    /// Every rank's `mine`, in rank order, to all; `counts` says how many each rank has.
    ///
    /// # Panics
    /// If the lengths do not fit the counts.
    #[track_caller]
    pub fn all_gather_into<T: Element>(&self, mine: &[T], counts: &[usize], all: &mut [T]) {
        assert_eq!(counts.len(), self.size(), "all_gather: one count for each rank");
        assert_eq!(mine.len(), counts[self.rank()], "all_gather: this rank's values and its count");
        let total = counts.iter().sum::<usize>();
        assert_eq!(all.len(), total, "all_gather: room for all values");
        let _mark = self.mark(Verb::AllGather.name());
        self.count(Verb::AllGather, size_of_val(mine));
        let call = self.call::<T>(Verb::AllGather, Some(total), Detail::None);
        self.0.engine.all_gather(&call, bytes_of(mine), counts, bytes_of_mut(all));
    }

    /// Every rank's `mine`, in rank order, to all. Every rank passes as many.
    pub fn all_gather<T: Element>(&self, mine: &[T]) -> Vec<T> {
        let mut all = vec![T::default(); mine.len() * self.size()];
        self.all_gather_into(mine, &vec![mine.len(); self.size()], &mut all);
        all
    }

    /// Every rank's `mine`, of any length, in rank order, to all; and the lengths.
    ///
    /// # Communication
    /// Two all-gathers: the lengths, then the values.
    pub fn all_gather_uneven<T: Element>(&self, mine: &[T]) -> (Vec<T>, Vec<usize>) {
        let counts = self.all_gather(&[mine.len()]);
        let mut all = vec![T::default(); counts.iter().sum()];
        self.all_gather_into(mine, &counts, &mut all);
        (all, counts)
    }

    /// Reduces over ranks, element by element, in place. All ranks pass as many values.
    ///
    /// Integer sums wrap and are the same in any order. Floating-point sums depend on the number
    /// of ranks in their last bits; the arrays' own sums do not (see [`crate::array`]). `And` and
    /// `Or` take any number that is not 0 as true and give 0 or 1.
    ///
    /// # Panics
    /// If the reduction does not exist for the type: `Min`, `Max`, `And`, `Or` of complex numbers.
    #[track_caller]
    pub fn all_reduce<T: Element>(&self, values: &mut [T], reduction: Reduction) {
        assert!(reduction.takes(T::DTYPE), "all_reduce: {} of {} is not defined", reduction.name(), T::DTYPE);
        let _mark = self.mark(Verb::AllReduce.name());
        self.count(Verb::AllReduce, size_of_val(values));
        if reduction == Reduction::Sum && T::DTYPE.is_floating() {
            self.0.of_rank.counters.count_floating_sum();
        }
        let call = self.call::<T>(Verb::AllReduce, Some(values.len()), Detail::Reduction(reduction));
        self.0.engine.all_reduce(&call, T::DTYPE, reduction, bytes_of_mut(values));
    }

    /// Sums over ranks, element by element, of which rank r gets the next `counts[r]`, in `mine`. All ranks pass
    /// as many values, and the same counts.
    ///
    /// Integer sums wrap and are the same in any order; those of whole numbers as floats as well, where they stay
    /// below 2⁵³. Other floating-point sums depend on the number of ranks in their last bits (see
    /// [`VectorSum`] for one that does not). A sum of `bool` is "or".
    ///
    /// # Panics
    /// If the lengths do not fit the counts.
    ///
    /// # Example
    /// ```
    /// # lops::launch_threads(2, |comm| {
    /// let mut mine = vec![0; 1 + comm.rank()];
    /// comm.reduce_scatter_into(&[1, 10, 100], &[1, 2], &mut mine);
    /// assert_eq!(mine, [&[2][..], &[20, 200]][comm.rank()]);
    /// # Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn reduce_scatter_into<T: Element>(&self, values: &[T], counts: &[usize], mine: &mut [T]) {
        if T::DTYPE.is_floating() {
            self.0.of_rank.counters.count_floating_sum();
        }
        self.reduce_scatter_exactly(values, counts, mine);
    }

    /// The same of values whose sums are exact.
    #[track_caller]
    pub(crate) fn reduce_scatter_exactly<T: Element>(&self, values: &[T], counts: &[usize], mine: &mut [T]) {
        assert_eq!(counts.len(), self.size(), "reduce_scatter: one count for each rank");
        assert_eq!(values.len(), counts.iter().sum::<usize>(), "reduce_scatter: values and counts");
        assert_eq!(mine.len(), counts[self.rank()], "reduce_scatter: room for this rank's part");
        let _mark = self.mark(Verb::ReduceScatter.name());
        self.count(Verb::ReduceScatter, size_of_val(values));
        let call = self.call::<T>(Verb::ReduceScatter, Some(values.len()), Detail::None);
        self.0.engine.reduce_scatter(&call, T::DTYPE, bytes_of(values), counts, bytes_of_mut(mine));
    }

    /// `send_counts[r]` values to each rank r, `receive_counts[r]` from it, in rank order.
    ///
    /// # Panics
    /// If the lengths do not fit the counts.
    #[track_caller]
    pub fn all_to_all_into<T: Element>(
        &self,
        send: &[T],
        send_counts: &[usize],
        receive: &mut [T],
        receive_counts: &[usize],
    ) {
        let (rank, size) = (self.rank(), self.size());
        assert_eq!((send_counts.len(), receive_counts.len()), (size, size), "all_to_all: one count for each rank");
        assert_eq!(send.len(), send_counts.iter().sum::<usize>(), "all_to_all: values and counts to send");
        assert_eq!(receive.len(), receive_counts.iter().sum::<usize>(), "all_to_all: room for what is received");
        assert_eq!(send_counts[rank], receive_counts[rank], "all_to_all: what a rank keeps");
        let _mark = self.mark(Verb::AllToAll.name());
        let messages = send_counts.iter().enumerate().filter(|&(r, &n)| r != rank && n > 0).count();
        let bytes = (send.len() - send_counts[rank]) * size_of::<T>();
        self.0.of_rank.counters.count(Verb::AllToAll, messages, bytes);
        let in_bytes = |counts: &[usize]| counts.iter().map(|n| n * size_of::<T>()).collect::<Vec<_>>();
        let call = self.call::<T>(Verb::AllToAll, None, Detail::None);
        self.0.engine.all_to_all(
            &call,
            bytes_of(send),
            &in_bytes(send_counts),
            bytes_of_mut(receive),
            &in_bytes(receive_counts),
        );
    }

    /// A lasting exchange with these neighbours. Making it is local.
    ///
    /// # Errors
    /// If a neighbour does not exist, is named twice, or is this rank with unequal counts.
    pub fn exchange<T: Element>(&self, neighbours: &[Neighbour]) -> Result<Exchange<T>> {
        Exchange::new(self, neighbours)
    }

    /// The group of those ranks that pass the same colour, in the order of this group.
    pub fn split(&self, colour: usize) -> Self {
        let _mark = self.mark(Verb::Split.name());
        self.count(Verb::Split, 0);
        let call = self.bare_call(Verb::Split);
        Self::new(self.0.engine.split(&call, colour), self.0.of_rank.clone())
    }

    /// The same ranks, with messages that never mix with this group's.
    pub fn duplicate(&self) -> Self {
        self.split(0)
    }

    /// This rank alone. Local; its traffic counts with this communicator's.
    pub fn alone(&self) -> Self {
        Self::new(Box::new(solo::Solo), self.0.of_rank.clone())
    }

    /// `Ok` if it is so on every rank; otherwise, on every rank, the first failing rank's error.
    ///
    /// # Communication
    /// One all-reduce of a number; two broadcasts more where a rank failed.
    ///
    /// # Errors
    /// The error of the first rank that passed one.
    pub fn agree<T>(&self, local: Result<T>) -> Result<T> {
        agree::agree(self, local)
    }

    /// `Ok` if both are the same communicator.
    ///
    /// # Errors
    /// [`ErrorKind::Communicator`], with `what` in its words.
    pub fn same_as(&self, other: &Self, what: &str) -> Result<()> {
        if self == other {
            return Ok(());
        }
        Err(Error::expected(
            ErrorKind::Communicator,
            what,
            format!("the same communicator ({self:?})"),
            format!("another one ({other:?})"),
        ))
    }

    /// The MPI communicator behind, if there is one, for libraries that talk through MPI themselves. Who
    /// lets them do so has made sure that all ranks come there.
    #[cfg(all(feature = "hdf5", feature = "mpi"))]
    pub(crate) fn mpi_comm(&self) -> Option<::mpi::ffi::MPI_Comm> {
        self.0.engine.mpi_comm()
    }

    fn engine(&self) -> &dyn Engine {
        &*self.0.engine
    }

    fn counters(&self) -> &Counters {
        &self.0.of_rank.counters
    }

    fn colours(&self) -> &Colours {
        &self.0.of_rank.colours
    }

    fn call<T: Element>(&self, verb: Verb, count: Option<usize>, detail: Detail) -> Call {
        Call { dtype: Some(T::DTYPE), count, detail, ..self.bare_call(verb) }
    }

    fn bare_call(&self, verb: Verb) -> Call {
        if verb != Verb::Exchange {
            self.colours().collective(self.size());
        }
        let within = self.0.of_rank.doing.within.get();
        Call { verb, dtype: None, count: None, detail: Detail::None, within }
    }

    fn count(&self, verb: Verb, bytes: usize) {
        let messages = usize::from(bytes > 0 && self.size() > 1);
        self.0.of_rank.counters.count(verb, messages, bytes * messages);
    }
}

impl PartialEq for Comm {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Comm {}

impl fmt::Debug for Comm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rank {} of {}, {}", self.rank(), self.size(), self.engine_name())
    }
}
