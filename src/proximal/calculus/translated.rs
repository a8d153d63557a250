//! f(x + b).

use super::super::bytes::bytes_of;
use super::super::{ByElement, Pieces, Pointwise, Proximal, ProximalOperator, Smooth};
use super::as_f::as_f;
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::{Scalar, kernels};
use crate::solvers::Stop;
use std::cell::RefCell;

impl<T: Scalar> ProximalOperator<T> {
    /// g(x) = f(x + b). Its prox is prox_τf(x + b) − b.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if b is not of the space.
    ///
    /// # Example
    /// A ball around c:
    /// ```
    /// use lops::{Comm, DistArray, Layout, proximal::EuclideanBall};
    ///
    /// let layout = Layout::scatter(&Comm::solo(), &[1], 0)?;
    /// let c = DistArray::full(&layout, 5.0);
    /// let ball = EuclideanBall::new(1.0).on::<f64>(&layout)?.translated(&-&c)?;
    /// assert_eq!(ball.prox(&DistArray::full(&layout, 9.0), 1.0)?.as_slice(), [6.0]);
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn translated(&self, b: &DistArray<T>) -> Result<Self> {
        self.space().same_as(b.space(), "b of a translated function")?;
        let room = RefCell::new(b.zeros_like());
        Ok(Self::new(Translated { f: self.clone(), b: b.clone(), room }))
    }
}

struct Translated<T: Scalar> {
    f: ProximalOperator<T>,
    b: DistArray<T>,
    room: RefCell<DistArray<T>>,
}

impl<T: Scalar> Translated<T> {
    /// What f makes of x + b.
    fn of_sum<R>(
        &self,
        x: &DistArray<T>,
        f: impl FnOnce(&ProximalOperator<T>, &DistArray<T>) -> Result<R>,
    ) -> Result<R> {
        let mut sum = self.room.borrow_mut();
        sum.copy_from(x)?;
        sum.axpy(T::one(), &self.b)?;
        f(&self.f, &sum)
    }
}

impl<T: Scalar> Proximal<T> for Translated<T> {
    as_f!(T: space, pointwise, smooth, by_element, inner_iterations, state);

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        self.of_sum(x, ProximalOperator::value)
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        self.of_sum(x, |f, sum| f.prox_into(tau, sum, y))?;
        y.axpy(-T::one(), &self.b)
    }

    fn scratch(&self) -> usize {
        self.f.scratch() + bytes_of([&self.b, &self.room.borrow()])
    }

    fn name(&self) -> String {
        format!("{} (x + b)", self.f.name())
    }
}

impl<T: Scalar> Pointwise<T> for Translated<T> {
    fn prox_pieces(&self, tau: f64, pieces: &mut Pieces<'_, T>) {
        let Some(f) = self.f.pointwise() else { return };
        let b = self.b.as_slice();
        pieces.each(|start, x| kernels::axpy(x, T::one(), &b[start..][..x.len()])); // x + b
        f.prox_pieces(tau, pieces);
        pieces.each(|start, x| kernels::axpy(x, -T::one(), &b[start..][..x.len()]));
    }

    fn is_even(&self) -> bool {
        false
    }

    fn reads(&self) -> usize {
        self.f.pointwise().map_or(0, Pointwise::reads) + 1
    }
}

impl<T: Scalar> Smooth<T> for Translated<T> {
    fn gradient_into(&self, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        self.of_sum(x, |f, sum| f.gradient_into(sum, y))
    }

    fn lipschitz(&self) -> Result<Option<f64>, Stop> {
        self.f.lipschitz()
    }
}

impl<T: Scalar> ByElement<T> for Translated<T> {
    fn prox_by_steps(
        &self,
        steps: &DistArray<T::Real>,
        times: f64,
        x: &DistArray<T>,
        y: &mut DistArray<T>,
    ) -> Result<()> {
        self.of_sum(x, |f, sum| f.by_steps(steps, times, sum, y))?;
        y.axpy(-T::one(), &self.b)
    }
}
