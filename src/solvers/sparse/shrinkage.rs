//! Iterative shrinkage: ISTA, and FISTA, which looks ahead.
//!
//! ```text
//! z ← x,  r ← b − A x,  s ← r,  t ← 1
//! repeat   y ← T(z + α Aᴴ s)
//!          q ← b − A y
//!          t' ← (1 + √(1 + 4 t²)) / 2,  ω ← (t − 1) / t',  t ← t'          (ISTA: ω = 0)
//!          z ← y + ω (y − x),  s ← q + ω (q − r)
//!          x ← y,  r ← q
//! ```
//!
//! s is b − A z without another application of A. Two vectors of the model's size and three of the data's beside x and b
//! (ISTA: one and one). Each iteration: one forward and one adjoint application, one reduction. I. Daubechies, M. Defrise and C. De Mol, Comm. Pure Appl. Math. 57 (2004) 1413;
//! A. Beck and M. Teboulle, SIAM J. Imaging Sci. 2 (2009) 183; restarts: B. O'Donoghue and E. Candès, Found. Comput. Math. 15 (2015) 715.

use super::soft::Threshold;
use super::sparse_problem::{COLUMNS, SparseProblem, combine, turning};
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{Communication, LinearOperator, Operator};
use crate::solvers::{Measures, Method, Options, PerIteration, Reason, Report, Run, State, Stop, Vectors};
use std::{fmt, mem};

/// Solves min ½ ‖b − A x‖² + ε ‖x‖₁ from the x that is passed in, by ISTA: see [`fista`], which needs far fewer iterations.
///
/// # Communication
/// As of [`fista`].
///
/// # Errors
/// Those of [`fista`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Diagonal, solvers::{Options, ista}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let a = Diagonal::of(&DistArray::full(&layout, 2.0))?;
///     let b = DistArray::from_fn(&layout, |i| 4.0 * i[0] as f64);
///     let mut x = b.zeros_like();
///     let _ = ista(&a, &b, &mut x, 8.0, &Options::default())?;
///     assert!((&x - &DistArray::from_fn(&layout, |i| (2.0 * i[0] as f64 - 1.0).max(0.0))).norm() < 1e-6);
///     Ok(())
/// })
/// .unwrap();
/// ```
pub fn ista<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    b: &DistArray<Y>,
    x: &mut DistArray<X>,
    eps: f64,
    options: &Options,
) -> Result<Report<X::Real>> {
    Shrinkage::ista(a, b, x, eps)?.solve(options)
}

/// Solves min ½ ‖b − A x‖² + ε ‖x‖₁ from the x that is passed in, by FISTA. As in PyLops, ε counts half: coefficients are
/// shrunk by ε α / 2 in each step, so that it is ε/2 that is minimised with.
///
/// Arrays and stacks, real and complex, and A from one to the other. With exact summation (the default) and operators that
/// keep it, every iterate has the same bits on any number of ranks. [`Shrinkage`] is the method itself, for other thresholds,
/// transforms, steps and restarts.
///
/// The report has the series "update", ‖y − z‖, how far the last step went from where it began, which is what the tolerance is held against;
/// "cost", ‖b − A x‖; "size", ‖x‖₁; and "objective", ½ ‖b − A x‖² + ε ‖x‖₁, the cost of PyLops. When the tolerance is
/// met, the step from x itself is computed, and only its length is believed.
///
/// # Communication
/// Each iteration that of A and of Aᴴ, and one all-reduce of 1368 bytes. At the start one more of each, and an
/// [estimate of the norm](Operator::norm_estimate) where no step is given.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if b is not
/// of the range or x not of the domain; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for an ε or a tolerance that is
/// negative or not finite. Not converging is no error: see [`Report::reason`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Diagonal, solvers::{Options, fista}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let a = Diagonal::of(&DistArray::full(&layout, 2.0))?;
///     let b = DistArray::from_fn(&layout, |i| 4.0 * i[0] as f64);
///     let mut x = b.zeros_like();
///     let report = fista(&a, &b, &mut x, 8.0, &Options::default())?;
///     assert!(report.reason.converged());
///     assert!((&x - &DistArray::from_fn(&layout, |i| (2.0 * i[0] as f64 - 1.0).max(0.0))).norm() < 1e-6);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The papers above; iterates and costs of PyLops's `fista`, with two applications of A fewer.
pub fn fista<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    b: &DistArray<Y>,
    x: &mut DistArray<X>,
    eps: f64,
    options: &Options,
) -> Result<Report<X::Real>> {
    Shrinkage::fista(a, b, x, eps)?.solve(options)
}

/// The method of [`ista`] and [`fista`]; its vectors are x, y and r, q, and of FISTA z and s.
pub struct Shrinkage<'a, X: Scalar, Y: Scalar = X> {
    problem: SparseProblem<'a, X, Y>,
    x: &'a mut DistArray<X>,
    y: DistArray<X>,
    r: DistArray<Y>,
    q: DistArray<Y>,
    ahead: Option<Ahead<X, Y>>,
    /// ‖b − A x‖², and whether it may not grow.
    r2: f64,
    watches: bool,
}

/// Where FISTA looks from.
struct Ahead<X: Scalar, Y: Scalar> {
    z: DistArray<X>,
    s: DistArray<Y>,
    t: f64,
    restarts: bool,
}

impl<'a, X: Scalar, Y: Scalar> Shrinkage<'a, X, Y> {
    /// ISTA. Takes all memory.
    ///
    /// # Errors
    /// Those of [`ista`], but for the options.
    pub fn ista(a: &'a Operator<X, Y>, b: &'a DistArray<Y>, x: &'a mut DistArray<X>, eps: f64) -> Result<Self> {
        let problem = SparseProblem::new(a, b, x, eps)?;
        let (y, r, q) = (x.zeros_like(), b.zeros_like(), b.zeros_like());
        Ok(Self { problem, x, y, r, q, ahead: None, r2: 0.0, watches: false })
    }

    /// FISTA. Takes all memory.
    ///
    /// # Errors
    /// Those of [`fista`], but for the options.
    pub fn fista(a: &'a Operator<X, Y>, b: &'a DistArray<Y>, x: &'a mut DistArray<X>, eps: f64) -> Result<Self> {
        let ahead = Ahead { z: x.zeros_like(), s: b.zeros_like(), t: 1.0, restarts: false };
        Ok(Self { ahead: Some(ahead), ..Self::ista(a, b, x, eps)? })
    }

    /// α, the length of steps (1/‖A‖², of an estimate of the norm). Of more than 2/‖A‖² iterations diverge.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if it is not a finite number above 0.
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

    /// Shrinks so that about this many per cent of the coefficients are kept, in each step anew, whatever ε is: PyLops's
    /// percentile thresholds.
    ///
    /// # Communication
    /// Ten small all-reduces more in each iteration.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if it is not from 0 to 100.
    pub fn keep(mut self, percent: f64) -> Result<Self> {
        self.problem.set_keep(percent)?;
        Ok(self)
    }

    /// What ε is multiplied by, iteration by iteration; after the last one, by that one (1).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if one is negative or not finite.
    pub fn decay(mut self, decay: &[f64]) -> Result<Self> {
        self.problem.set_decay(decay)?;
        Ok(self)
    }

    /// Coefficients are those that Sᴴ makes of the model, and not the model itself: x ← S T(Sᴴ x), with S Sᴴ = 1. From coefficients
    /// of any type, as those of a Fourier transform of a real model.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if S is not to the model's space.
    pub fn analysis<C: Scalar>(mut self, s: &'a Operator<C, X>) -> Result<Self> {
        self.problem.set_analysis(s, self.x)?;
        Ok(self)
    }

    /// FISTA begins to look ahead anew when its step goes against the last one: then the objective does not ripple.
    ///
    /// # Communication
    /// 456 bytes more in the reduction of an iteration.
    #[must_use]
    pub fn restart(mut self) -> Self {
        if let Some(ahead) = &mut self.ahead {
            ahead.restarts = true;
        }
        self
    }

    /// Stops with [`Reason::Diverged`] when ‖b − A x‖ grows: a hint to smaller ε or α.
    #[must_use]
    pub fn monitor(mut self) -> Self {
        self.watches = true;
        self
    }

    /// What this rank sends in an iteration, as [`Cg::communication`](crate::solvers::Cg::communication) says it; without that of an
    /// analysis operator and of percentiles.
    ///
    /// # Errors
    /// As [`Cg::communication`](crate::solvers::Cg::communication).
    pub fn communication(&self) -> Result<PerIteration> {
        let a = self.problem.a;
        let Communication { forward, adjoint } = a.communication();
        let restarts = self.ahead.as_ref().is_some_and(|ahead| ahead.restarts);
        PerIteration::of(forward + adjoint, &[a.domain(), a.range()], &[3 + usize::from(restarts)]) // ‖q‖², ‖y‖₁, ‖y − z‖²
    }
}

impl<X: Scalar, Y: Scalar> Method for Shrinkage<'_, X, Y> {
    type Model = X;

    fn name(&self) -> &'static str {
        if self.ahead.is_some() { "FISTA" } else { "ISTA" }
    }

    fn model(&self) -> &DistArray<X> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        let vectors = Vectors::data("b", self.problem.b).and("x", self.x).and("r", &self.r).and("y", &self.y);
        let vectors = self.problem.vectors(vectors.and("q", &self.q));
        match &self.ahead {
            Some(ahead) => vectors.and("z", &ahead.z).and("s", &ahead.s),
            None => vectors,
        }
    }

    fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
        let Self { problem, x, y, r, ahead, .. } = self;
        let (r2, _, measures) = problem.begin(x, r, y, run)?; //               r ← b − A x
        if let Some(ahead) = ahead {
            ahead.z.copy_from(x)?;
            ahead.s.copy_from(r)?;
            ahead.t = 1.0;
        }
        self.r2 = r2;
        Ok(measures)
    }

    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
        let Self { problem, x, y, r, q, ahead, .. } = self;
        let (s, z) = ahead.as_ref().map_or((&*r, &**x), |ahead| (&ahead.s, &ahead.z));
        let [size, distance2] = problem.shrink(s, z, y, run)?; //              y ← T(z + α Aᴴ s)
        let q2 = problem.residual(y, q, run)?; //                              q ← b − A y
        let against = match ahead {
            Some(Ahead { z, restarts: true, .. }) => Some(turning(z, y, x, run)), // ⟨z − y, y − x⟩
            _ => None,
        };
        let [q2, size, distance2, against] = run.sums([Some(q2), Some(size), Some(distance2), against])?;
        let q2 = run.finite(q2, "q")?;
        if self.watches && q2 > self.r2 {
            return Err(Reason::Diverged(q2.sqrt()).into());
        }
        if let Some(Ahead { z, s, t, .. }) = ahead {
            let before = if against > 0.0 { 1.0 } else { *t };
            *t = f64::midpoint(1.0, (1.0 + 4.0 * before * before).sqrt());
            let omega = (before - 1.0) / *t;
            combine(z, 1.0 + omega, y, -omega, x); //                          z ← y + ω (y − x)
            combine(s, 1.0 + omega, q, -omega, r); //                          s ← q + ω (q − r)
        }
        mem::swap(&mut **x, y); //                                             x ← y
        mem::swap(r, q); //                                                    r ← q
        self.r2 = q2;
        Ok(self.problem.measures(distance2, q2.sqrt(), size))
    }

    fn residual(&mut self, run: &Run) -> Result<f64> {
        run.residual(self.problem.a, self.problem.b, self.x, &mut self.q)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { x, r, ahead, r2, .. } = self;
        let state = State::new().vector("x", *x).vector("r", r).number("r2", r2);
        Some(match ahead {
            Some(Ahead { z, s, t, .. }) => state.vector("z", z).vector("s", s).number("t", t),
            None => state,
        })
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

impl<X: Scalar, Y: Scalar> fmt::Debug for Shrinkage<'_, X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shrinkage").field("vectors", &self.vectors()).finish_non_exhaustive()
    }
}
