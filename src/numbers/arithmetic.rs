//! Quotients and squares: of complex numbers without overflow on the way, of integers only where there are some.
//!
//! Parts far from 1 go a slow way: on it exponents are whole numbers beside the fractions and cannot leave the range; single
//! precision goes through double precision, whose range holds all products. Which way a quotient goes depends on
//! its own numbers alone, never on those beside it.

use super::for_types;
use num_complex::Complex;

/// The words of the language for what integers cannot be divided by.
const BY_ZERO: &str = "attempt to divide by zero";
const OVERFLOW: &str = "attempt to divide with overflow";

/// Quotients and squares as arrays have them; nobody else needs it.
pub trait Arithmetic: Sized {
    /// self / by; of integers, the words of a panic where there is none.
    #[doc(hidden)]
    fn quotient(self, by: Self) -> Result<Self, &'static str>;

    /// Whether this may be divided by [`plain_quotient`](Self::plain_quotient).
    #[doc(hidden)]
    fn plainly_divided(self) -> bool;

    /// Whether by this may be divided so.
    #[doc(hidden)]
    fn divides_plainly(self) -> bool;

    /// The quotient of what needs no care.
    #[doc(hidden)]
    #[must_use]
    fn plain_quotient(self, by: Self) -> Self;

    /// self · self
    #[doc(hidden)]
    #[must_use]
    fn squared(self) -> Self;
}

macro_rules! integers {
    ($($t:ident)*) => {$(
        impl Arithmetic for $t {
            #[inline]
            fn quotient(self, by: Self) -> Result<Self, &'static str> {
                self.checked_div(by).ok_or(if by == 0 { BY_ZERO } else { OVERFLOW })
            }

            #[inline(always)]
            fn plainly_divided(self) -> bool {
                false
            }

            #[inline(always)]
            fn divides_plainly(self) -> bool {
                false
            }

            #[inline(always)]
            fn plain_quotient(self, by: Self) -> Self {
                self / by
            }

            #[inline]
            fn squared(self) -> Self {
                self * self
            }
        }
    )*};
}
for_types! { integers: integers }

macro_rules! reals {
    ($($t:ident)*) => {$(
        impl Arithmetic for $t {
            #[inline]
            fn quotient(self, by: Self) -> Result<Self, &'static str> {
                Ok(self / by)
            }

            #[inline(always)]
            fn plainly_divided(self) -> bool {
                true
            }

            #[inline(always)]
            fn divides_plainly(self) -> bool {
                true
            }

            #[inline(always)]
            fn plain_quotient(self, by: Self) -> Self {
                self / by
            }

            #[inline]
            fn squared(self) -> Self {
                self * self
            }
        }
    )*};
}
for_types! { reals: reals }

impl Arithmetic for Complex<f64> {
    /// Within 3 units in the last place of the modulus, and of each part that does not cancel; infinities and
    /// NaN as in annex G of C99.
    #[inline]
    fn quotient(self, by: Self) -> Result<Self, &'static str> {
        let plainly_divided = self.plainly_divided() && by.divides_plainly();
        Ok(if plainly_divided { self.plain_quotient(by) } else { far(self, by) })
    }

    #[inline(always)]
    fn plainly_divided(self) -> bool {
        is_moderate(self.re) & is_moderate(self.im)
    }

    #[inline(always)]
    fn divides_plainly(self) -> bool {
        self.plainly_divided() & (self != Self::new(0.0, 0.0))
    }

    #[inline(always)]
    fn plain_quotient(self, by: Self) -> Self {
        let (Self { re: a, im: b }, Self { re: c, im: d }) = (self, by);
        let squares = c * c + d * d;
        Self::new((a * c + b * d) / squares, (b * c - a * d) / squares)
    }

    #[inline]
    fn squared(self) -> Self {
        let (x, y) = (self.re, self.im);
        let square = Self::new((x - y) * (x + y), 2.0 * (x * y));
        if square.re.is_finite() {
            return square;
        }
        // The sum may overflow where the square does not.
        let (x, y) = (0.5 * x, 0.5 * y);
        Self::new(4.0 * ((x - y) * (x + y)), square.im)
    }
}

impl Arithmetic for Complex<f32> {
    /// As that of `Complex<f64>`.
    #[inline]
    fn quotient(self, by: Self) -> Result<Self, &'static str> {
        if self.plainly_divided() && by.divides_plainly() {
            return Ok(self.plain_quotient(by));
        }
        let (z, by) = (widened(self), widened(by));
        let quotient = z.plain_quotient(by);
        let quotient = if quotient.re.is_nan() | quotient.im.is_nan() { special(z, by) } else { quotient };
        Ok(Self::new(quotient.re as f32, quotient.im as f32))
    }

    #[inline(always)]
    fn plainly_divided(self) -> bool {
        is_moderate_single(self.re) & is_moderate_single(self.im)
    }

    #[inline(always)]
    fn divides_plainly(self) -> bool {
        self.plainly_divided() & (self != Self::new(0.0, 0.0))
    }

    #[inline(always)]
    fn plain_quotient(self, by: Self) -> Self {
        let (Self { re: a, im: b }, Self { re: c, im: d }) = (self, by);
        let squares = c * c + d * d;
        Self::new((a * c + b * d) / squares, (b * c - a * d) / squares)
    }

    #[inline]
    fn squared(self) -> Self {
        let [x, y] = [self.re, self.im].map(f64::from);
        Self::new(((x - y) * (x + y)) as f32, (2.0 * x * y) as f32)
    }
}

#[inline(always)]
fn widened(z: Complex<f32>) -> Complex<f64> {
    Complex::new(z.re.into(), z.im.into())
}

/// Whether squares and products of such numbers keep all their digits: 0, or between 2⁻²⁵⁰ and 2²⁵⁰.
#[inline(always)]
fn is_moderate(x: f64) -> bool {
    const LOW: u64 = (1023 - 250) << 52;
    const HIGH: u64 = (1023 + 250) << 52;
    let bits = x.to_bits() & (u64::MAX >> 1);
    (bits == 0) | (bits.wrapping_sub(LOW) <= HIGH - LOW)
}

/// The same in single precision, between 2⁻⁵⁰ and 2⁵⁰.
#[inline(always)]
fn is_moderate_single(x: f32) -> bool {
    const LOW: u32 = (127 - 50) << 23;
    const HIGH: u32 = (127 + 50) << 23;
    let bits = x.to_bits() & (u32::MAX >> 1);
    (bits == 0) | (bits.wrapping_sub(LOW) <= HIGH - LOW)
}

/// A quotient of parts of any size.
#[cold]
#[inline(never)]
fn far(z: Complex<f64>, by: Complex<f64>) -> Complex<f64> {
    let parts = [z.re, z.im, by.re, by.im];
    if parts.iter().any(|x| !x.is_finite()) || (by.re == 0.0 && by.im == 0.0) {
        return special(z, by);
    }
    let [a, b, c, d] = parts.map(split);
    let unit = if by.re == 0.0 || (by.im != 0.0 && c.1 < d.1) { d.1 } else { c.1 };
    let (c1, d1) = (times_power_of_two(c.0, c.1 - unit), times_power_of_two(d.0, d.1 - unit));
    let squares = c1 * c1 + d1 * d1;
    let part = |(sum, exponent): (f64, i32)| times_power_of_two(sum / squares, exponent - 2 * unit);
    Complex::new(part(sum_of_products(a, c, b, d)), part(sum_of_products(b, c, (-a.0, a.1), d)))
}

/// A fraction in [1, 2) and the exponent of 2 of a finite number; ±0 as it is.
pub(crate) fn split(x: f64) -> (f64, i32) {
    if x == 0.0 {
        return (x, 0);
    }
    let (normal, below) = if x.is_subnormal() { (x * 2f64.powi(64), 64) } else { (x, 0) };
    let bits = normal.to_bits();
    let exponent = (bits >> 52) as i32 & 0x7ff;
    (f64::from_bits((bits & !(0x7ff << 52)) | (1023 << 52)), exponent - 1023 - below)
}

/// x · 2ⁿ, rounded where it becomes subnormal.
pub(crate) fn times_power_of_two(mut x: f64, mut n: i32) -> f64 {
    let power = |n: i32| f64::from_bits(((1023 + n) as u64) << 52);
    n = n.clamp(-4400, 4400);
    while n > 1000 {
        x *= power(1000);
        n -= 1000;
    }
    // In steps so short that of a number near 1 only one is rounded.
    while n < -900 {
        x *= power(-900);
        n += 900;
    }
    x * power(n)
}

/// p q + r s as a number and an exponent of 2.
fn sum_of_products(p: (f64, i32), q: (f64, i32), r: (f64, i32), s: (f64, i32)) -> (f64, i32) {
    let (first, second) = ((p.0 * q.0, p.1 + q.1), (r.0 * s.0, r.1 + s.1));
    let unit = match (first.0 == 0.0, second.0 == 0.0) {
        (true, _) => second.1,
        (_, true) => first.1,
        _ => first.1.max(second.1),
    };
    let scaled = |(x, n): (f64, i32)| if x == 0.0 { x } else { times_power_of_two(x, n - unit) };
    (scaled(first) + scaled(second), unit)
}

/// Quotients with infinities, NaN or a divisor of 0: ISO/IEC 9899:1999, G.5.1.
fn special(z: Complex<f64>, by: Complex<f64>) -> Complex<f64> {
    let (Complex { re: a, im: b }, Complex { re: c, im: d }) = (z, by);
    let is_infinite = |z: Complex<f64>| z.re.is_infinite() || z.im.is_infinite();
    let is_finite = |z: Complex<f64>| z.re.is_finite() && z.im.is_finite();
    // An infinity as ±1, what is finite as ±0.
    let boxed = |x: f64| f64::from(u8::from(x.is_infinite())).copysign(x);
    if c == 0.0 && d == 0.0 {
        return Complex::new(f64::INFINITY.copysign(c) * a, f64::INFINITY.copysign(c) * b);
    }
    let (by_what, [a, b, c, d]) = if is_infinite(z) && is_finite(by) {
        (f64::INFINITY, [boxed(a), boxed(b), c, d])
    } else if is_finite(z) && is_infinite(by) {
        (0.0, [0.25 * a, 0.25 * b, boxed(c), boxed(d)]) // of which sums do not overflow
    } else {
        return Complex::new(f64::NAN, f64::NAN);
    };
    Complex::new(by_what * (a * c + b * d), by_what * (b * c - a * d))
}
