//! Exponentials, and the circular and hyperbolic functions, which are made of them.

use super::transcendental;
use super::twice::Twice;
use crate::numbers::times_power_of_two;
use multiversion::multiversion;
use num_complex::Complex64;
use std::f64::consts::{LN_2, LOG2_E};

/// Beyond this eˣ may overflow where a part of eᶻ does not, and its digits may be lost below.
const FAR: f64 = 700.0;

/// eˣ as a number near 1 and an exponent of 2.
pub(super) fn split_exp(x: f64) -> (f64, i32) {
    // ln 2 in two parts, of which the first has so few digits that its multiples are exact.
    const PARTS: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];
    let x = x.clamp(-3000.0, 3000.0); // more is beyond every range
    let n = (x * LOG2_E).round();
    (((x - n * PARTS[0]) - n * PARTS[1]).exp(), n as i32)
}

/// e 2ⁿ (cos + i sin), where e is near 1.
pub(super) fn turned(e: f64, n: i32, (sin, cos): (f64, f64)) -> Complex64 {
    // A small part grows before it is multiplied, so that no digits are lost; less than all, so that the range
    // is not left on the way.
    let part = |x: f64| if n > 2 { times_power_of_two(x, n - 2) * e * 4.0 } else { times_power_of_two(x * e, n) };
    Complex64::new(part(cos), part(sin))
}

/// 1/3!, 1/5!, …
const ODD_TERMS: [f64; 9] = [
    0.16666666666666666,
    0.008333333333333333,
    0.0001984126984126984,
    2.7557319223985893e-06,
    2.505210838544172e-08,
    1.6059043836821613e-10,
    7.647163731819816e-13,
    2.8114572543455206e-15,
    8.22063524662433e-18,
];

/// sinh x and cosh x, |x| ≤ 700.
#[inline]
fn sinh_cosh(x: f64) -> (f64, f64) {
    if x.abs() >= 1.0 {
        let e = 0.5 * x.abs().exp();
        let inverse = 0.25 / e;
        return ((e - inverse).copysign(x), e + inverse);
    }
    let square = x * x;
    let sinh = x + x * ODD_TERMS.iter().rev().fold(0.0, |sum, term| (sum + term) * square);
    (sinh, (1.0 + sinh * sinh).sqrt())
}

/// Sine and cosine of an angle whose second part is small.
#[inline(always)]
pub(super) fn sin_cos(angle: Twice) -> (f64, f64) {
    let (sin, cos) = angle.hi.sin_cos();
    (sin + angle.lo * cos, cos - angle.lo * sin)
}

/// Annex G of C99 for an infinite or undefined exponent, or an angle that is none: `size` times eⁱʸ, where `size`
/// is 0, infinite or NaN.
fn without_size(size: f64, y: f64, (sin, cos): (f64, f64)) -> Complex64 {
    match y.is_finite() {
        true => Complex64::new(size * cos, size * sin),
        false if size == 0.0 => Complex64::new(0.0, 0.0),
        false if size == f64::INFINITY => Complex64::new(size, f64::NAN),
        false => Complex64::new(f64::NAN, f64::NAN),
    }
}

#[inline]
pub(super) fn exp(z: Complex64) -> Complex64 {
    if z.im == 0.0 {
        return Complex64::new(z.re.exp(), z.im);
    }
    let turn = z.im.sin_cos();
    if z.re.abs() <= FAR {
        let e = z.re.exp();
        return Complex64::new(e * turn.1, e * turn.0);
    }
    if z.re.is_finite() {
        let (e, n) = split_exp(z.re);
        return turned(e, n, turn);
    }
    without_size(z.re.exp(), z.im, turn)
}

#[inline]
pub(super) fn exp2(z: Complex64) -> Complex64 {
    if z.im == 0.0 {
        return Complex64::new(z.re.exp2(), z.im);
    }
    let turn = turn_by_ln_2(z.im);
    if z.re.is_finite() {
        let n = z.re.clamp(-5000.0, 5000.0).round();
        let e = (z.re - n).clamp(-0.5, 0.5).exp2();
        let power = turned(e, n as i32, turn);
        // Where the angle may have lost digits, it is multiplied last.
        let is_tiny = z.im.abs() < 1e-200;
        return if is_tiny { Complex64::new(power.re, turned(e * LN_2, n as i32, (z.im, 0.0)).im) } else { power };
    }
    without_size(z.re.exp2(), z.im, turn)
}

/// Sine and cosine of y ln 2, for which ln 2 has three times the digits: so many that of an angle up to 2¹⁰⁰ the
/// turns do not matter.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
fn turn_by_ln_2(y: f64) -> (f64, f64) {
    const THIRD: f64 = 5.707708438416212e-34;
    if !y.is_finite() {
        return (f64::NAN, f64::NAN);
    }
    if y.abs() < 1e15 {
        let angle = Twice::LN_2 * y;
        if y.abs() < 1e3 {
            return sin_cos(angle);
        }
        let (sin, cos) = transcendental::sin_cos::<1>(angle);
        return (sin.value(), cos.value());
    }
    let (first, second) = (Twice::product(y, Twice::LN_2.hi), Twice::product(y, Twice::LN_2.lo));
    let middle = Twice::sum(first.lo, second.hi);
    let turned = |(sin, cos): (f64, f64), by: f64| {
        let (small, large) = by.sin_cos();
        (sin * large + cos * small, cos * large - sin * small)
    };
    turned(turned(first.hi.sin_cos(), middle.hi), middle.lo + (second.lo + y * THIRD))
}

#[inline]
pub(super) fn sinh(z: Complex64) -> Complex64 {
    let (x, y) = (z.re, z.im);
    let (sin, cos) = y.sin_cos();
    if x.abs() <= FAR && y.is_finite() {
        let (sinh, cosh) = sinh_cosh(x);
        return Complex64::new(sinh * cos, cosh * sin);
    }
    if x.is_finite() && y.is_finite() {
        let (e, n) = split_exp(x.abs());
        let half = turned(e, n - 1, (sin, cos));
        return Complex64::new(half.re.copysign(half.re * x), half.im);
    }
    if y == 0.0 || x == 0.0 {
        return Complex64::new(x, if x == 0.0 { f64::NAN } else { y });
    }
    match (x.is_infinite(), y.is_finite()) {
        (true, true) => Complex64::new(x * cos, x.abs() * sin),
        (true, false) => Complex64::new(x, f64::NAN),
        _ => Complex64::new(f64::NAN, f64::NAN),
    }
}

#[inline]
pub(super) fn cosh(z: Complex64) -> Complex64 {
    let (x, y) = (z.re, z.im);
    let (sin, cos) = y.sin_cos();
    if x.abs() <= FAR && y.is_finite() {
        let (sinh, cosh) = sinh_cosh(x);
        return Complex64::new(cosh * cos, sinh * sin);
    }
    if x.is_finite() && y.is_finite() {
        let (e, n) = split_exp(x.abs());
        let half = turned(e, n - 1, (sin, cos));
        return Complex64::new(half.re, half.im.copysign(half.im * x));
    }
    if y == 0.0 {
        return Complex64::new(x.abs(), if x < 0.0 { -y } else { y });
    }
    match (x.is_infinite(), y.is_finite()) {
        (true, true) => Complex64::new(x.abs() * cos, x * sin),
        (true, false) => Complex64::new(f64::INFINITY, f64::NAN),
        _ => Complex64::new(f64::NAN, if x == 0.0 { x } else { f64::NAN }),
    }
}

/// (sinh 2x + i sin 2y) / (cosh 2x + cos 2y)
pub(super) fn tanh(z: Complex64) -> Complex64 {
    let (x, y) = (z.re, z.im);
    if y == 0.0 {
        return Complex64::new(x.tanh(), y);
    }
    if x.abs() > 22.0 {
        // 1 to all digits, and what is left of the imaginary part.
        let (sin, cos) = y.sin_cos();
        let im = if y.is_finite() { 4.0 * sin * cos * (-2.0 * x.abs()).exp() } else { 0.0 };
        return Complex64::new(1f64.copysign(x), im);
    }
    if x == 0.0 {
        return Complex64::new(x, y.tan());
    }
    let ((sin, cos), (sinh, cosh)) = ((2.0 * y).sin_cos(), sinh_cosh(2.0 * x));
    if cos > -0.25 * cosh {
        let size = cosh + cos;
        return Complex64::new(sinh / size, sin / size);
    }
    near_pole(x, y)
}

/// (sinh x cosh x + i sin y cos y) / (sinh² x + cos² y), of which no sum cancels.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
fn near_pole(x: f64, y: f64) -> Complex64 {
    // Not to lose the digits of products that are next to nothing.
    const TINY: f64 = 1e-100;
    let (sin, cos) = if y.abs() < 1e9 {
        transcendental::sin_cos::<1>(y.into())
    } else {
        let (sin, cos) = y.sin_cos();
        (sin.into(), cos.into())
    };
    let (e, n) = transcendental::exp_m1::<3>(x.abs().into());
    let less_one = if n == 0 { e } else { (e + Twice::ONE).scaled(2f64.powi(n)) - Twice::ONE };
    let inverse = less_one / (less_one + Twice::ONE); // 1 − e⁻ˣ
    let sinh = (less_one + inverse).scaled(0.5);
    let cosh = (less_one - inverse).scaled(0.5) + Twice::ONE;
    let size = if x.abs() < TINY { cos * cos } else { sinh * sinh + cos * cos };
    let re = if x.abs() < TINY { x / size.hi } else { (sinh * cosh / size).value().copysign(x) };
    let im = if y.abs() < TINY { y / size.hi } else { (sin * cos / size).value() };
    Complex64::new(re, im)
}
