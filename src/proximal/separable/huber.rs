//! A square near 0, a modulus further away.

use super::super::ProximalOperator;
use super::super::parameter::positive;
use super::{Separable, on_elements};
use crate::array::Space;
use crate::error::Result;
use crate::numbers::{Real, Scalar};

/// f(x) = Σ h(xₖ), with h(x) = |x|²/2α where |x| ≤ α, and |x| − α/2 elsewhere. Its prox is xₖ α/(α + τ) where |xₖ| ≤ α + τ,
/// and xₖ (1 − τ/|xₖ|) elsewhere; its gradient xₖ / max(|xₖ|, α).
///
/// # Communication
/// The value: one all-reduce of 456 bytes. The prox: none.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::Huber};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let f = Huber::new(1.0).on::<f64>(&layout)?;
/// let x = DistArray::from_fn(&layout, |i| 1.0 + 2.0 * i[0] as f64);
/// assert_eq!(f.value(&x)?, 0.5 + 2.5);
/// assert_eq!(f.prox(&x, 1.0)?.as_slice(), [0.5, 2.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// P. Huber, Ann. Math. Statist. 35 (1964) 73. Behaviour: `Huber` of pyproximal, but where
/// α < |xₖ| ≤ α + τ: there it takes the other formula.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`on` makes the proximal operator"]
pub struct Huber {
    alpha: f64,
}

impl Huber {
    /// With squares up to α.
    pub fn new(alpha: f64) -> Self {
        Self { alpha }
    }

    /// On vectors of a space, arrays or stacks.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if α is not a finite number above 0;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are still to be combined.
    pub fn on<T: Scalar>(self, space: impl Into<Space>) -> Result<ProximalOperator<T>> {
        positive("alpha of Huber", self.alpha)?;
        on_elements(space, self)
    }
}

impl<T: Scalar> Separable<T> for Huber {
    const NAME: &'static str = "Huber";
    const SMOOTH: bool = true;

    fn value_at(&self, _: usize, x: T) -> f64 {
        let size = x.modulus().to_f64();
        if size <= self.alpha { size * size / (2.0 * self.alpha) } else { size - self.alpha / 2.0 }
    }

    fn reads(&self) -> usize {
        0
    }

    fn prox_at(&self, tau: f64, _: usize, x: T) -> T {
        let size = x.modulus().to_f64();
        let factor = if size <= self.alpha + tau { self.alpha / (self.alpha + tau) } else { 1.0 - tau / size };
        x.scale(T::Real::from_f64(factor))
    }

    fn lipschitz(&self) -> Option<f64> {
        Some(self.alpha.recip())
    }

    fn slope_at(&self, _: usize, x: T) -> T {
        x.scale(T::Real::from_f64(x.modulus().to_f64().max(self.alpha).recip()))
    }
}
