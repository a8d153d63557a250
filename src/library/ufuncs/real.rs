//! Functions of real numbers: rounding, exponentials near 0, angles; and what is no number.

use super::operand::Operand;
use crate::array::{DistArray, Work};
use crate::error::Result;
use crate::numbers::{Real, Scalar};
use num_traits::Float;

of_one! { Real:
    /// The largest integer that is not above.
    floor floor_in_place Any = Float::floor;
    /// The least integer that is not below.
    ceil ceil_in_place Any = Float::ceil;
    /// The integer towards 0.
    trunc trunc_in_place Any = Float::trunc;
    /// The nearest integer, of two the even one.
    #[doc(alias = "rint")]
    round_ties_even round_ties_even_in_place Any = Real::round_ties_even;
    /// eˣ − 1, exact near 0.
    #[doc(alias = "expm1")]
    exp_m1 exp_m1_in_place Any = Float::exp_m1;
    /// ln(1 + x), exact near 0.
    #[doc(alias = "log1p")]
    ln_1p ln_1p_in_place Any = Float::ln_1p;
    /// The cube root.
    cbrt cbrt_in_place Any = Float::cbrt;
    /// Degrees as radians.
    #[doc(alias = "deg2rad")]
    to_radians to_radians_in_place Any = Float::to_radians;
    /// Radians as degrees.
    #[doc(alias = "rad2deg")]
    to_degrees to_degrees_in_place Any = Float::to_degrees;
}

of_two! { Real:
    /// √(x² + y²) without overflow on the way.
    hypot hypot_in_place = Float::hypot;
    /// The angle of the point (x, y) in [−π, π], where this array is y and the operand x.
    #[doc(alias = "arctan2")]
    atan2 atan2_in_place = Float::atan2;
    /// The modulus of x with the sign of y.
    copysign copysign_in_place = Float::copysign;
}

impl<T: Scalar> DistArray<T> {
    /// The angles of the numbers in the complex plane, in [−π, π]: 0 or π of real ones.
    ///
    /// # Panics
    /// Of chunks that are not replicas (see [`map`](Self::map)).
    #[must_use]
    #[track_caller]
    #[doc(alias = "angle")]
    pub fn arg(&self) -> DistArray<T::Real> {
        self.map_as(Work::Any, "arg", |x| Float::atan2(x.im(), x.re()))
    }

    /// Where no part is infinite or NaN.
    ///
    /// # Panics
    /// Of chunks that are not replicas (see [`map`](Self::map)).
    #[must_use]
    #[track_caller]
    #[doc(alias = "isfinite")]
    pub fn is_finite(&self) -> DistArray<bool> {
        self.map_as(Work::Any, "is_finite", Scalar::finite)
    }

    /// Where a part is NaN.
    ///
    /// # Panics
    /// As [`is_finite`](Self::is_finite).
    #[must_use]
    #[track_caller]
    #[doc(alias = "isnan")]
    pub fn is_nan(&self) -> DistArray<bool> {
        self.map_as(Work::Any, "is_nan", |x| x.re().is_nan() || x.im().is_nan())
    }

    /// Where a part is infinite.
    ///
    /// # Panics
    /// As [`is_finite`](Self::is_finite).
    #[must_use]
    #[track_caller]
    #[doc(alias = "isinf")]
    pub fn is_infinite(&self) -> DistArray<bool> {
        self.map_as(Work::Any, "is_infinite", |x| x.re().is_infinite() || x.im().is_infinite())
    }
}
