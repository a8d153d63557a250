//! Whether Aᴴ is the adjoint of A, as far as the numbers of an iteration tell.
//!
//! A method has numbers of its own for one inner product by way of A and by way of Aᴴ. They differ by an excess that should be 0; what it
//! grows by in an iteration is how far Aᴴ is from the adjoint, along the vectors of this iteration alone, however far it was before.
//!
//! In CGLS a step along c lets f = ‖s‖² + λ² ‖x‖² fall by αγ (1 + 2e), with the excess e = ⟨A c, s⟩/γ − 1. As c = r + β c' and s is orthogonal to A c' but for the
//! excess before, e grows by (⟨A r, s⟩ − ⟨r, Aᴴ s⟩)/‖r‖². It is held against ‖r‖ times the largest gradient so far: beside its own gradient, which is
//! to vanish, any adjoint would be gross in the end.
//!
//! In the bidiagonal form with A v = β u + α u' and Aᴴ u = α₊ v₊ + β v the excess is e = β (⟨Aᴴ u, v⟩ − β) = (‖Aᴴ u‖² − α₊² − β²)/2. It grows by
//! α (⟨u', A v⟩ − ⟨Aᴴ u', v⟩) + β (⟨Aᴴ u, v⟩ − ⟨u, A v⟩), which is small beside α² + β².

use super::rounding::epsilon;
use super::units::is_ordinary;
use super::{Reason, Run, State};
use crate::numbers::Scalar;

/// How many times its epsilon an operator may round its results, as of sums with many terms.
const ROUNDED: f64 = 32.0;

/// Rounding errors, relative as differences are, up to which these tell anything.
const TOLD: f64 = 0.01;

/// A relative difference that no solver gets along with: with 0.01 CGLS takes several times the iterations.
const GROSS: f64 = 0.03;

/// One that need not be seen twice.
const PLAIN: f64 = 0.3;

/// What the numbers were so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AdjointTest {
    /// The largest relative difference that rounding errors do not explain.
    largest: Option<f64>,
    /// The last excess, and its rounding errors.
    excess: f64,
    rounding: f64,
    /// The largest gradient.
    steepest: f64,
    /// Differences in succession that were gross; a plain one is two.
    gross: usize,
}

impl AdjointTest {
    /// The method begins, perhaps anew: its excess is 0.
    ///
    /// # Errors
    /// [`Reason::Adjoint`] if a model is to be judged that came from a gross difference.
    pub(super) fn begin(&mut self, run: &Run) -> Result<(), Reason> {
        (self.excess, self.rounding) = (0.0, 0.0);
        if run.is_judging() && self.gross > 0 && run.options().check_adjoint { Err(Reason::Adjoint) } else { Ok(()) }
    }

    /// `Ok` if an iteration may follow.
    ///
    /// # Errors
    /// [`Reason::Adjoint`] if differences were gross twice in succession, or one was plain.
    pub(super) fn check(&self, run: &Run) -> Result<(), Reason> {
        if self.gross > 1 && run.options().check_adjoint { Err(Reason::Adjoint) } else { Ok(()) }
    }

    /// Takes the excess over an inner product of this size, and how many epsilons its vectors' rounding errors are. What is not finite
    /// tells nothing.
    fn take<T: Scalar>(&mut self, excess: f64, size: f64, errors: f64) {
        let (grown, errors) = (excess - self.excess, ROUNDED * epsilon::<T>() * errors);
        let size = size.max((size + grown).abs());
        let (difference, rounding) = (grown.abs() / size, (errors + self.rounding) / size);
        (self.excess, self.rounding) = (excess, errors);
        if !(rounding <= TOLD && difference.is_finite()) {
            self.gross = 0;
            return;
        }
        let seen = (difference - rounding).max(0.0);
        self.largest = Some(self.largest.map_or(seen, |largest| largest.max(seen)));
        self.gross = if seen > GROSS { self.gross + 1 + usize::from(seen > PLAIN) } else { 0 };
    }

    /// Takes f of CGLS before and after a step, γ and α of it, and the rounding errors of ⟨A c, s⟩/γ. Where squares are
    /// near the ends of the range of numbers they tell nothing.
    pub(super) fn take_step<T: Scalar>(&mut self, [before, after]: [f64; 2], [gamma, alpha]: [f64; 2], errors: f64) {
        self.steepest = self.steepest.max(gamma.sqrt());
        if is_ordinary::<T>(gamma) && is_ordinary::<T>(before) && is_ordinary::<T>(after) {
            let fall = alpha * gamma;
            let excess = 0.5 * ((before - after) / fall - 1.0);
            self.take::<T>(excess, self.steepest / gamma.sqrt(), errors + before.max(after) / fall);
        }
    }

    /// Takes the squares of Aᴴ u, β and two α in succession, and of the largest one. Where the square of Aᴴ u before u was normalised is
    /// near the ends of the range of numbers it tells nothing.
    pub(super) fn take_column<T: Scalar>(
        &mut self,
        square: f64,
        beta: f64,
        [before, next]: [f64; 2],
        largest: f64,
        summed: f64,
    ) {
        if is_ordinary::<T>(summed) {
            self.take::<T>(0.5 * (square - next - beta), before + beta, square.max(largest));
        }
    }

    /// See [`Report::adjoint_mismatch`](super::Report::adjoint_mismatch).
    pub(super) fn largest(&self) -> Option<f64> {
        self.largest
    }

    /// This and all of it, by a name.
    pub(super) fn state_as<'a>(&'a mut self, name: &str, state: State<'a>) -> State<'a> {
        let Self { largest, excess, rounding, steepest, gross } = self;
        let state = state.bits(format!("{name}.largest"), largest).number(format!("{name}.excess"), excess);
        let state = state.number(format!("{name}.rounding"), rounding).number(format!("{name}.steepest"), steepest);
        state.count(format!("{name}.gross"), gross)
    }
}
