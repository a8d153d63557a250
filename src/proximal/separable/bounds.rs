//! What lies between a lower and an upper bound.

use super::super::ProximalOperator;
use super::super::per_element::PerElement;
use super::{Separable, on_elements};
use crate::array::{DistArray, Space};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Real;

/// A box: 0 where lₖ ≤ xₖ ≤ uₖ for all elements, ∞ elsewhere. Its prox is xₖ clipped. Real. A bound may be infinite.
///
/// # Communication
/// The value: one all-reduce of 456 bytes. The prox: none.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::Bounds};
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let x = DistArray::from_fn(&layout, |i| 2.0 * i[0] as f64);
/// assert_eq!(Bounds::new(1.0, 3.0).on::<f64>(&layout)?.prox(&x, 1.0)?.as_slice(), [1.0, 2.0, 3.0]);
/// let upper = DistArray::from_fn(&layout, |i| i[0] as f64);
/// assert_eq!(Bounds::of(&DistArray::zeros(&layout), &upper)?.prox(&x, 1.0)?.as_slice(), [0.0, 1.0, 2.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `Box` of pyproximal.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "Box")]
#[must_use = "`on` makes the proximal operator"]
pub struct Bounds {
    lower: f64,
    upper: f64,
}

impl Bounds {
    /// The same bounds for all elements.
    pub fn new(lower: f64, upper: f64) -> Self {
        Self { lower, upper }
    }

    /// On vectors of a space, arrays or stacks.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if no number lies between the bounds; [`ErrorKind::Layout`] of chunks that are still to be combined.
    pub fn on<T: Real>(self, space: impl Into<Space>) -> Result<ProximalOperator<T>> {
        let Self { lower, upper } = self;
        if !is_met(lower, upper) {
            return Err(empty(format!("{lower} and {upper}")));
        }
        let [lower, upper] = [lower, upper].map(|bound| PerElement::One(T::from_f64(bound)));
        on_elements(space, Between { lower, upper })
    }

    /// Bounds for each element.
    ///
    /// # Communication
    /// One small all-reduce.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if the bounds are not of one space; [`ErrorKind::Parameter`] if no number
    /// lies between some of them; [`ErrorKind::Layout`] of chunks that are still to be combined.
    pub fn of<T: Real>(lower: &DistArray<T>, upper: &DistArray<T>) -> Result<ProximalOperator<T>> {
        let space = lower.space();
        space.same_as(upper.space(), "upper bounds")?;
        let mut pairs = lower.as_slice().iter().zip(upper.as_slice());
        let wrong = pairs.find(|(lower, upper)| !is_met(Real::to_f64(**lower), Real::to_f64(**upper)));
        let checked = wrong.map_or(Ok(()), |(lower, upper)| Err(empty(format!("{lower} and {upper}"))));
        space.comm().agree(checked)?;
        let [lower, upper] = [lower, upper].map(|bounds| PerElement::Each(bounds.clone()));
        on_elements(space, Between { lower, upper })
    }
}

/// Whether a number lies between.
fn is_met(lower: f64, upper: f64) -> bool {
    lower <= upper && lower < f64::INFINITY && upper > f64::NEG_INFINITY
}

fn empty(found: String) -> Error {
    Error::expected(ErrorKind::Parameter, "bounds", "a lower one not above the upper one", found)
}

struct Between<R: Real> {
    lower: PerElement<R>,
    upper: PerElement<R>,
}

impl<T: Real> Separable<T> for Between<T> {
    const NAME: &'static str = "Bounds";

    fn value_at(&self, k: usize, x: T) -> f64 {
        if self.lower.at(k) <= x && x <= self.upper.at(k) { 0.0 } else { f64::INFINITY }
    }

    fn prox_at(&self, _: f64, k: usize, x: T) -> T {
        let (lower, upper) = (self.lower.at(k), self.upper.at(k));
        if x < lower {
            lower
        } else if x > upper {
            upper
        } else {
            x
        }
    }

    fn reads(&self) -> usize {
        self.lower.reads() + self.upper.reads()
    }

    fn bytes(&self) -> usize {
        self.lower.bytes() + self.upper.bytes()
    }
}
