//! Sums of many numbers under way: exact ones, rounded once at the end, or plain ones.
//!
//! Parts are exact by default, so that a result is the same on any number of ranks (see
//! [`exact`](super::exact)); a plain floating-point sum, whose last bits depend on the number of ranks, can
//! be asked for.

use super::exact::{self, Each, ExactSum, Terms, plain};
use num_complex::Complex;

/// How sums over a vector are formed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Summation {
    /// Exactly, rounded once: the same bits on any number of ranks and for any layout.
    #[default]
    Exact,
    /// In floating point, with many accumulators: the last bits depend on the layout.
    Plain,
}

/// A sum under way: this rank's part of it.
#[derive(Clone, Debug)]
pub enum PartialSum {
    /// Every term added exactly.
    Exact(ExactSum),
    /// In floating point.
    Plain(f64),
}

impl PartialSum {
    /// Of nothing yet.
    pub const fn new(summation: Summation) -> Self {
        match summation {
            Summation::Exact => Self::Exact(ExactSum::new()),
            Summation::Plain => Self::Plain(0.0),
        }
    }

    /// The sum, rounded once.
    pub fn value(&self) -> f64 {
        match self {
            Self::Exact(sum) => sum.value(),
            Self::Plain(sum) => *sum,
        }
    }

    /// The sum, rounded once to single precision.
    pub fn value_f32(&self) -> f32 {
        match self {
            Self::Exact(sum) => sum.value_f32(),
            Self::Plain(sum) => *sum as f32,
        }
    }
}

/// How the vectors of a scalar type are summed. A complex sum is two real ones.
///
/// Implemented for the four scalar types; nobody else needs it.
pub trait Summed: Sized {
    /// The real sums that make up one: 1, or 2 where the type is complex.
    #[doc(hidden)]
    const PARTS: usize;

    /// Σ x
    #[doc(hidden)]
    fn add_values(sums: &mut [PartialSum; 2], x: &[Self]);

    /// Σ x y, or Σ x̄ y
    #[doc(hidden)]
    fn add_products<const CONJ: bool>(sums: &mut [PartialSum; 2], x: &[Self], y: &[Self]);

    /// Re Σ x̄ y
    #[doc(hidden)]
    fn add_real_products(sum: &mut PartialSum, x: &[Self], y: &[Self]);

    /// Σ |x|²
    #[doc(hidden)]
    fn add_squares(sum: &mut PartialSum, x: &[Self]);

    /// Σ |x|
    #[doc(hidden)]
    fn add_moduli(sum: &mut PartialSum, x: &[Self]);

    /// The scalar that two finished sums make.
    #[doc(hidden)]
    fn from_sums(sums: &[PartialSum; 2]) -> Self;
}

macro_rules! summed {
    ($($t:ident $value:ident)*) => {$(
        impl Summed for $t {
            const PARTS: usize = 1;

            fn add_values(sums: &mut [PartialSum; 2], x: &[Self]) {
                add(&mut sums[0], exact::values(x));
            }

            fn add_products<const CONJ: bool>(sums: &mut [PartialSum; 2], x: &[Self], y: &[Self]) {
                add(&mut sums[0], exact::products(x, y));
            }

            fn add_real_products(sum: &mut PartialSum, x: &[Self], y: &[Self]) {
                add(sum, exact::products(x, y));
            }

            fn add_squares(sum: &mut PartialSum, x: &[Self]) {
                add(sum, exact::squares(x));
            }

            fn add_moduli(sum: &mut PartialSum, x: &[Self]) {
                add(sum, Each::new(x, |x| [f64::from(x.abs())]));
            }

            fn from_sums(sums: &[PartialSum; 2]) -> Self {
                sums[0].$value()
            }
        }

        impl Summed for Complex<$t> {
            const PARTS: usize = 2;

            fn add_values(sums: &mut [PartialSum; 2], x: &[Self]) {
                add(&mut sums[0], Each::new(x, |x| [f64::from(x.re)]));
                add(&mut sums[1], Each::new(x, |x| [f64::from(x.im)]));
            }

            fn add_products<const CONJ: bool>(sums: &mut [PartialSum; 2], x: &[Self], y: &[Self]) {
                for (x, y) in x.chunks(exact::BLOCK).zip(y.chunks(exact::BLOCK)) {
                    add(&mut sums[0], exact::real_products::<_, CONJ>(x, y));
                    add(&mut sums[1], exact::imaginary_products::<_, CONJ>(x, y));
                }
            }

            fn add_real_products(sum: &mut PartialSum, x: &[Self], y: &[Self]) {
                add(sum, exact::real_products::<_, true>(x, y));
            }

            fn add_squares(sum: &mut PartialSum, x: &[Self]) {
                add(sum, exact::squared_moduli(x));
            }

            fn add_moduli(sum: &mut PartialSum, x: &[Self]) {
                add(sum, Each::new(x, |x| [f64::from(x.norm())]));
            }

            fn from_sums(sums: &[PartialSum; 2]) -> Self {
                Complex::new(sums[0].$value(), sums[1].$value())
            }
        }
    )*};
}
summed! { f32 value_f32 f64 value }

/// Adds terms as the sum is formed.
fn add(sum: &mut PartialSum, terms: impl Terms) {
    match sum {
        PartialSum::Exact(sum) => sum.add_terms(terms),
        PartialSum::Plain(sum) => *sum += plain::sum(terms),
    }
}
