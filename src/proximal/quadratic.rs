//! Quadratic functions of a Hermitian operator.

use super::bytes::bytes_of;
use super::parameter::{combined, finite, tolerance};
use super::{Proximal, ProximalOperator, Smooth};
use crate::array::{DistArray, Space};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};
use crate::operators::{Identity, LinearOperator, Operator, StackedBlockDiag};
use crate::solvers::{CgInProx, Options, Stop, Tolerance, norm_of};
use std::cell::{Cell, RefCell};

/// f(x) = ½ Re⟨x, A x⟩ + Re⟨b, x⟩ + c, with A Hermitian and positive semidefinite, which is not looked at. Its prox solves
/// (I + τ A) z = x − τ b by [`cg`](crate::solvers::cg), from x; its gradient is A x + b.
///
/// # Communication
/// The value: A, and two all-reduces of 456 bytes (912 of complex vectors). The prox: that of
/// [`cg`](crate::solvers::cg) up to its last iteration. I + τ A is made anew, and its memory taken, where τ is another than the last one.
///
/// # Same bits
/// On any number of ranks, where A keeps them.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::Diagonal, proximal::Quadratic};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let a = Diagonal::of(&DistArray::<f64>::full(&layout, 2.0))?;
/// let f = Quadratic::new().constant(1.0).of(&a, &DistArray::full(&layout, -1.0))?;
/// let x = DistArray::full(&layout, 3.0);
/// assert_eq!(f.value(&x)?, 18.0 - 6.0 + 1.0);
/// assert_eq!(f.gradient(&x)?.as_slice(), [5.0; 2]);
/// assert!((f.prox(&x, 0.5)?.get(&[1])? - 1.75).abs() < 1e-12); // (x + ½) / (1 + 1)
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `Quadratic` of pyproximal.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`of` makes the proximal operator"]
pub struct Quadratic {
    constant: f64,
    iterations: usize,
    tolerance: f64,
}

impl Default for Quadratic {
    fn default() -> Self {
        Self { constant: 0.0, iterations: 100, tolerance: 1e-10 }
    }
}

impl Quadratic {
    /// With c = 0; at most 100 iterations, until the residual is 1e-10 of what it was.
    pub fn new() -> Self {
        Self::default()
    }

    /// c.
    pub fn constant(self, constant: f64) -> Self {
        Self { constant, ..self }
    }

    /// At most so many iterations in each prox.
    pub fn iterations(self, iterations: usize) -> Self {
        Self { iterations, ..self }
    }

    /// Until the residual is this fraction of x − τ b; at least 8 ε of the type.
    pub fn tolerance(self, tolerance: f64) -> Self {
        Self { tolerance, ..self }
    }

    /// Of this operator and this b.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if c is not finite, or the tolerance not a finite number from 0; [`ErrorKind::Shape`] or
    /// [`ErrorKind::Communicator`] if A is not from a space to itself, or b not of it; [`ErrorKind::Layout`] of chunks that are still to be
    /// combined.
    pub fn of<T: Scalar>(self, a: &Operator<T>, b: &DistArray<T>) -> Result<ProximalOperator<T>> {
        finite("constant of Quadratic", self.constant)?;
        let tolerance = tolerance::<T>("tolerance of Quadratic", self.tolerance)?;
        if a.domain() != a.range() {
            let found = format!("{} to {}", a.domain(), a.range());
            return Err(Error::expected(
                ErrorKind::Shape,
                "A of Quadratic",
                "an operator from a space to itself",
                found,
            ));
        }
        let space = combined(a.domain(), "Quadratic")?;
        space.same_as(b.space(), "b of Quadratic")?;
        let room = RefCell::new(b.zeros_like());
        let tolerance = Tolerance::OfData(tolerance);
        let options = Options { iterations: self.iterations, tolerance, ..Options::default() };
        let solver = RefCell::new(CgInProx::new(&space, "Quadratic", options)?);
        let (a, b, one, constant) = (a.clone(), b.clone(), identity(&space)?, self.constant);
        let (system, inner) = (RefCell::new(None), Cell::new(0));
        Ok(ProximalOperator::new(Form { constant, a, b, one, system, room, solver, inner }))
    }
}

/// The identity of a space, of an array or a stack.
fn identity<T: Scalar>(space: &Space) -> Result<Operator<T>> {
    match space {
        Space::Array(layout) => Ok(Identity.on(layout)),
        Space::Stack(members) => StackedBlockDiag::of(members.iter().map(identity).collect::<Result<_>>()?),
    }
}

struct Form<T: Scalar> {
    constant: f64,
    a: Operator<T>,
    b: DistArray<T>,
    one: Operator<T>,
    /// I + τ A of the last τ.
    system: RefCell<Option<(f64, Operator<T>)>>,
    room: RefCell<DistArray<T>>,
    solver: RefCell<CgInProx<T>>,
    inner: Cell<usize>,
}

impl<T: Scalar> Proximal<T> for Form<T> {
    fn space(&self) -> &Space {
        self.b.space()
    }

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        let image = &mut *self.room.borrow_mut();
        self.a.apply_into(x, image)?;
        let [square, linear] = [x.vdot(image)?, self.b.vdot(x)?].map(|product| product.re().to_f64());
        Ok(T::Real::from_f64(0.5 * square + linear + self.constant))
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let right = &mut *self.room.borrow_mut();
        right.copy_from(x)?;
        right.axpy(T::from_parts(-tau, 0.0), &self.b)?; //              x − τ b
        y.copy_from(x)?;
        let last = &mut *self.system.borrow_mut();
        let (_, system) = match last.take() {
            Some((of, system)) if of == tau => last.insert((tau, system)),
            _ => last.insert((tau, &self.one + &self.a.scale_real(T::Real::from_f64(tau)))),
        };
        let iterations = self.solver.borrow_mut().solve(system, right, y)?;
        self.inner.set(self.inner.get() + iterations);
        Ok(())
    }

    fn smooth(&self) -> Option<&dyn Smooth<T>> {
        Some(self)
    }

    fn inner_iterations(&self) -> usize {
        self.inner.get()
    }

    fn scratch(&self) -> usize {
        let of_system = self.system.borrow().as_ref().map_or_else(|| self.a.scratch(), |(_, system)| system.scratch());
        of_system + self.solver.borrow().bytes() + bytes_of([&self.b, &self.room.borrow()])
    }

    fn name(&self) -> String {
        "Quadratic".into()
    }
}

impl<T: Scalar> Smooth<T> for Form<T> {
    fn gradient_into(&self, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        self.a.apply_into(x, y)?;
        y.axpy(T::one(), &self.b)
    }

    fn lipschitz(&self) -> Result<Option<f64>, Stop> {
        Ok(Some(norm_of(&self.a)?.value))
    }
}
