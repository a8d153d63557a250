//! What is not negative.

use super::super::ProximalOperator;
use super::{Separable, on_elements};
use crate::array::Space;
use crate::error::Result;
use crate::numbers::Real;

/// 0 where all elements are at least 0, ∞ elsewhere. Its prox is max(xₖ, 0). Real.
///
/// # Communication
/// The value: one all-reduce of 456 bytes. The prox: none.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::NonNegative};
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let f = NonNegative.on::<f64>(&layout)?;
/// let x = DistArray::from_fn(&layout, |i| i[0] as f64 - 1.0);
/// assert_eq!(f.value(&x)?, f64::INFINITY);
/// assert_eq!(f.prox(&x, 1.0)?.as_slice(), [0.0, 0.0, 1.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `Box(lower=0)` of pyproximal.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`on` makes the proximal operator"]
pub struct NonNegative;

impl NonNegative {
    /// On vectors of a space, arrays or stacks.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are still to be combined.
    pub fn on<T: Real>(self, space: impl Into<Space>) -> Result<ProximalOperator<T>> {
        on_elements(space, self)
    }
}

impl<T: Real> Separable<T> for NonNegative {
    const NAME: &'static str = "NonNegative";

    fn value_at(&self, _: usize, x: T) -> f64 {
        if x >= T::zero() { 0.0 } else { f64::INFINITY }
    }

    fn reads(&self) -> usize {
        0
    }

    fn prox_at(&self, _: f64, _: usize, x: T) -> T {
        if x < T::zero() { T::zero() } else { x }
    }
}
