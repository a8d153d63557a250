//! The conjugate gradient method: A x = b with A Hermitian and positive definite.
//!
//! ```text
//! r ← b − A x,  p ← r,  ρ ← ‖r‖²
//! repeat   q ← A p,  δ ← ⟨p, q⟩,  α ← ρ / δ
//!          r ← r − α q,  ρ' ← ‖r‖²
//!          x ← x + α p,  p ← r + (ρ'/ρ) p,  ρ ← ρ'
//! ```
//!
//! Three vectors beside x and b. Each iteration: one application of A, two reductions of one sum
//! each, 11 words of memory traffic per unknown beside the operator's. M. R. Hestenes and E. Stiefel,
//! J. Res. Nat. Bur. Stand. 49 (1952) 409.

use super::{
    Options, Progress, Reason, Report,
    monitor::{Measures, Monitor},
    show::Show,
};
use crate::array::{fused, kernels, norm::norm2, sums::Reducer};
use crate::{DistArray, Error, ErrorKind, LinearOperator, Operator, Real, Result, Scalar};
use std::ops::ControlFlow;

/// Solves A x = b from the x that is passed in; A is Hermitian and positive definite.
///
/// Arrays and stacks, real and complex. With exact summation (the default) and operators that keep
/// it, every iterate has the same bits on any number of ranks.
///
/// # Communication
/// Each iteration that of A, and two all-reduces of 456 bytes. At the start one more application
/// and one all-reduce, at the end likewise.
///
/// # Errors
/// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if A does not map a space to itself, or b or
/// x are of another one; [`ErrorKind::Parameter`] for a tolerance that is negative or not finite, or
/// a damp (add λ² I to the operator instead). Not converging is no error: see [`Report::reason`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, Reason, launch_threads, operators::Diagonal, solvers::{Options, cg}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[5], 0)?;
///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
///     let b = DistArray::full(&layout, 60.0);
///     let mut x = b.zeros_like();
///     let report = cg(&a, &b, &mut x, &Options::default())?;
///     assert_eq!((report.reason, report.iterations), (Reason::Tolerance, 5));
///     assert!((&x - &DistArray::from_fn(&layout, |i| 60.0 / (1.0 + i[0] as f64))).norm() < 1e-9);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The algorithm as above; with [`Options::iterations`] the iterates, costs and stopping rule of
/// PyLops-MPI's `cg` at `tol=0`.
pub fn cg<T: Scalar>(
    a: &Operator<T>,
    b: &DistArray<T>,
    x: &mut DistArray<T>,
    options: &Options,
) -> Result<Report<T::Real>> {
    let mut solver = Cg::new(a, b, x, options)?;
    while solver.step().is_none() {}
    Ok(solver.finish())
}

/// [`cg`] with a callback after every iteration. `Break` on any rank stops all of them before the
/// next update; the wish rides in the next reduction.
///
/// # Errors
/// Those of [`cg`].
pub fn cg_with<T: Scalar>(
    a: &Operator<T>,
    b: &DistArray<T>,
    x: &mut DistArray<T>,
    options: &Options,
    mut callback: impl FnMut(&Progress<'_, T>) -> ControlFlow<()>,
) -> Result<Report<T::Real>> {
    let mut solver = Cg::new(a, b, x, options)?;
    solver.monitor.expect_callback();
    let mut seen = 0; // the last iteration is shown too
    while solver.step().is_none() || solver.iterations() > seen {
        seen = solver.iterations();
        solver.monitor.call(&mut callback, solver.x);
    }
    Ok(solver.finish())
}

/// [`cg`] one iteration at a time.
pub struct Cg<'a, T: Scalar> {
    a: &'a Operator<T>,
    b: &'a DistArray<T>,
    x: &'a mut DistArray<T>,
    r: Vec<T>,
    p: Vec<T>,
    q: Vec<T>,
    rho: f64,
    options: Options,
    monitor: Monitor<T::Real>,
}

impl<'a, T: Scalar> Cg<'a, T> {
    /// Takes all memory, and the first residual.
    ///
    /// # Errors
    /// Those of [`cg`].
    pub fn new(a: &'a Operator<T>, b: &'a DistArray<T>, x: &'a mut DistArray<T>, options: &Options) -> Result<Self> {
        options.check()?;
        if options.damp != 0.0 {
            let expected = "0 for CG (add λ² I to the operator, or use CGLS)";
            return Err(Error::expected(ErrorKind::Parameter, "damp", expected, options.damp));
        }
        a.domain().same_as(a.range(), "range of the operator of CG")?;
        a.range().same_as(b.space(), "right-hand side of CG")?;
        a.domain().same_as(x.space(), "model of CG")?;
        let show = Show::begin("CG", a.shape(), x.comm().rank(), options);
        let zeros = vec![T::zero(); b.as_slice().len()];
        let monitor = Monitor::new(options, Reducer::new(&[a.domain()])?, false, show);
        let options = options.clone();
        let mut solver =
            Self { a, b, x, r: b.as_slice().to_vec(), p: zeros.clone(), q: zeros, rho: 0.0, options, monitor };
        solver.begin();
        Ok(solver)
    }

    fn begin(&mut self) {
        let (space, summation) = (self.a.domain(), self.options.summation);
        self.a.apply(self.x.as_slice(), &mut self.q); // q ← A x
        let squares = fused::axpy_squares(&self.monitor.reducer, space, &mut self.r, -T::one(), &self.q, summation); // r ← b − q
        [self.rho] = self.monitor.together([squares]); // ρ ← ‖r‖²
        self.p.copy_from_slice(&self.r); // p ← r
        self.monitor.begin(Measures { cost: self.rho, judged: self.rho, model: 0.0 }, self.x);
        if !self.rho.is_finite() {
            let space = self.b.space();
            self.monitor.not_finite(&[
                ("b", space, self.b.as_slice()),
                ("x", space, self.x.as_slice()),
                ("r", space, &self.r),
            ]);
        }
    }

    /// Makes one iteration; the reason, when there is none to make any more.
    pub fn step(&mut self) -> Option<&Reason> {
        if self.monitor.reason.is_none() {
            self.iterate();
        }
        self.monitor.reason.as_ref()
    }

    fn iterate(&mut self) {
        let (space, summation) = (self.a.domain(), self.options.summation);
        self.a.apply(&self.p, &mut self.q); // q ← A p
        let products = fused::real_products(&self.monitor.reducer, space, &self.p, &self.q, summation);
        let [delta] = self.monitor.together([products]); // δ ← ⟨p, q⟩
        if self.monitor.reason.is_some() {
            return;
        }
        if !delta.is_finite() {
            return self.monitor.not_finite(&[("q", space, &self.q), ("p", space, &self.p)]);
        }
        if delta <= 0.0 {
            let reason = if delta < 0.0 { Reason::Indefinite(delta) } else { Reason::Breakdown(delta) };
            self.monitor.reason = Some(reason);
            return;
        }
        let alpha = real::<T>(self.rho / delta); // α ← ρ / δ
        let squares = fused::axpy_squares(&self.monitor.reducer, space, &mut self.r, -alpha, &self.q, summation); // r ← r − α q
        let [rho] = self.monitor.together([squares]); // ρ' ← ‖r‖²
        if self.monitor.reason.is_some() {
            return;
        }
        if !rho.is_finite() {
            return self.monitor.not_finite(&[("r", space, &self.r)]);
        }
        let beta = real::<T>(rho / self.rho);
        fused::step_and_turn(self.x.as_mut_slice(), alpha, &mut self.p, &self.r, beta); // x ← x + α p, p ← r + β p
        self.rho = rho;
        self.monitor.end_iteration(Measures { cost: rho, judged: rho, model: 0.0 }, self.x);
    }

    /// Iterations made.
    pub fn iterations(&self) -> usize {
        self.monitor.iteration
    }

    /// The model so far.
    pub fn model(&self) -> &DistArray<T> {
        self.x
    }

    /// Ends: computes the true residual and reports.
    ///
    /// # Communication
    /// One application of A and one reduction.
    pub fn finish(mut self) -> Report<T::Real> {
        let space = self.a.domain();
        self.a.apply(self.x.as_slice(), &mut self.q); // q ← A x
        kernels::axpby(&mut self.q, T::one(), self.b.as_slice(), -T::one()); // q ← b − q
        let residual = norm2(space, &self.q, self.options.summation);
        self.monitor.report(residual)
    }
}

impl<T: Scalar> std::fmt::Debug for Cg<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cg").field("iterations", &self.iterations()).field("rho", &self.rho).finish_non_exhaustive()
    }
}

/// A real number as a scalar.
pub(super) fn real<T: Scalar>(value: f64) -> T {
    T::from_real(T::Real::from_f64(value))
}
