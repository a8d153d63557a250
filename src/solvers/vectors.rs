//! The vectors of a method, each by its letter.

use super::Reason;
use crate::array::{DistArray, Place, Space, first_non_finite};
use crate::numbers::Scalar;
use std::{any::Any, fmt};

/// Vectors by letter, in the order in which they are searched for what is not finite.
///
/// They may be of different spaces and types: those of the data and those of the model.
///
/// # Example
/// ```
/// use lops::{Comm, Complex, DistArray, Layout, solvers::Vectors};
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let (x, s) = (DistArray::full(&layout, 1.0), DistArray::full(&layout, Complex::new(0.0, 1.0)));
/// let vectors = Vectors::none().and("x", &x).and("s", &s);
/// assert!(vectors.letters().eq(["x", "s"]));
/// assert_eq!(vectors.get::<f64>("x"), Some(&x));
/// assert_eq!(vectors.get::<f64>("s"), None); // it is complex
/// # Ok::<(), lops::Error>(())
/// ```
#[derive(Default)]
pub struct Vectors<'a> {
    all: Vec<(&'static str, &'a dyn Vector)>,
    /// The data, which come first.
    data: Option<&'a Space>,
}

impl<'a> Vectors<'a> {
    /// None at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// The data, which the method reads and does not change.
    pub fn data<T: Scalar>(letter: &'static str, vector: &'a DistArray<T>) -> Self {
        Self { data: Some(vector.space()), ..Self::none().and(letter, vector) }
    }

    /// These vectors and one more.
    #[must_use]
    pub fn and<T: Scalar>(mut self, letter: &'static str, vector: &'a DistArray<T>) -> Self {
        self.all.push((letter, vector));
        self
    }

    /// The vector of this letter, if there is one and it is of this type.
    pub fn get<T: Scalar>(&self, letter: &str) -> Option<&'a DistArray<T>> {
        let (_, vector) = self.all.iter().find(|(own, _)| *own == letter)?;
        vector.as_any().downcast_ref()
    }

    /// The letters, in order.
    pub fn letters(&self) -> impl Iterator<Item = &'static str> {
        self.all.iter().map(|(letter, _)| *letter)
    }

    /// Bytes of each on this rank, in the order of the letters.
    pub(super) fn bytes(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.all.iter().map(|(letter, vector)| (*letter, vector.bytes()))
    }

    /// The spaces, in the order of the letters.
    pub(super) fn spaces(&self) -> impl Iterator<Item = &'a Space> {
        self.all.iter().map(|(_, vector)| vector.space())
    }

    /// The space of the data, where they were given.
    pub(super) fn data_space(&self) -> Option<&'a Space> {
        self.data
    }

    /// The first vector that holds a number that is not finite: its letter, the first rank that holds one, and its
    /// place there.
    ///
    /// # Communication
    /// Two all-reduces of 8 bytes for each vector that is looked at.
    pub(super) fn first_non_finite(&self) -> Option<(&'static str, usize, Place)> {
        self.all
            .iter()
            .find_map(|(letter, vector)| vector.first_non_finite().map(|(rank, place)| (*letter, rank, place)))
    }

    /// The reason; where something is not finite, with its place.
    ///
    /// # Communication
    /// That of [`first_non_finite`](Self::first_non_finite), where it is looked for.
    pub(super) fn found(&self, reason: Reason) -> Reason {
        if let Reason::NonFinite { place: None, .. } = reason
            && let Some((vector, rank, place)) = self.first_non_finite()
        {
            return Reason::NonFinite { vector, rank, place: Some(place) };
        }
        reason
    }
}

impl fmt::Debug for Vectors<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.all.iter().map(|(letter, vector)| (letter, vector.space()))).finish()
    }
}

/// A vector of some scalar type.
trait Vector {
    fn space(&self) -> &Space;
    fn bytes(&self) -> usize;
    fn first_non_finite(&self) -> Option<(usize, Place)>;
    fn as_any(&self) -> &dyn Any;
}

impl<T: Scalar> Vector for DistArray<T> {
    fn space(&self) -> &Space {
        self.space()
    }

    fn bytes(&self) -> usize {
        size_of_val(self.as_slice())
    }

    fn first_non_finite(&self) -> Option<(usize, Place)> {
        first_non_finite(self.space(), self.as_slice())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
