//! Σ fₖ(xₖ), of the members of a stack.

use super::super::bytes::bytes_of;
use super::super::{ByElement, Proximal, ProximalOperator, Smooth};
use crate::array::{DistArray, Space};
use crate::error::Result;
use crate::numbers::{Real, Scalar};
use crate::solvers::{State, Stop};
use std::cell::RefCell;

impl<T: Scalar> ProximalOperator<T> {
    /// g(x) = Σ fₖ(xₖ), one function for each member of a stack. Its prox is made of theirs.
    ///
    /// # Communication
    /// That of the functions.
    ///
    /// # Errors
    /// Those of [`Space::stack`]: [`ErrorKind::Shape`](crate::ErrorKind::Shape) of no function,
    /// [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) or [`ErrorKind::Layout`](crate::ErrorKind::Layout) if their ranks or
    /// masks differ.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, proximal::{L1, L2, ProximalOperator}};
    ///
    /// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
    /// let f = ProximalOperator::stacked(vec![L1::new(1.0).on::<f64>(&layout)?, L2::new(1.0).on(&layout)?])?;
    /// let x = DistArray::full(&layout, 3.0);
    /// assert_eq!(f.prox(&DistArray::stack(&[&x, &x])?, 1.0)?.as_slice(), [2.0, 2.0, 1.5, 1.5]);
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn stacked(functions: Vec<Self>) -> Result<Self> {
        let space = Space::stack(functions.iter().map(|f| f.space().clone()).collect())?;
        let rooms = functions.iter().map(|f| [(); 2].map(|()| DistArray::zeros(f.space()))).collect();
        Ok(Self::new(Stacked { space, functions, rooms: RefCell::new(rooms), steps: RefCell::default() }))
    }
}

struct Stacked<T: Scalar> {
    space: Space,
    functions: Vec<ProximalOperator<T>>,
    /// Of each member, what goes in and what comes out.
    rooms: RefCell<Vec<[DistArray<T>; 2]>>,
    /// Of each member, where steps of elements go in, once there have been any.
    steps: RefCell<Vec<DistArray<T::Real>>>,
}

impl<T: Scalar> Stacked<T> {
    /// What each function makes of its member goes to the same member of y.
    fn each_into(
        &self,
        x: &DistArray<T>,
        y: &mut DistArray<T>,
        f: impl Fn(&ProximalOperator<T>, &DistArray<T>, &mut DistArray<T>) -> Result<()>,
    ) -> Result<()> {
        let mut start = 0;
        for (function, [own, made]) in self.functions.iter().zip(&mut *self.rooms.borrow_mut()) {
            let range = start..start + own.as_slice().len();
            own.as_mut_slice().copy_from_slice(&x.as_slice()[range.clone()]);
            f(function, own, made)?;
            start = range.end;
            y.as_mut_slice()[range].copy_from_slice(made.as_slice());
        }
        Ok(())
    }
}

impl<T: Scalar> Proximal<T> for Stacked<T> {
    fn space(&self) -> &Space {
        &self.space
    }

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        let (mut start, mut sum) = (0, 0.0);
        for (function, [own, _]) in self.functions.iter().zip(&mut *self.rooms.borrow_mut()) {
            let end = start + own.as_slice().len();
            own.as_mut_slice().copy_from_slice(&x.as_slice()[start..end]);
            sum += function.value(own)?.to_f64();
            start = end;
        }
        Ok(T::Real::from_f64(sum))
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        self.each_into(x, y, |f, x, y| f.prox_into(tau, x, y))
    }

    fn smooth(&self) -> Option<&dyn Smooth<T>> {
        self.functions.iter().all(ProximalOperator::has_gradient).then_some(self)
    }

    fn by_element(&self) -> Option<&dyn ByElement<T>> {
        self.functions.iter().all(ProximalOperator::takes_steps).then_some(self)
    }

    fn inner_iterations(&self) -> usize {
        self.functions.iter().map(ProximalOperator::inner_iterations).sum()
    }

    fn scratch(&self) -> usize {
        let rooms = self.rooms.borrow();
        let of_functions: usize = self.functions.iter().map(ProximalOperator::scratch).sum();
        of_functions + bytes_of(rooms.iter().flatten()) + bytes_of(&*self.steps.borrow())
    }

    fn state(&self) -> State<'_> {
        let parts = self.functions.iter().enumerate();
        parts.fold(State::new(), |state, (k, f)| state.within(&k.to_string(), f.state()))
    }

    fn name(&self) -> String {
        let names: Vec<_> = self.functions.iter().map(ProximalOperator::name).collect();
        format!("[{}]", names.join("; "))
    }
}

impl<T: Scalar> Smooth<T> for Stacked<T> {
    fn gradient_into(&self, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        self.each_into(x, y, ProximalOperator::gradient_into)
    }

    fn lipschitz(&self) -> Result<Option<f64>, Stop> {
        let mut largest = Some(0.0_f64);
        for f in &self.functions {
            largest = largest.zip(f.lipschitz()?).map(|(largest, constant)| largest.max(constant));
        }
        Ok(largest)
    }
}

impl<T: Scalar> ByElement<T> for Stacked<T> {
    fn prox_by_steps(
        &self,
        steps: &DistArray<T::Real>,
        times: f64,
        x: &DistArray<T>,
        y: &mut DistArray<T>,
    ) -> Result<()> {
        let own = &mut *self.steps.borrow_mut();
        if own.is_empty() {
            own.extend(self.functions.iter().map(|f| DistArray::zeros(f.space())));
        }
        let mut rest = steps.as_slice();
        for own in &mut *own {
            let (first, after) = rest.split_at(own.as_slice().len());
            own.as_mut_slice().copy_from_slice(first);
            rest = after;
        }
        let next = std::cell::Cell::new(0);
        self.each_into(x, y, |f, x, y| f.by_steps(&own[next.replace(next.get() + 1)], times, x, y))
    }
}
