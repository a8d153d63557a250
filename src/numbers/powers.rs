//! Powers of two: they scale numbers and round nothing.

use super::{DType, Element, Real, Scalar};

/// The binary exponent of a positive number; `None` of 0 and of what is not finite.
pub(crate) fn exponent_of(x: f64) -> Option<i32> {
    if x == 0.0 || !x.is_finite() {
        return None;
    }
    let (x, shift) = if x < f64::MIN_POSITIVE { (x * 2f64.powi(64), 64) } else { (x, 0) };
    Some((x.to_bits() >> 52 & 0x7ff) as i32 - 1023 - shift)
}

/// x 2ⁿ, in steps, so that 2ⁿ itself need not be a number.
pub(crate) fn two_to(mut x: f64, mut n: i32) -> f64 {
    while n != 0 && x != 0.0 && x.is_finite() {
        let step = n.clamp(-1022, 1023);
        x *= 2f64.powi(step);
        n -= step;
    }
    x
}

/// x ← x 2ⁿ.
pub(crate) fn times_two_to<T: Scalar>(x: &mut [T], mut n: i32) {
    let most = if is_single::<T>() { 126 } else { 1022 };
    while n != 0 {
        let step = n.clamp(-most, most);
        let factor = T::Real::from_f64(2f64.powi(step));
        for x in &mut *x {
            *x = x.scale(factor);
        }
        n -= step;
    }
}

/// Whether a scalar's parts are of single precision.
pub(crate) fn is_single<T: Scalar>() -> bool {
    <T::Real as Element>::DTYPE == DType::F32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_of_all_numbers() {
        assert_eq!([1.0, 1.99, 2.0, 0.75, f64::MAX].map(exponent_of), [0, 0, 1, -1, 1023].map(Some));
        assert_eq!(
            [f64::MIN_POSITIVE, 5e-324, f64::from_bits(3 << 23)].map(exponent_of),
            [-1022, -1074, -1050].map(Some)
        );
        assert_eq!([0.0, f64::INFINITY, f64::NAN].map(exponent_of), [None; 3]);
    }

    #[test]
    fn powers_of_two_round_nothing() {
        assert_eq!(two_to(1.25, 2000), f64::INFINITY);
        assert_eq!(two_to(5e-324, 1074 + 1023), 2f64.powi(1023));
        assert_eq!(two_to(two_to(1.25, 1000), -2000), 1.25 * 2f64.powi(-1000));
        let mut x = [1.5f32, -1e-45];
        times_two_to(&mut x, 100);
        assert_eq!(x, [1.5 * 2f32.powi(100), -(2f32.powi(-49))]);
        times_two_to(&mut x, -200);
        assert_eq!(x[0], 1.5 * 2f32.powi(-100));
    }
}
