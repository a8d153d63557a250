//! Roots, exponentials, logarithms and the circular and hyperbolic functions, real and complex.

use super::{complex, hyperbolic};
use crate::array::{DistArray, Work};
use crate::numbers::{Scalar, for_types};
use num_traits::Float;

/// The elementary functions that real and complex numbers have; outside their domain real ones give NaN.
///
/// Each part of a complex value is right to 4 units in its last place, or in that of the modulus where sums for it
/// cancel; infinities, NaN and branch cuts are those of annex G of C99. (`exp2` for imaginary parts up to 10³⁰.)
pub trait Elementary: Scalar {
    /// √x
    #[must_use]
    fn sqrt(self) -> Self;
    /// eˣ
    #[must_use]
    fn exp(self) -> Self;
    /// The natural logarithm.
    #[must_use]
    fn ln(self) -> Self;
    /// The logarithm to base 10.
    #[must_use]
    fn log10(self) -> Self;
    /// The logarithm to base 2.
    #[must_use]
    fn log2(self) -> Self;
    /// 2ˣ
    #[must_use]
    fn exp2(self) -> Self;
    /// The sine.
    #[must_use]
    fn sin(self) -> Self;
    /// The cosine.
    #[must_use]
    fn cos(self) -> Self;
    /// The tangent.
    #[must_use]
    fn tan(self) -> Self;
    /// The inverse sine.
    #[must_use]
    fn asin(self) -> Self;
    /// The inverse cosine.
    #[must_use]
    fn acos(self) -> Self;
    /// The inverse tangent.
    #[must_use]
    fn atan(self) -> Self;
    /// The hyperbolic sine.
    #[must_use]
    fn sinh(self) -> Self;
    /// The hyperbolic cosine.
    #[must_use]
    fn cosh(self) -> Self;
    /// The hyperbolic tangent.
    #[must_use]
    fn tanh(self) -> Self;
    /// The inverse hyperbolic sine.
    #[must_use]
    fn asinh(self) -> Self;
    /// The inverse hyperbolic cosine.
    #[must_use]
    fn acosh(self) -> Self;
    /// The inverse hyperbolic tangent.
    #[must_use]
    fn atanh(self) -> Self;
}

macro_rules! elementary {
    (functions of $by:ident: $($name:ident)*) => {$(
        #[inline]
        fn $name(self) -> Self {
            $by::$name(self)
        }
    )*};
    ($by:ident $inverse:ident: $($t:ty)*) => {$(
        impl Elementary for $t {
            elementary! { functions of $by: sqrt exp ln log10 log2 exp2 sin cos tan asin acos atan sinh cosh tanh }
            elementary! { functions of $inverse: asinh acosh atanh }
        }
    )*};
}
for_types! { reals: elementary(Float hyperbolic:) }
for_types! { complex: elementary(complex complex:) }

of_one! { Elementary:
    /// √x; NaN of negative real numbers, the root of positive real part of complex ones.
    sqrt sqrt_in_place Any = Elementary::sqrt;
    /// eˣ
    exp exp_in_place Any = Elementary::exp;
    /// 2ˣ
    exp2 exp2_in_place Any = Elementary::exp2;
    /// The natural logarithm; NaN of negative real numbers, the principal value of complex ones.
    #[doc(alias = "log")]
    ln ln_in_place Any = Elementary::ln;
    /// The logarithm to base 10, as [`ln`](Self::ln) otherwise.
    log10 log10_in_place Any = Elementary::log10;
    /// The logarithm to base 2, as [`ln`](Self::ln) otherwise.
    log2 log2_in_place Any = Elementary::log2;
    /// The sine.
    sin sin_in_place Any = Elementary::sin;
    /// The cosine.
    cos cos_in_place Any = Elementary::cos;
    /// The tangent.
    tan tan_in_place Any = Elementary::tan;
    /// The inverse sine; NaN of real numbers beyond ±1.
    #[doc(alias = "arcsin")]
    asin asin_in_place Any = Elementary::asin;
    /// The inverse cosine; NaN of real numbers beyond ±1.
    #[doc(alias = "arccos")]
    acos acos_in_place Any = Elementary::acos;
    /// The inverse tangent.
    #[doc(alias = "arctan")]
    atan atan_in_place Any = Elementary::atan;
    /// The hyperbolic sine.
    sinh sinh_in_place Any = Elementary::sinh;
    /// The hyperbolic cosine.
    cosh cosh_in_place Any = Elementary::cosh;
    /// The hyperbolic tangent.
    tanh tanh_in_place Any = Elementary::tanh;
    /// The inverse hyperbolic sine.
    #[doc(alias = "arcsinh")]
    asinh asinh_in_place Any = Elementary::asinh;
    /// The inverse hyperbolic cosine; NaN of real numbers below 1.
    #[doc(alias = "arccosh")]
    acosh acosh_in_place Any = Elementary::acosh;
    /// The inverse hyperbolic tangent; NaN of real numbers beyond ±1.
    #[doc(alias = "arctanh")]
    atanh atanh_in_place Any = Elementary::atanh;
}
