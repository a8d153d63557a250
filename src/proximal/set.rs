//! Functions that are 0 in a set and infinite outside of it.

use crate::numbers::{Real, Scalar};
use num_traits::Float;

/// 0 inside, ∞ outside.
pub(super) fn indicator<R: Real>(inside: bool) -> R {
    if inside { R::zero() } else { R::infinity() }
}

/// How far outside still counts as inside, relative to the size of the set: rounding errors of a projection.
pub(super) fn slack<T: Scalar>() -> f64 {
    Real::to_f64(T::Real::epsilon()).sqrt()
}
