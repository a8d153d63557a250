//! Conjugate gradients for least squares: min ‖A x − b‖² + λ² ‖x‖².
//!
//! ```text
//! s ← b − A x,  r ← Aᴴ s − λ² x,  γ ← ‖r‖²,  c ← r,  β ← 0
//! repeat   c ← r + β c,  q ← A c,  α ← γ / (‖q‖² + λ² ‖c‖²)
//!          x ← x + α c,  s ← s − α q
//!          r ← Aᴴ s − λ² x,  γ' ← ‖r‖²
//!          β ← γ' / γ,  γ ← γ'
//! ```
//!
//! Two vectors of the data's size and two of the model's beside x and b. Each iteration: one forward
//! and one adjoint application, two reductions (of ‖q‖², ‖c‖²; and of ‖r‖², ‖s‖², ‖x‖²), 8 words of
//! memory traffic per unknown and 4 per datum beside the operator's. Where A goes by rows, q is not formed: A c is computed
//! twice, for a few rows at a time, once for its norm and once for s and r, and all is 9 words per unknown and 2 per datum. Å. Björck, Numerical Methods for Least Squares
//! Problems (1996), algorithm 7.4.1; C. C. Paige and M. A. Saunders, ACM TOMS 8 (1982) 43.

use super::least_squares::{check_zero_gradient, exponents, gradient_at_zero};
use super::rounding::Rounding;
use super::units::{InUnits, Units, is_ordinary};
use super::{Measures, Method, Options, PerIteration, Report, Run, State, Stop, Vectors};
use super::{adjoint_test::AdjointTest, options::not_negative, run::real};
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::powers::{times_two_to, two_to};
use crate::numbers::{PartialSum, Scalar};
use crate::operators::{Communication, LinearOperator, Operator, RoundTrip, Step};
use std::fmt;

/// Solves min ‖A x − b‖² from the x that is passed in.
///
/// Arrays and stacks, real and complex, and A from one to the other: then the inner products are real, as A's adjoint
/// has it. With exact summation (the default) and operators that keep it, every iterate has the same bits on any number
/// of ranks. [`Cgls`] is the method itself, for damping, a callback or one iteration at a time.
///
/// The report has the series "cost", ‖b − A x‖, and "gradient", ‖Aᴴ(b − A x)‖, which is what the tolerance is held
/// against: when it is met, the gradient is computed anew from x, and only that is believed, as by [`cg`](super::cg). By how much ‖b − A x‖
/// falls in each step, and should by the gradient, tells whether Aᴴ is the adjoint of A: see [`Report::adjoint_mismatch`].
///
/// # Communication
/// Each iteration that of A and of Aᴴ (where A goes by rows, see [`operators`](crate::operators#by-rows): one exchange of
/// ghost rows, as deep as both read), and two all-reduces: of 456 bytes (912 with damping) and of 912 (1368). At the start one more application of each and one all-reduce, at the end likewise, and one of 8 bytes. Where
/// squares would leave the range of numbers, up to three applications more at the start, and small all-reduces.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or
/// [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if b is not of the range or x not of
/// the domain; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for a tolerance that is
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
///     let report = cgls(&a, &b, &mut x, &Options::default())?;
///     assert!(report.reason.converged());
///     assert!((&x - &DistArray::from_fn(&layout, |i| 12.0 / (1.0 + i[0] as f64))).norm() < 1e-6);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The algorithm as above. Iterates, costs and stopping rule of PyLops-MPI's `cgls`, but for the
/// first gradient of a damped problem, where it subtracts λ x instead of λ² x.
pub fn cgls<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    b: &DistArray<Y>,
    x: &mut DistArray<X>,
    options: &Options,
) -> Result<Report<X::Real>> {
    Cgls::new(a, b, x)?.solve(options)
}

/// What CGLS keeps beside the problem: the next problem of the same operator can have it.
pub(super) struct Room<X: Scalar, Y: Scalar> {
    pub(super) s: DistArray<Y>,
    pub(super) q: DistArray<Y>,
    pub(super) r: DistArray<X>,
    pub(super) c: DistArray<X>,
    pub(super) trip: Option<RoundTrip<X, Y>>,
    pub(super) rounding: Rounding,
    pub(super) adjoint: AdjointTest,
}

impl<X: Scalar, Y: Scalar> Room<X, Y> {
    /// That of an operator.
    pub(super) fn of(a: &Operator<X, Y>) -> Self {
        let [s, q] = [(); 2].map(|()| DistArray::zeros(a.range()));
        let [r, c] = [(); 2].map(|()| DistArray::zeros(a.domain()));
        let (rounding, adjoint) = (Rounding::default(), AdjointTest::default());
        Self { s, q, r, c, trip: a.round_trip(), rounding, adjoint }
    }

    /// Forgets what was learnt of the operator: another one comes, or other units.
    pub(super) fn forget(&mut self) {
        (self.rounding, self.adjoint) = (Rounding::default(), AdjointTest::default());
    }

    pub(super) fn bytes(&self) -> usize {
        let [data, model] = [size_of_val(self.s.as_slice()), size_of_val(self.r.as_slice())];
        2 * (data + model) + self.trip.as_ref().map_or(0, RoundTrip::bytes)
    }
}

/// The method of [`cgls`], with damping: min ‖A x − b‖² + λ² ‖x‖²; its vectors are x, s, r, q and c.
///
/// With damping the gradient is ‖Aᴴ(b − A x) − λ² x‖, and the report has the series "damped cost" too,
/// √(‖b − A x‖² + λ² ‖x‖²).
///
/// Where squares of what is small or large would leave the range of numbers, s, r, q and c are those of the problem times
/// powers of two, which round nothing; x and all measures are those of the problem.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Diagonal, solvers::{Cgls, Method, Options}};
///
/// launch_threads(3, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
///     let b = DistArray::full(&layout, 12.0);
///     let mut x = b.zeros_like();
///     let report = Cgls::new(&a, &b, &mut x)?.damp(1.0)?.solve(&Options::default())?;
///     assert!(report.reason.converged());
///     let exact = |d: f64| 12.0 * d / (d * d + 1.0);
///     assert!((&x - &DistArray::from_fn(&layout, |i| exact(1.0 + i[0] as f64))).norm() < 1e-6);
///     Ok(())
/// })
/// .unwrap();
/// ```
pub struct Cgls<'a, X: Scalar, Y: Scalar = X> {
    a: &'a Operator<X, Y>,
    b: &'a DistArray<Y>,
    x: &'a mut DistArray<X>,
    s: DistArray<Y>,
    q: DistArray<Y>,
    r: DistArray<X>,
    c: DistArray<X>,
    damp: f64,
    gamma: f64,
    beta: f64,
    /// ‖s‖².
    s2: f64,
    units: Units,
    rounding: Rounding,
    adjoint: AdjointTest,
    /// ‖s‖² + λ² ‖x‖², in the units of a step.
    objective: f64,
    /// A there and back, where it goes by rows: then q is formed only where that is cheaper than to compute it twice.
    trip: Option<RoundTrip<X, Y>>,
}

impl<'a, X: Scalar, Y: Scalar> Cgls<'a, X, Y> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`cgls`], but for the options.
    pub fn new(a: &'a Operator<X, Y>, b: &'a DistArray<Y>, x: &'a mut DistArray<X>) -> Result<Self> {
        a.range().same_as(b.space(), "data of CGLS")?;
        a.domain().same_as(x.space(), "model of CGLS")?;
        Ok(Self::within(Room::of(a), a, b, x))
    }

    /// The same in a room that is there, with b and x of A's spaces. Takes no memory.
    pub(super) fn within(
        room: Room<X, Y>,
        a: &'a Operator<X, Y>,
        b: &'a DistArray<Y>,
        x: &'a mut DistArray<X>,
    ) -> Self {
        let Room { s, q, r, c, trip, rounding, adjoint } = room;
        let (damp, gamma, beta, s2, objective) = (0.0, 0.0, 0.0, 0.0, 0.0);
        let units = Units::default();
        Self { a, b, x, s, q, r, c, damp, gamma, beta, s2, units, rounding, adjoint, objective, trip }
    }

    /// Ends, and gives its room back: s is b − A x as the recurrence has it.
    pub(super) fn into_room(self) -> Room<X, Y> {
        let Self { s, q, r, c, units, trip, rounding, adjoint, .. } = self;
        let mut room = Room { s, q, r, c, trip, rounding, adjoint };
        if !units.are_ordinary() {
            times_two_to(room.s.as_mut_slice(), units.data);
            room.forget();
        }
        room
    }

    /// λ of min ‖A x − b‖² + λ² ‖x‖² (0).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if it is negative or not finite.
    pub fn damp(mut self, damp: f64) -> Result<Self> {
        self.set_damp(damp)?;
        Ok(self)
    }

    pub(super) fn set_damp(&mut self, damp: f64) -> Result<()> {
        not_negative("damp", damp)?;
        self.damp = damp;
        Ok(())
    }

    /// What this rank sends in an iteration, as [`Cg::communication`](super::Cg::communication) says it.
    ///
    /// # Errors
    /// As [`Cg::communication`](super::Cg::communication).
    pub fn communication(&self) -> Result<PerIteration> {
        let Communication { forward, adjoint } = self.a.communication();
        let applications = self.trip.as_ref().map_or(forward + adjoint, RoundTrip::sends);
        let (spaces, damped) = ([self.a.domain(), self.a.range()], usize::from(self.damp > 0.0));
        PerIteration::of(applications, &spaces, &[1 + damped, 2 + damped]) // ‖q‖², ‖c‖²; ‖r‖², ‖s‖², ‖x‖²
    }

    /// r ← Aᴴ s − λ² x,  γ ← ‖r‖², with ‖s‖² and, where there is damping, ‖x‖² in one reduction.
    fn gradient(&mut self, s2: PartialSum, run: &Run) -> Result<Measures, Stop> {
        let lambda2 = self.lambda().powi(2);
        let Self { a, x, s, r, units, .. } = self;
        let (r2, x2) = if lambda2 == 0.0 {
            (units.adjoint_norm2(a, s, r, run)?, None) //                      r ← Aᴴ s
        } else {
            units.adjoint(a, s, r)?;
            let [r2, x2] = r.axpy_both_norm2(real(-lambda2), x, run)?; //      r ← r − λ² x
            (r2, Some(x2))
        };
        self.measures(r2, s2, x2, run)
    }

    /// γ ← ‖r‖², and what else is told of an iteration, in one reduction.
    fn measures(
        &mut self,
        r2: PartialSum,
        s2: PartialSum,
        x2: Option<PartialSum>,
        run: &Run,
    ) -> Result<Measures, Stop> {
        let units = &self.units;
        let [gamma, s2, x2] = run.sums([Some(r2), Some(s2), x2])?; //          γ ← ‖r‖²
        (self.gamma, self.s2) = (gamma, s2);
        self.objective = s2 / units.residual_per_step().powi(2) + self.lambda().powi(2) * x2;
        let cost = two_to(s2.sqrt(), units.data);
        let measures = Measures::in_units("gradient", gamma, units.gradient).and("cost", cost);
        if self.damp == 0.0 {
            return Ok(measures);
        }
        let lambda2 = self.lambda().powi(2);
        let damped = if units.data == 0 && units.model == 0 {
            (s2 + lambda2 * x2).sqrt()
        } else {
            cost.hypot(two_to(lambda2.sqrt() * x2.sqrt(), units.model + units.forward))
        };
        Ok(measures.and("damped cost", damped))
    }

    /// λ, of the operator in units.
    fn lambda(&self) -> f64 {
        two_to(self.damp, -self.units.forward)
    }

    /// β ← γ / that before.
    fn turn(&mut self, before: f64) -> f64 {
        self.rounding.of_residual(self.objective.sqrt()); // of s and λ x together: r is made of both
        self.rounding.turn(before, self.gamma)
    }
}

impl<X: Scalar, Y: Scalar> Method for Cgls<'_, X, Y> {
    type Model = X;

    fn name(&self) -> &'static str {
        "CGLS"
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
        self.start_somehow(run)
    }

    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.step_somehow(run)
    }

    fn residual(&mut self, run: &Run) -> Result<f64> {
        run.residual(self.a, self.b, self.x, &mut self.q)
    }

    fn criterion_at_zero(&mut self, run: &Run) -> Result<Option<Measures>, Stop> {
        gradient_at_zero((self.a, self.b, self.x), &mut self.s, &mut self.r, run)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { x, s, r, c, gamma, beta, s2, units, rounding, adjoint, objective, .. } = self;
        let state = State::new().vector("x", *x).vector("s", s).vector("r", r).vector("c", c);
        let state = state.number("gamma", gamma).number("beta", beta).number("s2", s2).number("objective", objective);
        Some(adjoint.state_as("adjoint", rounding.state(units.state(state))))
    }

    fn restored(&mut self) -> Result<()> {
        if let Some(trip) = &mut self.trip {
            trip.begin(&self.s);
        }
        Ok(())
    }

    fn adjoint_mismatch(&self) -> Option<f64> {
        self.adjoint.largest()
    }

    fn scratch(&self) -> usize {
        self.a.scratch() + self.trip.as_ref().map_or(0, RoundTrip::bytes)
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("damp", self.damp)]
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        let damped = if self.damp > 0.0 { "damped cost" } else { "cost" };
        vec![("r1norm", "cost"), ("r2norm", damped)]
    }
}

impl<X: Scalar, Y: Scalar> InUnits for Cgls<'_, X, Y> {
    fn start_in_units(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.adjoint.begin(run)?;
        let Self { a, b, x, s, q, units, trip, .. } = self;
        units.forward(a, x, q)?; //                                            q ← A x
        units.copy_data(b, s)?; //                                             s ← b
        let s2 = s.axpy_norm2(real(-units.residual_per_step()), q, run)?; //   s ← s − q
        if let Some(trip) = trip {
            trip.begin(s);
        }
        let measures = self.gradient(s2, run)?; //                             r ← Aᴴ s − λ² x,  γ ← ‖r‖²
        self.c.copy_from(&self.r)?; //                                         c ← r
        self.beta = 0.0;
        self.rounding.begin_least_squares::<X>(self.gamma);
        let norm = run.size_when_judging(self.b, self.units.data) / self.units.residual_per_step();
        Ok(measures.hiding(if self.damp == 0.0 { self.rounding.hidden_in_gradient(norm) } else { 0.0 }))
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.adjoint.check(run)?;
        let (lambda2, objective) = (self.lambda().powi(2), self.objective);
        let Self { a, x, s, q, r, c, damp, gamma, beta, units, rounding, trip, .. } = self;
        let c2 = if *damp > 0.0 {
            Some(c.xpby_norm2(r, real(*beta), run)?) //                        c ← r + β c,  ‖c‖²
        } else {
            c.xpby(r, real(*beta)).map(|()| None)?
        };
        let mut trip = trip.as_mut().filter(|_| units.are_ordinary());
        let q2 = if let Some(trip) = &mut trip {
            trip.norm2(c, Some(q), run.into())
        } else {
            units.forward(a, c, q)?; //                                        q ← A c
            q.norm2(run)
        };
        let [q2, c2] = run.sums([Some(q2), c2])?;
        let delta = q2 + lambda2 * c2; //                                      δ ← ‖q‖² + λ² ‖c‖²
        if !delta.is_finite() && trip.is_some() {
            units.forward(a, c, q)?; //                                        where it is looked for
        }
        let (delta, before) = (run.finite(delta, "q")?, *gamma);
        let alpha = rounding.step::<X>(*gamma, delta)?; //                     α ← γ / δ
        let by = -alpha * units.residual_per_step();
        let measures = if let Some(trip) = trip {
            // x ← x + α c,  s ← s − α A c,  r ← Aᴴ s − λ² x
            let step = Step { c, q, a: real(alpha), x, alpha: real(by), s, r, lambda2: real(lambda2) };
            let [r2, s2, x2] = trip.step(step, run.into());
            self.measures(r2, s2, Some(x2).filter(|_| lambda2 != 0.0), run)?
        } else {
            x.axpy(real(alpha), c)?; //                                        x ← x + α c
            let s2 = s.axpy_norm2(real(by), q, run)?; //                       s ← s − α q
            self.gradient(s2, run)? //                                         r ← Aᴴ s − λ² x,  γ ← ‖r‖²
        };
        let errors = self.rounding.of_inner(before, objective.sqrt());
        self.adjoint.take_step::<X>([objective, self.objective], [before, alpha], errors);
        self.beta = self.turn(before); //                                      β ← γ / that before
        Ok(measures)
    }

    fn choose(&mut self, run: &Run) -> Result<(), Stop> {
        let Self { a, b, x, s, q, r, c, damp, units, rounding, .. } = self;
        (*units, *rounding) = (Units::default(), Rounding::default());
        let of = exponents((*a, *b, &mut **x), *damp, [s, q], [r, c])?;
        if let Some(gradient) = of.gradient.max(of.damping) {
            let (model, forward) = (gradient - 2 * of.forward, of.forward);
            *units = Units { data: of.residual.unwrap_or(model + forward), model, gradient, forward, ..*units };
        } else if of.residual.is_some() {
            return check_zero_gradient(a, s, q, c, run);
        }
        Ok(())
    }

    fn is_ordinary(&self) -> bool {
        is_ordinary::<X>(self.gamma) && is_ordinary::<Y>(self.s2)
    }

    fn units(&mut self) -> (&mut Units, &mut DistArray<X>) {
        (&mut self.units, self.x)
    }
}

impl<X: Scalar, Y: Scalar> fmt::Debug for Cgls<'_, X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cgls").field("vectors", &self.vectors()).field("gamma", &self.gamma).finish_non_exhaustive()
    }
}
