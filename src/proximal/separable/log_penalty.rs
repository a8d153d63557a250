//! Logarithms of moduli.

use super::super::ProximalOperator;
use super::super::parameter::positive;
use super::{Separable, on_elements};
use crate::array::Space;
use crate::error::Result;
use crate::numbers::{Real, Scalar};

/// f(x) = σ / ln(γ + 1) Σ ln(γ |xₖ| + 1): makes small elements 0, and large ones less small than
/// [`L1`](crate::proximal::L1). Not convex.
///
/// Its prox keeps the phase of xₖ. Its modulus is, of 0 and the larger root of (z − |xₖ|) (γ z + 1) + τ k γ = 0, with
/// k = σ / ln(γ + 1), the one at which τ f + ½ (z − |xₖ|)² is less.
///
/// # Communication
/// The value: one all-reduce of 456 bytes. The prox: none.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::LogPenalty};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let f = LogPenalty::new(2.0_f64.ln(), 1.0).on::<f64>(&layout)?; // Σ ln(|x| + 1)
/// let x = DistArray::from_fn(&layout, |i| [0.5, 4.0][i[0]]);
/// let y = f.prox(&x, 4.0)?; // (z − 4) (z + 1) + 4 = 0 has the roots 0 and 3
/// assert!(y.as_slice()[0] == 0.0 && (y.as_slice()[1] - 3.0).abs() < 1e-12);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// E. Candès, M. Wakin and S. Boyd, J. Fourier Anal. Appl. 14 (2008) 877. Behaviour: `Log` of pyproximal, but for elements
/// at which two minima are near one another: here the lower one is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "Log")]
#[must_use = "`on` makes the proximal operator"]
pub struct LogPenalty {
    sigma: f64,
    gamma: f64,
}

impl LogPenalty {
    /// With σ, its value at one element 1, and γ, how steep it is at 0.
    pub fn new(sigma: f64, gamma: f64) -> Self {
        Self { sigma, gamma }
    }

    /// On vectors of a space, arrays or stacks.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if σ or γ is not a finite number above 0;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are still to be combined.
    pub fn on<T: Scalar>(self, space: impl Into<Space>) -> Result<ProximalOperator<T>> {
        positive("sigma of LogPenalty", self.sigma)?;
        positive("gamma of LogPenalty", self.gamma)?;
        on_elements(space, self)
    }

    /// f of a modulus.
    fn of(&self, size: f64) -> f64 {
        self.sigma / self.gamma.ln_1p() * (self.gamma * size).ln_1p()
    }
}

impl<T: Scalar> Separable<T> for LogPenalty {
    const NAME: &'static str = "LogPenalty";

    fn value_at(&self, _: usize, x: T) -> f64 {
        self.of(x.modulus().to_f64())
    }

    fn reads(&self) -> usize {
        0
    }

    fn prox_at(&self, tau: f64, _: usize, x: T) -> T {
        let (size, gamma) = (x.modulus().to_f64(), self.gamma);
        let reach = gamma * size + 1.0;
        let square = reach * reach - 4.0 * gamma * gamma * tau * self.sigma / gamma.ln_1p();
        let root = (gamma * size - 1.0 + square.sqrt()) / (2.0 * gamma);
        // Not so where there is no root.
        let is_less = root > 0.0 && tau * self.of(root) + 0.5 * (root - size).powi(2) < 0.5 * size * size;
        match (is_less, size.is_nan()) {
            (true, _) => x.scale(T::Real::from_f64(root / size)),
            (false, true) => x,
            (false, false) => T::zero(),
        }
    }
}
