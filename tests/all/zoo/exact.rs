//! The criterion of a solution, exactly: sums and products of binary numbers of any size.

use super::systems::Numbers;
use lops::{Real, Scalar};
use num_bigint::BigInt;
use std::ops::{Add, Mul, Neg};

/// `mantissa`·2^`exponent`.
#[derive(Clone)]
struct Binary {
    mantissa: BigInt,
    exponent: i64,
}

impl Binary {
    fn new(x: f64) -> Self {
        let bits = x.to_bits();
        let (field, fraction) = ((bits >> 52 & 0x7ff) as i64, (bits & ((1 << 52) - 1)) as i64);
        assert!(field < 0x7ff, "a finite number");
        let magnitude = if field == 0 { fraction } else { fraction | (1 << 52) };
        let mantissa = BigInt::from(if x.is_sign_negative() { -magnitude } else { magnitude });
        Self { mantissa, exponent: field.max(1) - 1075 }
    }

    fn zero() -> Self {
        Self { mantissa: BigInt::from(0), exponent: 0 }
    }

    /// Its base-2 logarithm, nearly; −∞ of 0.
    fn log2(&self) -> f64 {
        let magnitude = self.mantissa.magnitude();
        let bits = magnitude.bits();
        if bits == 0 {
            return f64::NEG_INFINITY;
        }
        let drop = bits.saturating_sub(60);
        let leading = u64::try_from(magnitude >> drop).unwrap() as f64;
        leading.log2() + (drop as i64 + self.exponent) as f64
    }
}

impl Add for Binary {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        if self.mantissa == BigInt::from(0) {
            return other;
        } else if other.mantissa == BigInt::from(0) {
            return self;
        }
        let exponent = self.exponent.min(other.exponent);
        let at = |x: Self| x.mantissa << (x.exponent - exponent) as u64;
        Self { mantissa: at(self) + at(other), exponent }
    }
}

impl Mul for Binary {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self { mantissa: self.mantissa * other.mantissa, exponent: self.exponent + other.exponent }
    }
}

impl Neg for Binary {
    type Output = Self;
    fn neg(self) -> Self {
        Self { mantissa: -self.mantissa, ..self }
    }
}

/// A complex one.
type Pair = [Binary; 2];

fn pair<T: Scalar>(x: T) -> Pair {
    [Binary::new(x.re().to_f64()), Binary::new(x.im().to_f64())]
}

fn plus([a, b]: Pair, [c, d]: Pair) -> Pair {
    [a + c, b + d]
}

fn times([a, b]: Pair, [c, d]: Pair) -> Pair {
    [a.clone() * c.clone() + -(b.clone() * d.clone()), a * d + b * c]
}

/// log₂ of the norm.
fn log2_norm(x: &[Pair]) -> f64 {
    let square = |x: &Binary| x.clone() * x.clone();
    x.iter().fold(Binary::zero(), |sum, [re, im]| sum + square(re) + square(im)).log2() / 2.0
}

/// What is known exactly of a model: base-2 logarithms of norms.
pub(crate) struct Truth {
    /// Of b − A x.
    pub(crate) residual: f64,
    /// Of what the tolerance is held against: the residual, or the gradient Aᴴ(b − A x) − λ² x.
    pub(crate) criterion: f64,
    /// Of the criterion's terms, all taken positive: times the precision, it is the level of its rounding errors.
    pub(crate) terms: f64,
    /// Of the residual's terms.
    pub(crate) residual_terms: f64,
}

impl Truth {
    pub(crate) fn of<T: Scalar>(numbers: &Numbers<T>, x: &[T]) -> Self {
        let Numbers { a, b, damp, .. } = numbers;
        let (m, n) = (b.len(), x.len());
        let zero = || [Binary::zero(), Binary::zero()];
        let size = |x: T| [Binary::new(x.modulus().to_f64()), Binary::zero()];
        let forward = |start: &dyn Fn(usize) -> Pair, of: &dyn Fn(usize, usize) -> Pair| -> Vec<Pair> {
            (0..m).map(|i| (0..n).fold(start(i), |sum, j| plus(sum, of(i, j)))).collect()
        };
        let s = forward(&|i| pair(b[i]), &|i, j| times(pair(a[i * n + j]), pair(-x[j])));
        let sizes = forward(&|i| size(b[i]), &|i, j| times(size(a[i * n + j]), size(x[j])));
        let (residual, residual_terms) = (log2_norm(&s), log2_norm(&sizes));
        if !numbers.method.is_of_least_squares() {
            return Self { residual, criterion: residual, terms: residual_terms, residual_terms };
        }
        let lambda2 = || Binary::new(*damp) * Binary::new(*damp);
        let back = |s: &[Pair], of: &dyn Fn(T) -> Pair, start: &dyn Fn(T) -> Pair| -> Vec<Pair> {
            let row = |j: usize| (0..m).fold(zero(), |sum, i| plus(sum, times(of(a[i * n + j]), s[i].clone())));
            (0..n).map(|j| plus(row(j), start(x[j]))).collect()
        };
        let r = back(&s, &|a| pair(a.conj()), &|x| times([-lambda2(), Binary::zero()], pair(x)));
        let terms = back(&sizes, &size, &|x| times([lambda2(), Binary::zero()], size(x)));
        Self { residual, criterion: log2_norm(&r), terms: log2_norm(&terms), residual_terms }
    }
}
