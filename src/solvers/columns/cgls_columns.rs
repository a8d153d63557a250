//! Conjugate gradients for least squares with several right-hand sides at once: min ‖A X − B‖² + λ² ‖X‖².
//!
//! ```text
//! S ← B − A X,  R ← Aᴴ S − λ² X,  γⱼ ← ‖rⱼ‖²,  C ← R,  βⱼ ← 0
//! repeat   for each column j that has not converged: cⱼ ← rⱼ + βⱼ cⱼ;  Q ← A C
//!          αⱼ ← γⱼ / (‖qⱼ‖² + λ² ‖cⱼ‖²),  xⱼ ← xⱼ + αⱼ cⱼ,  sⱼ ← sⱼ − αⱼ qⱼ
//!          R ← Aᴴ S − λ² X,  γⱼ' ← ‖rⱼ‖²
//!          βⱼ ← γⱼ' / γⱼ,  γⱼ ← γⱼ'
//! ```
//!
//! The method of [`cgls`](crate::solvers::cgls()) for each column by itself; they share applications, passes over memory and messages. Two vectors
//! of the data's size and two of the model's beside X and B.

use super::column::{Column, ColumnReport, Columns};
use super::sums::Sums;
use super::tiles::{Tiles, check_range, columns_of};
use crate::array::{DistArray, Summing};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Scalar;
use crate::operators::{Communication, LinearOperator, Operator};
use crate::solvers::rounding::epsilon;
use crate::solvers::units::is_ordinary;
use crate::solvers::{Measures, Method, Options, PerIteration, Reason, Report, Run, State, Stop, Vectors};
use crate::solvers::{options::not_negative, run::real};
use std::fmt;

/// Solves min ‖A X − B‖² for all columns of B at once, from the X that is passed in: what [`cgls`](crate::solvers::cgls()) makes of each
/// column by itself, in one pass of A and one of Aᴴ an iteration.
///
/// Columns, their convergence and their ends are as in [`cg_columns`](super::cg_columns), with the gradient of a column,
/// ‖Aᴴ(b − A x)‖, for its criterion: the series are "largest", the largest criterion of a column, relative as the tolerance is, and "cost",
/// ‖B − A X‖ of all columns together. Without damping each column tells whether Aᴴ is the adjoint of A, the first one that does stops all (see
/// [`Report::adjoint_mismatch`]). [`CglsColumns`] is the method itself, for damping, and for reports of each column.
///
/// # Communication
/// Each iteration that of A and of Aᴴ, and two all-reduces, for each column of 456 bytes (912 with damping) and of 912: two messages,
/// however many columns there are. At the start one more application of each and one all-reduce, at the end likewise, and one of 8.
///
/// # Errors
/// Those of [`cgls`](crate::solvers::cgls()), and as [`cg_columns`](super::cg_columns); [`ErrorKind::Shape`] too if A's domain and range have
/// different numbers of columns.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Convolve1D, solvers::{Options, cgls_columns}};
///
/// launch_threads(3, |comm| {
///     let layout = Layout::scatter(comm, &[40, 5], 0)?;
///     let a = Convolve1D::new(&[0.2, 1.0, -0.3], 1).along(0).on(&layout)?;
///     let truth = DistArray::random_signed(&layout, 1);
///     let (b, mut x) = (&a * &truth, truth.zeros_like());
///     let report = cgls_columns(&a, &b, &mut x, &Options::default())?;
///     assert!(report.reason.converged());
///     assert!((&x - &truth).norm() < 1e-5 * truth.norm());
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// That of [`cgls`](crate::solvers::cgls()).
pub fn cgls_columns<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    b: &DistArray<Y>,
    x: &mut DistArray<X>,
    options: &Options,
) -> Result<Report<X::Real>> {
    CglsColumns::new(a, b, x)?.solve(options)
}

/// The method of [`cgls_columns`], with damping: min ‖A X − B‖² + λ² ‖X‖²; its vectors are x, s, r, q and c.
///
/// With damping the gradient of a column is ‖Aᴴ(b − A x) − λ² x‖.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Diagonal, solvers::{CglsColumns, Method, Options}};
///
/// launch_threads(3, |comm| {
///     let layout = Layout::scatter(comm, &[4, 2], 0)?;
///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
///     let b = DistArray::from_fn(&layout, |i| 12.0 + i[1] as f64);
///     let mut x = b.zeros_like();
///     let report = CglsColumns::new(&a, &b, &mut x)?.damp(1.0)?.solve(&Options::default())?;
///     assert!(report.reason.converged());
///     let exact = |b: f64, d: f64| b * d / (d * d + 1.0);
///     let exact = DistArray::from_fn(&layout, |i| exact(12.0 + i[1] as f64, 1.0 + i[0] as f64));
///     assert!((&x - &exact).norm() < 1e-6);
///     Ok(())
/// })
/// .unwrap();
/// ```
pub struct CglsColumns<'a, X: Scalar, Y: Scalar = X> {
    a: &'a Operator<X, Y>,
    b: &'a DistArray<Y>,
    x: &'a mut DistArray<X>,
    s: DistArray<Y>,
    q: DistArray<Y>,
    r: DistArray<X>,
    c: DistArray<X>,
    damp: f64,
    columns: Columns<'a>,
    of_model: Tiles<X>,
    of_data: Tiles<Y>,
    sums: Sums,
}

impl<'a, X: Scalar, Y: Scalar> CglsColumns<'a, X, Y> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`cgls_columns`], but for the options.
    pub fn new(a: &'a Operator<X, Y>, b: &'a DistArray<Y>, x: &'a mut DistArray<X>) -> Result<Self> {
        a.range().same_as(b.space(), "data of CGLS of columns")?;
        a.domain().same_as(x.space(), "model of CGLS of columns")?;
        let n = columns_of(x.space(), "model of CGLS of columns")?;
        let of_data = columns_of(b.space(), "data of CGLS of columns")?;
        if of_data != n {
            let what = "columns of the data of CGLS of columns";
            return Err(Error::expected(ErrorKind::Shape, what, format!("{n}, as of the model"), of_data));
        }
        let (s, q, r, c) = (b.zeros_like(), b.zeros_like(), x.zeros_like(), x.zeros_like());
        let (columns, of_model, of_data, sums) = (Columns::of(n), Tiles::of(n), Tiles::of(n), Sums::of(n, 2));
        Ok(Self { a, b, x, s, q, r, c, damp: 0.0, columns, of_model, of_data, sums })
    }

    /// λ of min ‖A X − B‖² + λ² ‖X‖² (0).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is negative or not finite.
    pub fn damp(self, damp: f64) -> Result<Self> {
        not_negative("damp", damp)?;
        Ok(Self { damp, ..self })
    }

    /// Puts what became of each column into `reports`, as [`CgColumns::report_columns`](super::CgColumns::report_columns).
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
        let Communication { forward, adjoint } = self.a.communication();
        let (n, spaces) = (self.columns.len(), [self.a.domain(), self.a.range()]);
        let damped = usize::from(self.damp > 0.0);
        PerIteration::of(forward + adjoint, &spaces, &[n * (1 + damped), n * 2]) // ‖q‖², ‖c‖²; ‖s‖², ‖r‖²
    }

    /// S ← S + a Q of each column, R ← Aᴴ S − λ² X, and the sums ‖s‖² and ‖r‖², in one reduction.
    fn gradient(&mut self, a: Option<f64>, run: &Run) -> Result<(), Stop> {
        let how = Summing::from(run);
        let Self { a: operator, x, s, q, r, damp, columns, of_model, of_data, sums, .. } = self;
        let (s2, r2) = sums.start(2, run).split_at_mut(columns.len());
        match a {
            Some(a) => of_data.axpby_norm2(s, real(a), q, Y::one(), s2, how),
            None => of_data.axpy_norm2(s, columns.alphas().map(|alpha| -alpha), q, s2, how),
        }
        operator.apply_adjoint_into(s, r)?; //                                 R ← Aᴴ S
        if *damp > 0.0 {
            of_model.axpby_norm2(r, real(-damp.powi(2)), x, X::one(), r2, how); // R ← R − λ² X
        } else {
            of_model.norm2(r, r2, how);
        }
        sums.reduce(run)?;
        sums.check_finite(0, "s", run)?;
        sums.check_finite(1, "r", run)
    }

    /// `Ok` if A is orthogonal to each sⱼ that is not 0, though Aᴴ sⱼ is, as it must be: ⟨A c, s⟩ is 0 for a random c. By way of Q.
    fn check_zero_gradients(&mut self, run: &Run) -> Result<(), Stop> {
        let is_suspect = |column: &Column| column.square == 0.0 && column.cost2 > 0.0;
        if self.damp > 0.0 || !self.columns.iter().any(is_suspect) {
            return Ok(());
        }
        let Self { a, x, s, q, c, columns, of_data, sums, .. } = self;
        *c = DistArray::random_signed(x.space(), 0);
        a.apply_into(c, q)?; //                                                Q ← A C
        let (inner, q2) = sums.start(2, run).split_at_mut(columns.len());
        of_data.re_dot(q, s, inner, run.into());
        of_data.norm2(q, q2, run.into());
        sums.reduce(run)?;
        for ((column, inner), q2) in columns.iter().zip(sums.each(0)).zip(sums.each(1)) {
            if is_suspect(column) && inner.abs() > epsilon::<Y>().sqrt() * q2.sqrt() * column.cost2.sqrt() {
                return Err(Reason::Adjoint.into());
            }
        }
        Ok(())
    }
}

impl<X: Scalar, Y: Scalar> Method for CglsColumns<'_, X, Y> {
    type Model = X;

    fn name(&self) -> &'static str {
        "CGLS of columns"
    }

    fn model(&self) -> &DistArray<X> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        Vectors::data("b", self.b)
            .and("x", self.x)
            .and("s", &self.s)
            .and("r", &self.r)
            .and("q", &self.q)
            .and("c", &self.c)
    }

    fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.columns.begin_adjoint(run)?;
        self.a.apply_into(self.x, &mut self.q)?; //                            Q ← A X
        self.s.copy_from(self.b)?; //                                          S ← B
        self.gradient(Some(-1.0), run)?; //                                    S ← S − Q,  R ← Aᴴ S − λ² X,  γ ← ‖r‖²
        self.columns.begin(self.sums.each(1).zip(self.sums.each(0)), run, |column, s2| {
            column.cost2 = s2;
            column.rounding.begin_least_squares::<X>(column.square);
        });
        if run.is_judging() {
            self.columns.report(self.sums.each(0));
        } else {
            let Self { r, s, columns, of_model, of_data, sums, .. } = self;
            check_range(r, columns.iter().map(|column| column.square), of_model, sums, run)?;
            check_range(s, columns.iter().map(|column| column.cost2), of_data, sums, run)?;
        }
        self.check_zero_gradients(run)?;
        self.c.copy_from(&self.r)?; //                                         C ← R
        if !run.is_judging() || self.damp > 0.0 {
            return Ok(self.columns.measures());
        }
        let sizes = self.of_data.largest(self.b);
        let hidden = self.columns.hidden(&sizes, |column, size| column.rounding.hidden_in_gradient(size));
        Ok(self.columns.measures().hiding(hidden))
    }

    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.columns.check_adjoint(run)?;
        let (how, lambda2) = (Summing::from(run), self.damp.powi(2));
        let Self { a, x, q, r, c, damp, columns, of_model, of_data, sums, .. } = self;
        let is_damped = *damp > 0.0;
        let (q2, c2) = sums.start(1 + usize::from(is_damped), run).split_at_mut(columns.len());
        if is_damped {
            of_model.xpby_norm2(c, r, columns.betas(), c2, how); //            c ← r + β c
        } else {
            of_model.xpby(c, r, columns.betas());
        }
        a.apply_into(c, q)?; //                                                Q ← A C
        of_data.norm2(q, q2, how);
        sums.reduce(run)?;
        sums.check_finite(0, "q", run)?;
        let deltas = sums.each(0).zip(sums.each(1)).map(|(q2, c2)| q2 + lambda2 * c2);
        columns.step::<X>(deltas)?; //                                         α ← γ / (‖q‖² + λ² ‖c‖²)
        of_model.axpy(x, columns.alphas(), c); //                              x ← x + α c
        self.gradient(None, run)?; //                                          s ← s − α q,  R ← Aᴴ S − λ² X,  γ' ← ‖r‖²
        let Self { columns, sums, .. } = self;
        for (column, s2) in columns.iter_mut().zip(sums.each(0)) {
            if is_damped { column.cost2 = s2 } else { column.take_cost::<X>(s2) }
        }
        // With damping r is Aᴴ s − λ² x, where λ² x is not larger than Aᴴ s once they are nearly the same.
        let at_the_end = |column: &mut Column| column.rounding.of_residual(column.cost2.sqrt());
        columns.turn(sums.each(1), at_the_end); //                             β ← γ' / γ,  γ ← γ'
        columns.end_iteration();
        Ok(columns.measures())
    }

    fn residual(&mut self, run: &Run) -> Result<f64> {
        let Self { a, b, x, q, columns, of_data, sums, .. } = self;
        a.apply_into(x, q)?; //                                                Q ← A X
        of_data.axpby_norm2(q, Y::one(), b, -Y::one(), sums.start(1, run), run.into()); // Q ← B − Q
        sums.reduce_last(run);
        let norm = columns.report(sums.each(0));
        Ok(if is_ordinary::<Y>(norm.powi(2)) { norm } else { run.norm(q) })
    }

    fn criterion_at_zero(&mut self, run: &Run) -> Result<Option<Measures>, Stop> {
        let Self { a, b, r, columns, of_model, sums, .. } = self;
        a.apply_adjoint_into(b, r)?; //                                        R ← Aᴴ B
        of_model.norm2(r, sums.start(1, run), run.into());
        sums.reduce(run)?;
        sums.check_finite(0, "r", run)?;
        Ok(Some(columns.at_zero(sums.each(0))))
    }

    fn adjoint_mismatch(&self) -> Option<f64> {
        self.columns.adjoint_mismatch()
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { x, s, r, c, columns, .. } = self;
        Some(columns.state(State::new().vector("x", *x).vector("s", s).vector("r", r).vector("c", c)))
    }

    fn scratch(&self) -> usize {
        let tiles = self.of_model.bytes() + self.of_data.bytes();
        self.a.scratch() + self.columns.bytes() + tiles + self.sums.bytes()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("columns", self.columns.len() as f64), ("damp", self.damp)]
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        vec![("r1norm", "cost"), ("largest", "largest")]
    }
}

impl<X: Scalar, Y: Scalar> fmt::Debug for CglsColumns<'_, X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CglsColumns").field("vectors", &self.vectors()).finish_non_exhaustive()
    }
}
