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

#[cfg(test)]
mod tests {
    use super::super::complex::oracle_for_tests::Big;
    use super::*;

    /// ln(x + √(x² ± 1)) and ln((1 + x) / (1 − x)) / 2 of the oracle.
    fn exact(name: &str, x: f64) -> Big {
        let (one, x) = (Big::from(1.0), Big::from(x));
        match name {
            "asinh" => {
                let root = &(&(&x * &x) + &one).sqrt() - &one;
                (&x + &root).ln_1p()
            }
            "acosh" => {
                let root = (&(&x * &x) - &one).sqrt();
                (&(&x - &one) + &root).ln_1p()
            }
            _ => (&x.scaled(1) / &(&one - &x)).ln_1p().scaled(-1),
        }
    }

    #[test]
    fn are_right_from_the_least_numbers_to_the_largest() {
        let unit = |x: f64| x.next_up() - x;
        for (name, f) in [("asinh", asinh as fn(f64) -> f64), ("acosh", acosh), ("atanh", atanh)] {
            for k in -1070..2000 {
                let x = match (name, k) {
                    ("atanh", ..0) => 2f64.powi(k) * 1.3,
                    ("atanh", _) => 1.0 - 2f64.powi(-k - 1).max(f64::EPSILON),
                    ("acosh", ..0) => 1.0 + 2f64.powi(k.max(-52)) * 1.3,
                    _ => 2f64.powi(k.min(1023)) * 1.3,
                };
                let (found, exact) = (f(x), exact(name, x));
                let error = (&Big::from(found) - &exact).to_f64().abs() / unit(exact.to_f64());
                assert!(error <= 2.5, "{name} of {x:e} is {error} units off");
            }
        }
        assert_eq!((asinh(f64::INFINITY), asinh(-0f64).is_sign_negative()), (f64::INFINITY, true));
        assert_eq!((acosh(f64::INFINITY), acosh(1.0)), (f64::INFINITY, 0.0));
        assert!(
            [acosh(0.5), acosh(-1e9), acosh(f64::NEG_INFINITY), atanh(1.5), asinh(f64::NAN)].iter().all(|x| x.is_nan())
        );
        assert_eq!((atanh(1.0), atanh(-1.0)), (f64::INFINITY, f64::NEG_INFINITY));
        assert_eq!((acosh(f32::MAX), asinh(f32::MIN)), (89.415985, -89.415985));
    }
}
