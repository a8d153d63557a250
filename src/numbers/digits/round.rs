//! Digits put together and rounded, once.

use super::{Places, kernels::power, top_of_infinity};
use crate::numbers::scalar::Real;

/// The number with these digits.
pub(crate) fn value<R: Real>([first, second, third]: [f64; 3], top: u8) -> R {
    if !first.is_finite() {
        return R::from_f64(first);
    }
    let places = Places::of::<R>();
    let bits = places.bits();
    let units = ((first as i128) << (2 * bits)) + ((second as i128) << bits) + third as i128;
    scaled(units as f64, places.unit(top) - 2 * bits)
}

/// x · 2ⁿ: exact where it is not too large, as no sum lies between the least numbers.
fn scaled<R: Real>(x: f64, n: i32) -> R {
    let half = n / 2;
    R::from_f64(x * power(half) * power(n - half))
}

/// A single-precision number's digits as one integer; of what is not finite, how many of each kind.
pub(crate) fn pack<R: Real>([first, second, third]: [f64; 3], top: u8) -> i64 {
    if top == top_of_infinity::<R>() {
        return match first {
            f64::INFINITY => 1,
            f64::NEG_INFINITY => 1 << 20,
            first if first.is_nan() => 1 << 40,
            _ => 0,
        };
    }
    let bits = Places::of::<R>().bits();
    ((first as i64) << (2 * bits)) + ((second as i64) << bits) + third as i64
}

/// The number that was packed, or the sum of several.
pub(crate) fn value_of_packed<R: Real>(packed: i64, top: u8) -> R {
    if top == top_of_infinity::<R>() {
        let (plus, minus) = (packed & 0xf_ffff, packed >> 20);
        return R::from_f64(match (plus, minus) {
            (_, 0) => f64::INFINITY,
            (0, minus) if minus < 1 << 20 => f64::NEG_INFINITY,
            _ => f64::NAN,
        });
    }
    let places = Places::of::<R>();
    // one rounding: from the integer to single precision
    scaled((packed as f32).into(), places.unit(top) - 2 * places.bits())
}
