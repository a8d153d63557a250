//! f + ½ ρ ‖x − c‖².

use super::super::bytes::bytes_of;
use super::super::parameter::positive;
use super::super::{Proximal, ProximalOperator, Smooth};
use super::as_f::as_f;
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::{Real, Scalar};
use crate::solvers::Stop;
use std::cell::RefCell;

impl<T: Scalar> ProximalOperator<T> {
    /// g(x) = f(x) + ½ ρ ‖x − c‖². Its prox is prox_{τ/(1 + τρ) f}((x + τρ c) / (1 + τρ)).
    ///
    /// # Communication
    /// The value: that of f, and one all-reduce of 456 bytes (912 of complex vectors). The prox: that of f.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if ρ is not a finite number above 0;
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if c is not of the space.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, proximal::L1};
    ///
    /// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
    /// let c = DistArray::full(&layout, 1.0);
    /// let f = L1::new(1.0).on::<f64>(&layout)?.plus_square(2.0, &c)?; // |x| + (x − 1)²
    /// let x = DistArray::full(&layout, 3.0);
    /// assert_eq!(f.value(&x)?, 6.0 + 8.0);
    /// assert_eq!(f.prox(&x, 0.5)?.as_slice(), [1.75; 2]); // z with ½ + (z − 1) + (z − 3) = 0
    /// # Ok::<(), lops::Error>(())
    /// ```
    ///
    /// # Source
    /// N. Parikh and S. Boyd, Found. Trends Optim. 1 (2014) 127, section 2.2.
    pub fn plus_square(&self, rho: f64, c: &DistArray<T>) -> Result<Self> {
        positive("rho of a square that is added", rho)?;
        self.space().same_as(c.space(), "c of a square that is added")?;
        let room = RefCell::new(c.zeros_like());
        Ok(Self::new(PlusSquare { f: self.clone(), rho, c: c.clone(), room }))
    }
}

struct PlusSquare<T: Scalar> {
    f: ProximalOperator<T>,
    rho: f64,
    c: DistArray<T>,
    room: RefCell<DistArray<T>>,
}

impl<T: Scalar> Proximal<T> for PlusSquare<T> {
    as_f!(T: space, smooth, inner_iterations, state);

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        let difference = &mut *self.room.borrow_mut();
        difference.copy_from(x)?;
        difference.axpy(-T::one(), &self.c)?;
        let square = difference.vdot(difference)?.re().to_f64();
        Ok(T::Real::from_f64(self.f.value(x)?.to_f64() + 0.5 * self.rho * square))
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let between = &mut *self.room.borrow_mut();
        let (weight, all) = (tau * self.rho, 1.0 + tau * self.rho);
        between.copy_from(x)?;
        between.axpby(T::from_parts(weight / all, 0.0), &self.c, T::from_parts(all.recip(), 0.0))?;
        self.f.prox_into(tau / all, between, y)
    }

    fn scratch(&self) -> usize {
        self.f.scratch() + bytes_of([&self.c, &self.room.borrow()])
    }

    fn name(&self) -> String {
        format!("{} + ½ {} ‖x − c‖²", self.f.name(), self.rho)
    }
}

impl<T: Scalar> Smooth<T> for PlusSquare<T> {
    fn gradient_into(&self, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        self.f.gradient_into(x, y)?;
        y.axpy(T::from_parts(self.rho, 0.0), x)?;
        y.axpy(T::from_parts(-self.rho, 0.0), &self.c)
    }

    fn lipschitz(&self) -> Result<Option<f64>, Stop> {
        Ok(self.f.lipschitz()?.map(|constant| constant + self.rho))
    }
}
