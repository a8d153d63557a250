//! IBM's numbers, and samples of any format as floating-point numbers.

use super::super::element::NpyElement;

/// ± 0.f · 16^(e − 64), with a sign of 1 bit, e of 7 and f of 24: exact.
pub(super) fn ibm(bits: u32) -> f64 {
    let sign = if bits >> 31 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = ((bits >> 24 & 0x7f) as i32, f64::from(bits & 0x00ff_ffff));
    sign * fraction * 2f64.powi(4 * (exponent - 64) - 24)
}

/// The nearest of IBM's numbers, to even where two are; `None` of what is not finite. All of `f32` is within range.
pub(super) fn to_ibm(value: f32) -> Option<u32> {
    if !value.is_finite() {
        return None;
    }
    let sign = u32::from(value.is_sign_negative()) << 31;
    if value == 0.0 {
        return Some(sign);
    }
    let value = f64::from(value.abs()); // a normal number, also where the `f32` is not
    // value = 1.m · 2^two, and 16^(sixteen − 1) ≤ value < 16^sixteen
    let two = (value.to_bits() >> 52) as i32 - 1023;
    let mut sixteen = two.div_euclid(4) + 1;
    // Below 2^24, to be rounded; a product with a power of two is exact.
    let mut fraction = (value * 2f64.powi(24 - 4 * sixteen)).round_ties_even() as u32;
    if fraction == 1 << 24 {
        (fraction, sixteen) = (1 << 20, sixteen + 1);
    }
    Some(sign | ((sixteen + 64) as u32) << 24 | fraction)
}

/// What samples are read as: the value itself or nothing. Only of IBM's numbers the nearest.
pub(super) trait Sample: NpyElement {
    fn of_ibm(bits: u32) -> Self;
    fn of_integer(value: i128) -> Option<Self>;
}

macro_rules! samples {
    ($($t:ty)*) => {$(
        impl Sample for $t {
            fn of_ibm(bits: u32) -> Self {
                ibm(bits) as $t
            }

            fn of_integer(value: i128) -> Option<Self> {
                let rounded = value as $t;
                (rounded as i128 == value).then_some(rounded)
            }
        }
    )*};
}
samples! { f32 f64 }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_ibm() {
        for (bits, value) in [
            (0xC276_A000, -118.625),
            (0x0000_0000, 0.0),
            (0x4110_0000, 1.0),
            (0x4019_999A, 1_677_722.0 / 16_777_216.0), // 0.1 to 21 bits
            (0xC110_0000, -1.0),
            (0x4080_0000, 0.5),
            (0x7FFF_FFFF, f32::INFINITY),
            (0x4264_0000, 100.0),
        ] {
            assert_eq!(f32::of_ibm(bits), value, "{bits:x}");
            assert!(value.is_infinite() || to_ibm(value) == Some(bits), "{bits:x}");
        }
        assert!(ibm(0x8000_0000).is_sign_negative());
        assert_eq!(to_ibm(-0.0), Some(0x8000_0000));
        assert_eq!(to_ibm(0.1), Some(0x4019_999A));
        assert_eq!([f32::NAN, f32::INFINITY].map(to_ibm), [None; 2]);
    }

    /// Every pattern of the last bits, from the smallest to the largest numbers: within half a unit of IBM's last
    /// place, and unchanged where they have no more than 21 bits.
    #[test]
    fn the_nearest_of_ibm() {
        for exponent in 0..255_u32 {
            for k in 0..2000_u32 {
                let bits = exponent << 23 | k.wrapping_mul(0x9E37_79B1) >> 9;
                let value = f32::from_bits(bits);
                let found = to_ibm(value).unwrap();
                let unit = 2f64.powi(4 * ((found >> 24 & 0x7f) as i32 - 64) - 24);
                let error = (ibm(found) - f64::from(value)).abs();
                assert!(error <= unit / 2.0, "{value:e}");
                assert!(value == 0.0 || found & 0x00f0_0000 != 0, "{value:e}"); // the first digit is not 0
                let short = f32::from_bits(bits & !7);
                assert_eq!(f32::of_ibm(to_ibm(short).unwrap()), short, "{short:e}");
            }
        }
        assert_eq!(to_ibm(f32::from_bits(0x3f7f_ffff)), Some(0x40ff_ffff)); // 24 bits all in the fraction
        assert_eq!(to_ibm(f32::from_bits(0x417f_ffff)), Some(0x41ff_ffff));
        assert_eq!(to_ibm(f32::from_bits(0x40ff_ffff)), Some(0x4180_0000)); // 0.7ff_ffff8, up
    }

    #[test]
    fn integers_are_exact_or_nothing() {
        assert_eq!(f32::of_integer(1 << 24), Some(16_777_216.0));
        assert_eq!(f32::of_integer((1 << 24) + 1), None);
        assert_eq!(f64::of_integer((1 << 24) + 1), Some(16_777_217.0));
        assert_eq!(f64::of_integer(i128::from(u64::MAX)), None);
    }
}
