//! When to stop, and what to show meanwhile.

use super::Measures;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Summation, powers::two_to};
use std::time::Duration;

/// What every solver can be told; `..Options::default()` fills the rest.
///
/// What only one method knows, as the damping of CGLS, is told to that method.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The most iterations (100).
    pub iterations: usize,
    /// When the criterion is small enough (1e-6 of the first one).
    pub tolerance: Tolerance,
    /// Stop when the best criterion has not become smaller for this many iterations (never).
    pub stagnation: Option<usize>,
    /// Stop after the iteration in which this much time is up on any rank (never).
    pub time_limit: Option<Duration>,
    /// Stop with [`Reason::Adjoint`](super::Reason::Adjoint) where iterations show that Aᴴ is not the adjoint of A (yes). No: for one that is
    /// an approximation on purpose, as of unmatched back-projectors; [`Report::adjoint_mismatch`](super::Report::adjoint_mismatch) still says how
    /// far it is off.
    pub check_adjoint: bool,
    /// How inner products are formed (exactly: the same bits on any number of ranks).
    pub summation: Summation,
    /// A progress bar on rank 0, where standard error is a terminal (no).
    pub progress: bool,
    /// A log in PyLops's manner on rank 0's standard output (none).
    pub log: Option<Log>,
}

/// How small the criterion must get: of CG ‖b − A x‖, of CGLS the gradient ‖Aᴴ(b − A x) − λ² x‖. It is the true one, computed
/// from x at the end, that must.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// 0: all iterations are made, unless the criterion vanishes, or is rounding errors and nothing else, so that a step
    /// more would do harm.
    None,
    /// This fraction of its value at the start.
    Relative(f64),
    /// This fraction of its value at x = 0, wherever x starts: of CG ‖b‖, of CGLS ‖Aᴴ b‖.
    ///
    /// CG makes one reduction more at the start; CGLS too, and where x does not start at 0, one adjoint application
    /// with one reduction.
    OfData(f64),
    /// Its *square* at most this, as in PyLops.
    AbsoluteSquared(f64),
}

impl Tolerance {
    /// The number.
    pub(super) fn number(self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Relative(tolerance) | Self::OfData(tolerance) | Self::AbsoluteSquared(tolerance) => tolerance,
        }
    }

    /// The square of a criterion that is small enough, in the unit of the first measures.
    pub(super) fn target(self, at_zero: &Measures, first: &Measures) -> f64 {
        let square = self.square();
        match self {
            Self::None => square,
            Self::Relative(_) => square * first.square_in(first.unit()),
            Self::OfData(_) => square * at_zero.square_in(first.unit()),
            Self::AbsoluteSquared(_) => two_to(square, -2 * first.unit()),
        }
    }

    /// The square of the number.
    pub(super) fn square(self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Relative(tolerance) | Self::OfData(tolerance) => (tolerance * tolerance).min(f64::MAX),
            Self::AbsoluteSquared(square) => square,
        }
    }
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
            stagnation: None,
            time_limit: None,
            check_adjoint: true,
            summation: Summation::Exact,
            progress: false,
            log: None,
        }
    }
}

impl Options {
    /// At most so many iterations; all else as by default, the tolerance too.
    pub fn iterations(iterations: usize) -> Self {
        Self { iterations, ..Self::default() }
    }

    /// So many iterations, and no earlier stop unless the criterion vanishes ([`Tolerance::None`]).
    pub fn exactly(iterations: usize) -> Self {
        Self { iterations, tolerance: Tolerance::None, ..Self::default() }
    }

    /// The same with another tolerance, relative to the start ([`Tolerance::Relative`]).
    ///
    /// # Example
    /// ```
    /// use lops::solvers::{Options, Tolerance};
    ///
    /// let options = Options::iterations(500).tolerance(1e-9);
    /// assert_eq!(options, Options { iterations: 500, tolerance: Tolerance::Relative(1e-9), ..Options::default() });
    /// ```
    pub fn tolerance(self, tolerance: f64) -> Self {
        Self { tolerance: Tolerance::Relative(tolerance), ..self }
    }

    pub(super) fn check(&self) -> Result<()> {
        let (what, number) = match self.tolerance {
            Tolerance::None => ("tolerance", 0.0),
            Tolerance::Relative(tolerance) => ("relative tolerance", tolerance),
            Tolerance::OfData(tolerance) => ("tolerance relative to the data", tolerance),
            Tolerance::AbsoluteSquared(tolerance) => ("absolute tolerance", tolerance),
        };
        not_negative(what, number)?;
        if self.log.is_some_and(|log| log.every == 0) {
            return Err(Error::expected(ErrorKind::Parameter, "log: every how many iterations", "at least 1", 0));
        }
        Ok(())
    }
}

/// `Ok` if the number is finite and not negative.
pub(super) fn not_negative(what: &str, number: f64) -> Result<()> {
    if number.is_finite() && number >= 0.0 {
        return Ok(());
    }
    Err(Error::expected(ErrorKind::Parameter, what, "a finite number, not negative", number))
}

pub(super) fn check_condition_limit(limit: f64) -> Result<()> {
    if limit.is_nan() || limit < 1.0 {
        return Err(Error::expected(ErrorKind::Parameter, "condition limit", "at least 1", limit));
    }
    Ok(())
}
