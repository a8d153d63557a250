//! A number for all elements, or one for each.

use super::bytes::bytes;
use super::parameter::combined;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Real;

/// One number for all elements of a vector, or one for each, as they lie on this rank.
#[derive(Clone)]
pub(super) enum PerElement<R: Real> {
    One(R),
    Each(DistArray<R>),
}

impl<R: Real> PerElement<R> {
    /// That of an element by its place in this rank's buffer.
    #[inline]
    pub(super) fn at(&self, k: usize) -> R {
        match self {
            Self::One(number) => *number,
            Self::Each(numbers) => numbers.as_slice()[k],
        }
    }

    /// Bytes of them.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::One(_) => 0,
            Self::Each(numbers) => bytes(numbers),
        }
    }

    /// Vectors that it takes: none of one number.
    pub(super) fn reads(&self) -> usize {
        usize::from(matches!(self, Self::Each(_)))
    }

    /// One for each, of which every one must be as said.
    ///
    /// # Communication
    /// One small all-reduce.
    pub(super) fn each(numbers: &DistArray<R>, what: &str, expected: &str, good: impl Fn(f64) -> bool) -> Result<Self> {
        combined(numbers.space(), what)?;
        let wrong = numbers.as_slice().iter().find(|number| !good(Real::to_f64(**number)));
        let checked = wrong.map_or(Ok(()), |wrong| Err(Error::expected(ErrorKind::Parameter, what, expected, wrong)));
        numbers.space().comm().agree(checked)?;
        Ok(Self::Each(numbers.clone()))
    }
}
