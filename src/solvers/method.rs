//! What an iterative method is, to whoever writes one.

use super::{Measures, MemoryPlan, Options, Report, Run, Solver, State, Stop, Vectors};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Scalar;

/// An iterative method: its vectors, how it begins, and one iteration.
///
/// All else is the [`Solver`]'s: the loop, callback, log and progress bar, time limit, stagnation, histories, the
/// search for what is not finite, the report.
///
/// Constructors check spaces and take all memory; `iterate` allocates nothing. Vectors are [`DistArray`]s with the
/// updates [`axpy`](DistArray::axpy), [`xpby`](DistArray::xpby), [`axpby`](DistArray::axpby), the sums
/// [`norm2`](DistArray::norm2), [`re_dot`](DistArray::re_dot), and the fusions of both, as
/// [`axpy_norm2`](DistArray::axpy_norm2). Whatever is decided from sums is decided alike on every rank; nothing else may
/// decide.
///
/// # Example
/// Steepest descent for a positive definite A: r ← b − A x, α ← ‖r‖² / ⟨r, A r⟩, x ← x + α r.
/// ```
/// use lops::solvers::{Measures, Method, Options, Run, Stop, Vectors};
/// use lops::{DistArray, Layout, Operator, Result, launch_threads, operators::Diagonal};
///
/// struct Descent<'a> {
///     a: &'a Operator<f64>,
///     b: &'a DistArray<f64>,
///     x: &'a mut DistArray<f64>,
///     r: DistArray<f64>,
///     q: DistArray<f64>,
///     rho: f64,
/// }
///
/// impl Method for Descent<'_> {
///     type Model = f64;
///
///     fn name(&self) -> &'static str {
///         "Steepest descent"
///     }
///     fn model(&self) -> &DistArray<f64> {
///         self.x
///     }
///     fn vectors(&self) -> Vectors<'_> {
///         Vectors::data("b", self.b).and("x", self.x).and("r", &self.r).and("q", &self.q)
///     }
///     fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
///         self.a.apply_into(self.x, &mut self.q)?; //                              q ← A x
///         self.r.copy_from(self.b)?;
///         [self.rho] = run.sums([self.r.axpy_norm2(-1.0, &self.q, run)?])?; //     r ← b − q, ρ ← ‖r‖²
///         Ok(Measures::criterion("cost", self.rho))
///     }
///     fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
///         self.a.apply_into(&self.r, &mut self.q)?; //                             q ← A r
///         let [delta] = run.sums([self.r.re_dot(&self.q, run)?])?; //              δ ← ⟨r, q⟩
///         let alpha = self.rho / run.finite(delta, "q")?; //                       α ← ρ / δ
///         self.x.axpy(alpha, &self.r)?; //                                         x ← x + α r
///         [self.rho] = run.sums([self.r.axpy_norm2(-alpha, &self.q, run)?])?; //   r ← r − α q, ρ ← ‖r‖²
///         Ok(Measures::criterion("cost", self.rho))
///     }
///     fn residual(&mut self, run: &Run) -> Result<f64> {
///         run.residual(self.a, self.b, self.x, &mut self.q)
///     }
/// }
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[5], 0)?;
///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
///     let (b, mut x) = (DistArray::full(&layout, 60.0), DistArray::zeros(&layout));
///     let (r, q) = (b.zeros_like(), b.zeros_like());
///     let report = Descent { a: &a, b: &b, x: &mut x, r, q, rho: 0.0 }.solve(&Options::default())?;
///     assert!(report.reason.converged());
///     assert!((&x - &DistArray::from_fn(&layout, |i| 60.0 / (1.0 + i[0] as f64))).norm() < 1e-3);
///     Ok(())
/// })
/// .unwrap();
/// ```
pub trait Method {
    /// The scalar of the model.
    type Model: Scalar;

    /// What the log and the progress bar call it.
    fn name(&self) -> &'static str;

    /// The model so far.
    fn model(&self) -> &DistArray<Self::Model>;

    /// The data, the model and the method's own vectors, in the letters of its documentation.
    ///
    /// All that it forms sums of are here. A number that is not finite is looked for in this order.
    fn vectors(&self) -> Vectors<'_>;

    /// From the model as it is to the first measures: at the start, and again when the criterion is as small as was
    /// asked for, since only what is computed anew from the model is believed. Where that is not small enough, iterations
    /// go on from this new beginning. The measure "cost", if there is one, is ‖b − A x‖.
    ///
    /// # Errors
    /// [`Stop`] where there is nothing to begin with.
    fn begin(&mut self, run: &Run) -> Result<Measures, Stop>;

    /// One iteration, and its measures. Allocates nothing. The model is changed after the first sums: by them the
    /// callback of another rank stops the iteration, which then does not count.
    ///
    /// # Errors
    /// [`Stop`] where there is no step to take: the iteration does not count.
    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop>;

    /// The norm of the true residual, computed anew from the model. The method's vectors may be used for it: no
    /// iteration comes after.
    ///
    /// # Errors
    /// Those of the operator.
    fn residual(&mut self, run: &Run) -> Result<f64>;

    /// The criterion at x = 0, for [`Tolerance::OfData`](super::Tolerance::OfData); `None` where x starts there, so that
    /// it is the first one. Called before [`begin`](Self::begin).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if the method knows no such thing, as here.
    fn criterion_at_zero(&mut self, run: &Run) -> Result<Option<Measures>, Stop> {
        let what = format!("tolerance of {}", self.name());
        let expected = "one that is not relative to the data, which this method does not offer";
        Err(Error::expected(ErrorKind::Parameter, what, expected, format!("{:?}", run.options().tolerance)).into())
    }

    /// The largest relative difference of ⟨A c, s⟩ and ⟨c, Aᴴ s⟩ that the method came upon and rounding errors do not explain, for
    /// [`Report::adjoint_mismatch`]; `None` of a method that does not look, as here.
    fn adjoint_mismatch(&self) -> Option<f64> {
        None
    }

    /// All that the next iteration goes on from, for a [checkpoint](super::Solver::checkpoint); `None` of a method that has none, as here.
    fn state(&mut self) -> Option<State<'_>> {
        None
    }

    /// Does what is to be done when [`state`](Self::state) has been read from a checkpoint: nothing, here.
    ///
    /// # Errors
    /// Those of what it does.
    fn restored(&mut self) -> Result<()> {
        Ok(())
    }

    /// Bytes that the method keeps on this rank beside the vectors that it tells of: what its operators keep
    /// ([`LinearOperator::scratch`](crate::LinearOperator::scratch)), a basis, messages. For [`memory_plan`](Self::memory_plan).
    fn scratch(&self) -> usize {
        0
    }

    /// What a solve takes of memory on this rank.
    fn memory_plan(&self) -> MemoryPlan {
        MemoryPlan::of(&self.vectors(), self.scratch())
    }

    /// Parameters of the method that the log's head tells.
    fn parameters(&self) -> Vec<(&'static str, f64)> {
        Vec::new()
    }

    /// The columns of the log, each a heading and the name of a measure. By default the cost, as `r2norm`.
    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        vec![("r2norm", "cost")]
    }

    /// Begins, and hands the method to a solver: to set a callback, or to make one iteration at a time.
    ///
    /// # Errors
    /// Those of [`begin`](Self::begin); [`ErrorKind::Parameter`] for a tolerance that is negative or not finite;
    /// [`ErrorKind::Communicator`] or [`ErrorKind::Layout`] for vectors of several communicators or masks, or in chunks
    /// that are to be combined; [`ErrorKind::Layout`] too of masked vectors whose operator sends from colour to colour: colours
    /// stop by themselves, so nobody may wait for another one.
    fn start<'c>(self, options: &Options) -> Result<Solver<'c, Self>>
    where
        Self: Sized,
    {
        Solver::new(self, options)
    }

    /// Solves, and reports.
    ///
    /// # Errors
    /// Those of [`start`](Self::start). Not converging is no error: see [`Report::reason`].
    fn solve(self, options: &Options) -> Result<Report<<Self::Model as Scalar>::Real>>
    where
        Self: Sized,
    {
        self.start(options)?.solve()
    }
}
