//! What all ranks of a job share: who runs, who waits for what, and how the job ends.

use super::super::of_rank::Within;
use super::super::operation::comparing_is_wanted;
use super::super::rank_list::RankList;
use super::group::Group;
use super::mailbox::Mailbox;
use super::panics;
use crate::error::{Error, ErrorKind, Result};
use std::hint::spin_loop;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// How often a waiting rank looks before it sleeps: first at once, then giving way in between, so
/// that a core it shares with the rank it waits for, or with other work, is not lost.
#[derive(Clone, Copy)]
struct Patience {
    spins: u32,
    yields: u32,
}

/// Where every rank has a core: some ten microseconds.
const LONG: Patience = Patience { spins: 20, yields: 50 };
const SHORT: Patience = Patience { spins: 0, yields: 1 };

/// How many ranks a deadlock's message speaks of.
const RANKS_NAMED: usize = 8;

pub(super) struct World {
    state: Mutex<State>,
    signals: Box<[Signal]>,
    patience: Patience,
    /// Whether operations are compared as they begin.
    pub(super) compares: bool,
    /// Something the supervisor waits for: a rank has ended, or the job is over.
    news: Condvar,
}

/// How a rank that waits is told that it need not any more.
#[derive(Default)]
struct Signal {
    call: AtomicU32,
    thread: OnceLock<Thread>,
}

/// What a rank is told when its wait ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Wake {
    /// What it waited for is there, or done.
    Done = 1,
    /// Everybody has arrived: now each rank moves its part of the data.
    Part = 2,
    /// The job is over.
    Over = 3,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// For all members of this group to arrive.
    Arrival { group: usize },
    /// For all members to have moved their parts. They are on their way and read this rank's
    /// memory, so not even a failure ends this wait.
    Parts,
    /// For the message with this ticket.
    Message { mailbox: usize, ticket: u64, within: Within },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Running,
    Waiting(Wait),
    Ended,
}

/// How a rank's program came to its end.
pub(super) enum Outcome {
    Returned,
    Failed(Error),
    Panicked(String),
    Unwound,
}

pub(super) struct State {
    pub(super) standing: Vec<Standing>,
    running: usize,
    ended: usize,
    over_since: Option<Instant>,
    /// What is wrong with the job as a whole.
    misuse: Option<Error>,
    /// What ranks failed with, by themselves.
    failures: Vec<Option<Outcome>>,
    pub(super) groups: Slab<Group>,
    pub(super) mailboxes: Slab<Mailbox>,
    /// Words about a message that nobody received.
    pub(super) unreceived: Option<String>,
}

/// Things with lasting numbers; a freed number is used again.
pub(super) struct Slab<T> {
    items: Vec<Option<T>>,
    free: Vec<usize>,
}

impl<T> Slab<T> {
    const NEW: Self = Self { items: Vec::new(), free: Vec::new() };

    pub(super) fn insert(&mut self, item: T) -> usize {
        let at = self.free.pop().unwrap_or_else(|| {
            self.items.push(None);
            self.items.len() - 1
        });
        self.items[at] = Some(item);
        at
    }

    pub(super) fn remove(&mut self, at: usize) -> Option<T> {
        let item = self.items[at].take();
        if item.is_some() {
            self.free.push(at);
        }
        item
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.iter().flatten()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.items.iter_mut().flatten()
    }
}

impl<T> std::ops::Index<usize> for Slab<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        self.items[at].as_ref().expect("a live number")
    }
}

impl<T> std::ops::IndexMut<usize> for Slab<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        self.items[at].as_mut().expect("a live number")
    }
}

impl World {
    pub(super) fn new(ranks: usize) -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let mut groups = Slab::NEW;
        groups.insert(Group::new((0..ranks).collect()));
        let state = State {
            standing: vec![Standing::Running; ranks],
            running: ranks,
            ended: 0,
            over_since: None,
            misuse: None,
            failures: (0..ranks).map(|_| None).collect(),
            groups,
            mailboxes: Slab::NEW,
            unreceived: None,
        };
        Self {
            state: Mutex::new(state),
            signals: (0..ranks).map(|_| Signal::default()).collect(),
            compares: comparing_is_wanted(),
            patience: if ranks <= cores { LONG } else { SHORT },
            news: Condvar::new(),
        }
    }

    /// The state, whatever became of the job.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state for a verb: a rank whose job is over goes no further.
    pub(super) fn enter(&self) -> MutexGuard<'_, State> {
        let state = self.lock();
        if state.is_over() {
            self.leave(state);
        }
        state
    }

    /// Ends this rank's part in a job that is over.
    #[allow(clippy::unused_self)] // said of the world, like the other endings
    pub(super) fn leave(&self, state: MutexGuard<'_, State>) -> ! {
        if thread::panicking() {
            // A verb in a destructor of an unwinding rank can neither return nor unwind.
            eprintln!("Error: {}", state.first_failure().unwrap_or_else(|| Error::new(ErrorKind::Job, "job over")));
            crate::comm::leftovers::remove();
            crate::comm::last_words::exit();
        }
        drop(state);
        panics::unwind()
    }

    /// Ends the job because it is wrong as a whole, and this rank with it.
    pub(super) fn misuse(&self, mut state: MutexGuard<'_, State>, words: String) -> ! {
        self.fail(&mut state, words);
        self.leave(state)
    }

    /// Waits as a rank that has nothing else to do.
    pub(super) fn wait(&self, mut state: MutexGuard<'_, State>, rank: usize, wait: Wait) -> Wake {
        let signal = &self.signals[rank];
        signal.call.store(0, Ordering::Relaxed); // published by the lock
        state.standing[rank] = Standing::Waiting(wait);
        state.running -= 1;
        self.look_for_deadlock(&mut state);
        drop(state);
        let called = || match signal.call.load(Ordering::Acquire) {
            1 => Some(Wake::Done),
            2 => Some(Wake::Part),
            3 => Some(Wake::Over),
            _ => None,
        };
        let Patience { spins, yields } = self.patience;
        for turn in 0..spins + yields {
            if let Some(wake) = called() {
                return wake;
            }
            if turn < spins { spin_loop() } else { thread::yield_now() }
        }
        loop {
            if let Some(wake) = called() {
                return wake;
            }
            thread::park();
        }
    }

    /// Lets a waiting rank go on. What was written before is seen by it after.
    pub(super) fn wake(&self, state: &mut State, rank: usize, wake: Wake) {
        debug_assert!(matches!(state.standing[rank], Standing::Waiting(_)));
        state.standing[rank] = Standing::Running;
        state.running += 1;
        let signal = &self.signals[rank];
        signal.call.store(wake as u32, Ordering::Release);
        if let Some(thread) = signal.thread.get() {
            thread.unpark();
        }
    }

    /// Called once by each rank on its thread, before anything else.
    pub(super) fn enrol(&self, rank: usize) {
        let _ = self.signals[rank].thread.set(thread::current());
    }

    /// Ranks from this one on have no thread.
    pub(super) fn not_started(&self, rank: usize, error: Error) {
        let mut state = self.lock();
        let missing = state.standing.len() - rank;
        state.ended += missing;
        state.running -= missing;
        state.standing[rank..].fill(Standing::Ended);
        state.misuse.get_or_insert(error);
        self.end_job(&mut state);
    }

    /// A rank's program has ended.
    pub(super) fn end(&self, rank: usize, outcome: Outcome) {
        let mut state = self.lock();
        state.standing[rank] = Standing::Ended;
        state.running -= 1;
        match outcome {
            Outcome::Returned => self.returned(&mut state, rank),
            Outcome::Unwound => {}
            failed => {
                state.failures[rank] = Some(failed);
                self.end_job(&mut state);
            }
        }
        state.ended += 1;
        self.news.notify_all();
    }

    fn returned(&self, state: &mut State, rank: usize) {
        if state.is_over() {
            return;
        }
        if let Some(words) = state.left_behind_by(rank) {
            return self.fail(state, words);
        }
        state.groups.iter_mut().filter(|group| group.has(rank)).for_each(|group| group.left = Some(rank));
        self.look_for_deadlock(state);
    }

    fn look_for_deadlock(&self, state: &mut State) {
        if state.running == 0 && !state.is_over() {
            let waits: Vec<_> = (0..state.standing.len()).filter_map(|rank| state.describe_wait(rank)).collect();
            if !waits.is_empty() {
                let more = waits.len().saturating_sub(RANKS_NAMED);
                let mut words = format!("deadlock: {}", waits[..waits.len() - more].join("; "));
                if more > 0 {
                    words = format!("{words}; and {more} more ranks wait");
                }
                self.fail(state, words);
            }
        }
    }

    fn fail(&self, state: &mut State, words: String) {
        if !state.is_over() {
            state.misuse = Some(Error::new(ErrorKind::Job, words));
        }
        self.end_job(state);
    }

    fn end_job(&self, state: &mut State) {
        state.over_since.get_or_insert_with(Instant::now);
        for rank in 0..state.standing.len() {
            if matches!(state.standing[rank], Standing::Waiting(wait) if wait != Wait::Parts) {
                self.wake(state, rank, Wake::Over);
            }
        }
        self.news.notify_all();
    }

    /// Returns when all ranks have ended, or with the job's error when some do not after it failed.
    pub(super) fn wait_for_end(&self, grace: Duration) -> Result<()> {
        let mut state = self.lock();
        while state.ended < state.standing.len() {
            let Some(since) = state.over_since else {
                state = self.news.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = grace.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(state.first_failure().unwrap_or_else(|| Error::new(ErrorKind::Job, "job over")));
            }
            state = self.news.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(())
    }

    /// How the job went, when all ranks have ended.
    pub(super) fn verdict(&self) -> Result<()> {
        let state = self.lock();
        let unreceived = || state.unreceived.clone().or_else(|| state.mailboxes.iter().find_map(Mailbox::unreceived));
        match state.first_failure() {
            Some(error) => Err(error),
            None => unreceived().map_or(Ok(()), |words| Err(Error::new(ErrorKind::Job, words))),
        }
    }
}

impl State {
    pub(super) fn is_over(&self) -> bool {
        self.over_since.is_some()
    }

    /// What the job failed of: misuse, else the lowest failing rank's words.
    fn first_failure(&self) -> Option<Error> {
        if self.misuse.is_some() {
            return self.misuse.clone();
        }
        self.failures.iter().enumerate().find_map(|(rank, failure)| match failure {
            Some(Outcome::Panicked(words)) => {
                Some(Error::new(ErrorKind::Job, format!("rank {rank} panicked: {words}")))
            }
            // Ranks that agreed have one error; it need not be said whose.
            Some(Outcome::Failed(error)) if error.rank().is_some() || self.all_failed_of(error) => Some(error.clone()),
            Some(Outcome::Failed(error)) => Some(error.clone().at_rank(rank)),
            _ => None,
        })
    }

    fn all_failed_of(&self, error: &Error) -> bool {
        self.failures.iter().all(|failure| matches!(failure, Some(Outcome::Failed(other)) if other == error))
    }

    /// Words about a rank that waits for this one, which has returned.
    fn left_behind_by(&self, gone: usize) -> Option<String> {
        self.standing.iter().enumerate().find_map(|(rank, standing)| match *standing {
            Standing::Waiting(Wait::Arrival { group }) if self.groups[group].has(gone) => {
                Some(self.groups[group].left_words(gone, rank))
            }
            Standing::Waiting(Wait::Message { mailbox, .. }) if self.mailboxes[mailbox].source == gone => {
                Some(self.mailboxes[mailbox].left_words())
            }
            _ => None,
        })
    }

    fn describe_wait(&self, rank: usize) -> Option<String> {
        let Standing::Waiting(wait) = self.standing[rank] else { return None };
        Some(match wait {
            Wait::Arrival { group } => {
                let group = &self.groups[group];
                format!("rank {rank} waits in {} for {}", group.describe_call(rank), RankList(&group.absent()))
            }
            Wait::Message { mailbox, within, .. } => {
                let place = if within.is_none() { String::new() } else { format!(" in {within}") };
                format!("rank {rank} waits{place} for a message from rank {}", self.mailboxes[mailbox].source)
            }
            Wait::Parts => format!("rank {rank} waits for data to be moved"),
        })
    }
}
