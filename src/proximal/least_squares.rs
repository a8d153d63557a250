//! Half the squared norm of a residual.

use super::bytes::{bytes, bytes_of};
use super::normal_factor::NormalFactor;
use super::parameter::{combined, positive, tolerance};
use super::{Proximal, ProximalOperator, Smooth};
use crate::array::{DistArray, Space};
use crate::error::Result;
use crate::numbers::{Real, Scalar};
use crate::operators::{LinearOperator, Operator};
use crate::solvers::{CglsInProx, Options, State, Stop, Tolerance, norm_of};
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
    is_factored: bool,
}

impl LeastSquares {
    /// With σ; at most 10 iterations, until the gradient is 1e-10 of what it was at x = 0; from where the last prox ended.
    pub fn new(sigma: f64) -> Self {
        Self { sigma, iterations: 10, tolerance: 1e-10, is_warm: true, checks_adjoint: true, is_factored: false }
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

    /// With no iterations in a prox, but (I + τσ AᴴA) z = x + τσ Aᴴ b solved by a Cholesky factor, of x of few elements, at most
    /// 4096, that are whole on every rank. [`of`](Self::of) makes AᴴA by A and Aᴴ of each unit vector; each τ that is another than the last one
    /// takes n³/3 operations for n elements, and each prox 2 n², with no messages. The factor takes n² numbers of memory.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, LinearOperator, ndarray::array, operators::MatrixMult, proximal::LeastSquares};
    ///
    /// let a = MatrixMult::new(&array![[1.0, 1.0], [0.0, 1.0], [1.0, 0.0]]).on(&Layout::replicated(&Comm::solo(), &[2])?)?;
    /// let f = LeastSquares::new(1.0).factored().of(&a, &DistArray::full(a.range(), 4.0))?;
    /// let y = f.prox(&DistArray::zeros(a.domain()), 1.0)?; // [[3, 1], [1, 3]] z = [8, 8]
    /// assert!((y - DistArray::full(a.domain(), 2.0)).norm() < 1e-14);
    /// assert_eq!(f.inner_iterations(), 0);
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn factored(self) -> Self {
        Self { is_factored: true, ..self }
    }

    /// Of this operator and these data.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if σ is not a finite number above 0, or the tolerance not one from 0;
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if b is not of the
    /// range of A; [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are still to be combined. [Factored](Self::factored):
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) of too many elements, [`ErrorKind::Layout`](crate::ErrorKind::Layout) of those
    /// that are not whole on every rank.
    pub fn of<X: Scalar, Y: Scalar>(self, a: &Operator<X, Y>, b: &DistArray<Y>) -> Result<ProximalOperator<X>> {
        positive("sigma of LeastSquares", self.sigma)?;
        let tolerance = tolerance::<X>("tolerance of LeastSquares", self.tolerance)?;
        a.range().same_as(b.space(), "data of LeastSquares")?;
        let mut of_model = DistArray::zeros(combined(a.domain(), "LeastSquares")?);
        let solver = if self.is_factored {
            a.apply_adjoint_into(b, &mut of_model)?; //                 Aᴴ b
            Inside::Factor(NormalFactor::of(a)?)
        } else {
            let (iterations, check_adjoint) = (self.iterations, self.checks_adjoint);
            let tolerance = Tolerance::OfData(tolerance);
            let options = Options { iterations, tolerance, check_adjoint, ..Options::default() };
            Inside::Iterations(CglsInProx::new(a, "LeastSquares", options)?)
        };
        Ok(ProximalOperator::new(Residual {
            told: self,
            a: a.clone(),
            b: b.clone(),
            room: RefCell::new((of_model, b.zeros_like())),
            solver: RefCell::new(solver),
            has_last: Cell::new(false),
            inner: Cell::new(0),
        }))
    }
}

/// What solves inside of a prox.
enum Inside<X: Scalar, Y: Scalar> {
    Iterations(CglsInProx<X, Y>),
    Factor(NormalFactor<X>),
}

struct Residual<X: Scalar, Y: Scalar> {
    told: LeastSquares,
    a: Operator<X, Y>,
    b: DistArray<Y>,
    /// The last prox, or Aᴴ b where there is a factor; and a residual.
    room: RefCell<(DistArray<X>, DistArray<Y>)>,
    solver: RefCell<Inside<X, Y>>,
    has_last: Cell<bool>,
    inner: Cell<usize>,
}

impl<X: Scalar, Y: Scalar> Residual<X, Y> {
    /// r ← A x − b
    fn residual(&self, x: &DistArray<X>, r: &mut DistArray<Y>) -> Result<()> {
        self.a.apply_into(x, r)?;
        r.axpy(-Y::one(), &self.b)
    }

    /// y ← x + d, with the last prox and room for a residual.
    fn iterate(
        &self,
        solver: &mut CglsInProx<X, Y>,
        weight: f64,
        x: &DistArray<X>,
        y: &mut DistArray<X>,
        (last, r): (&mut DistArray<X>, &mut DistArray<Y>),
    ) -> Result<()> {
        self.residual(x, r)?;
        r.scale(-Y::one()); //                                          b − A x
        if self.told.is_warm && self.has_last.get() {
            y.copy_from(last)?;
            y.axpy(-X::one(), x)?; //                                   d ← where the last prox ended
        } else {
            y.fill(X::zero());
        }
        let iterations = solver.solve(&self.a, r, y, weight.sqrt().recip())?;
        self.inner.set(self.inner.get() + iterations);
        y.axpy(X::one(), x)?; //                                        x + d
        last.copy_from(y)?;
        self.has_last.set(true);
        Ok(())
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
        let ((of_model, r), weight) = (&mut *self.room.borrow_mut(), tau * self.told.sigma);
        match &mut *self.solver.borrow_mut() {
            Inside::Factor(factor) => {
                y.copy_from(x)?;
                y.axpy(X::from_parts(weight, 0.0), of_model)?; //       x + τσ Aᴴ b
                factor.solve(weight, y.as_mut_slice())
            }
            Inside::Iterations(solver) => self.iterate(solver, weight, x, y, (of_model, r)),
        }
    }

    fn smooth(&self) -> Option<&dyn Smooth<X>> {
        Some(self)
    }

    fn inner_iterations(&self) -> usize {
        self.inner.get()
    }

    fn scratch(&self) -> usize {
        let (of_model, of_data) = &*self.room.borrow();
        let of_solver = match &*self.solver.borrow() {
            Inside::Iterations(solver) => solver.bytes(),
            Inside::Factor(factor) => factor.bytes(),
        };
        self.a.scratch() + of_solver + bytes(of_model) + bytes_of([&self.b, of_data])
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
