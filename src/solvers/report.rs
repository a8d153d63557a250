//! Why a solver stopped, and what it did until then.

use super::measures::Series;
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
    /// ‖b − A x‖ computed anew from the final x: how true the recurrence stayed.
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
    /// The criterion is as small as was asked for.
    Tolerance,
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
        /// Its first place in the vector there: the global index in C order (of a stack, counted
        /// through its members). `None` where all numbers are finite and a sum of them overflows.
        index: Option<usize>,
    },
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
            Self::NonFinite { vector, rank, index: Some(index) } => {
                write!(f, "{vector} is not finite at global index {index}, on rank {rank}")
            }
            Self::NonFinite { vector, .. } => write!(f, "the norm of {vector} overflows"),
            Self::Stagnation => f.write_str("stagnation"),
            Self::Callback => f.write_str("stopped by the callback"),
            Self::TimeLimit => f.write_str("time limit"),
        }
    }
}
