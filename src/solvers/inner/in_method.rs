//! Solves in methods: parts of their iterations, one after another of the same operator.
//!
//! Each begins at the x that is passed in, so that it goes on from the last one, and ends after so many iterations, or when the gradient
//! is small enough: the outer method judges.

use super::{Kept, begin, iterate};
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator, RoundTrip};
use crate::solvers::cgls::Room;
use crate::solvers::options::not_negative;
use crate::solvers::{Method, Run, State, Stop, Tolerance, Vectors};

/// CGLS: min ‖A x − b‖², again and again, of data b that are written between.
pub(crate) struct CglsInMethod<X: Scalar, Y: Scalar = X> {
    a: Operator<X, Y>,
    b: DistArray<Y>,
    kept: Kept<X, Y>,
    iterations: usize,
    tolerance: Tolerance,
    /// Iterations of all solves so far.
    made: usize,
    /// The largest relative difference of ⟨A c, s⟩ and ⟨c, Aᴴ s⟩.
    mismatch: Option<f64>,
}

impl<X: Scalar, Y: Scalar> CglsInMethod<X, Y> {
    /// Takes all memory; exactly 20 iterations each time.
    pub(crate) fn new(a: Operator<X, Y>) -> Self {
        let (b, kept) = (DistArray::zeros(a.range()), Kept::of(&a));
        Self { a, b, kept, iterations: 20, tolerance: Tolerance::None, made: 0, mismatch: None }
    }

    /// At most so many iterations each time, and how small the gradient must get.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) of a tolerance that is negative or not finite.
    pub(crate) fn limit(&mut self, iterations: usize, tolerance: Tolerance) -> Result<()> {
        not_negative("tolerance of inner iterations", tolerance.number())?;
        (self.iterations, self.tolerance) = (iterations, tolerance);
        Ok(())
    }

    /// Of another operator between the same spaces.
    pub(crate) fn replace(&mut self, a: Operator<X, Y>) {
        let room = self.kept.room_mut();
        room.trip = a.round_trip();
        room.forget();
        self.a = a;
    }

    /// b, to be written, and what the last solve left of it, b − A x.
    pub(crate) fn data_and_left(&mut self) -> (&mut [Y], &mut [Y]) {
        (self.b.as_mut_slice(), self.kept.room_mut().s.as_mut_slice())
    }

    /// What the last solve left of the data: b − A x, as the recurrence has it.
    pub(crate) fn left(&self) -> &[Y] {
        self.kept.room().s.as_slice()
    }

    /// x ← one that makes ‖A x − b‖ smaller.
    ///
    /// # Errors
    /// [`Stop`] where that cannot be gone on with. When a rank wishes to stop, x is as it was.
    pub(crate) fn solve(&mut self, x: &mut DistArray<X>, run: &Run) -> Result<(), Stop> {
        let Self { a, b, kept, iterations, tolerance, made, mismatch } = self;
        kept.lend(a, b, x, |cgls| {
            let done = begin(cgls, *tolerance, run).and_then(|begun| {
                iterate(*iterations, begun, || {
                    let measures = cgls.iterate(run)?;
                    *made += 1;
                    Ok(measures)
                })
            });
            *mismatch = mismatch.iter().copied().chain(cgls.adjoint_mismatch()).reduce(f64::max);
            done
        })
    }

    /// Iterations of all solves so far.
    pub(crate) fn made(&self) -> usize {
        self.made
    }

    /// The most of each.
    pub(crate) fn most(&self) -> usize {
        self.iterations
    }

    pub(crate) fn adjoint_mismatch(&self) -> Option<f64> {
        self.mismatch
    }

    /// These vectors, and its own: d, the data, and those of CGLS.
    pub(crate) fn vectors<'a>(&'a self, vectors: Vectors<'a>) -> Vectors<'a> {
        let Room { s, q, r, c, .. } = self.kept.room();
        vectors.and("d", &self.b).and("s", s).and("r", r).and("q", q).and("c", c)
    }

    /// Bytes beside the vectors.
    pub(crate) fn scratch(&self) -> usize {
        self.a.scratch() + self.kept.room().trip.as_ref().map_or(0, RoundTrip::bytes)
    }

    /// This, and what it needs to go on beside x; with the data and what is left of them, if the method reads these before it writes them.
    pub(crate) fn state<'a>(&'a mut self, mut state: State<'a>, with_data: bool) -> State<'a> {
        let Room { s, rounding, adjoint, .. } = self.kept.room_mut();
        if with_data {
            state = state.vector("d", &mut self.b).vector("s", s);
        }
        let state = state.count("inner iterations", &mut self.made).bits("mismatch", &mut self.mismatch);
        adjoint.state_as("adjoint", rounding.state(state))
    }
}
