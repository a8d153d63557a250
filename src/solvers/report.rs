//! Why a solver stopped, and what it did until then.

use super::measures::Series;
use crate::array::Place;
use crate::numbers::Real;
use std::{fmt, time::Duration};

/// What a solver did. The solution is in the array that was passed in.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it says whether the solver converged, and why it stopped"]
pub struct Report<R> {
    /// Why it stopped.
    pub reason: Reason,
    /// Iterations made.
    pub iterations: usize,
    /// ‖b − A x‖ computed anew from the final x.
    pub residual: R,
    /// Time on this rank, first and final residual included.
    pub time: Duration,
    pub(super) series: Series<R>,
}

impl<R: Real> Report<R> {
    /// A measure at the start and after every iteration, by the name that the method's page gives it; empty where the
    /// method has none of this name.
    pub fn series(&self, name: &str) -> &[R] {
        self.series.get(name)
    }

    /// ‖b − A x‖ at the start and after every iteration, as the recurrence has it: the series "cost".
    pub fn cost(&self) -> &[R] {
        self.series("cost")
    }

    /// The names of the series.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.series.names()
    }
}

/// Why a solver stopped.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// The criterion, computed anew from the final x, is as small as was asked for.
    Tolerance,
    /// The criterion of the recurrence is as small as was asked for, and the true one is not: rounding errors have come
    /// between them, and a new beginning from x does not help.
    Drifted {
        /// The criterion as the recurrence has it.
        recurrence: f64,
        /// The criterion, computed anew from the final x.
        truth: f64,
    },
    /// What is left of the criterion is rounding errors: it began to grow, and more iterations would ruin x; or less was
    /// asked for than they hide, as 0.
    Exhausted,
    /// Aᴴ s is 0, and A is not orthogonal to s: the adjoint is not that of A (see
    /// [`Operator::check`](crate::Operator::check)).
    Adjoint,
    /// All iterations were made.
    IterationLimit,
    /// ⟨p, A p⟩ is negative, this one: A is not positive definite.
    Indefinite(f64),
    /// A denominator vanished, with this value: no further step can be taken.
    Breakdown(f64),
    /// A vector holds a number that is not finite.
    NonFinite {
        /// Which vector, in the letters of the solver's documentation.
        vector: &'static str,
        /// The first rank that holds one.
        rank: usize,
        /// Its first place in the vector there. `None` where all numbers are finite and a sum of them overflows.
        place: Option<Place>,
    },
    /// The estimate of the operator's condition, this one, is larger than was allowed: x would grow beyond what the data
    /// determine.
    ConditionLimit(f64),
    /// The criterion stopped decreasing.
    Stagnation,
    /// The callback wished it, on some rank.
    Callback,
    /// The time was up, on some rank.
    TimeLimit,
}

impl Reason {
    /// Whether the solution is what was asked for.
    pub fn converged(&self) -> bool {
        *self == Self::Tolerance
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tolerance => f.write_str("tolerance met"),
            Self::IterationLimit => f.write_str("iteration limit"),
            Self::Indefinite(value) => write!(f, "operator not positive definite: ⟨p, A p⟩ = {value:e}"),
            Self::Breakdown(value) => write!(f, "breakdown: denominator {value:e}"),
            Self::Drifted { recurrence, truth } => {
                write!(f, "rounding errors: the criterion is {recurrence:e} by the recurrence, and {truth:e} in truth")
            }
            Self::Exhausted => f.write_str("what is left of the criterion is rounding errors"),
            Self::Adjoint => f.write_str("Aᴴ s is 0, and A is not orthogonal to s: the adjoint is not that of A"),
            Self::NonFinite { vector, rank, place: Some(place) } => {
                write!(f, "{vector} is not finite at global index {place}, on rank {rank}")
            }
            Self::NonFinite { vector, .. } => write!(f, "the norm of {vector} overflows"),
            Self::ConditionLimit(condition) => write!(f, "condition limit: the estimate is {condition:e}"),
            Self::Stagnation => f.write_str("stagnation"),
            Self::Callback => f.write_str("stopped by the callback"),
            Self::TimeLimit => f.write_str("time limit"),
        }
    }
}
