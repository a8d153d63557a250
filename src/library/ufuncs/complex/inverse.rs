//! Inverse circular and hyperbolic functions.
//!
//! With R = |z + 1|, S = |z − 1| and A = (R + S) / 2 the parts of asin z and acos z are functions of A − x, A + x and
//! A − 1, which here are sums of positive terms in twice as many digits. Source: T. E. Hull, T. F. Fairgrieve and
//! P. T. P. Tang, *Implementing the complex arcsine and arccosine functions using exception handling*, ACM Trans.
//! Math. Softw. 23 (1997).

use super::logarithm::ln_modulus;
use super::twice::Twice;
use multiversion::multiversion;
use num_complex::Complex64;
use std::f64::consts::{FRAC_PI_2, LN_2};

/// From here on 1 is nothing beside z².
const LARGE: f64 = 268_435_456.0;

/// What is nothing beside 1, also squared or under a root.
const TINY: f64 = 8.7e-19;

/// The real parts of asin z and acos z, and the modulus of their imaginary parts.
struct Parts {
    asin: f64,
    acos: f64,
    im: f64,
}

/// Of x of any sign and y ≥ 0, neither NaN.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
fn parts(re: f64, y: f64) -> Parts {
    let x = re.abs();
    if x.max(y) >= LARGE {
        // asin z = i ln(−2 i z) + O(z⁻²)
        let im = ln_modulus(x, y) + LN_2;
        return Parts { asin: re.atan2(y), acos: y.atan2(re), im };
    }
    let beyond = x - 1.0;
    if beyond == 0.0 && y < TINY {
        let root = y.sqrt();
        let acos = if re > 0.0 { root } else { 2.0 * FRAC_PI_2 - root };
        return Parts { asin: (FRAC_PI_2 - root).copysign(re), acos, im: root };
    }
    if y <= TINY * beyond.abs() {
        return near_axis(re, beyond, y);
    }
    let (plus, minus, y2) = (Twice::sum(x, 1.0), Twice::sum(x, -1.0), Twice::product(y, y));
    let (r, s) = ((plus * plus + y2).sqrt(), (minus * minus + y2).sqrt());
    let first = y2 / (r + plus); // R − (x + 1)
    // S − (x − 1) and S + (x − 1)
    let (over, under) = if beyond >= 0.0 {
        let sum = s + minus;
        (y2 / sum, sum)
    } else {
        let difference = s - minus;
        (difference, y2 / difference)
    };
    let less_x = (first + over).scaled(0.5); // A − x
    let less_one = (first + under).scaled(0.5); // A − 1
    let other = (less_x * (less_x + Twice::from(2.0 * x))).sqrt(); // √(A² − x²)
    let im = less_one + (less_one * (less_one + Twice::from(2.0))).sqrt();
    let re = Twice::from(re);
    Parts { asin: re.atan2(other), acos: other.atan2(re), im: im.ln_1p() }
}

/// y is nothing beside the distance from ±1.
#[inline(always)]
fn near_axis(re: f64, beyond: f64, y: f64) -> Parts {
    let x = re.abs();
    let root = (beyond.abs() * (1.0 + x)).sqrt();
    if beyond < 0.0 {
        return Parts { asin: re.asin(), acos: re.acos(), im: y / root };
    }
    let acos = if re > 0.0 { y / root } else { 2.0 * FRAC_PI_2 };
    Parts { asin: FRAC_PI_2.copysign(re), acos, im: (beyond + root).ln_1p() }
}

#[inline]
pub(super) fn asin(z: Complex64) -> Complex64 {
    let (x, y) = (z.re, z.im);
    if x.is_nan() || y.is_nan() {
        return if x == 0.0 || y.is_infinite() {
            Complex64::new(x, y)
        } else if x.is_infinite() {
            Complex64::new(y, x)
        } else {
            Complex64::new(f64::NAN, f64::NAN)
        };
    }
    let parts = parts(x, y.abs());
    Complex64::new(parts.asin, parts.im.copysign(y))
}

#[inline]
pub(super) fn acos(z: Complex64) -> Complex64 {
    let (x, y) = (z.re, z.im);
    if x.is_nan() || y.is_nan() {
        return if x == 0.0 {
            Complex64::new(FRAC_PI_2, y)
        } else if y.is_infinite() {
            Complex64::new(x, -y)
        } else if x.is_infinite() {
            Complex64::new(y, -x.abs())
        } else {
            Complex64::new(f64::NAN, f64::NAN)
        };
    }
    let parts = parts(x, y.abs());
    Complex64::new(parts.acos, parts.im.copysign(-y))
}

#[inline]
pub(super) fn acosh(z: Complex64) -> Complex64 {
    let angle = acos(z);
    Complex64::new(angle.im.abs(), angle.re.copysign(z.im))
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn atanh(z: Complex64) -> Complex64 {
    let (x, y) = (z.re.abs(), z.im.abs());
    let (re, im) = if x.is_nan() || y.is_nan() {
        match (x == 0.0 || x.is_infinite(), y.is_infinite()) {
            (true, _) => (0.0, f64::NAN),
            (_, true) => (0.0, FRAC_PI_2),
            _ => (f64::NAN, f64::NAN),
        }
    } else if x.max(y) >= LARGE {
        // 1/z + i π/2, without the squares.
        let (larger, smaller) = (x.max(y), x.min(y));
        let ratio = smaller / larger;
        let part = |x: f64| if larger.is_infinite() { 0.0 } else { x / larger / (1.0 + ratio * ratio) / larger };
        (part(x), FRAC_PI_2 - part(y))
    } else if x == 1.0 && y < TINY {
        if y == 0.0 { (f64::INFINITY, 0.0) } else { (0.5 * (LN_2 - y.ln()), 0.5 * FRAC_PI_2) }
    } else if y <= TINY * (1.0 - x).abs() {
        let im = if x > 1.0 { FRAC_PI_2 } else { y / ((1.0 - x) * (1.0 + x)) };
        (if x > 1.0 { 0.5 * (2.0 / (x - 1.0)).ln_1p() } else { x.atanh() }, im)
    } else {
        let (beside, y2) = (Twice::sum(1.0, -x), Twice::product(y, y));
        let ratio = Twice::from(4.0 * x) / (beside * beside + y2);
        let cos = beside * Twice::sum(1.0, x) - y2;
        (0.25 * ratio.ln_1p(), 0.5 * Twice::from(2.0 * y).atan2(cos))
    };
    Complex64::new(re.copysign(z.re), im.copysign(z.im))
}
