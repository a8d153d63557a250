//! What a run lends to its method: sums over all ranks, and the reasons to stop that ride with them.

use super::checkpoint::{Generations, take};
use super::{Checkpoint, Options, Reason, Stop};
use crate::array::DistArray;
use crate::array::Summing;
use crate::array::{Reducer, exponent, norm2};
use crate::error::Result;
use crate::numbers::exact::{ExactSum, WORDS};
use crate::numbers::{PartialSum, Real, Scalar, Summation, powers::two_to};
use crate::operators::Operator;
use std::{cell::Cell, time::Instant};

/// What [`begin`](super::Method::begin) and [`iterate`](super::Method::iterate) of a method are lent: how sums are formed
/// and added up over the ranks.
///
/// A vector's verbs ([`norm2`](DistArray::norm2), [`re_dot`](DistArray::re_dot), …) are given the run and form this
/// rank's part of a sum; [`sums`](Self::sums) makes sums of parts.
#[derive(Debug)]
pub struct Run {
    pub(super) options: Options,
    reducer: Reducer,
    pub(super) started: Instant,
    /// Whether there is a callback, on any rank: then messages carry its wish.
    pub(super) has_callback: bool,
    /// What this rank's callback wishes.
    pub(super) wishes_to_stop: bool,
    /// Iterations made; `None` until the first measures are there.
    pub(super) iteration: Option<usize>,
    /// Whether the method begins again, to be judged: nothing stops it then.
    pub(super) is_judging: bool,
    /// Whether the time is up, on any rank.
    late: Cell<bool>,
    /// Checkpoints, where there are any.
    pub(super) saves: Option<Saves>,
}

/// When this run is to be saved.
#[derive(Clone, Debug)]
pub(super) struct Saves {
    pub(super) generations: Generations,
    pub(super) checkpoint: Checkpoint,
    /// Of the last one, or the start.
    pub(super) last: Instant,
    /// What some rank asked for in the last messages: to save, to end.
    pub(super) asked: Cell<[bool; 2]>,
}

impl Saves {
    /// What this rank asks for.
    fn asks(&self, rank: usize) -> [bool; 2] {
        let [save, end] = if self.checkpoint.on_signals { take() } else { [false; 2] };
        // The clock of one rank decides.
        let is_time = rank == 0 && self.checkpoint.each.is_some_and(|each| self.last.elapsed() >= each);
        [save || end || is_time, end]
    }
}

impl Run {
    pub(super) fn new(options: &Options, reducer: Reducer) -> Self {
        Self {
            options: options.clone(),
            reducer,
            started: Instant::now(),
            has_callback: false,
            wishes_to_stop: false,
            iteration: None,
            is_judging: false,
            late: Cell::new(false),
            saves: None,
        }
    }

    /// The sums that the ranks' parts make, all in one message; a sum that is `None` is not sent, and is 0.
    ///
    /// # Communication
    /// One all-reduce of 456 bytes for each exact sum, 8 for each plain one, and 16 more where there is a callback, a
    /// time limit or a checkpoint; none where every rank holds all of every vector (but for those 16).
    ///
    /// # Errors
    /// [`Stop`], on all ranks, when the callback of one of them wishes it. When the time of one is up, an iteration is
    /// finished, and none comes after.
    ///
    /// # Panics
    /// If there are more than 8.
    pub fn sums<const K: usize, S: Into<Option<PartialSum>>>(&self, parts: [S; K]) -> Result<[f64; K], Stop> {
        let mut sums = [const { PartialSum::Plain(0.0) }; K];
        let (mut values, mut places, mut count) = ([0.0; K], [0; K], 0);
        for (place, part) in parts.into_iter().enumerate() {
            if let Some(part) = part.into() {
                (sums[count], places[count]) = (part, place);
                count += 1;
            }
        }
        self.with_wishes(|wishes| self.reducer.all_reduce(&mut sums[..count], wishes))?;
        for (sum, &place) in sums[..count].iter().zip(&places) {
            values[place] = sum.value();
        }
        Ok(values)
    }

    /// Makes of the ranks' parts their sums, of any number of them, all in one message, by way of a buffer for as many.
    ///
    /// # Communication
    /// As [`sums`](Self::sums).
    ///
    /// # Errors
    /// As [`sums`](Self::sums).
    pub(super) fn sums_of(&self, parts: &mut [PartialSum], message: &mut Message) -> Result<(), Stop> {
        self.with_wishes(|wishes| self.reducer.all_reduce_by(parts, wishes, &mut message.words, &mut message.values))
    }

    /// The same when all is done, and nobody's wish matters any more.
    pub(super) fn last_sums_of(&self, parts: &mut [PartialSum], message: &mut Message) {
        self.reducer.all_reduce_by(parts, &mut [], &mut message.words, &mut message.values);
    }

    /// Reduces, with the wishes of ranks where there may be some.
    fn with_wishes(&self, reduce: impl FnOnce(&mut [i64])) -> Result<(), Stop> {
        if !self.has_callback && self.options.time_limit.is_none() && self.saves.is_none() {
            reduce(&mut []);
            return Ok(());
        }
        let late = self.options.time_limit.is_some_and(|limit| self.started.elapsed() >= limit);
        let [save, end] = self.saves.as_ref().map_or([false; 2], |saves| saves.asks(self.reducer.rank()));
        // Three counts of ranks in one number.
        let late = i64::from(late) + (i64::from(save) << 16) + (i64::from(end) << 32);
        let mut wishes = [i64::from(self.wishes_to_stop), late];
        reduce(&mut wishes);
        let has = |place: u32| wishes[1] >> place & 0xffff > 0;
        self.late.set(self.late.get() || has(0));
        if let Some(saves) = &self.saves {
            let [save, end] = saves.asked.get();
            saves.asked.set([save || has(16), end || has(32)]);
        }
        if wishes[0] > 0 && !self.is_judging { Err(Reason::Callback.into()) } else { Ok(()) }
    }

    /// Whether the time is up.
    pub(super) fn is_late(&self) -> bool {
        self.late.get()
    }

    /// Asks whether the callback of some rank wishes to stop: for methods that change their model before they have any sums.
    ///
    /// # Communication
    /// One all-reduce of 16 bytes where there is a callback; else none.
    ///
    /// # Errors
    /// [`Stop`], on all ranks, when the callback of one of them wishes it.
    pub fn heed(&self) -> Result<(), Stop> {
        if !self.has_callback {
            return Ok(());
        }
        self.with_wishes(|wishes| self.reducer.all_reduce(&mut [], wishes))
    }

    /// A sum that has to be finite; `letter` is the vector to be named where all vectors are finite and it overflows.
    ///
    /// # Errors
    /// [`Reason::NonFinite`]: the run then searches the method's vectors for the first number that is not finite.
    pub fn finite(&self, sum: f64, letter: &'static str) -> Result<f64, Stop> {
        if sum.is_finite() {
            return Ok(sum);
        }
        Err(Reason::NonFinite { vector: letter, rank: 0, place: None }.into())
    }

    /// This rank's part of a sum that is 0 only if the vector is.
    pub(super) fn any_but_zero<T: Scalar>(&self, x: &DistArray<T>) -> PartialSum {
        self.number(f64::from(u8::from(x.as_slice().iter().any(|x| !x.is_zero()))))
    }

    /// A number as this rank's part of a sum.
    pub(super) fn number(&self, number: f64) -> PartialSum {
        match self.options.summation {
            Summation::Plain => PartialSum::Plain(number),
            Summation::Exact => {
                let mut sum = ExactSum::new();
                sum.add(number);
                PartialSum::Exact(sum)
            }
        }
    }

    /// Whether the method begins again, to be judged.
    pub(crate) fn is_judging(&self) -> bool {
        self.is_judging
    }

    /// The size of the largest number of the data, in this unit, at a new beginning to be judged; else 0.
    pub(super) fn size_when_judging<T: Scalar>(&self, b: &DistArray<T>, unit: i32) -> f64 {
        let largest = if self.is_judging { exponent(b) } else { None };
        largest.map_or(0.0, |largest| two_to(1.0, largest - unit))
    }

    /// ‖x‖, also where its square overflows.
    ///
    /// # Communication
    /// That of [`DistArray::norm`].
    pub fn norm<T: Scalar>(&self, x: &DistArray<T>) -> f64 {
        norm2(x.space(), x.as_slice(), self.options.summation).to_f64()
    }

    /// q ← b − A x; ‖q‖: the true residual, what most methods report at the end.
    ///
    /// # Communication
    /// One application of A and one all-reduce.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator)
    /// if a vector is not of the space it should be of.
    pub fn residual<X: Scalar, Y: Scalar>(
        &self,
        a: &Operator<X, Y>,
        b: &DistArray<Y>,
        x: &DistArray<X>,
        q: &mut DistArray<Y>,
    ) -> Result<f64> {
        a.apply_into(x, q)?; //                  q ← A x
        q.axpby(Y::one(), b, -Y::one())?; //     q ← b − q
        Ok(self.norm(q))
    }

    /// Iterations made so far.
    pub fn iteration(&self) -> usize {
        self.iteration.unwrap_or(0)
    }

    /// What the run was told.
    pub fn options(&self) -> &Options {
        &self.options
    }
}

/// The memory of a message of many sums.
#[derive(Debug, Default)]
pub(super) struct Message {
    words: Vec<i64>,
    values: Vec<f64>,
}

impl Message {
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.words[..]) + size_of_val(&self.values[..])
    }

    /// Of so many sums, and of wishes.
    pub(super) fn of(sums: usize) -> Self {
        Self { words: vec![0; sums * WORDS + 2], values: vec![0.0; sums + 2] }
    }
}

/// A run says how its sums are formed.
impl From<&Run> for Summing {
    fn from(run: &Run) -> Self {
        run.reducer.summing()
    }
}

/// A real number as a scalar.
pub(super) fn real<T: Scalar>(value: f64) -> T {
    T::from_real(T::Real::from_f64(value))
}
