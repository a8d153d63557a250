//! Square roots and logarithms.

use super::twice::Twice;
use multiversion::multiversion;
use num_complex::Complex64;
use std::f64::consts::{LN_2, LOG2_E, LOG10_E};

/// The root of positive real part.
#[inline]
pub(super) fn sqrt(z: Complex64) -> Complex64 {
    let (x, y) = (z.re, z.im);
    let largest = x.abs().max(y.abs());
    // By powers of 4 to where nothing overflows or loses digits.
    let (down, up) = match largest {
        _ if largest > 1e300 => (2f64.powi(-40), 2f64.powi(20)),
        _ if largest < 1e-290 => (2f64.powi(200), 2f64.powi(-100)),
        _ => (1.0, 1.0),
    };
    let size = x.abs() * down;
    let root = up * (0.5 * (size + size.hypot(y * down))).sqrt();
    if largest == 0.0 || !(x.is_finite() && y.is_finite()) {
        return special_sqrt(x, y);
    }
    let other = y / (2.0 * root);
    if x >= 0.0 { Complex64::new(root, other) } else { Complex64::new(other.abs(), root.copysign(y)) }
}

/// Of 0, infinities and NaN: C99, G.6.4.2.
fn special_sqrt(x: f64, y: f64) -> Complex64 {
    if y.is_infinite() {
        Complex64::new(f64::INFINITY, y)
    } else if x == 0.0 && y == 0.0 {
        Complex64::new(0.0, y)
    } else if x == f64::INFINITY {
        Complex64::new(x, if y.is_nan() { y } else { 0f64.copysign(y) })
    } else if x == f64::NEG_INFINITY {
        Complex64::new(if y.is_nan() { y } else { 0.0 }, f64::INFINITY.copysign(y))
    } else {
        Complex64::new(f64::NAN, f64::NAN)
    }
}

/// ln |z|, with all digits also where |z| is near 1.
#[inline]
pub(super) fn ln_modulus(x: f64, y: f64) -> f64 {
    let largest = x.abs().max(y.abs());
    if (0.4..2.5).contains(&largest) {
        return near_one(x, y);
    }
    if (1e-290..1e290).contains(&largest) || largest == 0.0 || !(x.is_finite() && y.is_finite()) {
        return x.hypot(y).ln();
    }
    let (by, exponent) = if largest < 1.0 { (2f64.powi(600), -600.0) } else { (2f64.powi(-600), 600.0) };
    ((x * by).hypot(y * by)).ln() + exponent * LN_2
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
fn near_one(x: f64, y: f64) -> f64 {
    0.5 * Twice::square_sum_beyond_one(x, y).ln_1p()
}

#[inline]
pub(super) fn ln(z: Complex64) -> Complex64 {
    Complex64::new(ln_modulus(z.re, z.im), z.im.atan2(z.re))
}

#[inline]
pub(super) fn log10(z: Complex64) -> Complex64 {
    to_base(z, f64::log10, [LOG10_E, 1.098319650216765e-17])
}

#[inline]
pub(super) fn log2(z: Complex64) -> Complex64 {
    to_base(z, f64::log2, [LOG2_E, 2.0355273740931033e-17])
}

/// ln z times a constant of two parts; on the axes the logarithm of the real number, exact where that is.
#[inline]
fn to_base(z: Complex64, log: fn(f64) -> f64, [hi, lo]: [f64; 2]) -> Complex64 {
    let times = |x: f64| if x.is_finite() { x.mul_add(hi, x * lo) } else { x };
    let re = match (z.re == 0.0, z.im == 0.0) {
        (_, true) => log(z.re.abs()),
        (true, _) => log(z.im.abs()),
        _ => times(ln_modulus(z.re, z.im)),
    };
    Complex64::new(re, times(z.im.atan2(z.re)))
}
