//! The sum of moduli.

use super::super::ProximalOperator;
use super::super::parameter::positive;
use super::super::per_element::PerElement;
use super::{Separable, on_elements};
use crate::array::{DistArray, Space};
use crate::error::Result;
use crate::numbers::{Real, Scalar, kernels};
use crate::solvers::soft;

/// f(x) = σ ‖x‖₁ = σ Σ |xₖ|, or Σ σₖ |xₖ|. Its prox is the soft threshold, xₖ max(1 − τσ/|xₖ|, 0).
///
/// # Communication
/// The value: one all-reduce of 456 bytes. The prox: none.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, proximal::L1};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[3], 0)?;
///     let x = DistArray::from_fn(&layout, |i| i[0] as f64 - 1.0);
///     let weights = DistArray::from_fn(&layout, |i| 0.25 * (1 + i[0]) as f64);
///     assert_eq!(L1::new(0.5).on::<f64>(&layout)?.prox(&x, 1.0)?.gather_all().as_slice(), Some(&[-0.5, 0.0, 0.5][..]));
///     assert_eq!(L1::of::<f64>(&weights)?.prox(&x, 1.0)?.gather_all().as_slice(), Some(&[-0.75, 0.0, 0.25][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Daubechies, Defrise and De Mol, Comm. Pure Appl. Math. 57 (2004) 1413. Behaviour: `L1` of pyproximal.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`on` makes the proximal operator"]
pub struct L1 {
    sigma: f64,
}

impl L1 {
    /// σ ‖x‖₁.
    pub fn new(sigma: f64) -> Self {
        Self { sigma }
    }

    /// On vectors of a space, arrays or stacks.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if σ is not a finite number above 0;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are still to be combined.
    pub fn on<T: Scalar>(self, space: impl Into<Space>) -> Result<ProximalOperator<T>> {
        positive("sigma of L1", self.sigma)?;
        on_elements(space, Weighted(PerElement::One(T::Real::from_f64(self.sigma))))
    }

    /// Σ σₖ |xₖ|, with these weights.
    ///
    /// # Communication
    /// One small all-reduce.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if a weight is not a finite number above 0;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are still to be combined.
    pub fn of<T: Scalar>(weights: &DistArray<T::Real>) -> Result<ProximalOperator<T>> {
        let good = |weight: f64| weight.is_finite() && weight > 0.0;
        let sigma = PerElement::each(weights, "weights of L1", "finite numbers above 0", good)?;
        on_elements(weights.space(), Weighted(sigma))
    }
}

struct Weighted<R: Real>(PerElement<R>);

impl<T: Scalar> Separable<T> for Weighted<T::Real> {
    const NAME: &'static str = "L1";

    fn value_at(&self, k: usize, x: T) -> f64 {
        self.0.at(k).to_f64() * x.modulus().to_f64()
    }

    fn prox_at(&self, tau: f64, k: usize, x: T) -> T {
        soft(x, T::Real::from_f64(tau * self.0.at(k).to_f64()))
    }

    fn prox_from(&self, tau: f64, k: usize, x: &mut [T]) {
        match &self.0 {
            PerElement::One(sigma) => {
                let t = T::Real::from_f64(tau * sigma.to_f64());
                kernels::map_in_place(x, |x| soft(x, t));
            }
            PerElement::Each(sigma) => {
                let sigma = &sigma.as_slice()[k..];
                kernels::zip_in_place(x, sigma, |x, sigma| soft(x, T::Real::from_f64(tau * sigma.to_f64())));
            }
        }
    }

    fn reads(&self) -> usize {
        self.0.reads()
    }

    fn bytes(&self) -> usize {
        self.0.bytes()
    }
}
