//! CGLS inside another method: one problem after another of the same operator, in the same memory.
//!
//! Each solve begins at the x that is passed in, so that it goes on from the last one, and ends after so many iterations, or when the gradient
//! is small enough by the recurrence: the outer method judges. Sums are those of the outer run, and carry its wishes.

use super::adjoint_test::AdjointTest;
use super::cgls::{Cgls, CglsRoom};
use super::options::not_negative;
use super::rounding::Rounding;
use super::{Method, Reason, Run, State, Stop, Tolerance, Vectors};
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator, RoundTrip};

/// min ‖A x − b‖², again and again, of data b that are written between.
pub(crate) struct CglsInside<X: Scalar, Y: Scalar = X> {
    a: Operator<X, Y>,
    b: DistArray<Y>,
    /// Lent to CGLS while it iterates.
    room: Option<CglsRoom<X, Y>>,
    iterations: usize,
    tolerance: Tolerance,
    /// Iterations of all solves so far.
    made: usize,
    /// The largest relative difference of ⟨A c, s⟩ and ⟨c, Aᴴ s⟩.
    mismatch: Option<f64>,
}

const LENT: &str = "the room comes back from every solve";

impl<X: Scalar, Y: Scalar> CglsInside<X, Y> {
    /// Takes all memory; exactly 20 iterations each time.
    pub(crate) fn new(a: Operator<X, Y>) -> Self {
        let (b, room) = (DistArray::zeros(a.range()), Some(CglsRoom::of(&a)));
        Self { a, b, room, iterations: 20, tolerance: Tolerance::None, made: 0, mismatch: None }
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
        if let Some(room) = &mut self.room {
            room.trip = a.round_trip();
            (room.rounding, room.adjoint) = (Rounding::default(), AdjointTest::default());
        }
        self.a = a;
    }

    /// b, to be written, and what the last solve left of it, b − A x.
    pub(crate) fn data_and_left(&mut self) -> (&mut [Y], &mut [Y]) {
        (self.b.as_mut_slice(), self.room.as_mut().expect(LENT).s.as_mut_slice())
    }

    /// What the last solve left of the data: b − A x, as the recurrence has it.
    pub(crate) fn left(&self) -> &[Y] {
        self.room.as_ref().expect(LENT).s.as_slice()
    }

    /// x ← one that makes ‖A x − b‖ smaller.
    ///
    /// # Errors
    /// [`Stop`] where that cannot be gone on with. When a rank wishes to stop, x is as it was.
    pub(crate) fn solve(&mut self, x: &mut DistArray<X>, run: &Run) -> Result<(), Stop> {
        let Self { a, b, room, iterations, tolerance, made, mismatch } = self;
        let mut cgls = Cgls::in_room(room.take().expect(LENT), a, b, x);
        let done = iterate(&mut cgls, *iterations, *tolerance, run, made);
        *mismatch = mismatch.iter().copied().chain(cgls.adjoint_mismatch()).reduce(f64::max);
        *room = Some(cgls.leave());
        done
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
        let CglsRoom { s, q, r, c, .. } = self.room.as_ref().expect(LENT);
        vectors.and("d", &self.b).and("s", s).and("r", r).and("q", q).and("c", c)
    }

    /// Bytes beside the vectors.
    pub(crate) fn scratch(&self) -> usize {
        let trip = self.room.as_ref().and_then(|room| room.trip.as_ref());
        self.a.scratch() + trip.map_or(0, RoundTrip::bytes)
    }

    /// This, and what it needs to go on beside x and the data.
    pub(crate) fn state<'a>(&'a mut self, state: State<'a>) -> State<'a> {
        let CglsRoom { rounding, adjoint, .. } = self.room.as_mut().expect(LENT);
        let state = state.count("inner iterations", &mut self.made).bits("mismatch", &mut self.mismatch);
        adjoint.state_as("adjoint", rounding.state(state))
    }

    /// The same with the data and what is left of them, for a method that reads these before it solves again.
    pub(crate) fn state_with_data<'a>(&'a mut self, state: State<'a>) -> State<'a> {
        let CglsRoom { s, rounding, adjoint, .. } = self.room.as_mut().expect(LENT);
        let state = state.vector("d", &mut self.b).vector("s", s);
        let state = state.count("inner iterations", &mut self.made).bits("mismatch", &mut self.mismatch);
        adjoint.state_as("adjoint", rounding.state(state))
    }
}

/// Begins, and iterates until there is a reason not to; counts iterations.
fn iterate<X: Scalar, Y: Scalar>(
    cgls: &mut Cgls<'_, X, Y>,
    iterations: usize,
    tolerance: Tolerance,
    run: &Run,
    made: &mut usize,
) -> Result<(), Stop> {
    let at_zero = match tolerance {
        Tolerance::OfData(_) => cgls.criterion_at_zero(run)?,
        _ => None,
    };
    let first = cgls.begin(run)?;
    let target = tolerance.target(&at_zero.unwrap_or(first), &first);
    let mut measures = first;
    for _ in 0..iterations {
        if measures.square_in(first.unit()) <= target {
            break;
        }
        measures = match cgls.iterate(run) {
            Ok(measures) => measures,
            Err(Stop::Reason(Reason::Exhausted)) => break, // nothing but rounding errors is left
            Err(stop) => return Err(stop),
        };
        *made += 1;
    }
    Ok(())
}
