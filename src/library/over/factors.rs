//! Products under way, whose size cannot leave the range.
//!
//! A product of floats is a number and an exponent of 2 beside it, which is not 0 only where the number by itself
//! would have overflowed or lost digits: so the bits are those of plain multiplications wherever these keep within
//! the range, and 0 · 1 · … · 9999 is 0, however it is cut.

use super::summable::Summable;
use crate::Complex;
use crate::numbers::{split, times_power_of_two};

/// A product under way, in the order of its factors.
pub trait Product<T: Summable>: Copy {
    /// Integers that it is made of when it travels.
    const WORDS: usize;

    /// The product of nothing.
    const ONE: Self;

    /// Times an element.
    #[must_use]
    fn times(self, x: T) -> Self;

    /// Times what comes after it.
    #[must_use]
    fn joined(self, next: Self) -> Self;

    /// The product, rounded where it is too small; infinite where it is too large.
    fn value(self) -> T::Sum;

    fn pack(self, words: &mut Vec<i64>);

    fn unpack(words: &[i64]) -> Self;
}

macro_rules! integers {
    ($($sum:ident)*) => {$(
        impl<T: Summable<Sum = $sum>> Product<T> for $sum {
            const WORDS: usize = 1;
            const ONE: Self = 1;

            #[inline]
            fn times(self, x: T) -> Self {
                self.wrapping_mul(x.widened())
            }

            #[inline]
            fn joined(self, next: Self) -> Self {
                self.wrapping_mul(next)
            }

            #[inline]
            fn value(self) -> $sum {
                self
            }

            fn pack(self, words: &mut Vec<i64>) {
                words.push(self as i64);
            }

            fn unpack(words: &[i64]) -> Self {
                words[0] as $sum
            }
        }
    )*};
}
integers! { i64 u64 }

/// value · 2^exponent
#[derive(Clone, Copy, Debug)]
pub struct Factors<T> {
    value: T,
    exponent: i64,
}

/// The number without its exponent of 2 in [1, 2), and the exponent; 0 and what is not finite as it is.
fn parted(x: f64) -> (f64, i64) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let (fraction, exponent) = split(x);
    (fraction, exponent.into())
}

fn joined_again(x: f64, exponent: i64) -> f64 {
    if exponent == 0 { x } else { times_power_of_two(x, exponent.clamp(-10_000, 10_000) as i32) }
}

macro_rules! floats {
    ($($t:ident)*) => {$(
        impl Product<$t> for Factors<$t> {
            const WORDS: usize = 2;
            const ONE: Self = Self { value: 1.0, exponent: 0 };

            #[inline]
            fn times(self, x: $t) -> Self {
                self.joined(Self { value: x, exponent: 0 })
            }

            #[inline]
            fn joined(self, next: Self) -> Self {
                let (value, exponent) = (self.value * next.value, self.exponent + next.exponent);
                if value.is_normal() {
                    return Self { value, exponent };
                }
                let ((x, i), (y, j)) = (parted(self.value.into()), parted(next.value.into()));
                Self { value: x as $t * y as $t, exponent: exponent + i + j }
            }

            #[inline]
            fn value(self) -> $t {
                if self.exponent == 0 { self.value } else { joined_again(self.value.into(), self.exponent) as $t }
            }

            fn pack(self, words: &mut Vec<i64>) {
                words.extend([f64::from(self.value).to_bits() as i64, self.exponent]);
            }

            fn unpack(words: &[i64]) -> Self {
                Self { value: f64::from_bits(words[0] as u64) as $t, exponent: words[1] }
            }
        }

        impl Factors<Complex<$t>> {
            /// With the larger part in [1, 2).
            fn parted(self) -> Self {
                let size = self.value.re.abs().max(self.value.im.abs());
                if size == 0.0 || !self.value.re.is_finite() || !self.value.im.is_finite() {
                    return self;
                }
                let (_, exponent) = split(size.into());
                let by = |x: $t| times_power_of_two(x.into(), -exponent) as $t;
                let value = Complex::new(by(self.value.re), by(self.value.im));
                Self { value, exponent: self.exponent + i64::from(exponent) }
            }
        }

        impl Product<Complex<$t>> for Factors<Complex<$t>> {
            const WORDS: usize = 3;
            const ONE: Self = Self { value: Complex::new(1.0, 0.0), exponent: 0 };

            #[inline]
            fn times(self, x: Complex<$t>) -> Self {
                self.joined(Self { value: x, exponent: 0 })
            }

            #[inline]
            fn joined(self, next: Self) -> Self {
                // So much above the least number that what underflows on the way is nothing.
                const ENOUGH: $t = $t::MIN_POSITIVE / $t::EPSILON / $t::EPSILON;
                let product = |x: Self, y: Self| Self { value: x.value * y.value, exponent: x.exponent + y.exponent };
                let plain = product(self, next);
                let (re, im) = (plain.value.re.abs(), plain.value.im.abs());
                if (re >= ENOUGH || im >= ENOUGH) && re.is_finite() && im.is_finite() {
                    return plain;
                }
                product(self.parted(), next.parted())
            }

            #[inline]
            fn value(self) -> Complex<$t> {
                if self.exponent == 0 {
                    return self.value;
                }
                let part = |x: $t| joined_again(x.into(), self.exponent) as $t;
                Complex::new(part(self.value.re), part(self.value.im))
            }

            fn pack(self, words: &mut Vec<i64>) {
                let bits = |x: $t| f64::from(x).to_bits() as i64;
                words.extend([bits(self.value.re), bits(self.value.im), self.exponent]);
            }

            fn unpack(words: &[i64]) -> Self {
                let part = |word: i64| f64::from_bits(word as u64) as $t;
                Self { value: Complex::new(part(words[0]), part(words[1])), exponent: words[2] }
            }
        }
    )*};
}
floats! { f32 f64 }
