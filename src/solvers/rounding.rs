//! What is known of the rounding errors of a method of conjugate gradients, from the scalars that it has anyway.

use super::{Reason, State};
use crate::numbers::{Real, Scalar};

/// How far a criterion has fallen, and where rounding errors begin.
///
/// A step along a direction of an operator's null space is made of nothing but rounding errors. Where an operator is
/// singular, and the criterion no more than rounding errors, such steps come one after another, longer and longer: the
/// criterion rises again, and the model is ruined, although A times what is added to it is nearly 0. So iterations end
/// when the criterion has been at the level of rounding errors and a step is far longer than any has been, or the
/// criterion far above its least.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rounding {
    epsilon: f64,
    /// The norm of x at the start, and the lengths of all steps: no less than the norm of x. Where A is applied to x's
    /// steps and Aᴴ to what is left of the data, as in CGLS, it does not matter.
    reach: Option<f64>,
    /// Rounding errors that do not come from x, over epsilon.
    of_data: f64,
    /// The largest 1/α so far: no more than the largest eigenvalue.
    stiffest: f64,
    /// The norm of the direction.
    direction: f64,
    /// The least criterion so far.
    least: f64,
}

/// How much of a rise of the criterion, at the level of rounding errors, is too much.
const RISE: f64 = 10.0;

impl Rounding {
    /// This and all of it.
    pub(super) fn state<'a>(&'a mut self, state: State<'a>) -> State<'a> {
        self.state_as("rounding", state)
    }

    /// The same of one of several, by a name of its own.
    pub(super) fn state_as<'a>(&'a mut self, name: &str, state: State<'a>) -> State<'a> {
        let Self { epsilon, reach, of_data, stiffest, direction, least } = self;
        let state = state.number(format!("{name}.epsilon"), epsilon).bits(format!("{name}.reach"), reach);
        let state = state.number(format!("{name}.of_data"), of_data).number(format!("{name}.stiffest"), stiffest);
        state.number(format!("{name}.direction"), direction).number(format!("{name}.least"), least)
    }

    /// A method that applies A alone begins, perhaps anew: with the squares of the residual and of the norm of x.
    pub(super) fn begin_system<T: Scalar>(&mut self, square: f64, x2: f64) {
        self.begin_least_squares::<T>(square);
        (self.reach, self.of_data) = (Some(x2.sqrt()), square.sqrt());
    }

    /// A method that applies A and Aᴴ begins, perhaps anew: with the square of the gradient.
    pub(super) fn begin_least_squares<T: Scalar>(&mut self, square: f64) {
        let epsilon = epsilon::<T>();
        let gradient = square.sqrt();
        *self = Self { epsilon, direction: gradient, least: gradient, stiffest: self.stiffest, ..Self::default() };
    }

    /// The gradient is Aᴴ s, of an s of this norm.
    pub(super) fn of_residual(&mut self, norm: f64) {
        self.of_data = self.stiffest.sqrt() * norm;
    }

    /// What the rounding of A x to numbers hides of a residual near 0, of data of this norm.
    pub(super) fn hidden_in_residual(&self, norm: f64) -> f64 {
        0.5 * self.epsilon * norm
    }

    /// The same of a gradient Aᴴ s, at the least.
    pub(super) fn hidden_in_gradient(&self, norm: f64) -> f64 {
        0.125 * self.epsilon * self.stiffest.sqrt() * norm
    }

    /// What the rounding of A and Aᴴ makes of ⟨A c, s⟩ along the direction c, of an s of this norm: over epsilon, and relative to the
    /// criterion's square.
    pub(super) fn of_inner(&self, square: f64, norm: f64) -> f64 {
        self.stiffest.sqrt() * self.direction * norm / square
    }

    /// The length of a step: α ← ρ / δ.
    ///
    /// # Errors
    /// [`Reason::Breakdown`] where α is out of the range of numbers, [`Reason::Indefinite`] where it is negative,
    /// [`Reason::Exhausted`] where it is made of rounding errors.
    pub(super) fn step<T: Scalar>(&mut self, rho: f64, delta: f64) -> Result<f64, Reason> {
        let alpha = rho / delta;
        let is_at_the_end = self.is_at_the_end();
        if is_at_the_end && !(alpha > 0.0 && alpha * self.stiffest * self.epsilon.sqrt() <= 1.0) {
            return Err(Reason::Exhausted);
        }
        if !super::units::is_ordinary_step::<T>(alpha) {
            return Err(Reason::Breakdown(delta));
        }
        if alpha < 0.0 {
            return Err(Reason::Indefinite(delta));
        }
        self.check_rise(rho)?;
        self.stiffest = self.stiffest.max(1.0 / alpha);
        self.reach = self.reach.map(|reach| reach + alpha * self.direction);
        Ok(alpha)
    }

    /// The next direction: β ← ρ' / ρ.
    pub(super) fn turn(&mut self, rho: f64, next: f64) -> f64 {
        let beta = next / rho;
        self.direction = next.sqrt().hypot(beta * self.direction);
        self.least = self.least.min(next.sqrt());
        beta
    }

    /// `Ok` if the criterion, of this square, has not risen from the level of rounding errors.
    pub(super) fn check_rise(&self, square: f64) -> Result<(), Reason> {
        if square.sqrt() > RISE * self.least && self.is_at_the_end() { Err(Reason::Exhausted) } else { Ok(()) }
    }

    /// Whether the criterion has been as small as its rounding errors may be.
    fn is_at_the_end(&self) -> bool {
        self.least <= self.epsilon * (self.stiffest * self.reach.unwrap_or(0.0) + self.of_data)
    }
}

/// The distance from 1 to the next number of a type.
pub(super) fn epsilon<T: Scalar>() -> f64 {
    <T::Real as num_traits::Float>::epsilon().to_f64()
}
