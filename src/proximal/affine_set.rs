//! The solutions of linear equations.

use super::bytes::bytes_of;
use super::parameter::{combined, tolerance};
use super::set::{indicator, slack};
use super::{Proximal, ProximalOperator};
use crate::array::{DistArray, Space};
use crate::error::Result;
use crate::numbers::{Real, Scalar};
use crate::operators::{LinearOperator, Operator};
use crate::solvers::{CglsInProx, Options, Tolerance};
use std::cell::{Cell, RefCell};

/// 0 where A x = b, ∞ elsewhere. Its prox is x + d, where d is the shortest with A d = b − A x: [`cgls`](crate::solvers::cgls) from 0 finds it. Where
/// no x solves the equations, it is one that does so best.
///
/// # Communication
/// The value: A, and two all-reduces of 456 bytes. The prox: A, and that of
/// [`cgls`](crate::solvers::cgls) up to its last iteration.
///
/// # Same bits
/// On any number of ranks, where A keeps them.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::Restriction, proximal::AffineSet};
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let a = Restriction::new(&[1]).on::<f64>(&layout)?;
/// let f = AffineSet::new().of(&a, &DistArray::full(a.range(), 7.0))?;
/// let x = DistArray::full(&layout, 1.0);
/// assert_eq!(f.value(&x)?, f64::INFINITY);
/// assert_eq!(f.prox(&x, 1.0)?.as_slice(), [1.0, 7.0, 1.0]);
/// # use lops::LinearOperator;
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `AffineSet` of pyproximal, which iterates otherwise. What is off by √ε ‖b‖ counts as inside.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`of` makes the proximal operator"]
pub struct AffineSet {
    iterations: usize,
    tolerance: f64,
}

impl Default for AffineSet {
    fn default() -> Self {
        Self { iterations: 100, tolerance: 1e-12 }
    }
}

impl AffineSet {
    /// With at most 100 iterations, until the gradient is 1e-12 of what it was.
    pub fn new() -> Self {
        Self::default()
    }

    /// At most so many iterations in each prox.
    pub fn iterations(self, iterations: usize) -> Self {
        Self { iterations, ..self }
    }

    /// Until the gradient is this fraction of what it was; at least 8 ε of the type.
    pub fn tolerance(self, tolerance: f64) -> Self {
        Self { tolerance, ..self }
    }

    /// Of this operator and these right-hand sides.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if the tolerance is not a finite number from 0;
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if b is not of the
    /// range of A; [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are still to be combined.
    pub fn of<X: Scalar, Y: Scalar>(self, a: &Operator<X, Y>, b: &DistArray<Y>) -> Result<ProximalOperator<X>> {
        let tolerance = tolerance::<X>("tolerance of AffineSet", self.tolerance)?;
        combined(a.domain(), "AffineSet")?;
        a.range().same_as(b.space(), "b of AffineSet")?;
        let room = RefCell::new(b.zeros_like());
        let tolerance = Tolerance::Relative(tolerance);
        let options = Options { iterations: self.iterations, tolerance, ..Options::default() };
        let solver = RefCell::new(CglsInProx::new(a, "AffineSet", options)?);
        Ok(ProximalOperator::new(Solutions { a: a.clone(), b: b.clone(), room, solver, inner: Cell::new(0) }))
    }
}

struct Solutions<X: Scalar, Y: Scalar> {
    a: Operator<X, Y>,
    b: DistArray<Y>,
    room: RefCell<DistArray<Y>>,
    solver: RefCell<CglsInProx<X, Y>>,
    inner: Cell<usize>,
}

impl<X: Scalar, Y: Scalar> Solutions<X, Y> {
    /// r ← b − A x
    fn residual(&self, x: &DistArray<X>, r: &mut DistArray<Y>) -> Result<()> {
        self.a.apply_into(x, r)?;
        r.xpby(&self.b, -Y::one())
    }
}

impl<X: Scalar, Y: Scalar> Proximal<X> for Solutions<X, Y> {
    fn space(&self) -> &Space {
        self.a.domain()
    }

    fn value(&self, x: &DistArray<X>) -> Result<X::Real> {
        let r = &mut *self.room.borrow_mut();
        self.residual(x, r)?;
        Ok(indicator(r.norm().to_f64() <= slack::<X>() * self.b.norm().to_f64()))
    }

    fn prox_into(&self, _: f64, x: &DistArray<X>, y: &mut DistArray<X>) -> Result<()> {
        let r = &mut *self.room.borrow_mut();
        self.residual(x, r)?;
        y.fill(X::zero());
        let iterations = self.solver.borrow_mut().solve(&self.a, r, y, 0.0)?;
        self.inner.set(self.inner.get() + iterations);
        y.axpy(X::one(), x)
    }

    fn inner_iterations(&self) -> usize {
        self.inner.get()
    }

    fn scratch(&self) -> usize {
        self.a.scratch() + self.solver.borrow().bytes() + bytes_of([&self.b, &self.room.borrow()])
    }

    fn name(&self) -> String {
        "AffineSet".into()
    }
}
