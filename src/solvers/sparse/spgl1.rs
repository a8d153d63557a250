//! SPGL1: the sparsest model that explains the data well enough, by projected gradients and a root.
//!
//! ```text
//! φ(τ) = min ‖b − A x‖ where ‖x‖₁ ≤ τ;  the τ with φ(τ) = σ is wanted, by Newton's method: φ' = −‖Aᴴ r‖∞ / ‖r‖
//! repeat   y ← P(x + α g),  Δ ← A x − A y                             P: nearest with ‖y‖₁ ≤ τ
//!          θ ← 1 if ‖r + Δ‖ is no more than the largest of late, or x is outside, else what makes ‖r + θ Δ‖ least
//!          α ← ‖y − x‖² / ‖Δ‖²,  x ← x + θ (y − x),  r ← r + θ Δ,  g ← Aᴴ r
//!          where ‖r‖ hardly changes: τ ← τ + (‖r‖ − σ) ‖r‖ / ‖g‖∞
//! ```
//!
//! Each iteration: one forward and one adjoint application. E. van den Berg and M. Friedlander, SIAM J. Sci. Comput. 31
//! (2008) 890; steps: J. Barzilai and J. Borwein, IMA J. Numer. Anal. 8 (1988) 141.

use super::groups::Groups;
use super::l1_ball::project;
use super::sparse_problem::{VANISHING, size_and_distance, size_of};
use crate::array::{DistArray, Norm};
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator};
use crate::solvers::least_squares::check_zero_gradient;
use crate::solvers::options::not_negative;
use crate::solvers::rounding::epsilon;
use crate::solvers::run::real;
use crate::solvers::{Measures, Method, Options, Reason, Report, Run, State, Stop, Vectors};
use std::fmt;

/// Solves min ‖x‖₁ where ‖b − A x‖ ≤ σ (basis pursuit denoise; with σ = 0 basis pursuit), from the x that is passed in, by
/// SPGL1. [`Spgl1`] is the method itself, for the Lasso, for groups and for weights.
///
/// Arrays and stacks, real and complex, and A from one to the other. With exact summation (the default) and operators that
/// keep it, every iterate has the same bits on any number of ranks.
///
/// The report has the series "gap", how far ‖x‖₁ may be from the least one, which is what the tolerance is held against: the distance to
/// the dual problem's value, and what ‖x‖₁ would have to grow by for the data to be explained; "cost", ‖b − A x‖; "size", ‖x‖₁; and "tau".
///
/// # Communication
/// Each iteration that of A and of Aᴴ, two all-reduces of 1368 bytes, one of 8, and some of 912 for the projection.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if b is not
/// of the range or x not of the domain; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for a σ or a tolerance that is
/// negative or not finite. Not converging is no error: see [`Report::reason`]. Where no x explains the data so well the reason is
/// [`Reason::Incompatible`]; where Aᴴ gives 0 of a residual that A is not orthogonal to, it is [`Reason::Adjoint`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Diagonal, solvers::{Options, spgl1}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let a = Diagonal::of(&DistArray::full(&layout, 2.0))?;
///     let b = DistArray::from_fn(&layout, |i| 4.0 * i[0] as f64); // 0, 4, 8, 12
///     let mut x = b.zeros_like();
///     let report = spgl1(&a, &b, &mut x, 108f64.sqrt(), &Options::default())?;
///     assert!(report.reason.converged());
///     // A residual of 4 and twice 2 √11.5.
///     let exact = |i: usize| (2.0 * i as f64 - 11.5f64.sqrt()).max(0.0);
///     assert!((&x - &DistArray::from_fn(&layout, |i| exact(i[0]))).norm() < 1e-4);
///     assert!((report.residual - 108f64.sqrt()).abs() < 1e-4);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The papers above. The line search differs from that of the authors' program: A is linear, so that the least residual between two
/// points is known without another application.
pub fn spgl1<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    b: &DistArray<Y>,
    x: &mut DistArray<X>,
    sigma: f64,
    options: &Options,
) -> Result<Report<X::Real>> {
    Spgl1::denoise(a, b, x, sigma)?.solve(options)
}

/// The method of [`spgl1`]; its vectors are x, y, g and r, q.
pub struct Spgl1<'a, X: Scalar, Y: Scalar = X> {
    a: &'a Operator<X, Y>,
    b: &'a DistArray<Y>,
    x: &'a mut DistArray<X>,
    y: DistArray<X>,
    g: DistArray<X>,
    r: DistArray<Y>,
    q: DistArray<Y>,
    aim: Aim,
    tau: f64,
    /// The step, and the level of the last projection.
    alpha: f64,
    level: f64,
    /// ‖x‖₁.
    size: f64,
    /// ‖r‖² now and of late.
    r2: f64,
    late: [f64; LATE],
    /// Whether τ may be changed: not twice in a row.
    may_turn: bool,
    /// Where ‖x‖₁ is that of groups, or has weights.
    groups: Option<Groups<X>>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
enum Aim {
    /// The least ‖x‖₁ with a residual of at most this.
    Residual(f64),
    /// The least residual with ‖x‖₁ of at most this.
    Size(f64),
}

/// As many of the last residuals may be exceeded by none but the largest.
const LATE: usize = 4;

impl<'a, X: Scalar, Y: Scalar> Spgl1<'a, X, Y> {
    /// min ‖x‖₁ where ‖b − A x‖ ≤ σ. Takes all memory.
    ///
    /// # Errors
    /// Those of [`spgl1`], but for the options.
    pub fn denoise(a: &'a Operator<X, Y>, b: &'a DistArray<Y>, x: &'a mut DistArray<X>, sigma: f64) -> Result<Self> {
        not_negative("sigma", sigma)?;
        Self::new(a, b, x, Aim::Residual(sigma))
    }

    /// min ‖b − A x‖ where ‖x‖₁ ≤ τ: the Lasso. Here the series "gap" is that of ½ ‖b − A x‖². Takes all memory.
    ///
    /// # Errors
    /// Those of [`spgl1`], but for the options.
    pub fn lasso(a: &'a Operator<X, Y>, b: &'a DistArray<Y>, x: &'a mut DistArray<X>, tau: f64) -> Result<Self> {
        not_negative("tau", tau)?;
        Self::new(a, b, x, Aim::Size(tau))
    }

    fn new(a: &'a Operator<X, Y>, b: &'a DistArray<Y>, x: &'a mut DistArray<X>, aim: Aim) -> Result<Self> {
        a.range().same_as(b.space(), "data of SPGL1")?;
        a.domain().same_as(x.space(), "model of SPGL1")?;
        let (y, g, r, q) = (x.zeros_like(), x.zeros_like(), b.zeros_like(), b.zeros_like());
        let (tau, alpha, level, size, r2, late) = (0.0, 1.0, 0.0, 0.0, 0.0, [0.0; LATE]);
        Ok(Self { a, b, x, y, g, r, q, aim, tau, alpha, level, size, r2, late, may_turn: false, groups: None })
    }

    /// Groups are made small, and not numbers by themselves: what lies along the last axis of the model, which is whole on every rank, is 0 together. ‖x‖₁ is
    /// then Σ ‖x_G‖, and ‖g‖∞ the largest ‖g_G‖: of several measurements at once, of the components of a vector, of the traces of a
    /// gather. Before [`weights`](Self::weights), if there are any.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of a model whose last axis is cut, of stacks and of chunks;
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if there is no axis.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, operators::Identity, solvers::{Method, Options, Spgl1}};
    ///
    /// launch_threads(2, |comm| {
    ///     let layout = Layout::scatter(comm, &[3, 2], 0)?;
    ///     let b = DistArray::from_fn(&layout, |i| if i[0] == 1 { [3.0, 4.0][i[1]] } else { 1.0 });
    ///     let (a, mut x) = (Identity.on::<f64>(&layout), b.zeros_like());
    ///     let report = Spgl1::lasso(&a, &b, &mut x, 2.5)?.groups()?.solve(&Options::default())?;
    ///     assert!(report.reason.converged());
    ///     // Norms √2, 5 and √2 become 0, 2.5 and 0.
    ///     let exact = DistArray::from_fn(&layout, |i| if i[0] == 1 { [1.5, 2.0][i[1]] } else { 0.0 });
    ///     assert!((&x - &exact).norm() < 1e-6);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// E. van den Berg and M. Friedlander, SIAM J. Optim. 21 (2011) 1201; `spg_mmv` of the authors' program.
    pub fn groups(mut self) -> Result<Self> {
        self.groups = Some(Groups::along_last_axis(self.a)?);
        Ok(self)
    }

    /// Weights of ‖x‖₁, which is then Σ wᵢ |xᵢ|: large ones make a number 0 sooner. With [`groups`](Self::groups) one for each group: an array of
    /// the model's layout whose last axis has length 1.
    ///
    /// # Communication
    /// One all-reduce of 8 bytes.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if there is not one for each;
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter), on every rank, if one is not above 0 or not finite.
    ///
    /// # Source
    /// `weights` of the authors' program.
    pub fn weights(mut self, weights: &DistArray<X::Real>) -> Result<Self> {
        self.groups.get_or_insert_with(|| Groups::of_elements(self.x)).set_weights(weights)?;
        Ok(self)
    }

    /// g ← Aᴴ r, and what is told of x: ‖r‖² is known better than by a recurrence.
    fn measure(&mut self, run: &Run) -> Result<(Measures, f64), Stop> {
        self.a.apply_adjoint_into(&self.r, &mut self.g)?; //                   g ← Aᴴ r
        let (steepest, size) = match &mut self.groups {
            Some(groups) => (groups.largest(&self.g)?, groups.size(self.x, run)),
            None => (self.g.norm_of(Norm::Inf)?, size_of(self.x, run)), //     ‖g‖∞
        };
        let sums = [self.r.norm2(run), size, self.b.re_dot(&self.r, run)?];
        let [r2, size, inner] = run.sums(sums)?;
        (self.r2, self.size) = (run.finite(r2, "r")?, size);
        let steepest = run.finite(steepest, "g")?;
        let norm = r2.sqrt();
        let gap = match self.aim {
            Aim::Size(tau) => (r2 - inner + tau * steepest).abs() + (size - tau).max(0.0) * steepest,
            Aim::Residual(sigma) if steepest > 0.0 => {
                let dual = ((inner - sigma * norm) / steepest).max(0.0);
                (size - dual).abs() + (norm - sigma).max(0.0) * norm / steepest
            }
            Aim::Residual(sigma) => (norm - sigma).max(0.0) + if norm < sigma { size } else { 0.0 },
        };
        let measures = Measures::of_norm("gap", gap).and("cost", norm).and("size", size);
        Ok((measures.and("tau", self.tau), steepest))
    }

    /// A step of Newton's method for the root.
    fn turn(&mut self, steepest: f64) -> Result<(), Stop> {
        let Aim::Residual(sigma) = self.aim else { return Ok(()) };
        let norm = self.r2.sqrt();
        if steepest == 0.0 && norm > sigma {
            return Err(Reason::Incompatible(norm).into());
        }
        let by = if steepest > 0.0 { (norm - sigma) * norm / steepest } else { 0.0 };
        self.tau = (self.tau + by).max(0.0);
        self.late = [self.r2; LATE];
        self.may_turn = false;
        Ok(())
    }
}

impl<X: Scalar, Y: Scalar> Method for Spgl1<'_, X, Y> {
    type Model = X;

    fn name(&self) -> &'static str {
        "SPGL1"
    }

    fn model(&self) -> &DistArray<X> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        let vectors = Vectors::data("b", self.b).and("x", self.x).and("r", &self.r).and("q", &self.q);
        vectors.and("g", &self.g).and("y", &self.y)
    }

    fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.a.apply_into(self.x, &mut self.r)?;
        self.r.axpby(Y::one(), self.b, -Y::one())?; //                         r ← b − A x
        let (measures, steepest) = self.measure(run)?;
        if self.r2 < VANISHING && run.sums([run.any_but_zero(&self.r)])? != [0.0] {
            return Err(Reason::Breakdown(self.r2).into());
        }
        if steepest == 0.0 && self.r2 > 0.0 {
            check_zero_gradient(self.a, &self.r, &mut self.q, &mut self.y, run)?;
        }
        self.a.apply_into(&self.g, &mut self.q)?;
        let [g2, q2] = run.sums([self.g.norm2(run), self.q.norm2(run)])?;
        self.alpha = if q2 > 0.0 { g2 / q2 } else { 1.0 }; //                  the steepest step: ‖g‖² / ‖A g‖²
        self.level = 0.0;
        self.tau = match self.aim {
            Aim::Size(tau) => tau,
            Aim::Residual(_) => measures.get("size").unwrap_or(0.0),
        };
        self.late = [self.r2; LATE];
        if !run.is_judging() && measures.get("gap") != Some(0.0) {
            self.turn(steepest)?;
        }
        Ok(measures)
    }

    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
        let Self { a, b, x, y, g, r, q, tau, alpha, level, size, r2, late, groups, .. } = self;
        y.copy_from(x)?;
        y.axpy(real(*alpha), g)?; //                                           y ← x + α g
        *level = match groups {
            Some(groups) => groups.project(y, *tau, *level, run)?,
            None => project(y, *tau, *level, run)?, //                         y ← P(y)
        };
        a.apply_into(y, q)?;
        q.axpby(Y::one(), b, -Y::one())?; //                                   q ← b − A y
        let change2 = q.axpy_norm2(-Y::one(), r, run)?; //                     Δ ← q − r, in q's place
        let [_, distance2] = size_and_distance(y, x, run, |_| ());
        let [change2, inner, distance2] = run.sums([change2, r.re_dot(q, run)?, distance2])?;
        let before = *r2;
        let whole = before + 2.0 * inner + run.finite(change2, "q")?; //       ‖r + Δ‖²
        let most = late.iter().fold(0.0, |most: f64, &r2| most.max(r2));
        // Where τ has become smaller, x has to come in, whatever that costs.
        let is_outside = *size > *tau * (1.0 + 4.0 * epsilon::<X>());
        let theta =
            if whole <= most || change2 == 0.0 || is_outside { 1.0 } else { (-inner / change2).clamp(0.0, 1.0) };
        if change2 > 0.0 && distance2 > 0.0 {
            *alpha = distance2 / change2;
        }
        x.axpby(real(theta), y, real(1.0 - theta))?; //                        x ← x + θ (y − x)
        r.axpy(real(theta), q)?; //                                            r ← r + θ Δ
        let (measures, steepest) = self.measure(run)?;
        self.late.rotate_right(1);
        self.late[0] = self.r2;
        let hardly = (self.r2 - before).abs() <= self.enough(before.sqrt()) * self.r2;
        if hardly && self.may_turn {
            self.turn(steepest)?;
        } else {
            self.may_turn = true;
        }
        Ok(measures)
    }

    fn residual(&mut self, run: &Run) -> Result<f64> {
        run.residual(self.a, self.b, self.x, &mut self.q)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { x, g, r, tau, alpha, level, size, r2, late, may_turn, .. } = self;
        let state =
            State::new().vector("x", *x).vector("g", g).vector("r", r).number("tau", tau).number("alpha", alpha);
        let state = state.number("level", level).number("size", size).number("r2", r2).flag("may_turn", may_turn);
        Some(state.numbers(["late.0", "late.1", "late.2", "late.3"], late))
    }

    fn scratch(&self) -> usize {
        self.a.scratch() + self.groups.as_ref().map_or(0, Groups::bytes)
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        match self.aim {
            Aim::Residual(sigma) => vec![("sigma", sigma)],
            Aim::Size(tau) => vec![("tau", tau)],
        }
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        vec![("rNorm", "cost"), ("xNorm1", "size"), ("gap", "gap")]
    }
}

impl<X: Scalar, Y: Scalar> Spgl1<'_, X, Y> {
    /// How little ½ ‖r‖² must change for τ to be changed: as in the authors' program, the nearer the root the less.
    fn enough(&self, norm: f64) -> f64 {
        match self.aim {
            Aim::Residual(sigma) if norm <= 2.0 * sigma => 0.1 * (norm - sigma).abs() / norm,
            Aim::Residual(_) => 1e-4,
            Aim::Size(_) => 0.0,
        }
    }
}

impl<X: Scalar, Y: Scalar> fmt::Debug for Spgl1<'_, X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spgl1").field("vectors", &self.vectors()).field("aim", &self.aim).finish_non_exhaustive()
    }
}
