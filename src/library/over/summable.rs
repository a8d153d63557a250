//! What sums, products, means and variances of each type are made of.

use super::exact_folds::Exact;
use super::factors::Product;
use super::fold::Parts;
use crate::Complex;
use crate::numbers::{Element, Real};

/// A type of which arrays can be summed, multiplied and averaged: every number, and `bool`.
///
/// | elements | sums and products | means | variances |
/// |---|---|---|---|
/// | `f32`, `f64` | the same | the same | the same |
/// | complex | the same | the same | their real type |
/// | signed integers | `i64`, wrapping | `f64` | `f64` |
/// | unsigned integers, `bool` | `u64`, wrapping | `f64` | `f64` |
pub trait Summable: Element {
    /// What sums, products, and running ones are: as in NumPy the widest integer of the kind, or the same type.
    type Sum: Element;
    /// What a mean is.
    type Mean: Element;
    /// What variances and standard deviations are.
    type Variance: Real;

    #[doc(hidden)]
    type Total: Parts<Self, Out = Self::Sum>;
    #[doc(hidden)]
    type Running: Running<Self>;
    #[doc(hidden)]
    type Product: Product<Self>;
    #[doc(hidden)]
    type Values: Exact;
    #[doc(hidden)]
    type Deviations: Exact;

    #[doc(hidden)]
    fn total() -> Self::Total;

    #[doc(hidden)]
    fn widened(self) -> Self::Sum;

    /// Σ x, one sum for each part of a number.
    #[doc(hidden)]
    fn add_values(sums: &mut Self::Values, x: &[Self]);

    #[doc(hidden)]
    fn mean(sums: &Self::Values, count: usize) -> Self::Mean;

    /// A mean to take deviations from, with as many bits as a deviation has.
    #[doc(hidden)]
    fn centre(sums: &Self::Values, count: usize) -> Complex<f64>;

    /// Σ (x − centre), one sum for each part, then Σ |x − centre|².
    #[doc(hidden)]
    fn add_deviations(sums: &mut Self::Deviations, centre: Complex<f64>, x: &[Self]);
}

/// A sum that is wanted after every term.
pub trait Running<T: Summable>: Clone + Default {
    /// Back to nothing.
    fn clear(&mut self);

    /// Goes on from a sum made of these words, those of [`Summable::Total`].
    fn restart(&mut self, words: &[i64]);

    /// Of which parts of the term a sum is never −0: whether they are something else.
    fn signs(_: T) -> [bool; 2] {
        [false; 2]
    }

    /// Adds a term; what the sum is then.
    fn push(&mut self, x: T) -> T::Sum;
}
