//! Sums over all elements of distributed vectors: this rank's part, then one message of integers.
//!
//! Several sums that are wanted together travel together.

use super::space::Space;
use crate::comm::{Comm, Reduction, Sent};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::exact::{ExactSum, WORDS};
use crate::numbers::{PartialSum, Summation};

/// How a rank forms its part of a sum over a vector: a [`Run`](crate::solvers::Run) knows.
#[derive(Clone, Copy, Debug)]
pub struct Summing {
    pub(super) summation: Summation,
    /// Whether this rank counts what every rank holds.
    pub(super) counts_replicas: bool,
}

impl Summing {
    /// Whether this rank counts what every rank holds.
    pub(crate) fn counts_replicas(self) -> bool {
        self.counts_replicas
    }

    /// A sum of nothing yet.
    pub(crate) fn start(self) -> PartialSum {
        PartialSum::new(self.summation)
    }
}

/// The most sums that travel in one message.
pub(crate) const TOGETHER: usize = 8;

/// Who adds up sums over vectors of some spaces, which may travel in one message.
#[derive(Clone, Debug)]
pub(crate) struct Reducer {
    summation: Summation,
    group: Comm,
    /// Not where every rank holds everything.
    sends: bool,
}

impl Reducer {
    /// That of vectors of these spaces.
    ///
    /// # Errors
    /// [`ErrorKind::Communicator`] or [`ErrorKind::Layout`] if they are of different communicators
    /// or masks, or in chunks that are still to be combined.
    pub(crate) fn new(spaces: &[&Space], summation: Summation) -> Result<Self> {
        let (group, mask) = (spaces[0].group(), spaces[0].mask());
        let mut layouts = spaces.iter().flat_map(|space| space.layouts());
        if let Some(layout) = layouts.find(|layout| layout.mode().combines()) {
            let expected = "chunks that are combined (see change_mode(Mode::Replica))";
            return Err(Error::expected(ErrorKind::Layout, "space of vectors in a solver", expected, layout));
        }
        for space in &spaces[1..] {
            spaces[0].comm().same_as(space.comm(), "space summed together with another")?;
            if space.mask() != mask {
                let (expected, found) = (format!("{mask:?}"), format!("{:?}", space.mask()));
                return Err(Error::expected(ErrorKind::Layout, "mask of spaces summed together", expected, found));
            }
        }
        let sends = group.size() > 1 && !spaces.iter().all(|space| space.is_replicated());
        Ok(Self { summation, group: group.clone(), sends })
    }

    /// This rank, of those whose sums are added up.
    pub(crate) fn rank(&self) -> usize {
        self.group.rank()
    }

    /// How this rank forms its parts.
    pub(crate) fn summing(&self) -> Summing {
        Summing { summation: self.summation, counts_replicas: !self.sends || self.group.rank() == 0 }
    }

    /// Adds up the ranks' parts, in one all-reduce; nothing is sent where each rank has all. Ranks' wishes are sent in any
    /// case, in the same message.
    ///
    /// # Communication
    /// One all-reduce of 57 × 8 bytes for each exact sum, 8 bytes for each plain one and each wish.
    pub(crate) fn all_reduce(&self, sums: &mut [PartialSum], wishes: &mut [i64]) {
        assert!(sums.len() <= TOGETHER, "at most {TOGETHER} sums travel together");
        self.all_reduce_by(sums, wishes, &mut [0; TOGETHER * WORDS + 2], &mut [0.0; TOGETHER + 2]);
    }

    /// The same of any number of sums, by way of words for exact ones and values for plain ones.
    pub(crate) fn all_reduce_by(
        &self,
        sums: &mut [PartialSum],
        wishes: &mut [i64],
        words: &mut [i64],
        values: &mut [f64],
    ) {
        let sums = if self.sends { sums } else { &mut [] };
        if self.group.size() > 1 && (self.sends || !wishes.is_empty()) {
            message(&self.group, sums, wishes, words, values);
        }
    }

    /// What this rank sends for so many sums.
    pub(crate) fn sends(&self, sums: usize) -> Sent {
        match self.summation {
            _ if !self.sends => Sent::NOTHING,
            Summation::Exact => Sent::all_reduce::<i64>(&self.group, sums * WORDS),
            Summation::Plain => Sent::all_reduce::<f64>(&self.group, sums),
        }
    }
}

/// Adds up the ranks' parts of sums over vectors of one space (see [`Reducer::all_reduce`]).
pub(crate) fn all_reduce(space: &Space, sums: &mut [PartialSum]) {
    if !space.is_replicated() && space.group().size() > 1 {
        message(space.group(), sums, &mut [], &mut [0; TOGETHER * WORDS], &mut [0.0; TOGETHER]);
    }
}

fn message(group: &Comm, sums: &mut [PartialSum], wishes: &mut [i64], words: &mut [i64], values: &mut [f64]) {
    match sums.first() {
        Some(PartialSum::Plain(_)) => plain_message(group, sums, wishes, values),
        _ => exact_message(group, sums, wishes, words),
    }
}

fn exact_message(group: &Comm, sums: &mut [PartialSum], wishes: &mut [i64], words: &mut [i64]) {
    for (words, sum) in words.as_chunks_mut::<WORDS>().0.iter_mut().zip(&mut *sums) {
        if let PartialSum::Exact(sum) = sum {
            sum.normalise();
            *words = *sum.words();
        }
    }
    let end = sums.len() * WORDS + wishes.len();
    words[sums.len() * WORDS..end].copy_from_slice(wishes);
    group.all_reduce(&mut words[..end], Reduction::Sum);
    wishes.copy_from_slice(&words[sums.len() * WORDS..end]);
    for (words, sum) in words.as_chunks::<WORDS>().0.iter().zip(sums) {
        *sum = PartialSum::Exact(ExactSum::from_words(*words));
    }
}

fn plain_message(group: &Comm, sums: &mut [PartialSum], wishes: &mut [i64], values: &mut [f64]) {
    for (value, sum) in values.iter_mut().zip(&*sums) {
        if let PartialSum::Plain(sum) = sum {
            *value = *sum;
        }
    }
    let end = sums.len() + wishes.len();
    values[sums.len()..end].iter_mut().zip(&*wishes).for_each(|(value, &wish)| *value = wish as f64);
    group.all_reduce(&mut values[..end], Reduction::Sum);
    wishes.iter_mut().zip(&values[sums.len()..end]).for_each(|(wish, &value)| *wish = value as i64);
    for (value, sum) in values.iter().zip(sums) {
        *sum = PartialSum::Plain(*value);
    }
}
