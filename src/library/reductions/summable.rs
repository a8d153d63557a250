//! What sums, products, means and variances of each type are made of.

use super::exact_folds::{Centred, Exact};
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

    /// [`add_values`](Self::add_values) of columns side by side, whose rows begin at `starts`; `left` is told of
    /// those of which nothing was added.
    #[doc(hidden)]
    fn add_value_columns(sums: &mut [Self::Values], x: &[Self], starts: &[usize], left: &mut Vec<usize>);

    #[doc(hidden)]
    fn mean(sums: &Self::Values, count: usize) -> Self::Mean;

    /// A mean to take deviations from, with as many bits as a deviation has.
    #[doc(hidden)]
    fn centre(sums: &Self::Values, count: usize) -> Complex<f64>;

    /// Σ (x − centre), one sum for each part, then Σ |x − centre|².
    #[doc(hidden)]
    fn add_deviations(sums: &mut Self::Deviations, centre: Complex<f64>, x: &[Self]);

    /// [`add_deviations`](Self::add_deviations) of columns, as [`add_value_columns`](Self::add_value_columns).
    #[doc(hidden)]
    fn add_deviation_columns(
        sums: &mut [Centred<Self::Deviations>],
        x: &[Self],
        starts: &[usize],
        left: &mut Vec<usize>,
    );
}

/// Sums of lines side by side that are wanted after every term.
pub trait Running<T: Summable>: Default {
    /// So many lines, back to nothing.
    fn clear(&mut self, lines: usize);

    /// Goes on from a sum made of these words, those of [`Summable::Total`].
    fn restart(&mut self, line: usize, words: &[i64]);

    /// Of which parts of the term a sum is never −0: whether they are something else.
    fn signs(_: T) -> [bool; 2] {
        [false; 2]
    }

    /// Adds rows that begin `stride` after one another, with a term for each line; what the sums are then.
    fn add_rows(&mut self, terms: &[T], sums: &mut [T::Sum], stride: usize);
}

/// Elements of moderate size that are multiplied before anybody asks whether the range was left.
pub(super) const STRETCH: usize = 16;

/// A product under way, in the order of its factors.
pub trait Product<T: Summable>: Copy {
    /// Integers that it is made of when it travels.
    const WORDS: usize;

    /// The product of nothing.
    const ONE: Self;

    /// An element.
    fn of(x: T) -> Self;

    /// Times what comes after it, if the result [is sound](Self::is_sound).
    #[must_use]
    fn plain(self, next: Self) -> Self;

    /// Whether nothing left the range on the way.
    fn is_sound(self) -> bool;

    /// Whether the element is of moderate size.
    fn is_moderate(x: T) -> bool;

    /// Whether [`STRETCH`] elements of moderate size may follow, and all products be sound.
    fn has_room(self) -> bool;

    /// Times what comes after it, where that leaves the range.
    #[must_use]
    fn with_care(self, next: Self) -> Self;

    /// Times what comes after it.
    #[inline]
    #[must_use]
    fn joined(self, next: Self) -> Self {
        let product = self.plain(next);
        if product.is_sound() { product } else { self.with_care(next) }
    }

    /// Times an element.
    #[inline]
    #[must_use]
    fn times(self, x: T) -> Self {
        self.joined(Self::of(x))
    }

    /// The product, rounded where it is too small; infinite where it is too large.
    fn value(self) -> T::Sum;

    fn pack(self, words: &mut Vec<i64>);

    fn unpack(words: &[i64]) -> Self;
}
