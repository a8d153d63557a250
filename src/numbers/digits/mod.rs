//! Sums of vectors, element by element, that do not depend on the order of their terms.
//!
//! Every term is cut at fixed binary places into digits, as in J. Demmel and H. D. Nguyen, "Parallel reproducible
//! summation", IEEE Trans. Comput. 64 (2015), with a place of its own for every element. For each element three
//! digits are kept: that which holds the largest term so far, and the two below. A digit is a count of units, a whole
//! number as a float, and counts add exactly. What lies below the third digit is rounded off, to the nearest unit, in
//! each term by itself; and as the rounding of a term to coarser digits is that of its finer digits, it makes no
//! difference whether a larger term came before or after it. In the end the digits are put together and rounded once.
//!
//! So the sum of one term is the term, and a sum is wrong by half a unit in its last place and, for each term, by
//! 2⁻⁶⁶ of the largest one (single precision: 2⁻³⁴). Of zeros the sum is +0.

mod kernels;
mod round;

use super::element::{DType, Element};
use super::scalar::Real;
pub(crate) use kernels::{add, raise};
pub(crate) use round::{pack, value, value_of_packed};

/// Digits of an element that are kept.
pub(crate) const KEPT: usize = 3;

/// More terms than this might not add exactly.
pub(crate) fn most_terms<R: Real>() -> usize {
    match Places::of::<R>().bits_log2 {
        5 => 1 << 22, // counts of 2³¹ in the 2⁵³ of a float
        _ => 1 << 16, // three digits of 16 bits, packed in the 2⁶³ of an integer
    }
}

/// Where a type is cut: digit `k` counts units of `2^(first + bits·(k−2))`, so that digit 0 is below every number.
#[derive(Clone, Copy, Debug)]
struct Places {
    /// Bits of a digit, as a power of two.
    bits_log2: u32,
    /// The exponent of the unit of the uppermost of the lowest three digits.
    first: i32,
}

impl Places {
    const fn of<R: Real>() -> Self {
        match <R as Element>::DTYPE {
            DType::F32 => Self { bits_log2: 4, first: -117 }, // two digits lower is 2⁻¹⁴⁹
            _ => Self { bits_log2: 5, first: -1020 },         // two digits lower is 2⁻¹⁰⁸⁴
        }
    }

    const fn bits(self) -> i32 {
        1 << self.bits_log2
    }

    /// The exponent of the unit of this uppermost digit.
    const fn unit(self, top: u8) -> i32 {
        self.first + self.bits() * top as i32
    }
}

/// Above all finite numbers of any type: the uppermost digit of infinities and NaN.
pub(crate) fn top_of_infinity<R: Real>() -> u8 {
    kernels::top(Places::of::<R>(), f64::INFINITY)
}

#[cfg(test)]
mod tests;
