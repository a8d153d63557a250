//! Solves inside of other iterations: their memory is kept from one to the next, and criteria are those of the recurrence, as nothing is
//! computed anew at the end.
//!
//! A prox knows no outer run: what is solved [in it](in_prox) is a run of its own, of which nothing is told but iterations and, as an error, that it
//! went wrong. What is solved [in a method](in_method) is a part of its iteration: sums are those of the outer run and carry its wishes, vectors and
//! state are the method's, and what is left of the data is read when the solve is done.

mod in_method;
mod in_prox;

pub(crate) use in_method::CglsInMethod;
pub(crate) use in_prox::{CgInProx, CglsInProx};

use super::cgls::Room;
use super::{Cgls, Measures, Method, Reason, Run, Stop, Tolerance, solver};
use crate::array::DistArray;
use crate::numbers::Scalar;
use crate::operators::Operator;

/// What [`Cgls`] needs beside the problem; lent to it while it iterates.
struct Kept<X: Scalar, Y: Scalar>(Option<Room<X, Y>>);

const LENT: &str = "the room comes back from every solve";

impl<X: Scalar, Y: Scalar> Kept<X, Y> {
    fn of(a: &Operator<X, Y>) -> Self {
        Self(Some(Room::of(a)))
    }

    /// Does something with CGLS on this problem.
    fn lend<R>(
        &mut self,
        a: &Operator<X, Y>,
        b: &DistArray<Y>,
        x: &mut DistArray<X>,
        act: impl FnOnce(&mut Cgls<'_, X, Y>) -> R,
    ) -> R {
        let mut cgls = Cgls::within(self.0.take().expect(LENT), a, b, x);
        let done = act(&mut cgls);
        self.0 = Some(cgls.into_room());
        done
    }

    fn room(&self) -> &Room<X, Y> {
        self.0.as_ref().expect(LENT)
    }

    fn room_mut(&mut self) -> &mut Room<X, Y> {
        self.0.as_mut().expect(LENT)
    }
}

/// Begins: the first measures, and the square of a criterion that is small enough.
fn begin(method: &mut impl Method, tolerance: Tolerance, run: &Run) -> Result<(Measures, f64), Stop> {
    let (at_zero, first) = solver::begin(method, tolerance, run)?;
    Ok((first, tolerance.target(&at_zero.unwrap_or(first), &first)))
}

/// Iterates until the criterion is small enough, nothing but rounding errors is left, or all iterations are made.
fn iterate(
    iterations: usize,
    (first, target): (Measures, f64),
    mut iteration: impl FnMut() -> Result<Measures, Stop>,
) -> Result<(), Stop> {
    let mut measures = first;
    for _ in 0..iterations {
        if measures.square_in(first.unit()) <= target {
            break;
        }
        measures = match iteration() {
            Err(Stop::Reason(Reason::Exhausted)) => break,
            made => made?,
        };
    }
    Ok(())
}
