//! What methods for min ‖A x − b‖² + λ² ‖x‖² have in common.

use super::rounding::epsilon;
use super::units::{Units, is_ordinary, scaled_residual};
use super::{Measures, Reason, Run, Stop};
use crate::array::{DistArray, exponent};
use crate::error::Result;
use crate::numbers::Scalar;
use crate::numbers::powers::{exponent_of, times_two_to};
use crate::operators::Operator;

/// The gradient at x = 0, ‖Aᴴ b‖, by way of s and r; `None` where x is 0, so that it is the first one.
pub(super) fn gradient_at_zero<X: Scalar, Y: Scalar>(
    (a, b, x): (&Operator<X, Y>, &DistArray<Y>, &DistArray<X>),
    s: &mut DistArray<Y>,
    r: &mut DistArray<X>,
    run: &Run,
) -> Result<Option<Measures>, Stop> {
    if run.sums([run.any_but_zero(x)])? == [0.0] {
        return Ok(None);
    }
    a.apply_adjoint_into(b, r)?; //                                        r ← Aᴴ b
    let [square] = run.sums([r.norm2(run)])?;
    if is_ordinary::<X>(square) {
        return Ok(Some(Measures::criterion("gradient", square)));
    }
    let unit = exponent(b).unwrap_or(0);
    let units = Units { data: unit, ..Units::default() };
    units.copy_data(b, s)?;
    a.apply_adjoint_into(s, r)?; //                                        r ← Aᴴ b, in units
    Ok(Some(Measures::of_norm("gradient", run.norm(r)).times_two_to(unit)))
}

/// `Ok` if A is orthogonal to s, as it must be where Aᴴ s is 0: ⟨A c, s⟩ is 0 for a random c. By way of q.
pub(super) fn check_zero_gradient<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    s: &DistArray<Y>,
    q: &mut DistArray<Y>,
    c: &mut DistArray<X>,
    run: &Run,
) -> Result<(), Stop> {
    *c = DistArray::random_signed(c.space(), 0);
    a.apply_into(c, q)?; //                                                q ← A c
    let scale = exponent(q).unwrap_or(0);
    times_two_to(q.as_mut_slice(), -scale);
    let [inner, q2, s2] = run.sums([q.re_dot(s, run)?, q.norm2(run), s.norm2(run)])?;
    let small = epsilon::<Y>().sqrt();
    if inner.abs() > small * (q2 * s2).sqrt() { Err(Reason::Adjoint.into()) } else { Ok(()) }
}

/// The exponents of what a problem is made of.
pub(super) struct Exponents {
    /// Of b − A x, and of Aᴴ times it; `None` where that is 0.
    pub(super) residual: Option<i32>,
    pub(super) gradient: Option<i32>,
    /// Of λ² x.
    pub(super) damping: Option<i32>,
    /// Of A, along its gradient, or of λ.
    pub(super) forward: i32,
}

/// Finds them by way of s, q, r and c; s is b − A x, scaled.
pub(super) fn exponents<X: Scalar, Y: Scalar>(
    (a, b, x): (&Operator<X, Y>, &DistArray<Y>, &mut DistArray<X>),
    damp: f64,
    [s, q]: [&mut DistArray<Y>; 2],
    [r, c]: [&mut DistArray<X>; 2],
) -> Result<Exponents> {
    let (of_x, of_damp) = (exponent(x), exponent_of(damp));
    let residual = scaled_residual(a, b, x, s, q)?;
    a.apply_adjoint_into(s, r)?; //                                        r ← Aᴴ s
    let of_r = exponent(r);
    let damping = of_damp.zip(of_x).map(|(damp, x)| 2 * damp + x);
    let gradient = of_r.zip(residual).map(|(r, s)| r + s);
    c.copy_from(r)?;
    times_two_to(c.as_mut_slice(), -of_r.unwrap_or(0));
    a.apply_into(c, q)?; //                                                q ← A c
    let forward = exponent(q).max(of_damp).unwrap_or(0);
    Ok(Exponents { residual, gradient, damping, forward })
}
