//! Powers of two in which a method computes where squares would leave the range of numbers.
//!
//! Ordinary problems know none of it: all exponents are 0. Otherwise a method computes with x = 2^model x̂, residuals
//! s = 2^data ŝ, gradients r = 2^gradient r̂, and the operator Â = 2^−forward A, so that all its vectors and scalars are
//! near 1. Powers of two round nothing: a problem and 2^k times it have the same bits, but for the exponent.

use super::{Measures, Method, Run, State, Stop};
use crate::array::{DistArray, exponent};
use crate::error::Result;
use crate::numbers::powers::{is_single, times_two_to, two_to};
use crate::numbers::{PartialSum, Scalar};
use crate::operators::Operator;

/// The exponents of a method's units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Units {
    pub(super) data: i32,
    pub(super) model: i32,
    pub(super) gradient: i32,
    pub(super) forward: i32,
    /// The iteration at which they were chosen last.
    pub(super) chosen_at: Option<usize>,
}

impl Units {
    /// This and the exponents.
    pub(super) fn state<'a>(&'a mut self, state: State<'a>) -> State<'a> {
        let Self { data, model, gradient, forward, chosen_at } = self;
        let state = state.bits("units.data", data).bits("units.model", model).bits("units.gradient", gradient);
        state.bits("units.forward", forward).bits("units.chosen_at", chosen_at)
    }

    /// Whether numbers are as they are.
    pub(super) fn are_ordinary(&self) -> bool {
        Self { chosen_at: None, ..*self } == Self::default()
    }

    /// The model, from numbers as they are to these units.
    pub(super) fn enter<T: Scalar>(&self, x: &mut DistArray<T>) {
        times_two_to(x.as_mut_slice(), -self.model);
    }

    /// The model, from these units to numbers as they are.
    pub(super) fn leave<T: Scalar>(&self, x: &mut DistArray<T>) {
        times_two_to(x.as_mut_slice(), self.model);
    }

    /// y ← b, in the data's unit.
    pub(super) fn copy_data<T: Scalar>(&self, b: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        y.copy_from(b)?;
        times_two_to(y.as_mut_slice(), -self.data);
        Ok(())
    }

    /// y ← Â x.
    pub(super) fn forward<X: Scalar, Y: Scalar>(
        &self,
        a: &Operator<X, Y>,
        x: &DistArray<X>,
        y: &mut DistArray<Y>,
    ) -> Result<()> {
        a.apply_into(x, y)?;
        times_two_to(y.as_mut_slice(), -self.forward);
        Ok(())
    }

    /// y ← Â x, and Re ⟨x, y⟩: this rank's part.
    pub(super) fn forward_re_dot<T: Scalar>(
        &self,
        a: &Operator<T>,
        x: &DistArray<T>,
        y: &mut DistArray<T>,
        run: &Run,
    ) -> Result<PartialSum> {
        if self.forward == 0 {
            return a.apply_re_dot(x, y, run);
        }
        self.forward(a, x, y)?;
        x.re_dot(y, run)
    }

    /// q ← Â p, and ⟨p, q⟩, ⟨r, q⟩, ‖q‖², ‖r‖²: this rank's parts of them, or of their real parts.
    pub(super) fn forward_conjugate_sums<T: Scalar>(
        &self,
        a: &Operator<T>,
        p: &DistArray<T>,
        r: &DistArray<T>,
        q: &mut DistArray<T>,
        run: &Run,
    ) -> Result<[PartialSum; 4]> {
        if self.forward == 0 {
            return a.apply_conjugate_sums(p, r, q, run);
        }
        self.forward(a, p, q)?;
        q.conjugate_sums(p, r, run)
    }

    /// x ← Aᴴ y, of a residual y, in the gradient's unit; and ‖x‖²: this rank's part.
    pub(super) fn adjoint_norm2<X: Scalar, Y: Scalar>(
        &self,
        a: &Operator<X, Y>,
        y: &DistArray<Y>,
        x: &mut DistArray<X>,
        run: &Run,
    ) -> Result<PartialSum> {
        if self.data == self.gradient {
            return a.apply_adjoint_norm2(y, x, run);
        }
        self.adjoint(a, y, x)?;
        Ok(x.norm2(run))
    }

    /// x ← Aᴴ y, of a residual y, in the gradient's unit.
    pub(super) fn adjoint<X: Scalar, Y: Scalar>(
        &self,
        a: &Operator<X, Y>,
        y: &DistArray<Y>,
        x: &mut DistArray<X>,
    ) -> Result<()> {
        a.apply_adjoint_into(y, x)?;
        times_two_to(x.as_mut_slice(), self.data - self.gradient);
        Ok(())
    }

    /// Â x̂, in the data's unit, is so many times what [`forward`](Self::forward) gives.
    pub(super) fn residual_per_step(&self) -> f64 {
        two_to(1.0, self.model + self.forward - self.data)
    }
}

/// s ← b − A x, scaled to numbers near 1, by way of q: the exponent of its unit; `None` where it is 0, or where
/// something is not finite.
pub(super) fn scaled_residual<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    b: &DistArray<Y>,
    x: &mut DistArray<X>,
    s: &mut DistArray<Y>,
    q: &mut DistArray<Y>,
) -> Result<Option<i32>> {
    s.copy_from(b)?;
    let of_b = exponent(b);
    let Some(of_x) = exponent(x) else {
        times_two_to(s.as_mut_slice(), -of_b.unwrap_or(0));
        return Ok(of_b);
    };
    let units = Units { model: of_x, ..Units::default() };
    units.enter(x);
    let applied = a.apply_into(x, q); //                     q ← A x
    units.leave(x);
    applied?;
    let of_q = exponent(q).map(|of_q| of_q + of_x);
    let Some(unit) = of_b.max(of_q) else { return Ok(None) };
    times_two_to(s.as_mut_slice(), -unit);
    times_two_to(q.as_mut_slice(), of_x - unit);
    s.axpy(-Y::one(), q)?; //                                s ← b − q
    let rest = exponent(s);
    times_two_to(s.as_mut_slice(), -rest.unwrap_or(0));
    Ok(rest.map(|rest| rest + unit))
}

/// Whether a vector with this square of its norm, and what iterations make of it, stay well within the range of
/// numbers as they are.
pub(super) fn is_ordinary<T: Scalar>(square: f64) -> bool {
    let most = if is_single::<T>() { 2f64.powi(96) } else { 2f64.powi(512) };
    (1.0 / most..=most).contains(&square)
}

/// The same of the length of a step, α, which is like 1/‖A‖ or 1/‖A‖².
pub(super) fn is_ordinary_step<T: Scalar>(alpha: f64) -> bool {
    let most = if is_single::<T>() { 2f64.powi(42) } else { 2f64.powi(340) };
    (1.0 / most..=most).contains(&alpha.abs())
}

/// A method that chooses units where it must: what [`Method`](Method) asks for, made of what is written in units.
pub(super) trait InUnits: Method {
    /// The units and the model.
    fn units(&mut self) -> (&mut Units, &mut DistArray<Self::Model>);

    /// Chooses units by the model, the data and the operator.
    fn choose(&mut self, run: &Run) -> Result<(), Stop>;

    /// [`begin`](super::Method::begin), in units.
    fn start_in_units(&mut self, run: &Run) -> Result<Measures, Stop>;

    /// Whether what was measured at the start can be gone on with.
    fn is_ordinary(&self) -> bool;

    /// [`iterate`](super::Method::iterate), in units. A [`Reason::Breakdown`](super::Reason::Breakdown) leaves the
    /// model as it was.
    fn step(&mut self, run: &Run) -> Result<Measures, Stop>;

    /// Starts; if need be in units that are chosen.
    fn start_somehow(&mut self, run: &Run) -> Result<Measures, Stop> {
        let measures = self.within(run, Self::start_in_units)?;
        if self.is_ordinary() { Ok(measures) } else { self.start_anew(run) }
    }

    /// Makes an iteration; if need be, once at one place, from a new start in other units.
    fn step_somehow(&mut self, run: &Run) -> Result<Measures, Stop> {
        use super::Reason::{Breakdown, NonFinite};
        let result = self.within(run, Self::step);
        let is_out_of_range = matches!(result, Err(Stop::Reason(Breakdown(_) | NonFinite { .. })));
        if !is_out_of_range || self.units().0.chosen_at == Some(run.iteration()) {
            return result;
        }
        self.start_anew(run)?;
        self.within(run, Self::step)
    }

    /// Starts in units that are chosen.
    fn start_anew(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.choose(run)?;
        self.units().0.chosen_at = Some(run.iteration());
        self.within(run, Self::start_in_units)
    }

    /// Does something with the model in units.
    fn within<R>(&mut self, run: &Run, f: impl FnOnce(&mut Self, &Run) -> R) -> R {
        let (units, x) = self.units();
        units.enter(x);
        let result = f(self, run);
        let (units, x) = self.units();
        units.leave(x);
        result
    }
}
