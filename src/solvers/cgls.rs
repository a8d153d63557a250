//! Conjugate gradients for least squares: min ‖A x − b‖² + λ² ‖x‖².
//!
//! ```text
//! s ← b − A x,  r ← Aᴴ s − λ² x,  c ← r,  γ ← ‖r‖²
//! repeat   q ← A c,  α ← γ / (‖q‖² + λ² ‖c‖²)
//!          x ← x + α c,  s ← s − α q
//!          r ← Aᴴ s − λ² x,  γ' ← ‖r‖²
//!          c ← r + (γ'/γ) c,  γ ← γ'
//! ```
//!
//! Two vectors of the data's size and two of the model's beside x and b. Each iteration: one forward
//! and one adjoint application, two reductions (of ‖q‖², ‖c‖²; and of ‖r‖², ‖s‖², ‖x‖²), 8 words of
//! memory traffic per unknown and 4 per datum beside the operator's. Å. Björck, Numerical Methods for Least Squares
//! Problems (1996), algorithm 7.4.1; C. C. Paige and M. A. Saunders, ACM TOMS 8 (1982) 43.

use super::{
    Options, Progress, Reason, Report,
    cg::real,
    monitor::{Measures, Monitor},
    show::Show,
};
use crate::array::sums::{PartialSum, Reducer};
use crate::array::{fused, kernels, norm::norm2};
use crate::{DistArray, LinearOperator, Operator, Result, Scalar};
use std::ops::ControlFlow;

/// Solves min ‖A x − b‖² + λ² ‖x‖², λ being [`Options::damp`], from the x that is passed in.
///
/// Arrays and stacks, real and complex. With exact summation (the default) and operators that keep
/// it, every iterate has the same bits on any number of ranks.
///
/// # Communication
/// Each iteration that of A and of Aᴴ, and two all-reduces: of 456 bytes (912 with damping) and of 912
/// (1368). At the start one more application of each and one all-reduce, at the end one
/// application of A and one all-reduce.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or
/// [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if b is not of the range or x not of
/// the domain; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for a tolerance or damp that is
/// negative or not finite. Not converging is no error: see [`Report::reason`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Diagonal, solvers::{Options, cgls}};
///
/// launch_threads(3, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
///     let b = DistArray::full(&layout, 12.0);
///     let mut x = b.zeros_like();
///     let report = cgls(&a, &b, &mut x, &Options { damp: 1.0, ..Options::default() })?;
///     assert!(report.reason.converged());
///     let exact = |d: f64| 12.0 * d / (d * d + 1.0);
///     assert!((&x - &DistArray::from_fn(&layout, |i| exact(1.0 + i[0] as f64))).norm() < 1e-6);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The algorithm as above. Iterates, costs and stopping rule of PyLops-MPI's `cgls`, but for the
/// first gradient of a damped problem, where it subtracts λ x instead of λ² x.
pub fn cgls<T: Scalar>(
    a: &Operator<T>,
    b: &DistArray<T>,
    x: &mut DistArray<T>,
    options: &Options,
) -> Result<Report<T::Real>> {
    let mut solver = Cgls::new(a, b, x, options)?;
    while solver.step().is_none() {}
    Ok(solver.finish())
}

/// [`cgls`] with a callback after every iteration. `Break` on any rank stops all of them before
/// the next update; the wish rides in the next reduction.
///
/// # Errors
/// Those of [`cgls`].
pub fn cgls_with<T: Scalar>(
    a: &Operator<T>,
    b: &DistArray<T>,
    x: &mut DistArray<T>,
    options: &Options,
    mut callback: impl FnMut(&Progress<'_, T>) -> ControlFlow<()>,
) -> Result<Report<T::Real>> {
    let mut solver = Cgls::new(a, b, x, options)?;
    solver.monitor.expect_callback();
    let mut seen = 0; // the last iteration is shown too
    while solver.step().is_none() || solver.iterations() > seen {
        seen = solver.iterations();
        solver.monitor.call(&mut callback, solver.x);
    }
    Ok(solver.finish())
}

/// [`cgls`] one iteration at a time.
pub struct Cgls<'a, T: Scalar> {
    a: &'a Operator<T>,
    b: &'a DistArray<T>,
    x: &'a mut DistArray<T>,
    s: Vec<T>,
    q: Vec<T>,
    r: Vec<T>,
    c: Vec<T>,
    gamma: f64,
    /// This rank's part of ‖c‖², where there is damping.
    c_squares: Option<PartialSum>,
    options: Options,
    monitor: Monitor<T::Real>,
}

impl<'a, T: Scalar> Cgls<'a, T> {
    /// Takes all memory, and the first residual and gradient.
    ///
    /// # Errors
    /// Those of [`cgls`].
    pub fn new(a: &'a Operator<T>, b: &'a DistArray<T>, x: &'a mut DistArray<T>, options: &Options) -> Result<Self> {
        options.check()?;
        a.range().same_as(b.space(), "data of CGLS")?;
        a.domain().same_as(x.space(), "model of CGLS")?;
        let show = Show::begin("CGLS", a.shape(), x.comm().rank(), options);
        let (data, model) = (b.as_slice().len(), x.as_slice().len());
        let mut solver = Self {
            a,
            b,
            x,
            s: b.as_slice().to_vec(),
            q: vec![T::zero(); data],
            r: vec![T::zero(); model],
            c: vec![T::zero(); model],
            gamma: 0.0,
            c_squares: None,
            options: options.clone(),
            monitor: Monitor::new(options, Reducer::new(&[a.range(), a.domain()])?, true, show),
        };
        solver.begin();
        Ok(solver)
    }

    fn begin(&mut self) {
        self.a.apply(self.x.as_slice(), &mut self.q); // q ← A x
        let s_squares = fused::axpy_squares(
            &self.monitor.reducer,
            self.a.range(),
            &mut self.s,
            -T::one(),
            &self.q,
            self.options.summation,
        );
        let measures = self.gradient(s_squares); // s ← b − q, r ← Aᴴ s − λ² x
        self.gamma = measures.judged; // γ ← ‖r‖²
        self.c.copy_from_slice(&self.r); // c ← r
        if self.options.damp > 0.0 {
            self.c_squares =
                Some(fused::squares(&self.monitor.reducer, self.a.domain(), &self.c, self.options.summation));
        }
        self.monitor.begin(measures, self.x);
        self.look_for_non_finite(measures);
    }

    /// Makes one iteration; the reason, when there is none to make any more.
    pub fn step(&mut self) -> Option<&Reason> {
        if self.monitor.reason.is_none() {
            self.iterate();
        }
        self.monitor.reason.as_ref()
    }

    fn iterate(&mut self) {
        let (model, data, summation) = (self.a.domain(), self.a.range(), self.options.summation);
        self.a.apply(&self.c, &mut self.q); // q ← A c
        let q_squares = fused::squares(&self.monitor.reducer, data, &self.q, summation);
        let denominator = match self.c_squares.take() {
            None => self.monitor.together([q_squares])[0],
            Some(c_squares) => {
                let [q, c] = self.monitor.together([q_squares, c_squares]);
                q + self.options.damp.powi(2) * c // ‖q‖² + λ² ‖c‖²
            }
        };
        if self.monitor.reason.is_some() {
            return;
        }
        if !denominator.is_finite() {
            return self.monitor.not_finite(&[("q", data, &self.q), ("c", model, &self.c)]);
        }
        if denominator == 0.0 {
            self.monitor.reason = Some(Reason::Breakdown(denominator));
            return;
        }
        let alpha = real::<T>(self.gamma / denominator); // α ← γ / (‖q‖² + λ² ‖c‖²)
        kernels::axpy(self.x.as_mut_slice(), alpha, &self.c); // x ← x + α c
        let s_squares = fused::axpy_squares(&self.monitor.reducer, data, &mut self.s, -alpha, &self.q, summation); // s ← s − α q
        let measures = self.gradient(s_squares); // r ← Aᴴ s − λ² x, γ' ← ‖r‖²
        if self.monitor.reason.is_some() {
            return;
        }
        let beta = real::<T>(measures.judged / self.gamma);
        if self.options.damp > 0.0 {
            self.c_squares =
                Some(fused::xpby_squares(&self.monitor.reducer, model, &mut self.c, &self.r, beta, summation));
        } else {
            kernels::xpby(&mut self.c, &self.r, beta); // c ← r + β c
        }
        self.gamma = measures.judged;
        self.monitor.end_iteration(measures, self.x);
        self.look_for_non_finite(measures);
    }

    /// r ← Aᴴ s − λ² x; ‖s‖², ‖r‖² and, where there is damping, ‖x‖² in one reduction.
    fn gradient(&mut self, s_squares: PartialSum) -> Measures {
        let (space, summation) = (self.a.domain(), self.options.summation);
        self.a.apply_adjoint(&self.s, &mut self.r); // r ← Aᴴ s
        let (reducer, x) = (&self.monitor.reducer, self.x.as_slice());
        if self.options.damp > 0.0 {
            let damp2 = real::<T>(-self.options.damp.powi(2));
            let [r, x] = fused::axpy_both_squares(reducer, space, &mut self.r, damp2, x, summation); // r ← r − λ² x
            let [cost, judged, model] = self.monitor.together([s_squares, r, x]);
            Measures { cost, judged, model }
        } else {
            let r_squares = fused::squares(reducer, space, &self.r, summation);
            let [cost, judged] = self.monitor.together([s_squares, r_squares]);
            Measures { cost, judged, model: 0.0 }
        }
    }

    fn look_for_non_finite(&mut self, measures: Measures) {
        if measures.cost.is_finite() && measures.judged.is_finite() {
            return;
        }
        let (model, data) = (self.a.domain(), self.a.range());
        self.monitor.not_finite(&[
            ("b", data, self.b.as_slice()),
            ("x", model, self.x.as_slice()),
            ("s", data, &self.s),
            ("r", model, &self.r),
        ]);
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
        self.a.apply(self.x.as_slice(), &mut self.q); // q ← A x
        kernels::axpby(&mut self.q, T::one(), self.b.as_slice(), -T::one()); // q ← b − q
        let residual = norm2(self.a.range(), &self.q, self.options.summation);
        self.monitor.report(residual)
    }
}

impl<T: Scalar> std::fmt::Debug for Cgls<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cgls")
            .field("iterations", &self.iterations())
            .field("gamma", &self.gamma)
            .finish_non_exhaustive()
    }
}
