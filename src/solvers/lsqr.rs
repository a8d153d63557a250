//! LSQR for least squares: min ‖A x − b‖² + λ² ‖x‖², by the bidiagonal form of A.
//!
//! ```text
//! β u ← b − A x,  α v ← Aᴴ u,  w ← v,  φ̄ ← β,  ρ̄ ← α
//! repeat   β u ← A v − α u
//!          ρ ← √(ρ̄² + β²),  c ← ρ̄ / ρ,  s ← β / ρ,  φ ← c φ̄,  φ̄ ← s φ̄
//!          x ← x + (φ/ρ) w
//!          α v ← Aᴴ u − β v,  θ ← s α,  ρ̄ ← −c α
//!          w ← v − (θ/ρ) w
//! ```
//!
//! In exact arithmetic the iterates of [`cgls`](super::cgls()); in rounded one they hold out longer where A is badly conditioned.
//! φ̄ is ‖b − A x‖, and φ̄ α |c| the norm of its gradient. C. C. Paige and M. A. Saunders, ACM TOMS 8 (1982) 43.

use super::golub_kahan::GolubKahan;
use super::hand_on::hand_on;
use super::near_problem::NearProblem;
use super::options::check_condition_limit;
use super::units::InUnits;
use super::variance::Variance;
use super::{Measures, Method, Options, PerIteration, Reason, Report, Run, State, Stop, Vectors, run::real};
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::numbers::powers::two_to;
use crate::operators::{LinearOperator, Operator};
use std::fmt;

/// Solves min ‖A x − b‖² from the x that is passed in, by LSQR.
///
/// Arrays and stacks, real and complex, and A from one to the other. With exact summation (the default) and operators that
/// keep it, every iterate has the same bits on any number of ranks. [`Lsqr`] is the method itself, for damping and for
/// estimates of ‖A‖ and of its condition.
///
/// The report has the series "cost", ‖b − A x‖, and "gradient", ‖Aᴴ(b − A x)‖, which is what the tolerance is held
/// against, as by [`cgls`](super::cgls()): when it is met, the gradient is computed anew from x, and only that is believed. ‖Aᴴ u‖² tells
/// whether Aᴴ is the adjoint of A: see [`Report::adjoint_mismatch`]. It is summed up while Aᴴ u is in cache where A goes by rows, and costs a word an
/// unknown elsewhere.
///
/// # Communication
/// Each iteration that of A and of Aᴴ, and two all-reduces, of 456 bytes (912 with damping) and of 912 (1368; 456 more with a limit of the
/// condition). At the start one application of each more and two all-reduces (three with damping), at the end likewise.
///
/// # Errors
/// Those of [`cgls`](super::cgls()). Not converging is no error: see [`Report::reason`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Diagonal, solvers::{Options, lsqr}};
///
/// launch_threads(3, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
///     let b = DistArray::full(&layout, 12.0);
///     let mut x = b.zeros_like();
///     let report = lsqr(&a, &b, &mut x, &Options::default())?;
///     assert!(report.reason.converged());
///     assert!((&x - &DistArray::from_fn(&layout, |i| 12.0 / (1.0 + i[0] as f64))).norm() < 1e-6);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The paper above. Iterates as of `scipy.sparse.linalg.lsqr` and PyLops's `lsqr`; where x does not begin at 0, damping is of
/// x here, and of what is added to it there.
pub fn lsqr<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    b: &DistArray<Y>,
    x: &mut DistArray<X>,
    options: &Options,
) -> Result<Report<X::Real>> {
    Lsqr::new(a, b, x)?.solve(options)
}

/// The method of [`lsqr`], with damping: min ‖A x − b‖² + λ² ‖x‖²; its vectors are x, u, v and w, and q and r for what A makes.
///
/// With damping the gradient is ‖Aᴴ(b − A x) − λ² x‖, and the report has the series "damped cost" too,
/// √(‖b − A x‖² + λ² ‖x‖²), of which "cost" is what λ² ‖x‖² leaves: digits are lost where that is nearly all.
pub struct Lsqr<'a, X: Scalar, Y: Scalar = X> {
    columns: GolubKahan<'a, X, Y>,
    w: DistArray<X>,
    /// ρ̄, φ̄, and the norm of the gradient.
    rho: f64,
    phi: f64,
    gradient: f64,
    condition_limit: f64,
    near_problem: NearProblem,
    /// Σ ‖w/ρ‖².
    d2: f64,
    variance: Option<Variance<'a, X::Real>>,
}

impl<'a, X: Scalar, Y: Scalar> Lsqr<'a, X, Y> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`lsqr`], but for the options.
    pub fn new(a: &'a Operator<X, Y>, b: &'a DistArray<Y>, x: &'a mut DistArray<X>) -> Result<Self> {
        let w = x.zeros_like();
        let columns = GolubKahan::new(a, b, x, "LSQR")?;
        let (rho, phi, gradient, d2) = (0.0, 0.0, 0.0, 0.0);
        let (condition_limit, near_problem, variance) = (f64::INFINITY, NearProblem::default(), None);
        Ok(Self { columns, w, rho, phi, gradient, condition_limit, near_problem, d2, variance })
    }

    /// λ of min ‖A x − b‖² + λ² ‖x‖² (0).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if it is negative or not finite.
    pub fn damp(mut self, damp: f64) -> Result<Self> {
        self.columns.set_damp(damp)?;
        Ok(self)
    }

    /// Stops with [`Reason::ConditionLimit`] when the estimate of A's condition is larger (never). Then the report has the
    /// series "condition", and "norm" with the estimate of ‖A‖, both in the Frobenius norm, of the part of A that iterations
    /// have seen.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if it is not at least 1.
    pub fn condition_limit(mut self, limit: f64) -> Result<Self> {
        check_condition_limit(limit)?;
        self.condition_limit = limit;
        Ok(self)
    }

    /// Stops too, with [`Reason::Tolerance`], when x solves a problem whose operator differs by no more than `atol` of its norm and
    /// whose data by no more than `btol` of theirs: ‖b − A x‖ ≤ btol ‖b‖ + atol ‖A‖ ‖x‖, or ‖Aᴴ(b − A x)‖ ≤ atol ‖A‖ ‖b − A x‖, in the
    /// Frobenius norm of the part of A that iterations have seen; with damping of `[A; λ I]`. It must hold of what is computed anew
    /// from x. With [`Tolerance::None`](super::Tolerance::None) these are the only rules.
    ///
    /// # Communication
    /// The second all-reduce of an iteration 456 bytes more, and at the start two more; with damping only one more at the start.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if one is negative or not finite.
    ///
    /// # Source
    /// `atol` and `btol` of `scipy.sparse.linalg.lsqr`.
    pub fn tolerances(mut self, atol: f64, btol: f64) -> Result<Self> {
        self.near_problem.set(atol, btol)?;
        Ok(self)
    }

    /// Fills `variance` with an estimate, from below, of the diagonal of (AᴴA + λ²)⁻¹: that of the part of A that iterations have seen.
    /// Where errors of data are independent and of one size, the standard error of xⱼ is √(varianceⱼ ‖b − A x‖² / (m − n)), of m data
    /// and n unknowns.
    ///
    /// It is that of the iterations before x is first judged by what is computed anew from it. Local; one pass more over the model.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if it is not of the model's
    /// space.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, operators::Diagonal, solvers::{Lsqr, Method, Options}};
    ///
    /// launch_threads(3, |comm| {
    ///     let layout = Layout::scatter(comm, &[4], 0)?;
    ///     let d = DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64);
    ///     let a = Diagonal::of(&d)?;
    ///     let (b, mut x, mut variance) = (DistArray::full(&layout, 12.0), d.zeros_like(), d.zeros_like());
    ///     let report = Lsqr::new(&a, &b, &mut x)?.variance(&mut variance)?.solve(&Options::default())?;
    ///     assert!(report.reason.converged());
    ///     assert!((&variance - &d.map(|d| 1.0 / (d * d))).norm() < 1e-9);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// `calc_var` of `scipy.sparse.linalg.lsqr`.
    pub fn variance(mut self, variance: &'a mut DistArray<X::Real>) -> Result<Self> {
        self.columns.a.domain().same_as(variance.space(), "variance of LSQR")?;
        self.variance = Some(Variance::of(variance));
        Ok(self)
    }

    /// What this rank sends in an iteration, as [`Cg::communication`](super::Cg::communication) says it.
    ///
    /// # Errors
    /// As [`Cg::communication`](super::Cg::communication).
    pub fn communication(&self) -> Result<PerIteration> {
        self.columns.communication(usize::from(self.needs_model()) + usize::from(self.estimates())) // ‖x‖², ‖w‖²
    }

    fn is_damped(&self) -> bool {
        self.columns.damp > 0.0
    }

    /// Whether ‖x‖ is asked for.
    fn needs_model(&self) -> bool {
        self.is_damped() || self.near_problem.is_asked()
    }

    fn estimates(&self) -> bool {
        self.condition_limit < f64::INFINITY
    }

    /// What is told of the square of the gradient, in its unit, and of ‖x‖².
    fn measures(&self, gradient2: f64, x2: f64) -> Measures {
        let (units, unit) = (&self.columns.units, self.columns.unit_of_gradient());
        let lambda2 = (self.columns.lambda() * unit).powi(2);
        let cost = |square: f64| two_to(square.max(0.0).sqrt(), units.data);
        let all = self.phi.powi(2); // with λ² ‖x‖²
        let mut measures =
            Measures::in_units("gradient", gradient2, units.gradient).and("cost", cost(all - lambda2 * x2));
        if self.is_damped() {
            measures = measures.and("damped cost", cost(all));
        }
        if self.estimates() {
            let norm = self.near_problem.norm();
            measures = measures.and("norm", two_to(norm, units.forward)).and("condition", norm * self.d2.sqrt());
        }
        let norms = self.columns.norms(gradient2, cost(all), x2);
        if self.near_problem.is_solved(&norms) { measures.and_is_enough() } else { measures }
    }
}

impl<X: Scalar, Y: Scalar> Method for Lsqr<'_, X, Y> {
    type Model = X;
    hand_on!(columns: model, begin, iterate, residual, criterion_at_zero, adjoint_mismatch);

    fn name(&self) -> &'static str {
        "LSQR"
    }

    fn vectors(&self) -> Vectors<'_> {
        self.columns.vectors().and("w", &self.w)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { columns, w, rho, phi, gradient, near_problem, d2, variance, .. } = self;
        let state = columns.state().vector("w", w).number("rho", rho).number("phi", phi);
        let state = near_problem.state(state.number("gradient", gradient).number("d2", d2));
        Some(match variance {
            Some(variance) => variance.state(state),
            None => state,
        })
    }

    fn scratch(&self) -> usize {
        self.columns.scratch() + self.variance.as_ref().map_or(0, Variance::bytes)
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("damp", self.columns.damp)]
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        vec![("r1norm", "cost"), ("r2norm", if self.is_damped() { "damped cost" } else { "cost" })]
    }
}

impl<X: Scalar, Y: Scalar> InUnits for Lsqr<'_, X, Y> {
    hand_on!(columns: choose, is_ordinary, units);

    fn start_in_units(&mut self, run: &Run) -> Result<Measures, Stop> {
        let gradient2 = self.columns.start(run)?; //                           β u ← b − A x,  α v ← Aᴴ u
        let (v, of_v) = self.columns.v();
        self.w.copy_from(v)?;
        self.w.scale(real(of_v)); //                                           w ← v
        (self.phi, self.rho) = (self.columns.beta, self.columns.alpha); //     φ̄ ← β,  ρ̄ ← α
        self.gradient = gradient2.sqrt() * self.columns.unit_of_gradient();
        self.near_problem.begin(self.columns.b, run);
        self.d2 = 0.0;
        if let Some(variance) = &mut self.variance {
            variance.begin(run);
        }
        let x2 = if self.needs_model() { run.sums([self.columns.x.norm2(run)])?[0] } else { 0.0 };
        Ok(self.measures(gradient2, x2).hiding(self.columns.hidden(run)))
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        if self.columns.is_at_the_end(self.gradient, self.phi) {
            return Err(Reason::Exhausted.into());
        }
        let condition = self.near_problem.norm() * self.d2.sqrt();
        if condition > self.condition_limit {
            return Err(Reason::ConditionLimit(condition).into());
        }
        self.columns.forward(run)?; //                                         β u ← A v − α u
        let rho = self.rho.hypot(self.columns.beta); //                        ρ ← √(ρ̄² + β²)
        if rho == 0.0 {
            return Err(Reason::Breakdown(rho).into());
        }
        let (c, s) = (self.rho / rho, self.columns.beta / rho);
        let phi = c * self.phi; //                                             φ ← c φ̄
        let by = real(phi / rho / self.columns.unit_of_gradient());
        let w2 = self.estimates().then(|| self.w.norm2(run));
        if let Some(variance) = &mut self.variance {
            variance.add(&self.w, two_to(1.0 / rho, -self.columns.units.forward)); // variance ← variance + |w/ρ|²
        }
        let x2 = if self.needs_model() {
            Some(self.columns.x.axpy_norm2(by, &self.w, run)?) //              x ← x + (φ/ρ) w
        } else {
            self.columns.x.axpy(by, &self.w)?;
            None
        };
        self.near_problem.add(self.columns.alpha, self.columns.beta);
        let [x2, w2] = self.columns.adjoint([x2, w2], run)?; //                α v ← Aᴴ u − β v
        let alpha = self.columns.alpha;
        self.d2 += w2 / rho.powi(2);
        self.phi *= s; //                                                      φ̄ ← s φ̄
        self.rho = -c * alpha; //                                              ρ̄ ← −c α
        let (v, of_v) = self.columns.v();
        self.w.axpby(real(of_v), v, real(-s * alpha / rho))?; //               w ← v − (s α/ρ) w
        self.gradient = (self.phi * self.rho).abs(); //                        φ̄ α |c|
        Ok(self.measures((self.gradient / self.columns.unit_of_gradient()).powi(2), x2))
    }
}

impl<X: Scalar, Y: Scalar> fmt::Debug for Lsqr<'_, X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lsqr").field("vectors", &self.vectors()).field("phi", &self.phi).finish_non_exhaustive()
    }
}
