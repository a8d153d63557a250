//! What the numbers can do: [`Number`] for any arithmetic type, [`Scalar`] for the real and complex
//! fields that operators and solvers work in, [`Real`] for their real part.

use super::arithmetic::Arithmetic;
use super::dense::Dense;
use super::element::Element;
use super::fourier::Fourier;
use super::sums::{PartialSum, Summed};
use num_complex::Complex;
use num_traits::{Float, NumAssign};
use std::ops::Neg;

/// A number with the four operations: every integer, float and complex type.
pub trait Number: Element + NumAssign + Arithmetic {}
impl<T: Element + NumAssign + Arithmetic> Number for T {}

/// A real or complex floating-point number: `f32`, `f64`, `Complex<f32>`, `Complex<f64>`.
pub trait Scalar: Number + Summed + Neg<Output = Self> + ndarray::LinalgScalar + Dense {
    /// The type of the real and imaginary part.
    type Real: Real;

    /// Whether the type has an imaginary part.
    const IS_COMPLEX: bool;

    /// The complex conjugate; the number itself where it is real.
    #[must_use]
    fn conj(self) -> Self;

    /// The real part.
    fn re(self) -> Self::Real;

    /// The imaginary part; 0 where the type is real.
    fn im(self) -> Self::Real;

    /// The modulus |z|.
    fn modulus(self) -> Self::Real;

    /// Whether no part is infinite or NaN.
    fn finite(self) -> bool;

    /// The number with this real part and no imaginary part.
    fn from_real(re: Self::Real) -> Self;

    /// The number with these parts; the imaginary one is dropped where the type is real.
    fn from_parts(re: f64, im: f64) -> Self;

    /// The product with a real number.
    #[must_use]
    fn scale(self, by: Self::Real) -> Self;
}

/// A real floating-point number: `f32` or `f64`.
pub trait Real: Scalar<Real = Self> + Float + PartialOrd + Fourier {
    /// The nearest number of this type.
    fn from_f64(value: f64) -> Self;

    /// The same number as an `f64`.
    fn to_f64(self) -> f64;

    /// The nearest integer, of two the even one.
    #[must_use]
    fn round_ties_even(self) -> Self;

    /// A sum, rounded once.
    #[doc(hidden)]
    fn from_sum(sum: &PartialSum) -> Self;
}

macro_rules! scalars {
    ($($t:ident $value:ident)*) => {$(
        impl Scalar for $t {
            type Real = $t;
            const IS_COMPLEX: bool = false;

            #[inline]
            fn conj(self) -> Self {
                self
            }

            #[inline]
            fn re(self) -> $t {
                self
            }

            #[inline]
            fn im(self) -> $t {
                0.0
            }

            #[inline]
            fn modulus(self) -> $t {
                <$t>::abs(self)
            }

            #[inline]
            fn finite(self) -> bool {
                <$t>::is_finite(self)
            }

            #[inline]
            fn from_real(re: $t) -> Self {
                re
            }

            #[inline]
            fn from_parts(re: f64, _: f64) -> Self {
                re as $t
            }

            #[inline]
            fn scale(self, by: $t) -> Self {
                self * by
            }
        }

        impl Real for $t {
            #[inline]
            fn from_f64(value: f64) -> Self {
                value as $t
            }

            #[inline]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }

            #[inline]
            fn round_ties_even(self) -> Self {
                <$t>::round_ties_even(self)
            }

            fn from_sum(sum: &PartialSum) -> Self {
                sum.$value()
            }
        }

        impl Scalar for Complex<$t> {
            type Real = $t;
            const IS_COMPLEX: bool = true;

            #[inline]
            fn conj(self) -> Self {
                Complex::new(self.re, -self.im)
            }

            #[inline]
            fn re(self) -> $t {
                self.re
            }

            #[inline]
            fn im(self) -> $t {
                self.im
            }

            #[inline]
            fn modulus(self) -> $t {
                self.re.hypot(self.im)
            }

            #[inline]
            fn finite(self) -> bool {
                self.re.is_finite() && self.im.is_finite()
            }

            #[inline]
            fn from_real(re: $t) -> Self {
                Complex::new(re, 0.0)
            }

            #[inline]
            fn from_parts(re: f64, im: f64) -> Self {
                Complex::new(re as $t, im as $t)
            }

            #[inline]
            fn scale(self, by: $t) -> Self {
                Complex::new(self.re * by, self.im * by)
            }
        }
    )*};
}
scalars! { f32 value_f32 f64 value }
