//! Powers, squares and reciprocals.

use super::complex;
use super::operand::Operand;
use crate::array::{DistArray, Work};
use crate::error::Result;
use crate::numbers::{Arithmetic, Number, Scalar, for_types};
use num_complex::Complex;
use num_traits::Float;

/// Numbers that can be raised to a power of their own type.
pub trait Power: Number {
    /// xʸ: NaN of a negative real number to a fraction, the principal value of complex ones, of which whole powers up
    /// to 2³¹ are multiplied out. Of complex 0 it is 0 where y has a positive real part, 1 where y is 0, and
    /// otherwise NaN. Integers wrap, and to a negative power are 0 but for ±1.
    #[must_use]
    fn power(self, y: Self) -> Self;
}

macro_rules! scalars {
    ($($t:ident)*) => {$(
        impl Power for $t {
            #[inline]
            fn power(self, y: Self) -> Self {
                Float::powf(self, y)
            }
        }

        impl Power for Complex<$t> {
            #[inline]
            fn power(self, y: Self) -> Self {
                complex::power(self, y)
            }
        }
    )*};
}
for_types! { reals: scalars }

macro_rules! integers {
    ($($t:ident)*) => {$(
        impl Power for $t {
            #[allow(unused_comparisons, clippy::absurd_extreme_comparisons)] // unsigned types
            #[inline]
            fn power(self, mut y: Self) -> Self {
                if y < 0 {
                    return match self {
                        1 => 1,
                        _ if self.wrapping_add(1) == 0 => if y % 2 == 0 { 1 } else { self },
                        _ => 0,
                    };
                }
                let (mut power, mut square) = (1 as $t, self);
                while y > 0 {
                    if y % 2 == 1 {
                        power = power.wrapping_mul(square);
                    }
                    square = square.wrapping_mul(square);
                    y /= 2;
                }
                power
            }
        }
    )*};
}
for_types! { integers: integers }

of_two! { Power:
    /// xʸ of every pair: NaN of a negative real number to a fraction, the principal value of complex ones.
    /// Integers wrap, and to a negative power are 0 but for ±1.
    #[doc(alias = "power")]
    pow pow_in_place = Power::power;
}

of_one! { Number:
    /// x²; an integer square that has no place overflows as `*` does ([`pow`](Self::pow) wraps).
    square square_in_place Multiplicative = Arithmetic::squared;
}

impl<T: Scalar> DistArray<T> {
    /// 1 / x
    ///
    /// # Panics
    /// Of chunks that are to be combined, where that is not the same as doing it to the array.
    #[must_use]
    #[track_caller]
    #[doc(alias = "reciprocal")]
    pub fn recip(&self) -> Self {
        self.dividing(T::one(), Work::Multiplicative, "recip")
    }

    /// [`recip`](Self::recip) in place.
    ///
    /// # Panics
    /// As [`recip`](Self::recip).
    #[track_caller]
    pub fn recip_in_place(&mut self) {
        self.dividing_in_place(T::one(), Work::Multiplicative, "recip_in_place");
    }
}
