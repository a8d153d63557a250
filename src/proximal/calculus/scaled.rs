//! f(σ x).

use super::super::bytes::bytes;
use super::super::parameter::{finite, positive};
use super::super::{ByElement, Pieces, Pointwise, Proximal, ProximalOperator, Smooth};
use super::as_f::as_f;
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::{Real, Scalar, kernels};
use crate::solvers::Stop;
use std::cell::RefCell;

impl<T: Scalar> ProximalOperator<T> {
    /// g(x) = f(σ x). Its prox is prox_{σ²τ f}(σ x) / σ. Of f(σ x + b): `f.translated(&b)?.scaled(sigma)?`.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if σ is 0 or not finite.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, proximal::L1};
    ///
    /// let layout = Layout::scatter(&Comm::solo(), &[1], 0)?;
    /// let f = L1::new(1.0).on::<f64>(&layout)?.scaled(-2.0)?; // 2 |x|
    /// assert_eq!(f.prox(&DistArray::full(&layout, 3.0), 0.5)?.as_slice(), [2.0]);
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn scaled(&self, sigma: f64) -> Result<Self> {
        finite("factor of x", sigma)?;
        positive("factor of x, its modulus", sigma.abs())?;
        let room = RefCell::new(DistArray::zeros(self.space()));
        Ok(Self::new(Scaled { f: self.clone(), sigma, room }))
    }
}

struct Scaled<T: Scalar> {
    f: ProximalOperator<T>,
    sigma: f64,
    room: RefCell<DistArray<T>>,
}

impl<T: Scalar> Scaled<T> {
    /// What f makes of σ x.
    fn of_multiple<R>(
        &self,
        x: &DistArray<T>,
        f: impl FnOnce(&ProximalOperator<T>, &DistArray<T>) -> Result<R>,
    ) -> Result<R> {
        let mut multiple = self.room.borrow_mut();
        multiple.copy_from(x)?;
        multiple.scale(real(self.sigma));
        f(&self.f, &multiple)
    }
}

fn real<T: Scalar>(number: f64) -> T {
    T::from_real(T::Real::from_f64(number))
}

impl<T: Scalar> Proximal<T> for Scaled<T> {
    as_f!(T: space, pointwise, smooth, by_element, inner_iterations, state);

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        self.of_multiple(x, ProximalOperator::value)
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        self.of_multiple(x, |f, multiple| f.prox_into(self.sigma * self.sigma * tau, multiple, y))?;
        y.scale(real(self.sigma.recip()));
        Ok(())
    }

    fn scratch(&self) -> usize {
        self.f.scratch() + bytes(&self.room.borrow())
    }

    fn name(&self) -> String {
        format!("{} ({} x)", self.f.name(), self.sigma)
    }
}

impl<T: Scalar> Pointwise<T> for Scaled<T> {
    fn prox_pieces(&self, tau: f64, pieces: &mut Pieces<'_, T>) {
        let Some(f) = self.f.pointwise() else { return };
        kernels::scale(pieces.values(), real(self.sigma));
        f.prox_pieces(self.sigma * self.sigma * tau, pieces);
        kernels::scale(pieces.values(), real(self.sigma.recip()));
    }

    fn is_even(&self) -> bool {
        self.f.pointwise().is_some_and(Pointwise::is_even)
    }

    fn reads(&self) -> usize {
        self.f.pointwise().map_or(0, Pointwise::reads)
    }
}

impl<T: Scalar> Smooth<T> for Scaled<T> {
    fn gradient_into(&self, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        self.of_multiple(x, |f, multiple| f.gradient_into(multiple, y))?;
        y.scale(real(self.sigma));
        Ok(())
    }

    fn lipschitz(&self) -> Result<Option<f64>, Stop> {
        Ok(self.f.lipschitz()?.map(|constant| self.sigma * self.sigma * constant))
    }
}

impl<T: Scalar> ByElement<T> for Scaled<T> {
    fn prox_by_steps(
        &self,
        steps: &DistArray<T::Real>,
        times: f64,
        x: &DistArray<T>,
        y: &mut DistArray<T>,
    ) -> Result<()> {
        self.of_multiple(x, |f, multiple| f.by_steps(steps, self.sigma * self.sigma * times, multiple, y))?;
        y.scale(real(self.sigma.recip()));
        Ok(())
    }
}
