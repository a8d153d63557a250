//! The Euclidean norm.

use super::parameter::{combined, positive};
use super::{Proximal, ProximalOperator};
use crate::array::{DistArray, Space};
use crate::error::Result;
use crate::numbers::{Real, Scalar};

/// f(x) = σ ‖x‖₂, of all elements together. Its prox is x max(1 − τσ/‖x‖, 0).
///
/// # Communication
/// Value and prox: one all-reduce of 456 bytes each.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::Euclid};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let f = Euclid::new(0.5).on::<f64>(&layout)?;
/// let x = DistArray::from_fn(&layout, |i| [3.0, 4.0][i[0]]);
/// assert_eq!(f.value(&x)?, 2.5);
/// assert_eq!(f.prox(&x, 5.0)?.as_slice(), [1.5, 2.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// N. Parikh and S. Boyd, Found. Trends Optim. 1 (2014) 127, section 6.5.1. Behaviour: `Euclidean` of pyproximal.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "Euclidean")]
#[must_use = "`on` makes the proximal operator"]
pub struct Euclid {
    sigma: f64,
}

impl Euclid {
    /// σ ‖x‖₂.
    pub fn new(sigma: f64) -> Self {
        Self { sigma }
    }

    /// On vectors of a space, arrays or stacks.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if σ is not a finite number above 0;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are still to be combined.
    pub fn on<T: Scalar>(self, space: impl Into<Space>) -> Result<ProximalOperator<T>> {
        positive("sigma of Euclid", self.sigma)?;
        Ok(ProximalOperator::new(OfAll { space: combined(space, "Euclid")?, sigma: self.sigma }))
    }
}

struct OfAll {
    space: Space,
    sigma: f64,
}

impl<T: Scalar> Proximal<T> for OfAll {
    fn space(&self) -> &Space {
        &self.space
    }

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        Ok(T::Real::from_f64(self.sigma * x.norm().to_f64()))
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let (norm, less) = (x.norm().to_f64(), tau * self.sigma);
        let factor = if norm <= less { 0.0 } else { (norm - less) / norm };
        y.copy_from(x)?;
        y.scale(T::from_real(T::Real::from_f64(factor)));
        Ok(())
    }

    fn name(&self) -> String {
        "Euclid".into()
    }
}
