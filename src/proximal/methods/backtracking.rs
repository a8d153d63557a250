//! Steps that are made shorter until a function is below its parabola there.
//!
//! ```text
//! y ← prox_τεg(z − τ ∇f(z))     until     f(y) ≤ f(z) + Re⟨∇f(z), y − z⟩ + ‖y − z‖² / 2τ,     τ ← τ β after each y that is not
//! ```
//!
//! A. Beck and M. Teboulle, SIAM J. Imaging Sci. 2 (2009) 183. Of an f whose gradient has the constant L that is so where τ ≤ 1/L.
//!
//! What f(y) is above its tangent is of the size of ‖y − z‖²: near the solution it drowns in the rounding errors of f, and the comparison
//! says nothing. So a y is refused only if Re⟨∇f(y) − ∇f(z), y − z⟩ is not from 0 to ‖y − z‖² / 2τ either. Of a convex f it is not
//! wherever the comparison is right; and it needs a difference only of the size of ‖y − z‖.

use super::momentum::distance2_and_product;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};
use crate::proximal::ProximalOperator;
use crate::proximal::parameter::positive;
use crate::solvers::{Run, Stop, combine};
use num_traits::Float;

/// How steps are made shorter, for [`ProximalGradient::backtracking`](super::ProximalGradient::backtracking).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backtracking {
    /// β, what τ is multiplied by (½).
    pub shrink: f64,
    /// The most y of an iteration (40).
    pub tries: usize,
}

impl Default for Backtracking {
    fn default() -> Self {
        Self { shrink: 0.5, tries: 40 }
    }
}

impl Backtracking {
    pub(super) fn check(&self) -> Result<()> {
        positive("factor of back-tracking", self.shrink)?;
        if self.shrink >= 1.0 {
            return Err(Error::expected(ErrorKind::Parameter, "factor of back-tracking", "one below 1", self.shrink));
        }
        if self.tries == 0 {
            return Err(Error::expected(ErrorKind::Parameter, "tries of back-tracking", "at least 1", 0));
        }
        Ok(())
    }
}

/// A search for steps, and its room: d is ∇f(z).
pub(super) struct Search<T: Scalar> {
    pub(super) how: Backtracking,
    pub(super) d: DistArray<T>,
    /// Whether longer steps are still to be tried, as nobody gave one.
    pub(super) grows: bool,
}

/// What is known of y.
pub(super) struct Landing {
    pub(super) f: f64,
    /// ‖y − z‖²
    pub(super) distance2: f64,
}

impl<T: Scalar> Search<T> {
    pub(super) fn new(how: Backtracking, x: &DistArray<T>) -> Self {
        Self { how, d: x.zeros_like(), grows: false }
    }

    /// y ← prox_τεg(z − τ ∇f(z)) of a τ that is short enough; v ← z − τ ∇f(z).
    pub(super) fn step(
        &mut self,
        [f, g]: [&ProximalOperator<T>; 2],
        (tau, eps): (&mut f64, f64),
        z: &DistArray<T>,
        [v, y]: [&mut DistArray<T>; 2],
        run: &Run,
    ) -> Result<Landing, Stop> {
        let f_of_z = run.finite(f.gradient_and_value_into(z, &mut self.d)?, "x")?;
        for left in (0..self.how.tries).rev() {
            combine(v, 1.0, z, -*tau, &self.d); //                              v ← z − τ ∇f(z)
            g.prox_into(*tau * eps, v, y)?;
            let Some(landing) = self.land(f, (f_of_z, *tau), z, [&mut *v, &mut *y], run)? else {
                self.grows = false;
                *tau *= self.how.shrink;
                continue;
            };
            self.grows &= landing.distance2 > 0.0 && left > self.how.tries / 2;
            if self.grows {
                *tau /= self.how.shrink;
                continue;
            }
            return Ok(landing);
        }
        let what = format!("gradient of {}", f.name());
        let found = format!("values above the parabola after {} steps, the last of {tau:e}", self.how.tries);
        Err(Error::expected(ErrorKind::Other, what, "the gradient of its values", found).into())
    }

    /// What is known of a y that is near enough.
    fn land(
        &self,
        f: &ProximalOperator<T>,
        (f_of_z, tau): (f64, f64),
        z: &DistArray<T>,
        [v, y]: [&mut DistArray<T>; 2],
        run: &Run,
    ) -> Result<Option<Landing>, Stop> {
        let d = self.d.as_slice();
        let f_of_y = f.value(y)?.to_f64();
        let [distance2, slope] = run.sums(distance2_and_product(y, z, |k| d[k], run))?;
        if !(f_of_y.is_finite() && distance2.is_finite()) {
            return Ok(None);
        }
        let (most, landing) = (distance2 / (2.0 * tau), Landing { f: f_of_y, distance2 });
        let rounding = ROUNDING * Real::to_f64(T::Real::epsilon()) * f_of_z.abs();
        if f_of_y - f_of_z - slope <= most + rounding {
            return Ok(Some(landing));
        }
        f.gradient_into(y, v)?;
        let of_y = v.as_slice();
        let [_, bend] = run.sums(distance2_and_product(y, z, |k| of_y[k] - d[k], run))?;
        if (0.0..=most).contains(&bend) {
            combine(v, 1.0, z, -tau, &self.d);
            return Ok(Some(landing));
        }
        Ok(None)
    }
}

/// Rounding errors of the sum of values and a slope, over ε of the type.
const ROUNDING: f64 = 10.0;
