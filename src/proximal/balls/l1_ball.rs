//! The ball of the sum of moduli.

use super::super::parameter::{combined, positive};
use super::super::separable::sums_over;
use super::super::set::{indicator, slack};
use super::super::{Proximal, ProximalOperator};
use crate::array::{DistArray, Space};
use crate::error::{Error, Result};
use crate::numbers::{Real, Scalar};
use crate::solvers::{Threshold, level_of_sum};

/// 0 where ‖x‖₁ ≤ r, ∞ elsewhere. Its prox is the soft threshold at the level at which the moduli sum up to r.
///
/// # Communication
/// The value: one all-reduce of 456 bytes. The prox: one of 912 a step of Newton's method, of which there are few.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::L1Ball};
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let ball = L1Ball::new(2.0).on::<f64>(&layout)?;
/// let x = DistArray::from_fn(&layout, |i| [2.0, -1.0, 0.25][i[0]]);
/// assert_eq!(ball.prox(&x, 1.0)?.as_slice(), [1.5, -0.5, 0.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// J. Duchi, S. Shalev-Shwartz, Y. Singer and T. Chandra, ICML 2008. Behaviour: `L1Ball` of pyproximal. What is outside by √ε r
/// counts as inside, as rounding errors of a prox are.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`on` makes the proximal operator"]
pub struct L1Ball {
    radius: f64,
}

impl L1Ball {
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
        positive("radius of L1Ball", self.radius)?;
        Ok(ProximalOperator::new(Within { space: combined(space, "L1Ball")?, radius: self.radius }))
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
        let [size] = sums_over(&self.space, x.as_slice(), |_, x| [x.modulus().to_f64()]);
        // As far as elements round, which may be larger than the radius.
        Ok(indicator(size <= self.radius * (1.0 + slack::<T>())))
    }

    fn prox_into(&self, _: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let level = level_of_sum(self.radius, 0.0, |level| {
            Ok::<_, Error>(sums_over(&self.space, x.as_slice(), |_, x| {
                let size = x.modulus().to_f64();
                if size > level { [size, 1.0] } else { [0.0; 2] }
            }))
        })?;
        y.copy_from(x)?;
        if level > 0.0 {
            Threshold::Soft.apply(y, level);
        }
        Ok(())
    }

    fn name(&self) -> String {
        "L1Ball".into()
    }
}
