//! Half the squared norm.

use super::super::ProximalOperator;
use super::super::bytes::bytes;
use super::super::parameter::positive;
use super::{Separable, on_elements};
use crate::array::{DistArray, Space};
use crate::error::Result;
use crate::numbers::{Real, Scalar, kernels};

/// f(x) = ½ σ ‖x‖², or ½ σ ‖x − b‖². Its prox is (x + τσ b) / (1 + τσ), its gradient σ (x − b).
///
/// With an operator, ½ σ ‖A x − b‖², it is [`LeastSquares`](crate::proximal::LeastSquares).
///
/// # Communication
/// The value: one all-reduce of 456 bytes. The prox: none.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::L2};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let b = DistArray::from_fn(&layout, |i| i[0] as f64);
/// let f = L2::new(2.0).to(&b)?;
/// let x = DistArray::full(&layout, 3.0);
/// assert_eq!(f.value(&x)?, 13.0);
/// assert_eq!(f.prox(&x, 0.5)?.as_slice(), [1.5, 2.0]);
/// assert_eq!(f.gradient(&x)?.as_slice(), [6.0, 4.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `L2` of pyproximal, `MPIL2` of pylops-mpi.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`on` makes the proximal operator"]
pub struct L2 {
    sigma: f64,
}

impl L2 {
    /// ½ σ ‖x‖².
    pub fn new(sigma: f64) -> Self {
        Self { sigma }
    }

    /// On vectors of a space, arrays or stacks.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if σ is not a finite number above 0;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are still to be combined.
    pub fn on<T: Scalar>(self, space: impl Into<Space>) -> Result<ProximalOperator<T>> {
        self.around(space, None)
    }

    /// ½ σ ‖x − b‖².
    ///
    /// # Errors
    /// Those of [`on`](Self::on).
    pub fn to<T: Scalar>(self, b: &DistArray<T>) -> Result<ProximalOperator<T>> {
        self.around(b.space(), Some(b.clone()))
    }

    fn around<T: Scalar>(self, space: impl Into<Space>, b: Option<DistArray<T>>) -> Result<ProximalOperator<T>> {
        positive("sigma of L2", self.sigma)?;
        on_elements(space, Around { sigma: self.sigma, b })
    }
}

struct Around<T: 'static> {
    sigma: f64,
    b: Option<DistArray<T>>,
}

impl<T: Scalar> Around<T> {
    fn centre(&self, k: usize) -> T {
        self.b.as_ref().map_or_else(T::zero, |b| b.as_slice()[k])
    }

    /// τσ and 1 / (1 + τσ).
    fn factors(&self, tau: f64) -> (T::Real, T::Real) {
        let weight = tau * self.sigma;
        (T::Real::from_f64(weight), T::Real::from_f64((1.0 + weight).recip()))
    }
}

impl<T: Scalar> Separable<T> for Around<T> {
    const NAME: &'static str = "L2";
    const SMOOTH: bool = true;

    fn value_at(&self, k: usize, x: T) -> f64 {
        0.5 * self.sigma * (x - self.centre(k)).modulus().to_f64().powi(2)
    }

    fn prox_at(&self, tau: f64, k: usize, x: T) -> T {
        let (to_b, of_all) = self.factors(tau);
        (x + self.centre(k).scale(to_b)).scale(of_all)
    }

    fn prox_from(&self, tau: f64, k: usize, x: &mut [T]) {
        let (to_b, of_all) = self.factors(tau);
        match &self.b {
            Some(b) => kernels::zip_in_place(x, &b.as_slice()[k..], |x, b| (x + b.scale(to_b)).scale(of_all)),
            None => kernels::map_in_place(x, |x| (x + T::zero().scale(to_b)).scale(of_all)),
        }
    }

    fn reads(&self) -> usize {
        usize::from(self.b.is_some())
    }

    fn bytes(&self) -> usize {
        self.b.as_ref().map_or(0, bytes)
    }

    fn lipschitz(&self) -> Option<f64> {
        Some(self.sigma)
    }

    fn slope_at(&self, k: usize, x: T) -> T {
        (x - self.centre(k)).scale(T::Real::from_f64(self.sigma))
    }
}
