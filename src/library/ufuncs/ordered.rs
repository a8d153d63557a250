//! What integers and real numbers share: extremes, signs, quotients that are whole, and remainders.

use super::operand::Operand;
use crate::array::{DistArray, Work};
use crate::error::Result;
use crate::numbers::{Number, for_types};

/// A number with an order: every integer type, `f32` and `f64`.
///
/// By zero, quotients and remainders of integers are 0, as in NumPy; integers wrap where a result has no place.
pub trait Ordered: Number + PartialOrd {
    /// The larger one; NaN if one is.
    #[must_use]
    fn maximum(self, y: Self) -> Self;
    /// The smaller one; NaN if one is.
    #[must_use]
    fn minimum(self, y: Self) -> Self;
    /// −1, 0 or 1; NaN of NaN.
    #[must_use]
    fn sign(self) -> Self;
    /// ⌊x / y⌋
    #[must_use]
    fn floor_divide(self, y: Self) -> Self;
    /// x − y ⌊x / y⌋: the remainder with the sign of the divisor.
    #[must_use]
    fn remainder(self, y: Self) -> Self;
    /// The remainder with the sign of the dividend: C's `fmod`, Rust's `%`.
    #[must_use]
    fn fmod(self, y: Self) -> Self;
}

macro_rules! integers {
    ($($t:ident)*) => {$(
        impl Ordered for $t {
            #[inline]
            fn maximum(self, y: Self) -> Self {
                self.max(y)
            }

            #[inline]
            fn minimum(self, y: Self) -> Self {
                self.min(y)
            }

            #[inline]
            #[allow(unused_comparisons, clippy::absurd_extreme_comparisons)] // unsigned types
            fn sign(self) -> Self {
                $t::from(self > 0) - $t::from(self < 0)
            }

            #[inline]
            #[allow(unused_comparisons, clippy::absurd_extreme_comparisons)] // unsigned types
            fn floor_divide(self, y: Self) -> Self {
                if y == 0 {
                    return 0;
                }
                let short = self.wrapping_rem(y) != 0 && (self < 0) != (y < 0);
                self.wrapping_div(y) - $t::from(short)
            }

            #[inline]
            #[allow(unused_comparisons, clippy::absurd_extreme_comparisons)] // unsigned types
            fn remainder(self, y: Self) -> Self {
                let r = self.fmod(y);
                if r != 0 && (self < 0) != (y < 0) { r + y } else { r }
            }

            #[inline]
            fn fmod(self, y: Self) -> Self {
                if y == 0 { 0 } else { self.wrapping_rem(y) }
            }
        }
    )*};
}
for_types! { integers: integers }

macro_rules! reals {
    ($($t:ident)*) => {$(
        impl Ordered for $t {
            #[inline]
            fn maximum(self, y: Self) -> Self {
                if self >= y || self.is_nan() { self } else { y }
            }

            #[inline]
            fn minimum(self, y: Self) -> Self {
                if self <= y || self.is_nan() { self } else { y }
            }

            #[inline]
            fn sign(self) -> Self {
                if self == 0.0 { 0.0 } else { self.signum() }
            }

            /// From the remainder, so that x = y ⌊x / y⌋ + remainder as nearly as can be: a rounded x / y may
            /// be the integer above.
            #[inline]
            fn floor_divide(self, y: Self) -> Self {
                let quotient = self / y;
                if y == 0.0 {
                    return quotient;
                }
                let r = self % y;
                let mut whole = (self - r) / y;
                if r != 0.0 && (r < 0.0) != (y < 0.0) {
                    whole -= 1.0;
                }
                if whole == 0.0 {
                    return (0.0 as $t).copysign(quotient);
                }
                let below = whole.floor();
                if whole - below > 0.5 { below + 1.0 } else { below }
            }

            #[inline]
            fn remainder(self, y: Self) -> Self {
                let r = self % y;
                if r == 0.0 {
                    r.copysign(y)
                } else if (r < 0.0) != (y < 0.0) {
                    r + y
                } else {
                    r
                }
            }

            #[inline]
            fn fmod(self, y: Self) -> Self {
                self % y
            }
        }
    )*};
}
for_types! { reals: reals }

of_one! { Ordered:
    /// −1, 0 or 1; NaN of NaN.
    sign sign_in_place Any = Ordered::sign;
}

of_two! { Ordered:
    /// The larger of each pair; NaN if one is.
    maximum maximum_in_place = Ordered::maximum;
    /// The smaller of each pair; NaN if one is.
    minimum minimum_in_place = Ordered::minimum;
    /// ⌊x / y⌋; of integers 0 where y is.
    floor_divide floor_divide_in_place = Ordered::floor_divide;
    /// x − y ⌊x / y⌋, the remainder with the sign of the divisor: NumPy's `remainder`, `mod` and `%`. Of
    /// integers 0 where y is.
    #[doc(alias = "mod")]
    remainder remainder_in_place = Ordered::remainder;
    /// The remainder with the sign of the dividend, Rust's `%`; of integers 0 where y is.
    fmod fmod_in_place = Ordered::fmod;
}

impl<T: Ordered> DistArray<T> {
    /// Every element brought between two bounds: min(max(x, low), high). NaN stays.
    ///
    /// # Panics
    /// Of chunks that are not replicas (see [`map`](Self::map)).
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[5], 0)?, |i| i[0] as i32);
    ///     assert_eq!(x.clip(1, 3).gather_all(), lops::ndarray::arr1(&[1, 1, 2, 3, 3]).into_dyn());
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    #[must_use]
    #[track_caller]
    pub fn clip(&self, low: T, high: T) -> Self {
        self.map_as(Work::Any, "clip", |x| x.maximum(low).minimum(high))
    }

    /// [`clip`](Self::clip) in place.
    ///
    /// # Panics
    /// As [`clip`](Self::clip).
    #[track_caller]
    pub fn clip_in_place(&mut self, low: T, high: T) {
        self.map_in_place_as(Work::Any, "clip", |x| x.maximum(low).minimum(high));
    }
}

macro_rules! moduli_of_integers {
    ($($t:ident)*) => {$(
        impl DistArray<$t> {
            /// The moduli; the least number, which has none of its type, stays as it is.
            ///
            /// # Panics
            /// Of chunks in another mode than replica.
            #[must_use]
            #[track_caller]
            #[doc(alias = "absolute")]
            pub fn abs(&self) -> Self {
                self.map_as(Work::Any, "abs", $t::wrapping_abs)
            }
        }
    )*};
}
for_types! { signed: moduli_of_integers }
