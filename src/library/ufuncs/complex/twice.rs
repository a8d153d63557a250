//! Numbers of twice as many digits: an unevaluated sum of two `f64`, the second at most half a unit in the last
//! place of the first.
//!
//! Source: M. Joldes, J.-M. Muller and V. Popescu, *Tight and rigorous error bounds for basic building blocks of
//! double-word arithmetic*, ACM Trans. Math. Softw. 44 (2017). Every operation is right to 2⁻¹⁰² or better.

use std::ops::{Add, Div, Mul, Neg, Sub};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Twice {
    pub(super) hi: f64,
    pub(super) lo: f64,
}

/// a + b rounded, and what that leaves, where |a| ≥ |b| or a = 0.
#[inline(always)]
fn ordered_sum(a: f64, b: f64) -> Twice {
    let hi = a + b;
    Twice { hi, lo: b - (hi - a) }
}

impl Twice {
    pub(super) const ZERO: Self = Self::new(0.0, 0.0);
    pub(super) const ONE: Self = Self::new(1.0, 0.0);
    pub(super) const LN_2: Self = Self::new(std::f64::consts::LN_2, 2.3190468138462996e-17);

    pub(super) const fn new(hi: f64, lo: f64) -> Self {
        Self { hi, lo }
    }

    /// a + b, exactly.
    #[inline(always)]
    pub(super) fn sum(a: f64, b: f64) -> Self {
        let hi = a + b;
        let part = hi - a;
        Self { hi, lo: (a - (hi - part)) + (b - part) }
    }

    /// a b, exactly where nothing underflows.
    #[inline(always)]
    pub(super) fn product(a: f64, b: f64) -> Self {
        let hi = a * b;
        Self { hi, lo: a.mul_add(b, -hi) }
    }

    /// x² + y² − 1, with all digits also where it is next to nothing. Neither x nor y is large.
    #[inline(always)]
    pub(super) fn square_sum_beyond_one(x: f64, y: f64) -> Self {
        let (larger, smaller) = if x.abs() < y.abs() { (y, x) } else { (x, y) };
        let (p, q) = (Self::product(larger, larger), Self::product(smaller, smaller));
        // Where the sum is near 1, the first difference is exact, and so is the second if much cancels.
        let first = Self::sum(p.hi, -1.0);
        let second = Self::sum(first.hi, q.hi);
        let small = Self::sum(p.lo, q.lo);
        let all = Self::sum(second.hi, small.hi);
        ordered_sum(all.hi, all.lo + (first.lo + second.lo + small.lo))
    }

    #[inline(always)]
    pub(super) fn sqrt(self) -> Self {
        if self.hi <= 0.0 {
            return Self::new(self.hi.sqrt(), 0.0);
        }
        let root = self.hi.sqrt();
        let rest = (-root).mul_add(root, self.hi) + self.lo;
        ordered_sum(root, rest / (2.0 * root))
    }

    /// The number times a power of 2.
    #[inline(always)]
    pub(super) fn scaled(self, by: f64) -> Self {
        Self::new(self.hi * by, self.lo * by)
    }

    #[inline(always)]
    pub(super) fn value(self) -> f64 {
        self.hi + self.lo
    }

    /// ln(1 + x), rounded.
    #[inline(always)]
    pub(super) fn ln_1p(self) -> f64 {
        self.hi.ln_1p() + self.lo / (1.0 + self.hi)
    }

    /// The angle of the point (x, self), rounded. Of the two, one is far from the smallest numbers and both are
    /// far from the largest.
    #[inline(always)]
    pub(super) fn atan2(self, x: Self) -> f64 {
        let angle = self.hi.atan2(x.hi);
        let turn = (x.hi * self.lo - self.hi * x.lo) / (x.hi * x.hi + self.hi * self.hi);
        // What is tiny has digits enough, but no product that underflows may count.
        if turn.is_finite() { angle + turn } else { angle }
    }
}

impl From<f64> for Twice {
    #[inline(always)]
    fn from(hi: f64) -> Self {
        Self { hi, lo: 0.0 }
    }
}

impl Neg for Twice {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self::new(-self.hi, -self.lo)
    }
}

impl Add for Twice {
    type Output = Self;
    #[inline(always)]
    fn add(self, y: Self) -> Self {
        let (high, low) = (Self::sum(self.hi, y.hi), Self::sum(self.lo, y.lo));
        let first = ordered_sum(high.hi, high.lo + low.hi);
        ordered_sum(first.hi, first.lo + low.lo)
    }
}

impl Sub for Twice {
    type Output = Self;
    #[inline(always)]
    fn sub(self, y: Self) -> Self {
        self + -y
    }
}

impl Mul for Twice {
    type Output = Self;
    #[inline(always)]
    fn mul(self, y: Self) -> Self {
        let product = Self::product(self.hi, y.hi);
        let crossed = self.hi.mul_add(y.lo, self.lo * y.hi);
        ordered_sum(product.hi, product.lo + crossed)
    }
}

impl Mul<f64> for Twice {
    type Output = Self;
    #[inline(always)]
    fn mul(self, y: f64) -> Self {
        let product = Self::product(self.hi, y);
        ordered_sum(product.hi, self.lo.mul_add(y, product.lo))
    }
}

impl Div for Twice {
    type Output = Self;
    #[inline(always)]
    fn div(self, y: Self) -> Self {
        let quotient = self.hi / y.hi;
        let rest = self - y * quotient;
        ordered_sum(quotient, rest.hi / y.hi)
    }
}
