//! Complex functions that neither cancel nor overflow on the way.
//!
//! The textbook formulas lose all digits of an inverse far from the unit disc, and make NaN of what is infinite
//! times 0. Source: W. Kahan, *Branch cuts for complex elementary functions, or much ado about nothing's sign
//! bit* (1987).

use crate::numbers::Real;
use num_complex::Complex;
use num_traits::{Float, FloatConst};

/// What `num-complex` does well.
macro_rules! as_they_are {
    ($($name:ident)*) => {$(
        #[inline]
        pub(super) fn $name<R: Real + FloatConst>(z: Complex<R>) -> Complex<R> {
            z.$name()
        }
    )*};
}
as_they_are! { sqrt ln log10 log2 }

#[inline]
fn real<R: Real>(x: f64) -> R {
    R::from_f64(x)
}

/// x · y, where 0 times infinity is 0.
#[inline]
fn times<R: Real>(x: R, y: R) -> R {
    if x == real(0.0) { x } else { x * y }
}

/// √z, each part with a small relative error.
fn root<R: Real>(z: Complex<R>) -> Complex<R> {
    let (zero, half) = (real::<R>(0.0), real::<R>(0.5));
    if z.re == zero && z.im == zero {
        return Complex::new(zero, z.im);
    }
    let t = Float::sqrt(half * Float::abs(z.re) + Float::hypot(half * z.re, half * z.im));
    if z.re >= zero {
        Complex::new(t, half * z.im / t)
    } else {
        Complex::new(half * Float::abs(z.im) / t, Float::copysign(t, z.im))
    }
}

/// √(1 − z) and √(1 + z).
fn roots<R: Real>(z: Complex<R>) -> (Complex<R>, Complex<R>) {
    let one = real::<R>(1.0);
    (root(Complex::new(one - z.re, -z.im)), root(Complex::new(one + z.re, z.im)))
}

/// i z, and back by −i.
fn turned<R: Real>(z: Complex<R>) -> Complex<R> {
    Complex::new(-z.im, z.re)
}

fn turned_back<R: Real>(z: Complex<R>) -> Complex<R> {
    Complex::new(z.im, -z.re)
}

pub(super) fn exp<R: Real + FloatConst>(z: Complex<R>) -> Complex<R> {
    if z.im == real(0.0) { Complex::new(Float::exp(z.re), z.im) } else { z.exp() }
}

pub(super) fn exp2<R: Real + FloatConst>(z: Complex<R>) -> Complex<R> {
    if z.im == real(0.0) { Complex::new(Float::exp2(z.re), z.im) } else { z.exp2() }
}

pub(super) fn sinh<R: Real + FloatConst>(z: Complex<R>) -> Complex<R> {
    let (sin, cos) = Float::sin_cos(z.im);
    Complex::new(times(cos, Float::sinh(z.re)), times(sin, Float::cosh(z.re)))
}

pub(super) fn cosh<R: Real + FloatConst>(z: Complex<R>) -> Complex<R> {
    let (sin, cos) = Float::sin_cos(z.im);
    Complex::new(times(cos, Float::cosh(z.re)), times(sin, Float::sinh(z.re)))
}

pub(super) fn sin<R: Real + FloatConst>(z: Complex<R>) -> Complex<R> {
    turned_back(sinh(turned(z)))
}

pub(super) fn cos<R: Real + FloatConst>(z: Complex<R>) -> Complex<R> {
    cosh(turned(z))
}

pub(super) fn tanh<R: Real + FloatConst>(z: Complex<R>) -> Complex<R> {
    let (x, y, one) = (z.re, z.im, real::<R>(1.0));
    if Float::abs(x) > real(20.0) {
        // 1 to all digits, and what is left of the imaginary part.
        let small = Float::exp(real::<R>(-2.0) * Float::abs(x));
        return Complex::new(Float::copysign(one, x), real::<R>(4.0) * Float::sin(y) * Float::cos(y) * small);
    }
    let (t, s) = (Float::tan(y), Float::sinh(x));
    let b = one + t * t;
    let d = one + b * s * s;
    Complex::new(b * Float::sqrt(one + s * s) * s / d, t / d)
}

pub(super) fn tan<R: Real + FloatConst>(z: Complex<R>) -> Complex<R> {
    turned_back(tanh(turned(z)))
}

pub(super) fn asin<R: Real + FloatConst>(z: Complex<R>) -> Complex<R> {
    let (a, b) = roots(z);
    Complex::new(Float::atan2(z.re, a.re * b.re - a.im * b.im), Float::asinh(a.re * b.im - a.im * b.re))
}

pub(super) fn acos<R: Real + FloatConst>(z: Complex<R>) -> Complex<R> {
    let (a, b) = roots(z);
    Complex::new(real::<R>(2.0) * Float::atan2(a.re, b.re), Float::asinh(b.re * a.im - b.im * a.re))
}

pub(super) fn asinh<R: Real + FloatConst>(z: Complex<R>) -> Complex<R> {
    turned_back(asin(turned(z)))
}

pub(super) fn acosh<R: Real + FloatConst>(z: Complex<R>) -> Complex<R> {
    let one = real::<R>(1.0);
    let (a, b) = (root(Complex::new(z.re - one, z.im)), root(Complex::new(z.re + one, z.im)));
    Complex::new(Float::asinh(a.re * b.re + a.im * b.im), real::<R>(2.0) * Float::atan2(a.im, b.re))
}

pub(super) fn atanh<R: Real + FloatConst>(z: Complex<R>) -> Complex<R> {
    let [one, two, four, quarter] = [1.0, 2.0, 4.0, 0.25].map(real::<R>);
    // In the right half plane, and back.
    let sign = Float::copysign(one, z.re);
    let (x, y) = (sign * z.re, -sign * z.im);
    let large = quarter * Float::sqrt(R::max_value());
    let (re, im) = if x > large || Float::abs(y) > large {
        // Re 1/z, without the squares.
        let r = Float::hypot(x, y);
        (x / r / r, Float::copysign(R::FRAC_PI_2(), y))
    } else if x == one {
        let angle = R::FRAC_PI_2() + Float::atan(Float::abs(y) / two);
        let root = Float::sqrt(Float::sqrt(four + y * y));
        (Float::ln(root / Float::sqrt(Float::abs(y))), Float::copysign(angle, y) / two)
    } else {
        let beside = one - x;
        let angle = Float::atan2(two * y, beside * (one + x) - y * y);
        (quarter * Float::ln_1p(four * x / (beside * beside + y * y)), angle / two)
    };
    Complex::new(sign * re, -sign * im)
}

pub(super) fn atan<R: Real + FloatConst>(z: Complex<R>) -> Complex<R> {
    turned_back(atanh(turned(z)))
}
