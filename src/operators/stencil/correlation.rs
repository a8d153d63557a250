//! The taps of a convolution, in the order in which they meet the rows.

use crate::numbers::{Real, Scalar};

/// `yᵢ = Σₜ cₜ xᵢ₊ₐ₊ₜ` with a the first offset: weights as real and imaginary parts, these empty where
/// all are real.
#[derive(Clone, Debug)]
pub(super) struct Correlation<R> {
    pub(super) first: isize,
    pub(super) re: Vec<R>,
    pub(super) im: Vec<R>,
}

impl<R: Real> Correlation<R> {
    /// `yᵢ = Σₖ hₖ xᵢ₋ₖ₊ₒ` with o the offset.
    pub(super) fn convolution<T: Scalar<Real = R>>(filter: &[T], offset: usize) -> Self {
        let reversed = || filter.iter().rev();
        Self {
            first: offset.cast_signed() - (filter.len() - 1).cast_signed(),
            re: reversed().map(|h| h.re()).collect(),
            im: if filter.iter().all(|h| h.im() == R::zero()) { vec![] } else { reversed().map(|h| h.im()).collect() },
        }
    }

    /// The adjoint: taps in reverse order, conjugated.
    pub(super) fn adjoint(&self) -> Self {
        Self {
            first: -self.last(),
            re: self.re.iter().rev().copied().collect(),
            im: self.im.iter().rev().map(|&im| -im).collect(),
        }
    }

    /// The number of taps.
    pub(super) fn len(&self) -> usize {
        self.re.len()
    }

    /// The last offset.
    pub(super) fn last(&self) -> isize {
        self.first + (self.len() - 1).cast_signed()
    }
}
