//! The number of elements that are not 0.

use super::super::ProximalOperator;
use super::super::parameter::positive;
use super::{Separable, on_elements};
use crate::array::Space;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::solvers::Threshold;

/// f(x) = σ times the number of elements that are not 0. Its prox is the hard threshold: 0 where |xₖ| ≤ √(2τσ). Not convex.
///
/// # Communication
/// The value: one all-reduce of 456 bytes. The prox: none.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::L0};
///
/// let layout = Layout::scatter(&Comm::solo(), &[4], 0)?;
/// let f = L0::new(2.0).on::<f64>(&layout)?;
/// let x = DistArray::from_fn(&layout, |i| i[0] as f64);
/// assert_eq!(f.value(&x)?, 6.0);
/// assert_eq!(f.prox(&x, 1.0)?.as_slice(), [0.0, 0.0, 0.0, 3.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Blumensath and Davies, J. Fourier Anal. Appl. 14 (2008) 629. Behaviour: `L0` of pyproximal, but for its
/// threshold, τσ instead of √(2τσ), and its value, which leaves σ out.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`on` makes the proximal operator"]
pub struct L0 {
    sigma: f64,
}

impl L0 {
    /// σ times the number of elements that are not 0.
    pub fn new(sigma: f64) -> Self {
        Self { sigma }
    }

    /// On vectors of a space, arrays or stacks.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if σ is not a finite number above 0;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are still to be combined.
    pub fn on<T: Scalar>(self, space: impl Into<Space>) -> Result<ProximalOperator<T>> {
        positive("sigma of L0", self.sigma)?;
        on_elements(space, self)
    }
}

impl<T: Scalar> Separable<T> for L0 {
    const NAME: &'static str = "L0";

    fn value_at(&self, _: usize, x: T) -> f64 {
        if x == T::zero() { 0.0 } else { self.sigma }
    }

    fn reads(&self) -> usize {
        0
    }

    fn prox_at(&self, tau: f64, _: usize, x: T) -> T {
        Threshold::Hard.of(x, tau * self.sigma)
    }
}
