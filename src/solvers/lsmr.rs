//! LSMR for least squares: min ‖A x − b‖² + λ² ‖x‖², with a gradient that never grows.
//!
//! ```text
//! β u ← b − A x,  α v ← Aᴴ u,  h ← v,  h̄ ← 0,  ᾱ ← α,  ζ̄ ← αβ,  ρ ← ρ̄ ← c̄ ← 1,  s̄ ← 0
//! repeat   β u ← A v − α u,  α v ← Aᴴ u − β v
//!          ρ' ← ρ,  ρ ← √(ᾱ² + β²),  c ← ᾱ / ρ,  s ← β / ρ,  θ ← s α,  ᾱ ← c α
//!          ρ̄' ← ρ̄,  θ̄ ← s̄ ρ,  ρ̄ ← √((c̄ ρ)² + θ²),  c̄ ← c̄ ρ / ρ̄,  s̄ ← θ / ρ̄,  ζ ← c̄ ζ̄,  ζ̄ ← −s̄ ζ̄
//!          h̄ ← h − (θ̄ ρ / ρ' ρ̄') h̄,  x ← x + (ζ / ρ ρ̄) h̄,  h ← v − (θ/ρ) h
//! ```
//!
//! |ζ̄| is the norm of the gradient; that of the residual comes from one more rotation a step. D. C.-L. Fong and M. A. Saunders,
//! SIAM J. Sci. Comput. 33 (2011) 2950.

use super::golub_kahan::GolubKahan;
use super::hand_on::hand_on;
use super::near_problem::NearProblem;
use super::options::check_condition_limit;
use super::units::InUnits;
use super::{Measures, Method, Options, PerIteration, Reason, Report, Run, State, Stop, Vectors, run::real};
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::numbers::powers::two_to;
use crate::operators::Operator;
use std::fmt;

/// Solves min ‖A x − b‖² from the x that is passed in, by LSMR.
///
/// What is said of [`lsqr`](super::lsqr()) holds, its measures and messages too (but that the second all-reduce of an iteration is of 912
/// bytes always, and that there are two at the start). The gradient falls from iteration to
/// iteration, which that of LSQR and CGLS need not: a good choice where one stops early. One vector more of the model's size.
///
/// # Errors
/// Those of [`cgls`](super::cgls()). Not converging is no error: see [`Report::reason`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Diagonal, solvers::{Options, lsmr}};
///
/// launch_threads(3, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
///     let b = DistArray::full(&layout, 12.0);
///     let mut x = b.zeros_like();
///     let report = lsmr(&a, &b, &mut x, &Options::default())?;
///     assert!(report.reason.converged());
///     assert!((&x - &DistArray::from_fn(&layout, |i| 12.0 / (1.0 + i[0] as f64))).norm() < 1e-6);
///     assert!(report.series("gradient").is_sorted_by(|a, b| a >= b));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The paper above. Iterates as of `scipy.sparse.linalg.lsmr`; where x does not begin at 0, damping is of x here, and of what
/// is added to it there.
pub fn lsmr<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    b: &DistArray<Y>,
    x: &mut DistArray<X>,
    options: &Options,
) -> Result<Report<X::Real>> {
    Lsmr::new(a, b, x)?.solve(options)
}

/// The method of [`lsmr`], with damping: min ‖A x − b‖² + λ² ‖x‖²; its vectors are x, u, v, h and g (which is h̄), and q and r
/// for what A makes. With damping the series "cost" is that of [`Cgls`](super::Cgls)'s "damped cost", √(‖b − A x‖² + λ² ‖x‖²).
pub struct Lsmr<'a, X: Scalar, Y: Scalar = X> {
    columns: GolubKahan<'a, X, Y>,
    h: DistArray<X>,
    /// h̄.
    g: DistArray<X>,
    /// ᾱ and ζ̄.
    alpha: f64,
    zeta: f64,
    rho: f64,
    /// ρ̄, c̄ and s̄.
    of_bar: [f64; 3],
    residual: Residual,
    near_problem: NearProblem,
    condition_limit: f64,
    spread: Spread,
    condition: f64,
}

/// The norm of the residual, by the rotations that make R̄ of R lower bidiagonal.
#[derive(Clone, Copy, Debug, Default)]
struct Residual {
    /// β̈, β̇, ρ̇, τ̃, θ̃ and ζ, of the step before.
    beta2: f64,
    beta1: f64,
    rho: f64,
    tau: f64,
    theta: f64,
    zeta: f64,
    norm: f64,
}

impl Residual {
    fn begin(norm: f64) -> Self {
        Self { beta2: norm, rho: 1.0, norm, ..Self::default() }
    }

    /// With c, s of this step, θ̄ and ρ̄, and ζ.
    fn step(&mut self, [c, s]: [f64; 2], theta_bar: f64, rho_bar: f64, zeta: f64) {
        let beta_hat = c * self.beta2;
        self.beta2 *= -s;
        let rho_tilde = self.rho.hypot(theta_bar);
        let (c_tilde, s_tilde) = (self.rho / rho_tilde, theta_bar / rho_tilde);
        self.tau = (self.zeta - self.theta * self.tau) / rho_tilde;
        self.theta = s_tilde * rho_bar;
        self.rho = c_tilde * rho_bar;
        self.beta1 = -s_tilde * self.beta1 + c_tilde * beta_hat;
        self.zeta = zeta;
        let tau = (zeta - self.theta * self.tau) / self.rho;
        self.norm = (self.beta1 - tau).hypot(self.beta2);
    }
}

/// The largest and the least of the diagonal of R̄ so far, but for the last one.
#[derive(Clone, Copy, Debug)]
struct Spread {
    largest: f64,
    least: f64,
    count: usize,
}

impl Spread {
    const NOTHING: Self = Self { largest: 0.0, least: f64::INFINITY, count: 0 };

    /// Takes the last one, where there is one.
    fn add(&mut self, rho_bar: f64) {
        if self.count > 0 {
            (self.largest, self.least) = (self.largest.max(rho_bar), self.least.min(rho_bar));
        }
        self.count += 1;
    }

    /// With one more.
    fn condition(&self, rho: f64) -> f64 {
        self.largest.max(rho) / self.least.min(rho)
    }
}

impl<'a, X: Scalar, Y: Scalar> Lsmr<'a, X, Y> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`lsmr`], but for the options.
    pub fn new(a: &'a Operator<X, Y>, b: &'a DistArray<Y>, x: &'a mut DistArray<X>) -> Result<Self> {
        let (h, g) = (x.zeros_like(), x.zeros_like());
        let columns = GolubKahan::new(a, b, x, "LSMR")?;
        Ok(Self {
            columns,
            h,
            g,
            alpha: 0.0,
            zeta: 0.0,
            rho: 1.0,
            of_bar: [1.0, 1.0, 0.0],
            residual: Residual::default(),
            near_problem: NearProblem::default(),
            condition_limit: f64::INFINITY,
            spread: Spread::NOTHING,
            condition: 1.0,
        })
    }

    /// λ of min ‖A x − b‖² + λ² ‖x‖² (0).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if it is negative or not finite.
    pub fn damp(mut self, damp: f64) -> Result<Self> {
        self.columns.set_damp(damp)?;
        Ok(self)
    }

    /// Stops with [`Reason::ConditionLimit`] when the estimate of A's condition is larger (never). Then the report has the series
    /// "condition", and "norm" with the estimate of ‖A‖ in the Frobenius norm, of the part of A that iterations have seen. Nothing more
    /// is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if it is not at least 1.
    pub fn condition_limit(mut self, limit: f64) -> Result<Self> {
        check_condition_limit(limit)?;
        self.condition_limit = limit;
        Ok(self)
    }

    /// Stops too when x solves a problem as near as that, by the rules of [`Lsqr::tolerances`](super::Lsqr::tolerances).
    ///
    /// # Communication
    /// The second all-reduce of an iteration 456 bytes more; at the start two more.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if one is negative or not finite.
    ///
    /// # Source
    /// `atol` and `btol` of `scipy.sparse.linalg.lsmr`.
    pub fn tolerances(mut self, atol: f64, btol: f64) -> Result<Self> {
        self.near_problem.set(atol, btol)?;
        Ok(self)
    }

    /// What this rank sends in an iteration, as [`Cg::communication`](super::Cg::communication) says it.
    ///
    /// # Errors
    /// As [`Cg::communication`](super::Cg::communication).
    pub fn communication(&self) -> Result<PerIteration> {
        self.columns.communication(usize::from(self.near_problem.is_asked())) // ‖x‖²
    }

    fn estimates(&self) -> bool {
        self.condition_limit < f64::INFINITY
    }

    /// What is told of the square of the gradient, in its unit, and of ‖x‖².
    fn measures(&self, gradient2: f64, x2: f64) -> Measures {
        let units = &self.columns.units;
        let residual = two_to(self.residual.norm, units.data);
        let mut measures = Measures::in_units("gradient", gradient2, units.gradient).and("cost", residual);
        if self.estimates() {
            let norm = two_to(self.near_problem.norm(), units.forward);
            measures = measures.and("norm", norm).and("condition", self.condition);
        }
        let norms = self.columns.norms(gradient2, residual, x2);
        if self.near_problem.is_solved(&norms) { measures.and_is_enough() } else { measures }
    }
}

impl<X: Scalar, Y: Scalar> Method for Lsmr<'_, X, Y> {
    type Model = X;
    hand_on!(columns: model, begin, iterate, residual, criterion_at_zero, adjoint_mismatch, scratch);

    fn name(&self) -> &'static str {
        "LSMR"
    }

    fn vectors(&self) -> Vectors<'_> {
        self.columns.vectors().and("h", &self.h).and("g", &self.g)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { columns, h, g, alpha, zeta, rho, of_bar, residual, near_problem, spread, condition, .. } = self;
        let Residual { beta2, beta1, rho: of_rho, tau, theta, zeta: of_zeta, norm } = residual;
        let state = columns.state().vector("h", h).vector("g", g).number("alpha", alpha).number("zeta", zeta);
        let state = state.number("rho", rho).numbers(["rho_bar", "c_bar", "s_bar"], of_bar);
        let state =
            state.number("residual.beta2", beta2).number("residual.beta1", beta1).number("residual.rho", of_rho);
        let state = state.number("residual.tau", tau).number("residual.theta", theta);
        let state = near_problem.state(state.number("residual.zeta", of_zeta).number("residual.norm", norm));
        let Spread { largest, least, count } = spread;
        let state = state.number("spread.largest", largest).number("spread.least", least).count("spread.count", count);
        Some(state.number("condition", condition))
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("damp", self.columns.damp)]
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        vec![("r2norm", "cost"), ("arnorm", "gradient")]
    }
}

impl<X: Scalar, Y: Scalar> InUnits for Lsmr<'_, X, Y> {
    hand_on!(columns: choose, is_ordinary, units);

    fn start_in_units(&mut self, run: &Run) -> Result<Measures, Stop> {
        let gradient2 = self.columns.start(run)?; //                           β u ← b − A x,  α v ← Aᴴ u
        let (v, of_v) = self.columns.v();
        self.h.copy_from(v)?;
        self.h.scale(real(of_v)); //                                           h ← v
        self.g.fill(X::zero()); //                                             h̄ ← 0
        (self.alpha, self.zeta) = (self.columns.alpha, gradient2.sqrt() * self.columns.unit_of_gradient());
        (self.rho, self.of_bar) = (1.0, [1.0, 1.0, 0.0]);
        self.residual = Residual::begin(self.columns.beta);
        self.near_problem.begin(self.columns.b, run);
        (self.spread, self.condition) = (Spread::NOTHING, 1.0);
        let x2 = if self.near_problem.is_asked() { run.sums([self.columns.x.norm2(run)])?[0] } else { 0.0 };
        Ok(self.measures(gradient2, x2).hiding(self.columns.hidden(run)))
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        if self.columns.is_at_the_end(self.zeta.abs(), self.residual.norm) {
            return Err(Reason::Exhausted.into());
        }
        if self.condition > self.condition_limit {
            return Err(Reason::ConditionLimit(self.condition).into());
        }
        self.columns.forward(run)?; //                                         β u ← A v − α u
        let rho = self.alpha.hypot(self.columns.beta); //                      ρ ← √(ᾱ² + β²)
        if rho == 0.0 {
            return Err(Reason::Breakdown(rho).into());
        }
        self.near_problem.add(self.columns.alpha, self.columns.beta);
        let x2 = self.near_problem.is_asked().then(|| self.columns.x.norm2(run)); // of the x before, which is no larger
        let [x2, _] = self.columns.adjoint([x2, None], run)?; //               α v ← Aᴴ u − β v
        let (c, s) = (self.alpha / rho, self.columns.beta / rho);
        let theta = s * self.columns.alpha;
        self.alpha = c * self.columns.alpha;
        let [rho_bar_before, c_bar, s_bar] = self.of_bar;
        let theta_bar = s_bar * rho;
        let rho_bar = (c_bar * rho).hypot(theta);
        if rho_bar == 0.0 {
            return Err(Reason::Breakdown(rho_bar).into());
        }
        self.spread.add(rho_bar_before);
        self.condition = self.spread.condition(c_bar * rho);
        self.of_bar = [rho_bar, c_bar * rho / rho_bar, theta / rho_bar];
        let zeta = self.of_bar[1] * self.zeta; //                              ζ ← c̄ ζ̄
        self.zeta *= -self.of_bar[2]; //                                       ζ̄ ← −s̄ ζ̄
        let keep = -theta_bar * rho / (self.rho * rho_bar_before);
        self.g.xpby(&self.h, real(keep))?; //                                  h̄ ← h − (θ̄ ρ / ρ' ρ̄') h̄
        let by = zeta / (rho * rho_bar) / self.columns.unit_of_gradient();
        self.columns.x.axpy(real(by), &self.g)?; //                            x ← x + (ζ / ρ ρ̄) h̄
        let (v, of_v) = self.columns.v();
        self.h.axpby(real(of_v), v, real(-theta / rho))?; //                   h ← v − (θ/ρ) h
        self.rho = rho;
        self.residual.step([c, s], theta_bar, rho_bar, zeta);
        Ok(self.measures((self.zeta / self.columns.unit_of_gradient()).powi(2), x2))
    }
}

impl<X: Scalar, Y: Scalar> fmt::Debug for Lsmr<'_, X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lsmr").field("vectors", &self.vectors()).field("zeta", &self.zeta).finish_non_exhaustive()
    }
}
