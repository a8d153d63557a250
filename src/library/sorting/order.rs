//! The order of elements, and keys that have it.

use crate::numbers::{Element, for_types};
use num_complex::Complex;
use std::cmp::Ordering;

/// An element that can be sorted, in NumPy's order: NaN last, −0 and 0 equal, `false` before `true`, complex
/// numbers by their real parts, then by their imaginary ones.
///
/// Complex numbers with a NaN come after all others: first those whose imaginary part alone is one, then
/// those whose real part alone is, then those of two.
pub trait Sortable: Element {
    /// How many bits the words of a key have.
    #[doc(hidden)]
    const BITS: [u32; 3];

    /// Words that are in the order of the elements, the first one counting most.
    #[doc(hidden)]
    fn key(self) -> [u64; 3];

    /// What is compared in place of the element, quicker.
    #[doc(hidden)]
    type Rank: Ord + Copy;

    #[doc(hidden)]
    fn rank(self) -> Self::Rank;

    /// The elements in their order; stable.
    #[doc(hidden)]
    fn sorted(mut values: Vec<Self>) -> Vec<Self> {
        values.sort_by_key(|x| x.rank());
        values
    }

    /// Which of two comes first.
    fn order(&self, other: &Self) -> Ordering;

    /// One element for all that are equal in the order: 0 for −0, one NaN for all.
    #[doc(hidden)]
    #[must_use]
    fn canonical(self) -> Self;
}

macro_rules! integers {
    ($($t:ident)*) => {$(
        impl Sortable for $t {
            const BITS: [u32; 3] = [0, 0, 8 * size_of::<$t>() as u32];

            fn key(self) -> [u64; 3] {
                [0, 0, self.abs_diff($t::MIN) as u64]
            }

            type Rank = Self;

            #[inline]
            fn rank(self) -> Self {
                self
            }

            #[inline]
            fn order(&self, other: &Self) -> Ordering {
                self.cmp(other)
            }

            fn canonical(self) -> Self {
                self
            }
        }
    )*};
}
for_types! { integers: integers }

impl Sortable for bool {
    const BITS: [u32; 3] = [0, 0, 1];

    fn key(self) -> [u64; 3] {
        [0, 0, self.into()]
    }

    type Rank = Self;

    #[inline]
    fn rank(self) -> Self {
        self
    }

    #[inline]
    fn order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }

    fn canonical(self) -> Self {
        self
    }
}

macro_rules! floats {
    ($($t:ident $bits:ident $key:ident $value:ident;)*) => {$(
        /// The bits of a float as an integer of the same order.
        #[inline]
        fn $key(x: $t) -> $bits {
            const SIGN: $bits = 1 << ($bits::BITS - 1);
            let bits = (x + 0.0).to_bits(); // -0 + 0 = 0
            let ordered = if bits & SIGN == 0 { bits | SIGN } else { !bits };
            if x.is_nan() { $bits::MAX } else { ordered }
        }

        /// The float that has these bits in order, and is no NaN.
        #[inline]
        fn $value(ordered: $bits) -> $t {
            const SIGN: $bits = 1 << ($bits::BITS - 1);
            $t::from_bits(if ordered & SIGN == 0 { !ordered } else { ordered ^ SIGN })
        }

        impl Sortable for $t {
            const BITS: [u32; 3] = [0, 0, $bits::BITS];

            fn key(self) -> [u64; 3] {
                [0, 0, $key(self).into()]
            }

            type Rank = $bits;

            #[inline]
            fn rank(self) -> $bits {
                $key(self)
            }

            fn sorted(mut values: Vec<Self>) -> Vec<Self> {
                if values.iter().any(|x| x.is_nan() || (*x == 0.0 && x.is_sign_negative())) {
                    values.sort_by_key(|x| x.rank()); // equal ones are not the same: they keep their order
                    return values;
                }
                let mut ranks: Vec<_> = values.into_iter().map($key).collect(); // in the same memory
                #[allow(clippy::stable_sort_primitive, reason = "the unstable one does not merge runs")]
                ranks.sort();
                ranks.into_iter().map($value).collect()
            }

            #[inline]
            fn order(&self, other: &Self) -> Ordering {
                $key(*self).cmp(&$key(*other))
            }

            fn canonical(self) -> Self {
                if self.is_nan() { Self::NAN } else { self + 0.0 }
            }
        }

        impl Sortable for Complex<$t> {
            const BITS: [u32; 3] = [2, $bits::BITS, $bits::BITS];

            type Rank = [u64; 3];

            #[inline]
            fn rank(self) -> [u64; 3] {
                self.key()
            }

            fn key(self) -> [u64; 3] {
                let nans = 2 * u64::from(self.re.is_nan()) + u64::from(self.im.is_nan());
                [nans, $key(self.re).into(), $key(self.im).into()]
            }

            #[inline]
            fn order(&self, other: &Self) -> Ordering {
                self.key().cmp(&other.key())
            }

            fn canonical(self) -> Self {
                if self.re.is_nan() || self.im.is_nan() {
                    return Self::new($t::NAN, $t::NAN);
                }
                Self::new(self.re + 0.0, self.im + 0.0)
            }
        }
    )*};
}
floats! { f32 u32 key_f32 value_f32; f64 u64 key_f64 value_f64; }

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys lie within their bits, and their order is this.
    fn ascending<T: Sortable>(values: &[T]) {
        for (i, a) in values.iter().enumerate() {
            assert!(a.key().iter().zip(T::BITS).all(|(&word, bits)| bits == 64 || word >> bits == 0), "{a}");
            for (j, b) in values.iter().enumerate() {
                assert_eq!(a.order(b), i.cmp(&j), "{a} {b}");
                assert_eq!(a.key().cmp(&b.key()), i.cmp(&j), "{a} {b}");
            }
        }
    }

    #[test]
    fn keys_have_the_order_of_elements() {
        ascending(&[i8::MIN, -1, 0, 1, i8::MAX]);
        ascending(&[i64::MIN, -1, 0, 1, i64::MAX]);
        ascending(&[0, 1, u64::MAX]);
        ascending(&[false, true]);
        ascending(&[f32::NEG_INFINITY, f32::MIN, -1.0, -1e-45, 0.0, 1e-45, 1.0, f32::MAX, f32::INFINITY, f32::NAN]);
        ascending(&[f64::NEG_INFINITY, -1.0, -5e-324, -0.0, 5e-324, f64::MAX, f64::INFINITY, -f64::NAN]);
        let (nan, inf) = (f64::NAN, f64::INFINITY);
        let numbers = [(-inf, 3.0), (0.0, -1.0), (0.0, 2.0), (1.0, -inf), (inf, inf)];
        let nans = [(-1.0, nan), (5.0, nan), (nan, -2.0), (nan, inf), (nan, nan)];
        ascending(&[&numbers[..], &nans].concat().iter().map(|&(re, im)| Complex::new(re, im)).collect::<Vec<_>>());
        assert_eq!((-0.0f64).order(&0.0), Ordering::Equal);
        assert_eq!((-0.0f64).canonical().to_bits(), 0);
        assert_eq!(f64::NAN.order(&-f64::NAN), Ordering::Equal);
    }
}
