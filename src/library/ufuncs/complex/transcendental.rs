//! Exponential, sine and cosine, logarithm and angle in twice as many digits: for powers, whose exponent is
//! multiplied by what may be large, and where several of them meet in one quotient.
//!
//! Of a series `EXACT` terms are added in full; the others, in single length, are small beside them.

use super::twice::Twice;
use std::f64::consts::{FRAC_2_PI, LOG2_E};

/// 1 / k! from k = 1 on.
const INVERSE_FACTORIALS: [Twice; 18] = [
    Twice::new(1.0, 0.0),
    Twice::new(0.5, 0.0),
    Twice::new(0.16666666666666666, 9.25185853854297e-18),
    Twice::new(0.041666666666666664, 2.3129646346357427e-18),
    Twice::new(0.008333333333333333, 1.1564823173178714e-19),
    Twice::new(0.001388888888888889, -5.300543954373577e-20),
    Twice::new(0.0001984126984126984, 1.7209558293420705e-22),
    Twice::new(2.48015873015873e-05, 2.1511947866775882e-23),
    Twice::new(2.7557319223985893e-06, -1.858393274046472e-22),
    Twice::new(2.755731922398589e-07, 2.3767714622250297e-23),
    Twice::new(2.505210838544172e-08, -1.448814070935912e-24),
    Twice::new(2.08767569878681e-09, -1.20734505911326e-25),
    Twice::new(1.6059043836821613e-10, 1.2585294588752098e-26),
    Twice::new(1.1470745597729725e-11, 2.0655512752830745e-28),
    Twice::new(7.647163731819816e-13, 7.03872877733453e-30),
    Twice::new(4.779477332387385e-14, 4.399205485834081e-31),
    Twice::new(2.8114572543455206e-15, 1.6508842730861433e-31),
    Twice::new(1.5619206968586225e-16, 1.1910679660273754e-32),
];

/// π/2 to 212 bits.
const FRAC_PI_2: [f64; 4] =
    [std::f64::consts::FRAC_PI_2, 6.123233995736766e-17, -1.4973849048591698e-33, 5.562271104316826e-50];

/// All terms in full, and as many as all digits need.
pub(super) const FULL: usize = 20;

/// c₀ x + c₁ x² + …, of every `step`th coefficient. (Loops, so that all is compiled for one level of SIMD.)
#[inline(always)]
fn series<const EXACT: usize>(coefficients: &[Twice], step: usize, x: Twice) -> Twice {
    let mut k = (coefficients.len() - 1) / step;
    let mut small = 0.0;
    while k >= EXACT {
        small = (small + coefficients[k * step].hi) * x.hi;
        k -= 1;
    }
    let mut sum = Twice::from(small);
    loop {
        sum = (sum + coefficients[k * step]) * x;
        if k == 0 {
            return sum;
        }
        k -= 1;
    }
}

/// eˣ = 2ⁿ (1 + e): e and n.
#[inline(always)]
pub(super) fn exp_m1<const EXACT: usize>(x: Twice) -> (Twice, i32) {
    let n = (x.hi * LOG2_E).round();
    let r = (x - Twice::LN_2 * n).scaled(0.25);
    let mut e = (series::<EXACT>(&INVERSE_FACTORIALS[1..if EXACT == FULL { 17 } else { 12 }], 1, r) + Twice::ONE) * r;
    for _ in 0..2 {
        e = e.scaled(2.0) + e * e; // (1 + e)² − 1
    }
    (e, n as i32)
}

/// Sine and cosine.
#[inline(always)]
pub(super) fn sin_cos<const EXACT: usize>(x: Twice) -> (Twice, Twice) {
    let quarters = (x.hi * FRAC_2_PI).round();
    let mut rest = x;
    for part in FRAC_PI_2 {
        rest = rest - Twice::product(quarters, part);
    }
    let r = rest.scaled(0.125);
    let square = -(r * r);
    let end = if EXACT == FULL { 17 } else { 12 };
    let mut sin = (series::<EXACT>(&INVERSE_FACTORIALS[2..end], 2, square) + Twice::ONE) * r;
    let mut versed = -series::<EXACT>(&INVERSE_FACTORIALS[1..end], 2, square); // 1 − cos
    for _ in 0..3 {
        (sin, versed) = ((sin - sin * versed).scaled(2.0), (sin * sin).scaled(2.0));
    }
    let cos = Twice::ONE - versed;
    match quarters as i64 & 3 {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

/// ln(1 + x): a step of Newton's method from the logarithm in single length.
#[inline(always)]
pub(super) fn ln_1p<const EXACT: usize>(x: Twice) -> Twice {
    let near = x.hi.ln_1p();
    let (e, n) = exp_m1::<EXACT>(near.into());
    let power = if n == 0 { e } else { (e + Twice::ONE).scaled(2f64.powi(n)) - Twice::ONE };
    let rest = (x - power) / (power + Twice::ONE);
    Twice::sum(near, rest.hi) + Twice::from(rest.lo - 0.5 * rest.hi * rest.hi)
}

/// The angle of a point (x, y) of which the larger coordinate is near 1, from that in single length.
#[inline(always)]
pub(super) fn angle<const EXACT: usize>(x: f64, y: f64) -> Twice {
    let near = y.atan2(x);
    if near.abs() < 1e-200 {
        return near.into(); // products would be next to nothing
    }
    let (sin, cos) = sin_cos::<EXACT>(near.into());
    let rest = (cos * y - sin * x) / (cos * x + sin * y);
    Twice::sum(near, rest.hi) + Twice::from(rest.lo)
}
