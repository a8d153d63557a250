//! The handle on any proximal operator: the checked door to it.

use super::parameter::positive;
use super::{ByElement, Pointwise, Proximal, Smooth};
use crate::array::{DistArray, Space};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};
use crate::solvers::{State, Stop};
use std::{fmt, rc::Rc};

/// A shared handle on a function f and its prox; a clone copies a pointer.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, proximal::L1};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let f = L1::new(2.0).on::<f64>(&layout)?;
///     let x = DistArray::from_fn(&layout, |i| i[0] as f64);
///     assert_eq!(f.value(&x)?, 12.0);
///     assert_eq!(f.prox(&x, 0.5)?.gather_all().as_slice(), Some(&[0.0, 0.0, 1.0, 2.0][..]));
///     assert_eq!(f.dual_prox(&x, 0.5)?.gather_all().as_slice(), Some(&[0.0, 1.0, 2.0, 2.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
pub struct ProximalOperator<T: Scalar>(Rc<dyn Proximal<T>>);

impl<T: Scalar> Clone for ProximalOperator<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Scalar> ProximalOperator<T> {
    /// A handle on an author's function.
    pub fn new(proximal: impl Proximal<T> + 'static) -> Self {
        Self(Rc::new(proximal))
    }

    /// The space of x.
    pub fn space(&self) -> &Space {
        self.0.space()
    }

    /// What it is called.
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// Whether it has a [`gradient`](Self::gradient).
    pub fn has_gradient(&self) -> bool {
        self.0.smooth().is_some()
    }

    /// Iterations of solvers inside, in all proxes so far; 0 of what has a formula.
    pub fn inner_iterations(&self) -> usize {
        self.0.inner_iterations()
    }

    /// Bytes that it keeps on this rank: what it was given, room for its proxes, factors, what its operators keep. What two functions
    /// share counts for both.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, proximal::{L1, L2}};
    ///
    /// let layout = Layout::scatter(&Comm::solo(), &[1000], 0)?;
    /// assert_eq!(L1::new(1.0).on::<f64>(&layout)?.scratch(), 0);
    /// assert_eq!(L2::new(1.0).to(&DistArray::<f64>::zeros(&layout))?.scratch(), 8000);
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn scratch(&self) -> usize {
        self.0.scratch()
    }

    /// All that the next prox depends on beside its τ and x: for [`Method::state`](crate::solvers::Method::state) of a method that has
    /// this function, as `state.within("f", f.state())`.
    pub fn state(&self) -> State<'_> {
        self.0.state()
    }

    /// f(x); infinite where x is not in the set that f stands for.
    ///
    /// # Communication
    /// One small all-reduce or a few; see f's page.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if x is not of the space; those of an operator inside.
    pub fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        self.check(x, "x")?;
        self.0.value(x)
    }

    /// prox_τf(x), in a new array.
    ///
    /// # Errors
    /// Those of [`prox_into`](Self::prox_into).
    pub fn prox(&self, x: &DistArray<T>, tau: f64) -> Result<DistArray<T>> {
        let mut y = x.zeros_like();
        self.prox_into(tau, x, &mut y)?;
        Ok(y)
    }

    /// y ← prox_τf(x).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if τ is not a finite number above 0; [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if x or y
    /// is not of the space; those of a solver inside.
    pub fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        positive("step of a prox", tau)?;
        self.check(x, "x")?;
        self.check(y, "y")?;
        self.0.prox_into(tau, x, y)
    }

    /// Whether it takes a step for each element: [`prox_by_steps`](Self::prox_by_steps).
    pub fn takes_steps(&self) -> bool {
        self.0.by_element().is_some()
    }

    /// The prox with a step for each element, the z that makes f(z) + Σ |zₖ − xₖ|² / (2 τₖ) least; in a new array. Of functions that are
    /// sums over elements, and what is made of them by formulas.
    ///
    /// # Errors
    /// Those of [`prox_by_steps_into`](Self::prox_by_steps_into).
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, proximal::L1};
    ///
    /// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
    /// let steps = DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64);
    /// let f = L1::new(1.0).on::<f64>(&layout)?;
    /// assert_eq!(f.prox_by_steps(&DistArray::full(&layout, 5.0), &steps)?.as_slice(), [4.0, 3.0, 2.0]);
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn prox_by_steps(&self, x: &DistArray<T>, steps: &DistArray<T::Real>) -> Result<DistArray<T>> {
        let mut y = x.zeros_like();
        self.prox_by_steps_into(steps, x, &mut y)?;
        Ok(y)
    }

    /// y ← the prox with a step for each element.
    ///
    /// # Communication
    /// One all-reduce of 8 bytes, for the steps to be looked at.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if a step is not a finite number above 0; [`ErrorKind::Other`] if f is no sum over elements;
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if a vector is not of the space.
    pub fn prox_by_steps_into(&self, steps: &DistArray<T::Real>, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        self.check(x, "x")?;
        self.check(y, "y")?;
        self.space().same_as(steps.space(), &format!("steps of {}", self.name()))?;
        let wrong = steps.as_slice().iter().map(|step| step.to_f64()).find(|step| !(step.is_finite() && *step > 0.0));
        let expected =
            || Error::expected(ErrorKind::Parameter, "steps of a prox", "finite numbers above 0", wrong.unwrap_or(0.0));
        self.space().comm().agree(wrong.map_or(Ok(()), |_| Err(expected())))?;
        self.by_steps(steps, 1.0, x, y)
    }

    /// The same with steps that have been looked at, all times a number.
    pub(super) fn by_steps(
        &self,
        steps: &DistArray<T::Real>,
        times: f64,
        x: &DistArray<T>,
        y: &mut DistArray<T>,
    ) -> Result<()> {
        let Some(function) = self.by_element() else {
            let what = format!("steps for each element of {}", self.name());
            return Err(Error::expected(
                ErrorKind::Other,
                what,
                "a function that is a sum over elements",
                "one that is not",
            ));
        };
        function.prox_by_steps(steps, times, x, y)
    }

    pub(super) fn by_element(&self) -> Option<&dyn ByElement<T>> {
        self.0.by_element()
    }

    /// prox_σf*(x), of the convex conjugate f*, by Moreau's identity: x − σ prox_{f/σ}(x/σ). In a new array.
    ///
    /// # Errors
    /// Those of [`prox_into`](Self::prox_into).
    ///
    /// # Source
    /// J.-J. Moreau, Bull. Soc. Math. France 93 (1965) 273.
    pub fn dual_prox(&self, x: &DistArray<T>, sigma: f64) -> Result<DistArray<T>> {
        let (mut y, mut room) = (x.zeros_like(), x.zeros_like());
        self.dual_prox_into(sigma, x, &mut y, &mut room)?;
        Ok(y)
    }

    /// y ← prox_σf*(x), with room for a vector.
    ///
    /// # Errors
    /// Those of [`prox_into`](Self::prox_into).
    pub fn dual_prox_into(
        &self,
        sigma: f64,
        x: &DistArray<T>,
        y: &mut DistArray<T>,
        room: &mut DistArray<T>,
    ) -> Result<()> {
        positive("step of a dual prox", sigma)?;
        self.check(x, "x")?;
        self.check(room, "room")?;
        let inverse = T::Real::from_f64(sigma.recip());
        room.copy_from(x)?;
        room.map_in_place(|x| x.scale(inverse)); //                   x / σ
        self.prox_into(sigma.recip(), room, y)?; //                   prox_{f/σ}(x / σ)
        let minus = T::from_real(T::Real::from_f64(-sigma));
        y.xpby(x, minus) //                                           x − σ prox_{f/σ}(x / σ)
    }

    /// ∇f(x), in a new array.
    ///
    /// # Errors
    /// Those of [`gradient_into`](Self::gradient_into).
    pub fn gradient(&self, x: &DistArray<T>) -> Result<DistArray<T>> {
        let mut y = x.zeros_like();
        self.gradient_into(x, &mut y)?;
        Ok(y)
    }

    /// y ← ∇f(x).
    ///
    /// # Errors
    /// [`ErrorKind::Other`] if f has no gradient; [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if x or y is not of the space.
    pub fn gradient_into(&self, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let Some(smooth) = self.0.smooth() else {
            let what = format!("gradient of {}", self.name());
            return Err(Error::expected(ErrorKind::Other, what, "a function with a gradient", "one without"));
        };
        self.check(x, "x")?;
        self.check(y, "y")?;
        smooth.gradient_into(x, y)
    }

    /// y ← ∇f(x); f(x).
    pub(super) fn gradient_and_value_into(&self, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<f64> {
        let with_gradient = match self.0.smooth() {
            Some(smooth) => smooth.gradient_and_value_into(x, y)?,
            None => self.gradient_into(x, y).map(|()| None)?, // which says so
        };
        with_gradient.map_or_else(|| self.value(x), Ok).map(Real::to_f64)
    }

    /// The [constant](Smooth::lipschitz) of the gradient, where there is one and it is known.
    pub(super) fn lipschitz(&self) -> Result<Option<f64>, Stop> {
        self.0.smooth().map_or(Ok(None), Smooth::lipschitz)
    }

    pub(super) fn smooth(&self) -> Option<&dyn Smooth<T>> {
        self.0.smooth()
    }

    pub(super) fn pointwise(&self) -> Option<&dyn Pointwise<T>> {
        self.0.pointwise()
    }

    fn check(&self, x: &DistArray<T>, role: &str) -> Result<()> {
        if self.space() == x.space() {
            return Ok(());
        }
        self.space().same_as(x.space(), &format!("{role} of {}", self.name()))
    }
}

/// Name, scalar, space.
impl<T: Scalar> fmt::Debug for ProximalOperator<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, {}", self.name(), T::DTYPE, self.space())
    }
}
