//! Proxes one after another.

use super::super::bytes::bytes;
use super::super::{ByElement, Proximal, ProximalOperator, Smooth};
use crate::array::{DistArray, Space};
use crate::error::Result;
use crate::numbers::Scalar;
use crate::solvers::{State, Stop};
use std::cell::RefCell;

impl<T: Scalar> ProximalOperator<T> {
    /// The function f + g, with prox_τg(prox_τf(x)) for its prox: right only where proxes may be chained so, which is not looked at. They may
    /// where f is anisotropic [`TV`](crate::proximal::TV) and g is [`L1`](crate::proximal::L1) or [`Bounds`](crate::proximal::Bounds); where f is L1 of elements and g is
    /// [`L21`](crate::proximal::L21), [`Euclid`](crate::proximal::Euclid) or a [`EuclideanBall`](crate::proximal::EuclideanBall); where
    /// f is [`NonNegative`](crate::proximal::NonNegative) and g is one of these. For any other two: [`plus`](Self::plus).
    ///
    /// # Communication
    /// That of f and of g.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if g is of another space.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, proximal::{Euclid, L1}};
    ///
    /// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
    /// let f = L1::new(1.0).on::<f64>(&layout)?.chain(&Euclid::new(5.0).on(&layout)?)?; // sparse groups, of which this is one
    /// let x = DistArray::from_fn(&layout, |i| [7.0, -9.0, 0.5][i[0]]);
    /// assert_eq!(f.prox(&x, 1.0)?.as_slice(), [3.0, -4.0, 0.0]);
    /// # Ok::<(), lops::Error>(())
    /// ```
    ///
    /// # Source
    /// Y.-L. Yu, On decomposing the proximal map, NIPS 26 (2013). Behaviour: `chain` of pyproximal, but for its value.
    pub fn chain(&self, g: &Self) -> Result<Self> {
        self.space().same_as(g.space(), "space of what a prox is chained with")?;
        let room = RefCell::new(DistArray::zeros(self.space()));
        Ok(Self::new(Chain { f: self.clone(), g: g.clone(), room }))
    }
}

struct Chain<T: Scalar> {
    f: ProximalOperator<T>,
    g: ProximalOperator<T>,
    room: RefCell<DistArray<T>>,
}

impl<T: Scalar> Proximal<T> for Chain<T> {
    fn space(&self) -> &Space {
        self.f.space()
    }

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        Ok(self.f.value(x)? + self.g.value(x)?)
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let between = &mut *self.room.borrow_mut();
        self.f.prox_into(tau, x, between)?;
        self.g.prox_into(tau, between, y)
    }

    fn smooth(&self) -> Option<&dyn Smooth<T>> {
        (self.f.has_gradient() && self.g.has_gradient()).then_some(self)
    }

    fn by_element(&self) -> Option<&dyn ByElement<T>> {
        (self.f.takes_steps() && self.g.takes_steps()).then_some(self)
    }

    fn inner_iterations(&self) -> usize {
        self.f.inner_iterations() + self.g.inner_iterations()
    }

    fn scratch(&self) -> usize {
        self.f.scratch() + self.g.scratch() + bytes(&self.room.borrow())
    }

    fn state(&self) -> State<'_> {
        State::new().within("f", self.f.state()).within("g", self.g.state())
    }

    fn name(&self) -> String {
        format!("{}, then {}", self.f.name(), self.g.name())
    }
}

impl<T: Scalar> Smooth<T> for Chain<T> {
    fn gradient_into(&self, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let of_f = &mut *self.room.borrow_mut();
        self.f.gradient_into(x, of_f)?;
        self.g.gradient_into(x, y)?;
        y.axpy(T::one(), of_f)
    }

    fn lipschitz(&self) -> Result<Option<f64>, Stop> {
        Ok(self.f.lipschitz()?.zip(self.g.lipschitz()?).map(|(of_f, of_g)| of_f + of_g))
    }
}

impl<T: Scalar> ByElement<T> for Chain<T> {
    fn prox_by_steps(
        &self,
        steps: &DistArray<T::Real>,
        times: f64,
        x: &DistArray<T>,
        y: &mut DistArray<T>,
    ) -> Result<()> {
        let between = &mut *self.room.borrow_mut();
        self.f.by_steps(steps, times, x, between)?;
        self.g.by_steps(steps, times, between, y)
    }
}
