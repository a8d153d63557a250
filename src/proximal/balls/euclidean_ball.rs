//! The ball of the Euclidean norm.

use super::super::parameter::{combined, positive};
use super::super::set::{indicator, slack};
use super::super::{Proximal, ProximalOperator};
use crate::array::{DistArray, Space};
use crate::error::Result;
use crate::numbers::{Real, Scalar};

/// 0 where ‖x‖₂ ≤ r, ∞ elsewhere. Its prox is x min(r/‖x‖, 1). A ball around c is this one [translated](ProximalOperator::translated) by −c.
///
/// # Communication
/// Value and prox: one all-reduce of 456 bytes each.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::EuclideanBall};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let ball = EuclideanBall::new(1.0).on::<f64>(&layout)?;
/// let x = DistArray::from_fn(&layout, |i| [3.0, 4.0][i[0]]);
/// assert_eq!(ball.value(&x)?, f64::INFINITY);
/// assert_eq!(ball.prox(&x, 1.0)?.as_slice(), [0.6000000000000001, 0.8]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `EuclideanBall` of pyproximal. What is outside by √ε r counts as inside, as rounding errors of a prox are.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "L2Ball")]
#[must_use = "`on` makes the proximal operator"]
pub struct EuclideanBall {
    radius: f64,
}

impl EuclideanBall {
    /// Of this radius, around 0.
    pub fn new(radius: f64) -> Self {
        Self { radius }
    }

    /// On vectors of a space, arrays or stacks.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if the radius is not a finite number above 0;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are still to be combined.
    pub fn on<T: Scalar>(self, space: impl Into<Space>) -> Result<ProximalOperator<T>> {
        positive("radius of EuclideanBall", self.radius)?;
        Ok(ProximalOperator::new(Within { space: combined(space, "EuclideanBall")?, radius: self.radius }))
    }
}

struct Within {
    space: Space,
    radius: f64,
}

impl<T: Scalar> Proximal<T> for Within {
    fn space(&self) -> &Space {
        &self.space
    }

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        Ok(indicator(x.norm().to_f64() <= self.radius * (1.0 + slack::<T>())))
    }

    fn prox_into(&self, _: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let norm = x.norm().to_f64();
        y.copy_from(x)?;
        if norm > self.radius {
            y.scale(T::from_real(T::Real::from_f64(self.radius / norm)));
        }
        Ok(())
    }

    fn name(&self) -> String {
        "EuclideanBall".into()
    }
}
