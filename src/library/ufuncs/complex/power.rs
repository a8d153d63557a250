//! Powers.

use super::exponential::{exp, sin_cos, split_exp, turned};
use super::logarithm;
use super::transcendental::{self, FULL, angle, ln_1p};
use super::twice::Twice;
use crate::numbers::{Arithmetic, split, times_power_of_two};
use multiversion::multiversion;
use num_complex::Complex64;

/// Whole exponents up to this are multiplied out.
const WHOLE: f64 = 2147483648.0;

/// Where the smaller part is less than the larger one times this, its square is nothing.
const BESIDE: f64 = 1e-120;

/// zʷ, the principal value: 1 where w is 0, 0 of 0 to what has a positive real part, undefined of 0 to others.
pub(super) fn power(z: Complex64, w: Complex64) -> Complex64 {
    if w.re == 0.0 && w.im == 0.0 {
        return Complex64::new(1.0, 0.0);
    }
    if z.re == 0.0 && z.im == 0.0 && !w.re.is_nan() && !w.im.is_nan() {
        return if w.re > 0.0 { Complex64::new(0.0, 0.0) } else { Complex64::new(f64::NAN, f64::NAN) };
    }
    if !(z.re.is_finite() && z.im.is_finite() && w.re.is_finite() && w.im.is_finite()) {
        let ln = logarithm::ln(z);
        return exp(if w.im == 0.0 { ln * w.re } else { ln * w });
    }
    if w.im != 0.0 {
        return general(z, w);
    }
    match w.re {
        1.0 => z,
        2.0 => z.squared(),
        0.5 => logarithm::sqrt(z),
        -1.0 => Complex64::new(1.0, 0.0).quotient(z).unwrap_or(z),
        n if n.abs() <= WHOLE && n.fract() == 0.0 => whole(z, n as i64),
        p if z.im == 0.0 && z.re > 0.0 => Complex64::new(z.re.powf(p), z.im * p),
        _ => general(z, w),
    }
}

/// A complex number of twice as many digits, times a power of 2.
#[derive(Clone, Copy)]
struct Wide {
    re: Twice,
    im: Twice,
    exponent: i64,
}

impl Wide {
    const ONE: Self = Self { re: Twice::ONE, im: Twice::ZERO, exponent: 0 };

    /// The number with a larger part near 1.
    #[inline(always)]
    fn new(re: Twice, im: Twice, exponent: i64) -> Self {
        let (_, n) = split(re.hi.abs().max(im.hi.abs()));
        let by = times_power_of_two(1.0, -n);
        Self { re: re.scaled(by), im: im.scaled(by), exponent: exponent + i64::from(n) }
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        let re = self.re * other.re - self.im * other.im;
        let im = self.re * other.im + self.im * other.re;
        Self::new(re, im, self.exponent + other.exponent)
    }

    #[inline(always)]
    fn recip(self) -> Self {
        let size = self.re * self.re + self.im * self.im;
        Self::new(self.re / size, -self.im / size, -self.exponent)
    }

    #[inline(always)]
    fn to_power(self, n: i64) -> Self {
        let (mut power, mut square, mut left) = (Self::ONE, self, n.unsigned_abs());
        while left > 0 {
            if left % 2 == 1 {
                power = power.times(square);
            }
            left /= 2;
            if left > 0 {
                square = square.times(square);
            }
        }
        if n < 0 { power.recip() } else { power }
    }
}

/// x · 2ⁿ
fn scaled(x: f64, n: i64) -> f64 {
    times_power_of_two(x, n.clamp(-10_000, 10_000) as i32)
}

/// zⁿ, multiplied out in twice as many digits: exact where it can be.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
fn whole(z: Complex64, n: i64) -> Complex64 {
    if z.re.abs().min(z.im.abs()) > BESIDE * z.re.abs().max(z.im.abs()) {
        let ((re, i), (im, j)) = (split(z.re), split(z.im));
        let most = i.max(j);
        let parts = [times_power_of_two(re, i - most), times_power_of_two(im, j - most)].map(Twice::from);
        let power = Wide::new(parts[0], parts[1], i64::from(most)).to_power(n);
        return Complex64::new(scaled(power.re.value(), power.exponent), scaled(power.im.value(), power.exponent));
    }
    // (x + i y)ⁿ = xⁿ + i n xⁿ y / x where y is nothing beside x; else of z / i, turned back.
    let is_turned = z.re.abs() < z.im.abs();
    let (x, y) = if is_turned { (z.im, -z.re) } else { (z.re, z.im) };
    let ((x, i), (y, j)) = (split(x), split(y));
    let power = Wide { re: x.into(), im: Twice::ZERO, exponent: i.into() }.to_power(n);
    let re = scaled(power.re.value(), power.exponent);
    let im = scaled((power.re * (n as f64 * y) / x.into()).value(), power.exponent + i64::from(j) - i64::from(i));
    match if is_turned { n.rem_euclid(4) } else { 0 } {
        0 => Complex64::new(re, im),
        1 => Complex64::new(-im, re),
        2 => Complex64::new(-re, -im),
        _ => Complex64::new(im, -re),
    }
}

/// exp(w ln z), of which the logarithm is formed in as many digits as the product needs: all digits of the result
/// are right for angles up to 2⁴⁵.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
fn general(z: Complex64, w: Complex64) -> Complex64 {
    let (_, n) = split(z.re.abs().max(z.im.abs()));
    let (x, y) = (times_power_of_two(z.re, -n), times_power_of_two(z.im, -n));
    let (ln, turn) = polar::<3>(z, n, x, y);
    if w.im == 0.0 && x > BESIDE && y.abs() < BESIDE * x {
        // (x + i y)ᵖ = xᵖ + i p xᵖ y / x where y is nothing beside x.
        let size = ln * w.re;
        let (e, m) = split_exp(size.hi);
        let (e, (y, j)) = (e + e * size.lo, split(z.im));
        return Complex64::new(times_power_of_two(e, m), scaled(e * (w.re * y / x), i64::from(m) + i64::from(j - n)));
    }
    let (size, phase) = times(w, ln, turn);
    if size.hi.abs() < 3000.0 && phase.hi.abs() < 1000.0 {
        let (e, m) = split_exp(size.hi);
        return turned(e + e * size.lo, m, sin_cos(phase));
    }
    let (ln, turn) = polar::<FULL>(z, n, x, y);
    let (size, phase) = times(w, ln, turn);
    if !(size.hi.abs() < 3000.0 && phase.hi.abs() < 1e15) {
        return exp(Complex64::new(size.hi, phase.hi));
    }
    let ((sin, cos), (e, m)) = (transcendental::sin_cos::<FULL>(phase), split_exp(size.hi));
    turned(e + e * size.lo, m, (sin.value(), cos.value()))
}

/// w (ln + i turn)
#[inline(always)]
fn times(w: Complex64, ln: Twice, turn: Twice) -> (Twice, Twice) {
    (ln * w.re - turn * w.im, turn * w.re + ln * w.im)
}

/// The logarithm of z = 2ⁿ (x + i y), where the larger part of x + i y is near 1.
#[inline(always)]
fn polar<const EXACT: usize>(z: Complex64, n: i32, x: f64, y: f64) -> (Twice, Twice) {
    let is_near_one = (-2..2).contains(&n);
    let (re, im) = if is_near_one { (z.re, z.im) } else { (x, y) };
    let ln = ln_1p::<EXACT>(Twice::square_sum_beyond_one(re, im)).scaled(0.5);
    let ln = if is_near_one { ln } else { ln + Twice::LN_2 * f64::from(n) };
    (ln, angle::<EXACT>(x, y))
}
