//! Iteratively reweighted least squares: ‖·‖₁ of the residual, or of the model, by way of squares with weights.
//!
//! ```text
//! x ← argmin ‖b − A x‖² + ε² ‖x‖²                                             the first iteration
//! repeat   wᵢ ← √(1 / (|rᵢ| + δ)), the largest scaled to 1,  r = b − A x      weights of the data
//!          x ← argmin ‖w (b − A x)‖² + ε² ‖x‖²
//! or       wᵢ ← √|xᵢ|, the largest scaled to 1                                weights of the model
//!          z ← argmin ‖b − A w z‖² + ε² ‖z‖²,  x ← w z
//! ```
//!
//! The problems of least squares are solved by LSQR, with weights of the data each from the model before. Two vectors of the data's size
//! and one of the model's beside x and b, one of weights, and what LSQR and the weighted operator need, which is taken anew in each
//! iteration. P. Holland and R. Welsch, Commun. Stat. 6 (1977) 813; I. Gorodnitsky and B. Rao, IEEE Trans. Signal Process. 45 (1997) 600;
//! R. Chartrand and W. Yin, ICASSP 2008, 3869.

use super::sparse_problem::{SparseProblem, norm, size_and_distance, size_of};
use crate::array::{DistArray, Norm};
use crate::comm::Reduction;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};
use crate::operators::{Diagonal, LinearOperator, Operator};
use crate::solvers::options::not_negative;
use crate::solvers::run::real;
use crate::solvers::{Lsqr, Measures, Method, Options, Reason, Report, Run, State, Stop, Vectors};
use std::{fmt, mem, time::Duration};

/// Solves min ‖b − A x‖₁ from the x that is passed in, by iteratively reweighted least squares: outliers in the data hardly matter.
///
/// Arrays and stacks, real and complex, and A from one to the other. With exact summation (the default) and operators that keep
/// it, every iterate has the same bits on any number of ranks. [`Irls`] is the method itself: for weights of the model, which make it
/// sparse, for δ, ε and the limits of inner iterations.
///
/// The report has the series "change", ‖x − x'‖ / ‖x‖ of the last two models, which is what the tolerance is held against (1 at the
/// start, where nothing is known); "cost", ‖b − A x‖; "misfit", ‖b − A x‖₁; and "inner", the iterations of LSQR within each one.
///
/// # Communication
/// Each iteration that of LSQR's, of A, one all-reduce of 8 bytes (but in the first one) and one of 1824; one of 8 more where there is a time limit.
///
/// # Errors
/// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if b is not of the range or x not of the domain; [`ErrorKind::Parameter`] for a
/// tolerance that is negative or not finite. Not converging is no error: see [`Report::reason`]. What LSQR cannot solve ends iterations with
/// its own reason.
///
/// # Example
/// A line through points, of which one is wrong:
/// ```
/// use lops::{DistArray, Layout, LinearOperator, launch_threads, operators::DistMatrixMult, solvers::{Options, irls}};
///
/// launch_threads(2, |comm| {
///     let matrix = DistArray::from_fn(&Layout::scatter(comm, &[9, 2], 0)?, |i| (i[0] as f64).powi(i[1] as i32));
///     let a = DistMatrixMult::new(&matrix).on(&Layout::scatter(comm, &[2], 0)?)?;
///     let line = Layout::scatter(comm, &[9], 0)?;
///     let b = DistArray::from_fn(&line, |i| if i[0] == 6 { -50.0 } else { 3.0 + 2.0 * i[0] as f64 });
///     let b = b.redistribute(a.range().layout()?)?;
///     let mut x = DistArray::zeros(a.domain());
///     let report = irls(&a, &b, &mut x, &Options::default())?;
///     assert!(report.reason.converged());
///     assert!((x.get(&[0])? - 3.0).abs() < 1e-6 && (x.get(&[1])? - 2.0).abs() < 1e-6);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The papers above; iterates of PyLops's `irls`, whose problems of weighted models are here those of least squares that have the same
/// solutions, with half the digits of the condition.
pub fn irls<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    b: &DistArray<Y>,
    x: &mut DistArray<X>,
    options: &Options,
) -> Result<Report<X::Real>> {
    Irls::data(a, b, x)?.solve(options)
}

/// The method of [`irls`]; its vectors are x, y and r, q, and w, the weights.
///
/// With weights of the data and of the model together (PyLops's `datamodel`) it is that of a stack: the misfits of
/// [`StackedVStack`](crate::operators::StackedVStack) `[A; ε]` and `[b; 0]`.
///
/// # Example
/// The sparsest model of data that many explain:
/// ```
/// use lops::{DistArray, Layout, LinearOperator, launch_threads, operators::DistMatrixMult};
/// use lops::solvers::{Irls, Method, Options};
///
/// launch_threads(2, |comm| {
///     let matrix = DistArray::from_fn(&Layout::scatter(comm, &[8, 15], 0)?, |i| ((i[0] + 1) as f64 * (i[1] + 2) as f64).sin());
///     let a = DistMatrixMult::new(&matrix).on(&Layout::scatter(comm, &[15], 0)?)?;
///     let truth = DistArray::from_fn(a.domain().layout()?, |i| match i[0] { 3 => 1.0, 11 => -2.0, _ => 0.0 });
///     let (b, mut x) = (&a * &truth, truth.zeros_like());
///     let report = Irls::model(&a, &b, &mut x)?.solve(&Options::default())?;
///     assert!(report.reason.converged());
///     assert!((&x - &truth).norm() < 1e-4);
///     Ok(())
/// })
/// .unwrap();
/// ```
pub struct Irls<'a, X: Scalar, Y: Scalar = X> {
    a: &'a Operator<X, Y>,
    b: &'a DistArray<Y>,
    x: &'a mut DistArray<X>,
    y: DistArray<X>,
    r: DistArray<Y>,
    q: DistArray<Y>,
    weights: Weights<X, Y>,
    /// δ, and whether it is a floor.
    delta: f64,
    is_floor: bool,
    damp: f64,
    inner: Options,
    /// Of the last iteration.
    told: Measures,
    /// The largest that LSQR came upon.
    mismatch: Option<f64>,
}

/// What is weighted, and w.
enum Weights<X: Scalar, Y: Scalar> {
    Data(DistArray<Y>),
    Model(DistArray<X>),
}

impl<'a, X: Scalar, Y: Scalar> Irls<'a, X, Y> {
    /// min ‖b − A x‖₁: weights of the data. Takes the memory of all vectors but LSQR's.
    ///
    /// # Errors
    /// Those of [`irls`], but for the options.
    pub fn data(a: &'a Operator<X, Y>, b: &'a DistArray<Y>, x: &'a mut DistArray<X>) -> Result<Self> {
        Self::new(a, b, x, Weights::Data(b.zeros_like()))
    }

    /// min ‖x‖₁ where A x = b: weights of the model. Numbers that have become 0 stay 0, and what is passed in as x does not matter: the
    /// first model is the smallest one. Here the report has the series "size", ‖x‖₁, and no "misfit". Takes the memory of all vectors but
    /// LSQR's.
    ///
    /// # Errors
    /// As [`data`](Self::data).
    pub fn model(a: &'a Operator<X, Y>, b: &'a DistArray<Y>, x: &'a mut DistArray<X>) -> Result<Self> {
        let weights = Weights::Model(x.zeros_like());
        Self::new(a, b, x, weights)
    }

    fn new(
        a: &'a Operator<X, Y>,
        b: &'a DistArray<Y>,
        x: &'a mut DistArray<X>,
        weights: Weights<X, Y>,
    ) -> Result<Self> {
        a.range().same_as(b.space(), "data of IRLS")?;
        a.domain().same_as(x.space(), "model of IRLS")?;
        let (y, r, q) = (x.zeros_like(), b.zeros_like(), b.zeros_like());
        let inner = Options::default().tolerance(1e-8);
        let told = Measures::criterion("change", 1.0);
        Ok(Self { a, b, x, y, r, q, weights, delta: 1e-10, is_floor: false, damp: 1e-10, inner, told, mismatch: None })
    }

    /// δ, which keeps weights of the data finite (1e-10): the size of residuals that are as good as 0. PyLops's `epsR`.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not a finite number above 0.
    pub fn delta(mut self, delta: f64) -> Result<Self> {
        if !(delta.is_finite() && delta > 0.0) {
            return Err(Error::expected(ErrorKind::Parameter, "delta", "a finite number above 0", delta));
        }
        self.delta = delta;
        Ok(self)
    }

    /// Weights of the data are 1 / max(|rᵢ|, δ), and not 1 / (|rᵢ| + δ): residuals below δ count by their squares, as Huber's. PyLops's
    /// `threshR`.
    #[must_use]
    pub fn floor(mut self) -> Self {
        self.is_floor = true;
        self
    }

    /// ε of the damping (1e-10), of x or of z. PyLops's `epsI`.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is negative or not finite.
    pub fn damp(mut self, damp: f64) -> Result<Self> {
        not_negative("damp", damp)?;
        self.damp = damp;
        Ok(self)
    }

    /// What LSQR is told (100 iterations, 1e-8 of its first gradient). It ends, too, when the time of all is up.
    #[must_use]
    pub fn inner(mut self, options: &Options) -> Self {
        self.inner = options.clone();
        self
    }

    /// y ← the next model, from x, and the iterations that it took.
    fn solve_weighted(&mut self, run: &Run) -> Result<usize, Stop> {
        let options = self.inner_options(run);
        let Self { a, b, x, y, r, q, weights, delta, is_floor, damp, mismatch, .. } = self;
        match weights {
            Weights::Data(_) => y.copy_from(x)?,
            // From 0 LSQR finds the smallest z of those that explain the data equally well.
            Weights::Model(_) => y.as_mut_slice().fill(X::zero()),
        }
        let mut solve = |a: &Operator<X, Y>, b: &DistArray<Y>, y: &mut DistArray<X>| -> Result<usize, Stop> {
            let report = Lsqr::new(a, b, y)?.damp(*damp)?.solve(&options)?;
            *mismatch = mismatch.iter().copied().chain(report.adjoint_mismatch).reduce(f64::max);
            finished(report)
        };
        if run.iteration() == 0 {
            return solve(a, b, y);
        }
        match weights {
            Weights::Data(w) => {
                let (delta, is_floor) = (*delta, *is_floor);
                let stabilised = |size: f64| if is_floor { size.max(delta) } else { size + delta };
                let least = stabilised(r.norm_of(Norm::NegInf)?);
                w.zip_in_place(r, |_, r| real((least / stabilised(modulus(r))).sqrt()))?; // w ← √(least / (|r| + δ))
                q.copy_from(b)?;
                q.zip_in_place(w, |b, w| w * b)?;
                solve(&(&Diagonal::of(w)? * *a), q, y)
            }
            Weights::Model(w) => {
                let most = x.norm_of(Norm::Inf)?;
                if most == 0.0 {
                    return Ok(0);
                }
                w.zip_in_place(x, |_, x| real((modulus(x) / most).sqrt()))?; //    w ← √(|x| / most)
                let inner = solve(&(*a * &Diagonal::of(w)?), b, y)?;
                y.zip_in_place(w, |z, w| w * z)?; //                               y ← w z
                Ok(inner)
            }
        }
    }

    /// Those of LSQR, with the sums of this run and what is left of its time.
    fn inner_options(&self, run: &Run) -> Options {
        let all = run.options();
        let left = all.time_limit.map(|limit| self.agreed(limit.saturating_sub(run.started.elapsed())));
        let time_limit = left.into_iter().chain(self.inner.time_limit).min();
        Options { summation: all.summation, time_limit, ..self.inner.clone() }
    }

    /// The least time that a rank has left: clocks differ, and ranks are told the same.
    fn agreed(&self, left: Duration) -> Duration {
        let mut micros = [u64::try_from(left.as_micros()).unwrap_or(u64::MAX)];
        self.x.space().group().all_reduce(&mut micros, Reduction::Min);
        Duration::from_micros(micros[0])
    }

    /// The name of what is made small, and its sum.
    fn size_name(&self) -> &'static str {
        if matches!(self.weights, Weights::Data(_)) { "misfit" } else { "size" }
    }
}

fn modulus<T: Scalar>(x: T) -> f64 {
    x.modulus().to_f64()
}

/// The iterations of a run whose model can be gone on with.
fn finished<R>(report: Report<R>) -> Result<usize, Stop> {
    match report.reason {
        reason @ (Reason::NonFinite { .. } | Reason::Adjoint | Reason::Breakdown(_)) => Err(reason.into()),
        _ => Ok(report.iterations),
    }
}

impl<X: Scalar, Y: Scalar> Method for Irls<'_, X, Y> {
    type Model = X;

    fn name(&self) -> &'static str {
        "IRLS"
    }

    fn model(&self) -> &DistArray<X> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        let vectors = Vectors::data("b", self.b).and("x", &*self.x).and("r", &self.r);
        let vectors = match &self.weights {
            Weights::Data(w) => vectors.and("w", w),
            Weights::Model(w) => vectors.and("w", w),
        };
        vectors.and("q", &self.q).and("y", &self.y)
    }

    fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
        // The change is one of models, which are there: nothing has come between it and the truth.
        if run.is_judging() {
            return Ok(self.told);
        }
        let cost = run.residual(self.a, self.b, self.x, &mut self.r)?; //          r ← b − A x
        let size = match &self.weights {
            Weights::Data(_) => size_of(&self.r, run),
            Weights::Model(_) => size_of(&*self.x, run),
        };
        let [size] = run.sums([size])?;
        let measures = Measures::criterion("change", 1.0).and("cost", cost);
        Ok(measures.and(self.size_name(), size).and("inner", 0.0))
    }

    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
        let inner = self.solve_weighted(run)?; //                                  y ← the next model
        let Self { a, b, x, y, r, weights, .. } = self;
        a.apply_into(y, r)?;
        let r2 = r.axpby_norm2(Y::one(), b, -Y::one(), run)?; //                   r ← b − A y
        let [size_of_y, change2] = size_and_distance(y, x, run, |_| ());
        let size = match weights {
            Weights::Data(_) => size_of(r, run),
            Weights::Model(_) => size_of_y,
        };
        let [r2, size, change2, y2] = run.sums([r2, size, change2, y.norm2(run)])?;
        let change2 = SparseProblem::<X, Y>::trust(change2, y, x, run)?;
        let part2 = if change2 == 0.0 { 0.0 } else { change2 / run.finite(y2, "y")? };
        let cost = norm(run.finite(r2, "r")?, r, run);
        mem::swap(&mut **x, y); //                                                 x ← y
        self.told = Measures::criterion("change", part2).and("cost", cost);
        self.told = self.told.and(self.size_name(), size).and("inner", inner as f64);
        Ok(self.told)
    }

    fn residual(&mut self, run: &Run) -> Result<f64> {
        run.residual(self.a, self.b, self.x, &mut self.q)
    }

    fn state(&mut self) -> Option<State<'_>> {
        Some(State::new().vector("x", self.x).vector("r", &mut self.r).bits("mismatch", &mut self.mismatch))
    }

    fn adjoint_mismatch(&self) -> Option<f64> {
        self.mismatch
    }

    fn scratch(&self) -> usize {
        // LSQR's four vectors of the model and two of the data.
        let [model, data] = [size_of_val(self.x.as_slice()), size_of_val(self.b.as_slice())];
        self.a.scratch() + 4 * model + 2 * data
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let is_floor = f64::from(u8::from(self.is_floor));
        vec![("floor", is_floor), ("epsR", self.delta), ("epsI", self.damp), ("inner", self.inner.iterations as f64)]
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        vec![("r2norm", "cost"), ("r1norm", self.size_name()), ("xupdate", "change")]
    }
}

impl<X: Scalar, Y: Scalar> fmt::Debug for Irls<'_, X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Irls").field("vectors", &self.vectors()).field("inner", &self.inner).finish_non_exhaustive()
    }
}
