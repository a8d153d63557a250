//! When to stop, and what to show meanwhile.

use crate::{Error, ErrorKind, Result, Summation};
use std::time::Duration;

/// What every solver can be told; `..Options::default()` fills the rest.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The most iterations (100).
    pub iterations: usize,
    /// When the residual is small enough (1e-6 of the first one).
    pub tolerance: Tolerance,
    /// λ of min ‖A x − b‖² + λ² ‖x‖², for least-squares solvers (0).
    pub damp: f64,
    /// Stop when the best residual has not become smaller for this many iterations (never).
    pub stagnation: Option<usize>,
    /// Stop after this much time on any rank (never).
    pub time_limit: Option<Duration>,
    /// How inner products are formed (exactly: the same bits on any number of ranks).
    pub summation: Summation,
    /// A progress bar on rank 0, where standard error is a terminal (no).
    pub progress: bool,
    /// A log in PyLops's manner on rank 0's standard output (none).
    pub log: Option<Log>,
}

/// How small the residual must get: of CG ‖b − A x‖, of CGLS the gradient ‖Aᴴ(b − A x) − λ² x‖.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// This fraction of its value at the start.
    Relative(f64),
    /// Its *square* at most this, as in PyLops; 0 runs all iterations unless it vanishes.
    AbsoluteSquared(f64),
}

/// Which iterations are logged: the first so many, the last so many, and every so many between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Log {
    pub first: usize,
    pub last: usize,
    pub every: usize,
}

impl Default for Log {
    fn default() -> Self {
        Self { first: 10, last: 10, every: 10 }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            iterations: 100,
            tolerance: Tolerance::Relative(1e-6),
            damp: 0.0,
            stagnation: None,
            time_limit: None,
            summation: Summation::Exact,
            progress: false,
            log: None,
        }
    }
}

impl Options {
    /// So many iterations, and no earlier stop unless the residual vanishes.
    pub fn iterations(iterations: usize) -> Self {
        Self { iterations, tolerance: Tolerance::AbsoluteSquared(0.0), ..Self::default() }
    }

    pub(super) fn check(&self) -> Result<()> {
        let (what, number) = match self.tolerance {
            Tolerance::Relative(tolerance) => ("relative tolerance", tolerance),
            Tolerance::AbsoluteSquared(tolerance) => ("absolute tolerance", tolerance),
        };
        for (what, number) in [(what, number), ("damp", self.damp)] {
            if !number.is_finite() || number < 0.0 {
                return Err(Error::expected(ErrorKind::Parameter, what, "a finite number, not negative", number));
            }
        }
        if self.log.is_some_and(|log| log.every == 0) {
            return Err(Error::expected(ErrorKind::Parameter, "log: every how many iterations", "at least 1", 0));
        }
        Ok(())
    }
}
