//! When LSQR and LSMR stop by themselves: x solves a problem that is as near to the one given as its numbers are known.
//!
//! ```text
//! ‖b − A x‖ ≤ btol ‖b‖ + atol ‖A‖ ‖x‖     of a system that has a solution
//! ‖Aᴴ(b − A x)‖ ≤ atol ‖A‖ ‖b − A x‖      of least squares
//! ```
//!
//! with ‖A‖ in the Frobenius norm, of the part of A that iterations have seen. C. C. Paige and M. A. Saunders, ACM TOMS 8 (1982) 43, section 6.

use super::{Run, State, options::not_negative};
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::Scalar;

/// The rules, if there are any, and what they go by.
#[derive(Debug, Default)]
pub(super) struct NearProblem {
    /// atol and btol.
    tolerances: Option<[f64; 2]>,
    /// ‖b‖.
    data: f64,
    /// Σ α² + β² since the last beginning, and the largest one before.
    norm2: f64,
    before: f64,
}

/// Of an iteration: the gradient, the residual (with damping the root of all that is made least), and ‖x‖, in their own units; A's unit.
pub(super) struct Norms {
    pub(super) gradient: f64,
    pub(super) residual: f64,
    pub(super) model: f64,
    pub(super) unit: f64,
}

impl NearProblem {
    pub(super) fn set(&mut self, atol: f64, btol: f64) -> Result<()> {
        not_negative("atol", atol)?;
        not_negative("btol", btol)?;
        self.tolerances = Some([atol, btol]);
        Ok(())
    }

    /// Whether there are rules: they need ‖x‖.
    pub(super) fn is_asked(&self) -> bool {
        self.tolerances.is_some()
    }

    /// Begins, perhaps anew: a model is judged by the norm of what was seen before.
    pub(super) fn begin<T: Scalar>(&mut self, b: &DistArray<T>, run: &Run) {
        self.before = if run.is_judging() { self.before.max(self.norm2) } else { 0.0 };
        self.norm2 = 0.0;
        if self.is_asked() && !run.is_judging() {
            self.data = run.norm(b);
        }
    }

    /// A column more, of which these are α and β.
    pub(super) fn add(&mut self, alpha: f64, beta: f64) {
        self.norm2 += alpha.powi(2) + beta.powi(2);
    }

    /// ‖A‖, of what was seen since the last beginning.
    pub(super) fn norm(&self) -> f64 {
        self.norm2.sqrt()
    }

    /// Whether there are rules and one is met. A product beyond the range of numbers tells nothing.
    pub(super) fn is_solved(&self, norms: &Norms) -> bool {
        let Some([atol, btol]) = self.tolerances else { return false };
        let of_operator = atol * self.before.max(self.norm2).sqrt() * norms.unit;
        let is_below = |value: f64, bound: f64| bound.is_finite() && value <= bound;
        is_below(norms.residual, btol * self.data + of_operator * norms.model)
            || is_below(norms.gradient, of_operator * norms.residual)
    }

    pub(super) fn state<'a>(&'a mut self, state: State<'a>) -> State<'a> {
        let Self { data, norm2, before, .. } = self;
        state.number("problem.data", data).number("problem.norm2", norm2).number("problem.before", before)
    }
}
