//! Functions of real numbers to more than 400 bits, for tests: what the complex ones are made of.
//!
//! Sums, products, quotients and roots keep 3,200 bits, so that of the numbers an `f64` can be nothing cancels
//! which is not 0; series go as far as 448 bits need.

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::sync::OnceLock;

const BITS: u64 = 3200;
const SERIES: u64 = 448;

/// m · 2ᵉ
#[derive(Clone, Debug)]
pub(in super::super) struct Big {
    m: BigInt,
    e: i64,
}

impl Big {
    pub(in super::super) fn zero() -> Self {
        Self { m: BigInt::zero(), e: 0 }
    }

    pub(in super::super) fn is_zero(&self) -> bool {
        self.m.is_zero()
    }

    pub(in super::super) fn is_negative(&self) -> bool {
        self.m.is_negative()
    }

    pub(in super::super) fn abs(&self) -> Self {
        Self { m: self.m.abs(), e: self.e }
    }

    /// The exponent of the first bit: 2ⁿ ≤ |x| < 2ⁿ⁺¹.
    pub(in super::super) fn exponent(&self) -> i64 {
        if self.is_zero() { i64::MIN / 4 } else { self.e + self.m.bits() as i64 - 1 }
    }

    /// x · 2ⁿ
    pub(in super::super) fn scaled(&self, n: i64) -> Self {
        Self { m: self.m.clone(), e: self.e + n }
    }

    /// The first so many bits, rounded down in size.
    fn cut(mut self, bits: u64) -> Self {
        let more = self.m.bits().saturating_sub(bits);
        if more > 0 {
            let (sign, size) = self.m.into_parts();
            self = Self { m: BigInt::from_biguint(sign, size >> more), e: self.e + more as i64 };
        }
        self
    }

    pub(in super::super) fn less(&self, other: &Self) -> bool {
        (self - other).is_negative()
    }

    /// About as much as an `f64`.
    pub(in super::super) fn to_f64(&self) -> f64 {
        let head = self.clone().cut(60);
        let m = head.m.to_f64().unwrap_or(f64::NAN);
        let half = head.e.clamp(-2200, 2200) / 2;
        m * 2f64.powi(half as i32) * 2f64.powi((head.e.clamp(-2200, 2200) - half) as i32)
    }

    pub(in super::super) fn sqrt(&self) -> Self {
        assert!(!self.is_negative());
        let room = (2 * BITS).saturating_sub(self.m.bits()) as i64;
        let shift = room + (self.e - room).rem_euclid(2);
        Self { m: (&self.m << shift as u64).sqrt(), e: (self.e - shift) / 2 }
    }

    fn nearest_integer(&self) -> BigInt {
        let twice = self.scaled(1);
        let floor = |x: &Self| if x.e >= 0 { &x.m << x.e as u64 } else { &x.m >> x.e.unsigned_abs() };
        (floor(&twice) + BigInt::one()) >> 1u32
    }

    pub(in super::super) fn pi() -> Self {
        static PI: OnceLock<Big> = OnceLock::new();
        // J. Machin: π/4 = 4 atan 1/5 − atan 1/239.
        PI.get_or_init(|| {
            let inverse_atan = |n: u32| {
                let (mut term, mut sum, mut k) = ((BigInt::one() << BITS) / n, BigInt::zero(), 0u32);
                while !term.is_zero() {
                    let part = &term / (2 * k + 1);
                    sum += if k % 2 == 0 { part } else { -part };
                    (term, k) = (term / (n * n), k + 1);
                }
                sum
            };
            Self { m: (inverse_atan(5) * 4 - inverse_atan(239)) * 4, e: -(BITS as i64) }
        })
        .clone()
    }

    pub(in super::super) fn ln_2() -> Self {
        static LN_2: OnceLock<Big> = OnceLock::new();
        LN_2.get_or_init(|| twice_atanh(&(&Self::from(1.0) / &Self::from(3.0)))).clone()
    }

    pub(in super::super) fn exp(&self) -> Self {
        let x = self.clone().cut(SERIES + 64);
        let n = if x.exponent() > 20 {
            BigInt::from(if x.is_negative() { -100_000 } else { 100_000 }) // beyond every range
        } else {
            (&x / &Self::ln_2()).nearest_integer()
        };
        if n.abs() >= BigInt::from(100_000) {
            return Self { m: BigInt::one(), e: n.to_i64().unwrap_or(0) };
        }
        let r = (&x - &(&Self { m: n.clone(), e: 0 } * &Self::ln_2())).scaled(-8).cut(SERIES);
        let mut power = &series(&r, &r, |k, term| term / &Self::from((k + 1) as f64)) + &Self::from(1.0);
        for _ in 0..8 {
            power = (&power * &power).cut(SERIES);
        }
        power.scaled(n.to_i64().unwrap_or(0))
    }

    pub(in super::super) fn sin_cos(&self) -> (Self, Self) {
        let half_pi = Self::pi().scaled(-1);
        let quarters = (self / &half_pi).nearest_integer();
        let r = (self - &(&Self { m: quarters.clone(), e: 0 } * &half_pi)).cut(SERIES);
        let minus_square = -&(&r * &r).cut(SERIES);
        let by = |k: u32| Self::from(f64::from(k * (k + 1)));
        let sin = series(&r, &minus_square, |k, term| term / &by(2 * k as u32));
        let cos = series(&Self::from(1.0), &minus_square, |k, term| term / &by(2 * k as u32 - 1));
        let quarter: BigInt = ((quarters % 4) + 4) % 4;
        match quarter.to_u8() {
            Some(0) => (sin, cos),
            Some(1) => (cos, -&sin),
            Some(2) => (-&sin, -&cos),
            _ => (-&cos, sin),
        }
    }

    pub(in super::super) fn atan(&self) -> Self {
        if self.exponent() > 0 {
            let half_pi = if self.is_negative() { -&Self::pi() } else { Self::pi() }.scaled(-1);
            return &half_pi - &(&Self::from(1.0) / self).atan();
        }
        let one = Self::from(1.0);
        let mut x = self.clone().cut(SERIES);
        for _ in 0..4 {
            x = (&x / &(&one + &(&one + &(&x * &x)).sqrt())).cut(SERIES);
        }
        let minus_square = -&(&x * &x).cut(SERIES);
        sum_of_odd(&x, &minus_square).scaled(4)
    }

    /// The angle of the point (x, self) in (−π, π].
    pub(in super::super) fn atan2(&self, x: &Self) -> Self {
        if x.is_zero() || x.exponent() < self.exponent() {
            let half_pi = if self.is_negative() { -&Self::pi() } else { Self::pi() }.scaled(-1);
            return &half_pi - &(x / self).atan();
        }
        let angle = (self / x).atan();
        match (x.is_negative(), self.is_negative()) {
            (false, _) => angle,
            (true, false) => &angle + &Self::pi(),
            (true, true) => &angle - &Self::pi(),
        }
    }

    /// ln(1 + self)
    pub(in super::super) fn ln_1p(&self) -> Self {
        if self.exponent() < -2 {
            return twice_atanh(&(self / &(self + &Self::from(2.0))));
        }
        (self + &Self::from(1.0)).ln()
    }

    pub(in super::super) fn ln(&self) -> Self {
        assert!(!self.is_negative() && !self.is_zero());
        let n = self.exponent();
        let near = &self.scaled(-n - 1) - &Self::from(1.0); // in [−1/2, 0)
        let (near, n) = if near.exponent() >= -2 { (&self.scaled(-n) - &Self::from(1.0), n) } else { (near, n + 1) };
        let ln = twice_atanh(&(&near / &(&near + &Self::from(2.0))));
        &ln + &(&Self::ln_2() * &Self::from(n as f64))
    }
}

/// first + …, where `next(k, term · x)` is term number k.
fn series(first: &Big, x: &Big, next: impl Fn(usize, &Big) -> Big) -> Big {
    let (mut sum, mut term) = (first.clone(), first.clone());
    for k in 1.. {
        term = next(k, &(&term * x).cut(SERIES)).cut(SERIES);
        if term.is_zero() || term.exponent() < sum.exponent() - SERIES as i64 {
            break;
        }
        sum = &sum + &term;
    }
    sum.cut(SERIES)
}

/// x + x s / 3 + x s² / 5 + …
fn sum_of_odd(x: &Big, s: &Big) -> Big {
    let (mut sum, mut power) = (x.clone(), x.clone());
    for k in 1.. {
        power = (&power * s).cut(SERIES);
        if power.is_zero() || power.exponent() < sum.exponent() - SERIES as i64 {
            break;
        }
        sum = &sum + &(&power / &Big::from(f64::from(2 * k + 1))).cut(SERIES);
    }
    sum.cut(SERIES)
}

fn twice_atanh(x: &Big) -> Big {
    let x = x.clone().cut(SERIES);
    sum_of_odd(&x, &(&x * &x).cut(SERIES)).scaled(1)
}

impl From<f64> for Big {
    fn from(x: f64) -> Self {
        assert!(x.is_finite());
        let (exponent, fraction) = ((x.to_bits() >> 52) as i64 & 0x7ff, x.to_bits() & ((1 << 52) - 1));
        let m = if exponent == 0 { fraction } else { fraction | (1 << 52) };
        let sign = if x < 0.0 { Sign::Minus } else { Sign::Plus };
        Self { m: BigInt::from_biguint(sign, BigUint::from(m)), e: exponent.max(1) - 1075 }
    }
}

impl Neg for &Big {
    type Output = Big;
    fn neg(self) -> Big {
        Big { m: -&self.m, e: self.e }
    }
}

impl Add for &Big {
    type Output = Big;
    fn add(self, y: &Big) -> Big {
        if self.is_zero() {
            return y.clone();
        }
        // What is far below the last bit that is kept is left out.
        if y.is_zero() || y.exponent() < self.exponent() - 2 * BITS as i64 {
            return self.clone();
        }
        if self.exponent() < y.exponent() - 2 * BITS as i64 {
            return y.clone();
        }
        let e = self.e.min(y.e);
        let [a, b] = [self, y].map(|x| &x.m << (x.e - e) as u64);
        Big { m: a + b, e }.cut(BITS)
    }
}

impl Sub for &Big {
    type Output = Big;
    fn sub(self, y: &Big) -> Big {
        self + &-y
    }
}

impl Mul for &Big {
    type Output = Big;
    fn mul(self, y: &Big) -> Big {
        Big { m: &self.m * &y.m, e: self.e + y.e }.cut(BITS)
    }
}

impl Div for &Big {
    type Output = Big;
    fn div(self, y: &Big) -> Big {
        let shift = (BITS + y.m.bits()).saturating_sub(self.m.bits());
        Big { m: (&self.m << shift) / &y.m, e: self.e - y.e - shift as i64 }
    }
}

#[test]
fn the_oracle_knows_identities() {
    let one = Big::from(1.0);
    let small = |x: Big, bits: i64| assert!(x.exponent() < -bits, "{}", x.exponent());
    for x in [0.3, 1.0, 2.0, 1e-9, 700.0, 1e300, 5e-324] {
        let x = Big::from(x);
        let (sin, cos) = x.sin_cos();
        small(&(&(&sin * &sin) + &(&cos * &cos)) - &one, 430);
        small(&(&x.ln().exp() / &x) - &one, 420);
        small(&(&x.atan().sin_cos().0 / &x.atan().sin_cos().1) / &x - &one, 420);
        small(&(&x.sqrt() * &x.sqrt()) / &x - &one, 3000);
    }
    let digits = |x: &Big| x.to_f64();
    assert_eq!(digits(&Big::pi()), std::f64::consts::PI);
    assert_eq!(digits(&Big::ln_2()), std::f64::consts::LN_2);
    assert_eq!(digits(&one.exp()), std::f64::consts::E);
    assert_eq!(digits(&Big::from(1e-20).ln_1p()), 1e-20);
}

impl Sub<&Big> for Big {
    type Output = Big;
    fn sub(self, y: &Big) -> Big {
        &self - y
    }
}

impl Div<&Big> for Big {
    type Output = Big;
    fn div(self, y: &Big) -> Big {
        &self / y
    }
}
