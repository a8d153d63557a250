//! f + ⟨q, x⟩ + β.

use super::super::bytes::bytes_of;
use super::super::parameter::finite;
use super::super::{ByElement, Pieces, Pointwise, Proximal, ProximalOperator, Smooth};
use super::as_f::as_f;
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::{Real, Scalar, kernels};
use crate::solvers::Stop;
use std::cell::RefCell;

impl<T: Scalar> ProximalOperator<T> {
    /// g(x) = f(x) + Re⟨q, x⟩ + β. Its prox is prox_τf(x − τ q).
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if q is not of the
    /// space; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if β is not finite.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, proximal::L2};
    ///
    /// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
    /// let q = DistArray::full(&layout, 1.0);
    /// let f = L2::new(1.0).on::<f64>(&layout)?.plus_affine(&q, 10.0)?;
    /// let x = DistArray::full(&layout, 2.0);
    /// assert_eq!(f.value(&x)?, 4.0 + 4.0 + 10.0);
    /// assert_eq!(f.prox(&x, 1.0)?.as_slice(), [0.5; 2]);
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn plus_affine(&self, q: &DistArray<T>, beta: f64) -> Result<Self> {
        self.space().same_as(q.space(), "q of an affine function")?;
        finite("constant of an affine function", beta)?;
        let room = RefCell::new(q.zeros_like());
        Ok(Self::new(PlusAffine { f: self.clone(), q: q.clone(), beta, room }))
    }
}

struct PlusAffine<T: Scalar> {
    f: ProximalOperator<T>,
    q: DistArray<T>,
    beta: f64,
    room: RefCell<DistArray<T>>,
}

impl<T: Scalar> Proximal<T> for PlusAffine<T> {
    as_f!(T: space, pointwise, smooth, by_element, inner_iterations, state);

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        let [of_f, linear] = [self.f.value(x)?, self.q.vdot(x)?.re()].map(Real::to_f64);
        Ok(T::Real::from_f64(of_f + linear + self.beta))
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let mut shifted = self.room.borrow_mut();
        shifted.copy_from(x)?;
        shifted.axpy(T::from_parts(-tau, 0.0), &self.q)?; //            x − τ q
        self.f.prox_into(tau, &shifted, y)
    }

    fn scratch(&self) -> usize {
        self.f.scratch() + bytes_of([&self.q, &self.room.borrow()])
    }

    fn name(&self) -> String {
        format!("{} + ⟨q, x⟩ + {}", self.f.name(), self.beta)
    }
}

impl<T: Scalar> Pointwise<T> for PlusAffine<T> {
    fn prox_pieces(&self, tau: f64, pieces: &mut Pieces<'_, T>) {
        let Some(f) = self.f.pointwise() else { return };
        let q = self.q.as_slice();
        pieces.each(|start, x| kernels::axpy(x, T::from_parts(-tau, 0.0), &q[start..][..x.len()])); // x − τ q
        f.prox_pieces(tau, pieces);
    }

    fn is_even(&self) -> bool {
        false
    }

    fn reads(&self) -> usize {
        self.f.pointwise().map_or(0, Pointwise::reads) + 1
    }
}

impl<T: Scalar> Smooth<T> for PlusAffine<T> {
    fn gradient_into(&self, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        self.f.gradient_into(x, y)?;
        y.axpy(T::one(), &self.q)
    }

    fn lipschitz(&self) -> Result<Option<f64>, Stop> {
        self.f.lipschitz()
    }
}

impl<T: Scalar> ByElement<T> for PlusAffine<T> {
    fn prox_by_steps(
        &self,
        steps: &DistArray<T::Real>,
        times: f64,
        x: &DistArray<T>,
        y: &mut DistArray<T>,
    ) -> Result<()> {
        let shifted = &mut *self.room.borrow_mut();
        shifted.copy_from(x)?;
        let times_q = self.q.as_slice().iter().zip(steps.as_slice());
        for (shifted, (q, step)) in shifted.as_mut_slice().iter_mut().zip(times_q) {
            *shifted -= q.scale(T::Real::from_f64(times * step.to_f64()));
        }
        self.f.by_steps(steps, times, shifted, y)
    }
}
