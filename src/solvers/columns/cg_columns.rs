//! Conjugate gradients for several right-hand sides at once: A X = B with A Hermitian and positive definite.
//!
//! ```text
//! R ← B − A X,  P ← R,  ρⱼ ← ‖rⱼ‖²
//! repeat   Q ← A P;  for each column j that has not converged:
//!          δⱼ ← ⟨pⱼ, qⱼ⟩,  αⱼ ← ρⱼ / δⱼ
//!          rⱼ ← rⱼ − αⱼ qⱼ,  ρⱼ' ← ‖rⱼ‖²
//!          xⱼ ← xⱼ + αⱼ pⱼ,  pⱼ ← rⱼ + (ρⱼ'/ρⱼ) pⱼ,  ρⱼ ← ρⱼ'
//! ```
//!
//! The method of [`cg`](crate::solvers::cg()) for each column by itself; they share applications of A, passes over memory and messages. Three
//! vectors beside X and B.

use super::column::{ColumnReport, Columns};
use super::sums::Sums;
use super::tiles::{Tiles, check_range, columns_of};
use crate::array::{DistArray, Summing};
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator};
use crate::solvers::system::check_square;
use crate::solvers::units::is_ordinary;
use crate::solvers::{Measures, Method, Options, PerIteration, Report, Run, State, Stop, Vectors};
use std::fmt;

/// Solves A X = B for all columns of B at once, from the X that is passed in: what [`cg`](crate::solvers::cg()) makes of each column by
/// itself, in one pass of A an iteration. A is Hermitian and positive definite.
///
/// The last axis of B and X is their columns, whole on every rank; the other axes are cut as one likes. A does the same to every column and
/// mixes none with another, as all operators of this crate do that act along other axes. That is not checked: of an A that mixes columns
/// the results are none.
///
/// Each column has its own steps, and has converged when its residual is small enough relative to its own first one (or to its own
/// column of B, or absolutely, as [`Tolerance`](crate::solvers::Tolerance) says). It takes no more steps then, and iterations end when all
/// columns have converged. The report has the series "largest", the largest criterion of a column, relative as the tolerance is: 1 at the
/// start, and what the tolerance is held against; and "cost", ‖B − A X‖ of all columns together. When the tolerance is met the
/// residuals of all columns are computed anew from X, and only they are believed; columns that are not as good go on from there. What
/// became of each column: [`CgColumns::report_columns`].
///
/// A column in which nothing is left but rounding errors ends by itself; when all others have converged, the reason is
/// [`Reason::Exhausted`](crate::Reason::Exhausted). A negative ⟨p, A p⟩ in any column is a matter of A, and ends all of them
/// ([`Reason::Indefinite`](crate::Reason::Indefinite)). So does a column whose squares leave the range of numbers
/// ([`Reason::Breakdown`](crate::Reason::Breakdown)): scale it.
///
/// # Communication
/// Each iteration that of A, and two all-reduces of 456 bytes for each column: two messages, however many columns there are. At the start
/// one more application and one all-reduce of 912 for each column, at the end likewise, and one of 8.
///
/// # Errors
/// Those of [`cg`](crate::solvers::cg()); [`ErrorKind::Layout`](crate::ErrorKind::Layout) of stacks, and of columns that are cut;
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) of arrays with one axis, which say no columns, or with none in the last.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, array::Norm, launch_threads, operators::{FirstDerivative, Identity, normal}};
/// use lops::solvers::{Options, cg_columns};
///
/// launch_threads(2, |comm| {
///     // Three right-hand sides of fifty numbers.
///     let layout = Layout::scatter(comm, &[50, 3], 0)?;
///     let a = Identity.on::<f64>(&layout) + normal(&FirstDerivative::along(0).on::<f64>(&layout)?);
///     let b = DistArray::from_fn(&layout, |i| (i[0] as f64).sin() * 1000f64.powi(i[1] as i32));
///     let mut x = b.zeros_like();
///     let report = cg_columns(&a, &b, &mut x, &Options::default())?;
///     assert!(report.reason.converged());
///     let left = (&b - &(&a * &x)).over(&[0]).norm(Norm::P(2.0))?.gather_all();
///     let norms = b.over(&[0]).norm(Norm::P(2.0))?.gather_all();
///     assert!(left.iter().zip(&norms).all(|(left, norm)| *left <= 1e-6 * norm)); // of each column
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// That of [`cg`](crate::solvers::cg()).
pub fn cg_columns<T: Scalar>(
    a: &Operator<T>,
    b: &DistArray<T>,
    x: &mut DistArray<T>,
    options: &Options,
) -> Result<Report<T::Real>> {
    CgColumns::new(a, b, x)?.solve(options)
}

/// The method of [`cg_columns`]; its vectors are x, r, q and p.
pub struct CgColumns<'a, T: Scalar> {
    a: &'a Operator<T>,
    b: &'a DistArray<T>,
    x: &'a mut DistArray<T>,
    r: DistArray<T>,
    q: DistArray<T>,
    p: DistArray<T>,
    columns: Columns<'a>,
    tiles: Tiles<T>,
    sums: Sums,
}

impl<'a, T: Scalar> CgColumns<'a, T> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`cg_columns`], but for the options.
    pub fn new(a: &'a Operator<T>, b: &'a DistArray<T>, x: &'a mut DistArray<T>) -> Result<Self> {
        check_square(a, b, x, "CG of columns")?;
        let n = columns_of(x.space(), "model of CG of columns")?;
        let [r, q, p] = [(); 3].map(|()| b.zeros_like());
        Ok(Self { a, b, x, r, q, p, columns: Columns::of(n), tiles: Tiles::of(n), sums: Sums::of(n, 2) })
    }

    /// Puts what became of each column into `reports`, in the order of the columns, when the run ends.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, operators::Diagonal};
    /// use lops::solvers::{CgColumns, Method, Options};
    ///
    /// launch_threads(2, |comm| {
    ///     let layout = Layout::scatter(comm, &[4, 2], 0)?;
    ///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
    ///     // The second column is an eigenvector: one step.
    ///     let b = DistArray::from_fn(&layout, |i| f64::from(u8::from(i[1] == 0 || i[0] == 2)));
    ///     let (mut x, mut reports) = (b.zeros_like(), vec![]);
    ///     let report = CgColumns::new(&a, &b, &mut x)?.report_columns(&mut reports).solve(&Options::default())?;
    ///     assert!(report.reason.converged());
    ///     assert_eq!((reports[0].iterations, reports[1].iterations), (4, 1));
    ///     assert!(reports.iter().all(|column| column.residual < 1e-6 && column.criterion < 1e-6));
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    #[must_use]
    pub fn report_columns(mut self, reports: &'a mut Vec<ColumnReport>) -> Self {
        self.columns.report_to(reports);
        self
    }

    /// What this rank sends in an iteration, as [`Cg::communication`](crate::solvers::Cg::communication) says it.
    ///
    /// # Errors
    /// As [`Cg::communication`](crate::solvers::Cg::communication).
    pub fn communication(&self) -> Result<PerIteration> {
        let n = self.columns.len();
        PerIteration::of(self.a.communication().forward, &[self.a.domain()], &[n, n]) // δ; ρ'
    }
}

impl<T: Scalar> Method for CgColumns<'_, T> {
    type Model = T;

    fn name(&self) -> &'static str {
        "CG of columns"
    }

    fn model(&self) -> &DistArray<T> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        Vectors::data("b", self.b).and("x", self.x).and("r", &self.r).and("q", &self.q).and("p", &self.p)
    }

    fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
        let Self { a, b, x, r, q, p, columns, tiles, sums } = self;
        let how = Summing::from(run);
        a.apply_into(x, q)?; //                                                Q ← A X
        r.copy_from(b)?; //                                                    R ← B
        let (r2, x2) = sums.start(2, run).split_at_mut(columns.len());
        tiles.axpby_norm2(r, -T::one(), q, T::one(), r2, how); //              R ← R − Q
        tiles.norm2(x, x2, how);
        sums.reduce(run)?; //                                                  ρ ← ‖r‖²
        sums.check_finite(0, "r", run)?;
        p.copy_from(r)?; //                                                    P ← R
        columns.begin(sums.each(0).zip(sums.each(1)), run, |column, x2| {
            column.cost2 = column.square;
            column.rounding.begin_system::<T>(column.square, x2);
        });
        if !run.is_judging() {
            check_range(r, columns.iter().map(|column| column.square), tiles, sums, run)?;
            return Ok(columns.measures());
        }
        columns.report(sums.each(0));
        let hidden = columns.hidden(&tiles.largest(b), |column, size| column.rounding.hidden_in_residual(size));
        Ok(columns.measures().hiding(hidden))
    }

    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
        let Self { a, x, r, q, p, columns, tiles, sums, .. } = self;
        let how = Summing::from(run);
        a.apply_into(p, q)?; //                                                Q ← A P
        tiles.re_dot(p, q, sums.start(1, run), how);
        sums.reduce(run)?; //                                                  δ ← ⟨p, q⟩
        sums.check_finite(0, "q", run)?;
        columns.step::<T>(sums.each(0))?; //                                   α ← ρ / δ
        tiles.axpy_norm2(r, columns.alphas().map(|alpha| -alpha), q, sums.start(1, run), how);
        sums.reduce(run)?; //                                                  r ← r − α q,  ρ' ← ‖r‖²
        sums.check_finite(0, "r", run)?;
        columns.turn_if_falling(sums.each(0))?; //                             β ← ρ' / ρ
        tiles.axpy_xpby(x, columns.alphas(), p, r, columns.betas()); //        x ← x + α p,  p ← r + β p
        columns.iter_mut().for_each(|column| column.cost2 = column.square);
        columns.end_iteration();
        Ok(columns.measures())
    }

    fn residual(&mut self, run: &Run) -> Result<f64> {
        let Self { a, b, x, q, columns, tiles, sums, .. } = self;
        a.apply_into(x, q)?; //                                                Q ← A X
        tiles.axpby_norm2(q, T::one(), b, -T::one(), sums.start(1, run), run.into()); // Q ← B − Q
        sums.reduce_last(run);
        let norm = columns.report(sums.each(0));
        Ok(if is_ordinary::<T>(norm.powi(2)) { norm } else { run.norm(q) })
    }

    fn criterion_at_zero(&mut self, run: &Run) -> Result<Option<Measures>, Stop> {
        let Self { b, columns, tiles, sums, .. } = self;
        tiles.norm2(b, sums.start(1, run), run.into());
        sums.reduce(run)?; //                                                  ‖b‖²
        sums.check_finite(0, "b", run)?;
        Ok(Some(columns.at_zero(sums.each(0))))
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { x, r, p, columns, .. } = self;
        Some(columns.state(State::new().vector("x", *x).vector("r", r).vector("p", p)))
    }

    fn scratch(&self) -> usize {
        self.a.scratch() + self.columns.bytes() + self.tiles.bytes() + self.sums.bytes()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("columns", self.columns.len() as f64)]
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        vec![("r2norm", "cost"), ("largest", "largest")]
    }
}

impl<T: Scalar> fmt::Debug for CgColumns<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CgColumns").field("vectors", &self.vectors()).finish_non_exhaustive()
    }
}
