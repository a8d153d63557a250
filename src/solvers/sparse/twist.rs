//! Two-step iterative shrinkage: TwIST.
//!
//! ```text
//! y ← T(x + α Aᴴ (b − A x))
//! z ← (1 − a) z + (a − b) x + b y            z is the x before
//! where ½ ‖b − A z‖² + ½ ε ‖z‖₁ is not above that of x, x is z next, else y
//! ```
//!
//! with a = 1 + ρ², b = 2 a / (1 + ξ), ρ = (1 − √ξ) / (1 + √ξ), of a ξ that is no more than the least eigenvalue of α AᴴA that matters. Each iteration: one forward and
//! one adjoint application and one reduction, one forward and one reduction more where y is taken. J. Bioucas-Dias and
//! M. Figueiredo, IEEE Trans. Image Process. 16 (2007) 2992.

use super::soft::Threshold;
use super::sparse_problem::{COLUMNS, SparseProblem, size_of};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Scalar;
use crate::operators::Operator;
use crate::solvers::run::real;
use crate::solvers::{Measures, Method, Options, Report, Run, State, Stop, Vectors};
use std::{fmt, mem};

/// Solves min ½ ‖b − A x‖² + ½ ε ‖x‖₁ from the x that is passed in, by TwIST, whose objective never grows. [`TwIst`] is the method itself.
///
/// The report has the series of [`fista`](super::fista).
///
/// # Communication
/// Each iteration that of A and of Aᴴ, and one all-reduce of 1368 bytes; where a step of two would let the objective grow, that of A and
/// an all-reduce of 912 more.
///
/// # Errors
/// Those of [`fista`](super::fista).
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::Diagonal, solvers::{Options, twist}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[4], 0)?;
/// let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
/// let (b, mut x) = (DistArray::full(&layout, 6.0), DistArray::zeros(&layout));
/// let report = twist(&a, &b, &mut x, 2.0, &Options::iterations(300))?;
/// assert!(report.reason.converged());
/// let exact = |d: f64| 6.0 / d - 1.0 / (d * d);
/// assert!((&x - &DistArray::from_fn(&layout, |i| exact(1.0 + i[0] as f64))).norm() < 1e-4);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// The paper above.
pub fn twist<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    b: &DistArray<Y>,
    x: &mut DistArray<X>,
    eps: f64,
    options: &Options,
) -> Result<Report<X::Real>> {
    TwIst::new(a, b, x, eps)?.solve(options)
}

/// The method of [`twist`]; its vectors are x, y, z and r, q.
pub struct TwIst<'a, X: Scalar, Y: Scalar = X> {
    problem: SparseProblem<'a, X, Y>,
    x: &'a mut DistArray<X>,
    y: DistArray<X>,
    z: DistArray<X>,
    r: DistArray<Y>,
    q: DistArray<Y>,
    /// ξ.
    least: f64,
    /// Whether z is the x before.
    has_before: bool,
    merit: f64,
}

impl<'a, X: Scalar, Y: Scalar> TwIst<'a, X, Y> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`twist`], but for the options.
    pub fn new(a: &'a Operator<X, Y>, b: &'a DistArray<Y>, x: &'a mut DistArray<X>, eps: f64) -> Result<Self> {
        let problem = SparseProblem::new(a, b, x, eps)?;
        let (y, z, r, q) = (x.zeros_like(), x.zeros_like(), b.zeros_like(), b.zeros_like());
        Ok(Self { problem, x, y, z, r, q, least: 1e-3, has_before: false, merit: 0.0 })
    }

    /// ξ, the least eigenvalue of AᴴA that matters, as a part of the largest one (1e-3): 1e-4 where A is badly conditioned, up to 1.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not above 0 and at most 1.
    pub fn least_eigenvalue(mut self, part: f64) -> Result<Self> {
        if !(part > 0.0 && part <= 1.0) {
            return Err(Error::expected(ErrorKind::Parameter, "least eigenvalue", "above 0 and at most 1", part));
        }
        self.least = part;
        Ok(self)
    }

    /// As [`Shrinkage::step`](super::Shrinkage::step).
    ///
    /// # Errors
    /// As there.
    pub fn step(mut self, step: f64) -> Result<Self> {
        self.problem.set_step(step)?;
        Ok(self)
    }

    /// How coefficients are shrunk ([`Threshold::Soft`]).
    #[must_use]
    pub fn threshold(mut self, threshold: Threshold) -> Self {
        self.problem.set_threshold(threshold);
        self
    }

    /// As [`Shrinkage::analysis`](super::Shrinkage::analysis).
    ///
    /// # Errors
    /// As there.
    pub fn analysis<C: Scalar>(mut self, s: &'a Operator<C, X>) -> Result<Self> {
        self.problem.set_analysis(s, self.x)?;
        Ok(self)
    }

    /// Of the last two points and the step from the last one.
    fn weights(&self) -> [f64; 3] {
        let root = self.least.sqrt();
        let a = 1.0 + ((1.0 - root) / (1.0 + root)).powi(2);
        let b = 2.0 * a / (1.0 + self.least);
        [1.0 - a, a - b, b]
    }
}

impl<X: Scalar, Y: Scalar> Method for TwIst<'_, X, Y> {
    type Model = X;

    fn name(&self) -> &'static str {
        "TwIST"
    }

    fn model(&self) -> &DistArray<X> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        let vectors = Vectors::data("b", self.problem.b).and("x", self.x).and("r", &self.r).and("y", &self.y);
        self.problem.vectors(vectors.and("q", &self.q).and("z", &self.z))
    }

    fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
        let Self { problem, x, y, r, .. } = self;
        self.has_before = false;
        let (r2, size, measures) = problem.begin(x, r, y, run)?; //            r ← b − A x
        self.merit = problem.merit(r2, size);
        Ok(measures)
    }

    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
        let [of_before, of_last, of_step] = self.weights();
        let Self { problem, x, y, z, r, q, .. } = self;
        let [y_size, distance2] = problem.shrink(r, x, y, run)?; //            y ← T(x + α Aᴴ r)
        let mut distance = Some(distance2);
        let mut length2 = 0.0;
        if self.has_before {
            z.scale(real(of_before));
            z.axpy(real(of_last), x)?;
            z.axpy(real(of_step), y)?; //                                      z ← (1 − a) z + (a − b) x + b y
            let q2 = problem.residual(z, q, run)?; //                          q ← b − A z
            let [q2, size, distance2] = run.sums([Some(q2), Some(size_of(z, run)), distance.take()])?;
            length2 = distance2;
            let merit = problem.merit(run.finite(q2, "q")?, size);
            if merit <= self.merit {
                mem::swap(&mut **x, z); //                                     x ← z
                mem::swap(r, q);
                self.merit = merit;
                return Ok(problem.measures(distance2, q2.sqrt(), size));
            }
        }
        let q2 = problem.residual(y, q, run)?; //                              q ← b − A y
        let [q2, size, distance2] = run.sums([Some(q2), Some(y_size), distance])?;
        z.copy_from(x)?;
        mem::swap(&mut **x, y); //                                             x ← y
        mem::swap(r, q);
        self.merit = problem.merit(run.finite(q2, "q")?, size);
        self.has_before = true;
        Ok(problem.measures(length2 + distance2, q2.sqrt(), size))
    }

    fn residual(&mut self, run: &Run) -> Result<f64> {
        run.residual(self.problem.a, self.problem.b, self.x, &mut self.q)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { x, z, r, has_before, merit, .. } = self;
        let state = State::new().vector("x", *x).vector("z", z).vector("r", r);
        Some(state.flag("has_before", has_before).number("merit", merit))
    }

    fn scratch(&self) -> usize {
        self.problem.scratch()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        self.problem.parameters()
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        COLUMNS.to_vec()
    }
}

impl<X: Scalar, Y: Scalar> fmt::Debug for TwIst<'_, X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TwIst").field("vectors", &self.vectors()).finish_non_exhaustive()
    }
}
