//! Bits: `& | ^ !` of integers and of `bool`, shifts of integers.

use super::operand::Operand;
use crate::array::{DistArray, Work};
use crate::error::Result;
use crate::numbers::{Element, for_types};
use std::ops::{BitAnd, BitOr, BitXor, Not, Shl, Shr};

/// An integer type.
pub trait Integer: super::Ordered + Eq + Ord {
    /// x · 2ⁿ without the bits that have no place; 0 if n is not less than the number of bits, or negative.
    #[must_use]
    fn left_shift(self, n: Self) -> Self;
    /// ⌊x / 2ⁿ⌋; 0, or −1 of negative numbers, if n is not less than the number of bits, or negative.
    #[must_use]
    fn right_shift(self, n: Self) -> Self;
}

macro_rules! integers {
    ($($t:ident)*) => {$(
        impl Integer for $t {
            #[inline]
            fn left_shift(self, n: Self) -> Self {
                if (0..$t::BITS as $t).contains(&n) { self << n } else { 0 }
            }

            #[inline]
            #[allow(unused_comparisons, clippy::absurd_extreme_comparisons)] // unsigned types
            fn right_shift(self, n: Self) -> Self {
                if (0..$t::BITS as $t).contains(&n) {
                    self >> n
                } else if self < 0 {
                    !0
                } else {
                    0
                }
            }
        }
    )*};
}
for_types! { integers: integers }

of_two! { Integer:
    /// x · 2ʸ without the bits that have no place; 0 if y is not less than the number of bits, or negative.
    left_shift left_shift_in_place = Integer::left_shift;
    /// ⌊x / 2ʸ⌋; 0, or −1 of negative numbers, if y is not less than the number of bits, or negative.
    right_shift right_shift_in_place = Integer::right_shift;
}

macro_rules! signs {
    ($($trait:ident $method:ident $sign:tt $doc:literal;)*) => {$(
        #[doc = $doc]
        ///
        /// # Panics
        /// At the caller's line, on every rank, where [`zip`](DistArray::zip) returns an error.
        impl<T: Element + $trait<Output = T>> $trait for &DistArray<T> {
            type Output = DistArray<T>;
            #[track_caller]
            fn $method(self, right: Self) -> DistArray<T> {
                match self.zip_as(right, Work::Any, concat!("right operand of ", stringify!($sign)), |a, b| a $sign b) {
                    Ok(array) => array,
                    Err(error) => panic!("{error}"),
                }
            }
        }

        #[doc = $doc]
        ///
        /// # Panics
        /// Of chunks that are not replicas.
        impl<T: Element + $trait<Output = T>> $trait<T> for &DistArray<T> {
            type Output = DistArray<T>;
            #[track_caller]
            fn $method(self, right: T) -> DistArray<T> {
                self.map_as(Work::Any, stringify!($sign), |a| a $sign right)
            }
        }
    )*};
}
signs! {
    BitAnd bitand & "Bits that both have; of `bool`, logical and: NumPy's `bitwise_and`.";
    BitOr bitor | "Bits that one has; of `bool`, logical or: NumPy's `bitwise_or`.";
    BitXor bitxor ^ "Bits that one alone has; of `bool`, either but not both: NumPy's `bitwise_xor`.";
}

/// The other bits; of `bool`, logical not: NumPy's `invert`.
///
/// # Panics
/// Of chunks that are not replicas.
impl<T: Element + Not<Output = T>> Not for &DistArray<T> {
    type Output = DistArray<T>;
    #[track_caller]
    fn not(self) -> DistArray<T> {
        self.map_as(Work::Any, "!", |x| !x)
    }
}

macro_rules! shifts {
    ($($trait:ident $method:ident $name:ident $sign:tt;)*) => {$(
        #[doc = concat!("[`", stringify!($name), "`](DistArray::", stringify!($name), ") by the same number everywhere.")]
        ///
        /// # Panics
        /// Of chunks that are not replicas.
        impl<T: Integer> $trait<T> for &DistArray<T> {
            type Output = DistArray<T>;
            #[track_caller]
            fn $method(self, right: T) -> DistArray<T> {
                self.map_as(Work::Any, stringify!($sign), |a| a.$name(right))
            }
        }
    )*};
}
shifts! {
    Shl shl left_shift <<;
    Shr shr right_shift >>;
}
