//! Half the squared norm of a residual.

use super::bytes::{bytes, bytes_of};
use super::parameter::{combined, positive, tolerance};
use super::{Proximal, ProximalOperator, Smooth};
use crate::array::{DistArray, Space};
use crate::error::Result;
use crate::numbers::{Real, Scalar};
use crate::operators::{LinearOperator, Operator};
use crate::solvers::{InnerCgls, Options, State, Stop, Tolerance, norm_of};
use std::cell::{Cell, RefCell, RefMut};

/// f(x) = ½ σ ‖A x − b‖². Its prox is x + d, where d makes ‖A d − (b − A x)‖² + ‖d‖²/(τσ) least: a damped problem that
/// [`Cgls`](crate::solvers::Cgls) solves, from where the last prox ended. Its gradient is σ Aᴴ(A x − b).
///
/// # Spaces
/// x: those of A. A may go from real to complex vectors or back.
///
/// # Communication
/// The value: A, and one all-reduce of 456 bytes. The gradient: A and Aᴴ. The prox: A, that of [`Cgls`](crate::solvers::Cgls) up to
/// its last iteration, and Aᴴ where the last prox was gone on from.
///
/// # Same bits
/// On any number of ranks, where A keeps them. A prox depends on the one before, by the rounding errors and as far as the iterations
/// did not converge: [`cold`](Self::cold) begins each at d = 0.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::Diagonal, proximal::LeastSquares};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let a = Diagonal::of(&DistArray::<f64>::full(&layout, 2.0))?;
/// let b = DistArray::full(&layout, 6.0);
/// let f = LeastSquares::new(1.0).iterations(20).of(&a, &b)?;
/// let x = DistArray::full(&layout, 1.0);
/// assert_eq!(f.value(&x)?, 16.0);
/// assert_eq!(f.gradient(&x)?.as_slice(), [-8.0; 2]);
/// assert!((f.prox(&x, 1.0)?.get(&[0])? - 2.6).abs() < 1e-12); // (x + 2 b) / (1 + 4)
/// assert_eq!(f.inner_iterations(), 1);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `L2` of pyproximal and `MPIL2` of pylops-mpi, with an operator.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`of` makes the proximal operator"]
pub struct LeastSquares {
    sigma: f64,
    iterations: usize,
    tolerance: f64,
    is_warm: bool,
    checks_adjoint: bool,
}

impl LeastSquares {
    /// With σ; at most 10 iterations, until the gradient is 1e-10 of what it was at x = 0; from where the last prox ended.
    pub fn new(sigma: f64) -> Self {
        Self { sigma, iterations: 10, tolerance: 1e-10, is_warm: true, checks_adjoint: true }
    }

    /// At most so many iterations in each prox.
    pub fn iterations(self, iterations: usize) -> Self {
        Self { iterations, ..self }
    }

    /// Until the gradient is this fraction of what it is at d = 0; at least 8 ε of the type.
    pub fn tolerance(self, tolerance: f64) -> Self {
        Self { tolerance, ..self }
    }

    /// Each prox begins at x, whatever was before.
    pub fn cold(self) -> Self {
        Self { is_warm: false, ..self }
    }

    /// Whether a prox is an error where its iterations show that Aᴴ is not the adjoint of A (yes), as
    /// [`Options::check_adjoint`].
    pub fn check_adjoint(self, checks_adjoint: bool) -> Self {
        Self { checks_adjoint, ..self }
    }

    /// Of this operator and these data.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if σ is not a finite number above 0, or the tolerance not one from 0;
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if b is not of the
    /// range of A; [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are still to be combined.
    pub fn of<X: Scalar, Y: Scalar>(self, a: &Operator<X, Y>, b: &DistArray<Y>) -> Result<ProximalOperator<X>> {
        positive("sigma of LeastSquares", self.sigma)?;
        let tolerance = tolerance::<X>("tolerance of LeastSquares", self.tolerance)?;
        a.range().same_as(b.space(), "data of LeastSquares")?;
        let of_model = DistArray::zeros(combined(a.domain(), "LeastSquares")?);
        let of_data = b.zeros_like();
        let tolerance = Tolerance::OfData(tolerance);
        let options = Options {
            iterations: self.iterations,
            tolerance,
            check_adjoint: self.checks_adjoint,
            ..Options::default()
        };
        let solver = RefCell::new(InnerCgls::new(a, "LeastSquares", options)?);
        Ok(ProximalOperator::new(Residual {
            told: self,
            a: a.clone(),
            b: b.clone(),
            room: RefCell::new((of_model, of_data)),
            solver,
            has_last: Cell::new(false),
            inner: Cell::new(0),
        }))
    }
}

struct Residual<X: Scalar, Y: Scalar> {
    told: LeastSquares,
    a: Operator<X, Y>,
    b: DistArray<Y>,
    /// The last prox, and a residual.
    room: RefCell<(DistArray<X>, DistArray<Y>)>,
    solver: RefCell<InnerCgls<X, Y>>,
    has_last: Cell<bool>,
    inner: Cell<usize>,
}

impl<X: Scalar, Y: Scalar> Residual<X, Y> {
    /// r ← A x − b
    fn residual(&self, x: &DistArray<X>, r: &mut DistArray<Y>) -> Result<()> {
        self.a.apply_into(x, r)?;
        r.axpy(-Y::one(), &self.b)
    }
}

impl<X: Scalar, Y: Scalar> Proximal<X> for Residual<X, Y> {
    fn space(&self) -> &Space {
        self.a.domain()
    }

    fn value(&self, x: &DistArray<X>) -> Result<X::Real> {
        let (_, r) = &mut *self.room.borrow_mut();
        self.residual(x, r)?;
        Ok(X::Real::from_f64(0.5 * self.told.sigma * r.vdot(r)?.re().to_f64()))
    }

    fn prox_into(&self, tau: f64, x: &DistArray<X>, y: &mut DistArray<X>) -> Result<()> {
        let (last, r) = &mut *self.room.borrow_mut();
        self.residual(x, r)?;
        r.scale(-Y::one()); //                                          b − A x
        if self.told.is_warm && self.has_last.get() {
            y.copy_from(last)?;
            y.axpy(-X::one(), x)?; //                                   d ← where the last prox ended
        } else {
            y.fill(X::zero());
        }
        let damp = (tau * self.told.sigma).sqrt().recip();
        let iterations = self.solver.borrow_mut().solve(&self.a, r, y, damp)?;
        self.inner.set(self.inner.get() + iterations);
        y.axpy(X::one(), x)?; //                                        x + d
        last.copy_from(y)?;
        self.has_last.set(true);
        Ok(())
    }

    fn smooth(&self) -> Option<&dyn Smooth<X>> {
        Some(self)
    }

    fn inner_iterations(&self) -> usize {
        self.inner.get()
    }

    fn scratch(&self) -> usize {
        let (of_model, of_data) = &*self.room.borrow();
        self.a.scratch() + self.solver.borrow().bytes() + bytes(of_model) + bytes_of([&self.b, of_data])
    }

    fn state(&self) -> State<'_> {
        let state = State::new().shared_flag("has last", &self.has_last);
        if !self.told.is_warm || !self.has_last.get() {
            return state;
        }
        state.shared_vector("last", RefMut::map(self.room.borrow_mut(), |(last, _)| last))
    }

    fn name(&self) -> String {
        "LeastSquares".into()
    }
}

impl<X: Scalar, Y: Scalar> Smooth<X> for Residual<X, Y> {
    fn gradient_into(&self, x: &DistArray<X>, y: &mut DistArray<X>) -> Result<()> {
        let (_, r) = &mut *self.room.borrow_mut();
        self.residual(x, r)?;
        self.a.apply_adjoint_into(r, y)?;
        y.scale(X::from_parts(self.told.sigma, 0.0));
        Ok(())
    }

    fn gradient_and_value_into(&self, x: &DistArray<X>, y: &mut DistArray<X>) -> Result<Option<X::Real>> {
        self.gradient_into(x, y)?;
        let (_, r) = &*self.room.borrow(); //                           A x − b
        Ok(Some(X::Real::from_f64(0.5 * self.told.sigma * r.vdot(r)?.re().to_f64())))
    }

    fn lipschitz(&self) -> Result<Option<f64>, Stop> {
        let norm = norm_of(&self.a)?.value;
        Ok(Some(self.told.sigma * norm * norm))
    }
}
