//! Products under way, whose size cannot leave the range.
//!
//! A product of floats is a number and an exponent of 2 beside it, which is not 0 only where the number by itself
//! would have overflowed or lost digits: so the bits are those of plain multiplications wherever these keep within
//! the range, and 0 · 1 · … · 9999 is 0, however it is cut.

use super::summable::{Product, Summable};
use crate::Complex;
use crate::numbers::{split, times_power_of_two};

macro_rules! integers {
    ($($sum:ident)*) => {$(
        impl<T: Summable<Sum = $sum>> Product<T> for $sum {
            const WORDS: usize = 1;
            const ONE: Self = 1;

            #[inline]
            fn of(x: T) -> Self {
                x.widened()
            }

            #[inline]
            fn plain(self, next: Self) -> Self {
                self.wrapping_mul(next)
            }

            #[inline]
            fn is_sound(self) -> bool {
                true
            }

            #[inline]
            fn is_moderate(_: T) -> bool {
                true
            }

            #[inline]
            fn has_room(self) -> bool {
                true
            }

            fn with_care(self, next: Self) -> Self {
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
    ($($t:ident: $element:literal $product:literal;)*) => {$(
        impl Product<$t> for Factors<$t> {
            const WORDS: usize = 2;
            const ONE: Self = Self { value: 1.0, exponent: 0 };

            #[inline]
            fn of(x: $t) -> Self {
                Self { value: x, exponent: 0 }
            }

            #[inline]
            fn plain(self, next: Self) -> Self {
                Self { value: self.value * next.value, exponent: self.exponent + next.exponent }
            }

            #[inline]
            fn is_sound(self) -> bool {
                let size = self.value.abs();
                ($t::MIN_POSITIVE..=$t::MAX).contains(&size)
            }

            #[inline]
            fn is_moderate(x: $t) -> bool {
                (1.0 / $element..=$element).contains(&x.abs())
            }

            #[inline]
            fn has_room(self) -> bool {
                let size = self.value.abs();
                (1.0 / $product..=$product).contains(&size)
            }

            fn with_care(self, next: Self) -> Self {
                let ((x, i), (y, j)) = (parted(self.value.into()), parted(next.value.into()));
                Self { value: x as $t * y as $t, exponent: self.exponent + next.exponent + i + j }
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
            fn of(x: Complex<$t>) -> Self {
                Self { value: x, exponent: 0 }
            }

            #[inline]
            fn plain(self, next: Self) -> Self {
                Self { value: self.value * next.value, exponent: self.exponent + next.exponent }
            }

            #[inline]
            fn is_sound(self) -> bool {
                // So much above the least number that what underflows on the way is nothing.
                const ENOUGH: $t = $t::MIN_POSITIVE / $t::EPSILON / $t::EPSILON;
                let (re, im) = (self.value.re.abs(), self.value.im.abs());
                ((re >= ENOUGH) | (im >= ENOUGH)) & (re <= $t::MAX) & (im <= $t::MAX)
            }

            #[inline]
            fn is_moderate(x: Complex<$t>) -> bool {
                let (re, im) = (x.re.abs(), x.im.abs());
                ((re >= 1.0 / $element) | (im >= 1.0 / $element)) & (re <= $element) & (im <= $element)
            }

            #[inline]
            fn has_room(self) -> bool {
                let size = self.value.re.abs().max(self.value.im.abs());
                (1.0 / $product..=$product).contains(&size)
            }

            fn with_care(self, next: Self) -> Self {
                self.parted().plain(next.parted())
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
// Up to the sixteenth power of the first times the second, and √2¹⁶ where they are complex.
floats! { f32: 4.0 1e12; f64: 1e9 1e120; }
