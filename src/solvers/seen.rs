//! What a callback sees of a run.

use super::{Measures, Vectors};
use crate::array::DistArray;
use crate::numbers::{Real, Scalar};
use std::fmt;

/// A run as its callback sees it after an iteration: measures by name, vectors by letter.
pub struct Seen<'a, T: Scalar> {
    /// Iterations made.
    pub iteration: usize,
    /// The model x.
    pub model: &'a DistArray<T>,
    pub(super) measures: &'a Measures,
    pub(super) vectors: &'a dyn Fn() -> Vectors<'a>,
}

impl<'a, T: Scalar> Seen<'a, T> {
    /// A measure of this iteration, as "cost", by the name that its series has in the [report](super::Report::series).
    pub fn measure(&self, name: &str) -> Option<T::Real> {
        self.measures.get(name).map(T::Real::from_f64)
    }

    /// The method's vector of this letter, if there is one and it is of this type.
    pub fn vector<S: Scalar>(&self, letter: &str) -> Option<&'a DistArray<S>> {
        self.vectors().get(letter)
    }

    /// All vectors of the method.
    pub fn vectors(&self) -> Vectors<'a> {
        (self.vectors)()
    }
}

impl<T: Scalar> fmt::Debug for Seen<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen")
            .field("iteration", &self.iteration)
            .field("measures", self.measures)
            .field("vectors", &self.vectors())
            .finish_non_exhaustive()
    }
}
