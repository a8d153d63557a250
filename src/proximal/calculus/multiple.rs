//! σ f.

use super::super::parameter::positive;
use super::super::{ByElement, Pieces, Pointwise, Proximal, ProximalOperator, Smooth};
use super::as_f::as_f;
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::{Real, Scalar};
use crate::solvers::Stop;

impl<T: Scalar> ProximalOperator<T> {
    /// g = σ f. Its prox is prox_{στ f}. With a constant, σ f + β: [`plus_affine`](Self::plus_affine).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if σ is not a finite number above 0.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, proximal::L1};
    ///
    /// let layout = Layout::scatter(&Comm::solo(), &[1], 0)?;
    /// let f = L1::new(1.0).on::<f64>(&layout)?.times(2.0)?;
    /// assert_eq!(f.prox(&DistArray::full(&layout, 3.0), 0.5)?.as_slice(), [2.0]);
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn times(&self, sigma: f64) -> Result<Self> {
        positive("factor of a function", sigma)?;
        Ok(Self::new(Multiple { f: self.clone(), sigma }))
    }
}

struct Multiple<T: Scalar> {
    f: ProximalOperator<T>,
    sigma: f64,
}

impl<T: Scalar> Proximal<T> for Multiple<T> {
    as_f!(T: space, pointwise, smooth, by_element, inner_iterations, state);

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        Ok(T::Real::from_f64(self.sigma * self.f.value(x)?.to_f64()))
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        self.f.prox_into(self.sigma * tau, x, y)
    }

    fn scratch(&self) -> usize {
        self.f.scratch()
    }

    fn name(&self) -> String {
        format!("{} {}", self.sigma, self.f.name())
    }
}

impl<T: Scalar> Pointwise<T> for Multiple<T> {
    fn prox_pieces(&self, tau: f64, pieces: &mut Pieces<'_, T>) {
        let Some(f) = self.f.pointwise() else { return };
        f.prox_pieces(self.sigma * tau, pieces);
    }

    fn is_even(&self) -> bool {
        self.f.pointwise().is_some_and(Pointwise::is_even)
    }

    fn reads(&self) -> usize {
        self.f.pointwise().map_or(0, Pointwise::reads)
    }
}

impl<T: Scalar> Smooth<T> for Multiple<T> {
    fn gradient_into(&self, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        self.f.gradient_into(x, y)?;
        y.scale(T::from_real(T::Real::from_f64(self.sigma)));
        Ok(())
    }

    fn lipschitz(&self) -> Result<Option<f64>, Stop> {
        Ok(self.f.lipschitz()?.map(|constant| self.sigma * constant))
    }
}

impl<T: Scalar> ByElement<T> for Multiple<T> {
    fn prox_by_steps(
        &self,
        steps: &DistArray<T::Real>,
        times: f64,
        x: &DistArray<T>,
        y: &mut DistArray<T>,
    ) -> Result<()> {
        self.f.by_steps(steps, self.sigma * times, x, y)
    }
}
