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

    /// As a number, in this unit.
    fn in_units(&self, unit: i32) -> f64 {
        let size = (self.log2() - f64::from(unit)).exp2();
        if self.mantissa < BigInt::from(0) { -size } else { size }
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

fn square([re, im]: &Pair) -> Binary {
    re.clone() * re.clone() + im.clone() * im.clone()
}

/// log₂ of the norm.
fn log2_norm(x: &[Pair]) -> f64 {
    x.iter().fold(Binary::zero(), |sum, x| sum + square(x)).log2() / 2.0
}

/// log₂ of the largest modulus.
fn log2_most(x: &[Pair]) -> f64 {
    x.iter().fold(f64::NEG_INFINITY, |most, x| most.max(square(x).log2() / 2.0))
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
        if numbers.method.is_of_size() {
            return Self::of_size(numbers, x, &s, &sizes);
        }
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

    /// Of SPGL1, whose criterion is the gap; of the residual `s`, and of the `sizes` of what it is the sum of.
    fn of_size<T: Scalar>(numbers: &Numbers<T>, x: &[T], s: &[Pair], sizes: &[Pair]) -> Self {
        let Numbers { a, b, damp, units: [of_a, of_b], .. } = numbers;
        let n = x.len();
        let column = |s: &[Pair], of: &dyn Fn(T) -> Pair, j: usize| {
            (0..b.len())
                .fold([Binary::zero(), Binary::zero()], |sum, i| plus(sum, times(of(a[i * n + j]), s[i].clone())))
        };
        let back = |s: &[Pair], of: &dyn Fn(T) -> Pair| (0..n).map(|j| column(s, of, j)).collect::<Vec<_>>();
        let of_modulus = |x: T| [Binary::new(x.modulus().to_f64()), Binary::zero()];
        let (residual, residual_terms) = (log2_norm(s), log2_norm(sizes));
        // In units in which A and b are near 1, where squares are numbers.
        let number = |log2: f64, unit: i32| (log2 - f64::from(unit)).exp2();
        let (norm, steepest) = (number(residual, *of_b), number(log2_most(&back(s, &|a| pair(a.conj()))), of_a + of_b));
        // How many times its rounding errors the steepest slope may have.
        let lost = number(log2_most(&back(sizes, &of_modulus)), of_a + of_b) / steepest;
        let size = x.iter().fold(Binary::zero(), |sum, x| sum + of_modulus(*x)[0].clone()).in_units(of_b - of_a);
        let inner = b.iter().zip(s).fold(Binary::zero(), |sum, (b, s)| {
            let [re, im] = pair(*b);
            sum + re * s[0].clone() + im * s[1].clone()
        });
        let inner = inner.in_units(2 * of_b);
        let (gap, terms, unit) = if numbers.method == super::systems::Method::Lasso {
            let tau = Binary::new(*damp).in_units(of_b - of_a);
            let gap = (norm * norm - inner + tau * steepest).abs() + (size - tau).max(0.0) * steepest;
            (gap, norm * norm + inner.abs() + (tau + size) * steepest * lost.max(1.0), 2 * of_b)
        } else {
            let sigma = Binary::new(*damp).in_units(*of_b);
            let over = (norm - sigma).max(0.0);
            if steepest == 0.0 {
                let gap = over + if norm < sigma { size } else { 0.0 };
                (gap, norm + sigma + size, of_b - of_a)
            } else {
                let dual = ((inner - sigma * norm) / steepest).max(0.0);
                let all = (inner.abs() + (sigma + norm) * norm) / steepest;
                ((size - dual).abs() + over * norm / steepest, size + all * lost.max(1.0), of_b - of_a)
            }
        };
        let log2 = |x: f64| x.log2() + f64::from(unit);
        Self { residual, criterion: log2(gap), terms: log2(terms), residual_terms }
    }
}
