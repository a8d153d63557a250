//! What lies on one side of a plane.

use super::bytes::bytes;
use super::parameter::{combined, finite};
use super::set::{indicator, slack};
use super::{Proximal, ProximalOperator};
use crate::array::{DistArray, Space};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};

/// 0 where Re⟨w, x⟩ ≤ b, ∞ elsewhere. Its prox is x − max(Re⟨w, x⟩ − b, 0) w / ‖w‖².
///
/// # Communication
/// Value and prox: one all-reduce of 456 bytes each (912 of complex vectors).
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::HalfSpace};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let w = DistArray::<f64>::from_fn(&layout, |i| [3.0, 4.0][i[0]]);
/// let f = HalfSpace::new(12.5).of(&w)?;
/// assert_eq!(f.value(&w)?, f64::INFINITY);
/// assert_eq!(f.prox(&w, 1.0)?.as_slice(), [1.5, 2.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `HalfSpace` of pyproximal. What is outside by √ε ‖w‖ ‖x‖ counts as inside, as rounding errors of a prox are.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`of` makes the proximal operator"]
pub struct HalfSpace {
    b: f64,
}

impl HalfSpace {
    /// Up to b.
    pub fn new(b: f64) -> Self {
        Self { b }
    }

    /// With this w, which stands upright on the plane.
    ///
    /// # Communication
    /// One all-reduce of 456 bytes.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if b is not finite, or w is 0 or not finite; [`ErrorKind::Layout`] of chunks that are still to be combined.
    pub fn of<T: Scalar>(self, w: &DistArray<T>) -> Result<ProximalOperator<T>> {
        finite("b of HalfSpace", self.b)?;
        combined(w.space(), "HalfSpace")?;
        let norm = w.norm().to_f64();
        if !(norm > 0.0 && norm.is_finite()) {
            return Err(Error::expected(
                ErrorKind::Parameter,
                "norm of w of HalfSpace",
                "a finite number above 0",
                norm,
            ));
        }
        Ok(ProximalOperator::new(BelowPlane { w: w.clone(), b: self.b, norm }))
    }
}

struct BelowPlane<T: 'static> {
    w: DistArray<T>,
    b: f64,
    norm: f64,
}

impl<T: Scalar> BelowPlane<T> {
    /// Re⟨w, x⟩ − b.
    fn above(&self, x: &DistArray<T>) -> Result<f64> {
        Ok(self.w.vdot(x)?.re().to_f64() - self.b)
    }
}

impl<T: Scalar> Proximal<T> for BelowPlane<T> {
    fn space(&self) -> &Space {
        self.w.space()
    }

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        let above = self.above(x)?;
        Ok(indicator(above <= 0.0 || above <= slack::<T>() * self.norm * x.norm().to_f64()))
    }

    fn prox_into(&self, _: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let above = self.above(x)?;
        y.copy_from(x)?;
        if above > 0.0 {
            y.axpy(T::from_parts(-above / self.norm / self.norm, 0.0), &self.w)?;
        }
        Ok(())
    }

    fn scratch(&self) -> usize {
        bytes(&self.w)
    }

    fn name(&self) -> String {
        "HalfSpace".into()
    }
}
