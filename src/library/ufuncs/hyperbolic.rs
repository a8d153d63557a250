//! Inverse hyperbolic functions of real numbers, which the standard library has with an overflow near the largest
//! numbers and without digits near 1.

use crate::numbers::Real;
use std::f64::consts::LN_2;

/// From here on 1 is nothing beside x².
const LARGE: f64 = 268_435_456.0;

#[inline]
pub(super) fn asinh<R: Real>(x: R) -> R {
    let x = x.to_f64();
    let size = x.abs();
    let y = if size >= LARGE {
        size.ln() + LN_2
    } else {
        let square = size * size;
        (size + square / (1.0 + (1.0 + square).sqrt())).ln_1p()
    };
    R::from_f64(y.copysign(x))
}

#[inline]
pub(super) fn acosh<R: Real>(x: R) -> R {
    let x = x.to_f64();
    let beyond = x - 1.0;
    R::from_f64(match x {
        _ if x >= LARGE => x.ln() + LN_2,
        _ if x >= 1.0 => (beyond + (beyond * (x + 1.0)).sqrt()).ln_1p(),
        _ => f64::NAN,
    })
}

#[inline]
pub(super) fn atanh<R: Real>(x: R) -> R {
    let x = x.to_f64();
    let size = x.abs();
    R::from_f64((0.5 * (2.0 * size / (1.0 - size)).ln_1p()).copysign(x))
}
