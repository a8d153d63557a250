//! How well a model is known: the diagonal of (AᴴA + λ²)⁻¹, as LSQR sees it.

use super::{Run, State};
use crate::array::DistArray;
use crate::numbers::{Real, Scalar};

/// Σ |w/ρ|², element by element.
#[derive(Debug)]
pub(super) struct Variance<'a, R: Real> {
    sum: &'a mut DistArray<R>,
    /// Iterations that begin anew see some of A again.
    is_complete: bool,
}

impl<'a, R: Real> Variance<'a, R> {
    pub(super) fn of(sum: &'a mut DistArray<R>) -> Self {
        Self { sum, is_complete: false }
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.sum.as_slice())
    }

    pub(super) fn begin(&mut self, run: &Run) {
        if run.is_judging() {
            self.is_complete = true;
        } else {
            self.sum.fill(R::zero());
            self.is_complete = false;
        }
    }

    /// Adds |w|² times the square of this, while nothing is seen twice.
    pub(super) fn add<X: Scalar<Real = R>>(&mut self, w: &DistArray<X>, by: f64) {
        if !self.is_complete {
            let by = R::from_f64(by);
            for (sum, w) in self.sum.as_mut_slice().iter_mut().zip(w.as_slice()) {
                let w = w.scale(by);
                *sum = *sum + w.re() * w.re() + w.im() * w.im();
            }
        }
    }

    pub(super) fn state<'s>(&'s mut self, state: State<'s>) -> State<'s> {
        state.vector("variance", self.sum).flag("variance.is_complete", &mut self.is_complete)
    }
}
