//! What a search is told, and whether it can be done.

use super::ends::Ends;
use super::krylov::Wanted;
use crate::error::{Error, ErrorKind, Result};
use crate::solvers::options::not_negative;

/// What a search is told, by default or by the user.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) count: usize,
    pub(super) basis: Option<usize>,
    pub(super) tolerance: Option<f64>,
    pub(super) restarts: usize,
    pub(super) seed: u64,
}

impl Limits {
    pub(super) fn of(count: usize) -> Self {
        Self { count, basis: None, tolerance: None, restarts: 300, seed: 1 }
    }

    /// In a space of this dimension, with numbers of this precision; `what` is looked for.
    pub(super) fn wanted(&self, ends: Ends, dimension: usize, epsilon: f64, what: &str) -> Result<Wanted> {
        let Self { count, restarts, .. } = *self;
        let refused = |what: String, expected: String, found: usize| {
            Err(Error::expected(ErrorKind::Parameter, what, expected, found))
        };
        if count == 0 || count > dimension {
            return refused(format!("number of {what}"), format!("1 to {dimension}"), count);
        }
        let least = dimension.min(count + 2);
        let basis = self.basis.unwrap_or((2 * count + 1).max(20)).min(dimension);
        if basis < least {
            return refused(
                format!("ncv, the vectors of the space of {count} {what}"),
                format!("at least {least}"),
                basis,
            );
        }
        let tolerance = self.tolerance.unwrap_or(epsilon.powf(2.0 / 3.0));
        not_negative("tolerance", tolerance)?;
        Ok(Wanted { count, ends, basis, tolerance, restarts })
    }
}

/// What a user sets of the limits.
macro_rules! setters {
    () => {
        /// The most vectors of a space (max(2k + 1, 20)): at least k + 2, or as many as it has elements (of the smaller side). More of
        /// them make fewer applications of A, and more inner products.
        #[must_use]
        pub fn ncv(mut self, vectors: usize) -> Self {
            self.limits.basis = Some(vectors);
            self
        }

        /// The errors as a part of ‖A‖ (ε^⅔ of the type: 4e-11, in single precision 2e-5). Where rounding errors hide
        /// what is asked for, as 0, the reason is [`Reason::Exhausted`](crate::Reason::Exhausted) when they are all that is left.
        #[must_use]
        pub fn tolerance(mut self, tolerance: f64) -> Self {
            self.limits.tolerance = Some(tolerance);
            self
        }

        /// The most restarts (300), after which the reason is [`Reason::IterationLimit`](crate::Reason::IterationLimit).
        #[must_use]
        pub fn restarts(mut self, restarts: usize) -> Self {
            self.limits.restarts = restarts;
            self
        }

        /// The seed of the random vectors that it begins with (1).
        #[must_use]
        pub fn seed(mut self, seed: u64) -> Self {
            self.limits.seed = seed;
            self
        }
    };
}
pub(super) use setters;
