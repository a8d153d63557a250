//! Preconditioned conjugate gradients for least squares: min ‖A x − b‖² + λ² ‖x‖², with M near the inverse of AᴴA + λ².
//!
//! ```text
//! s ← b − A x,  r ← Aᴴ s − λ² x,  z ← M r,  c ← z,  γ ← ⟨r, z⟩
//! repeat   q ← A c,  δ ← ‖q‖² + λ² ‖c‖²,  α ← γ / δ
//!          x ← x + α c,  s ← s − α q
//!          r ← Aᴴ s − λ² x,  z ← M r,  γ' ← ⟨r, z⟩
//!          c ← z + (γ'/γ) c,  γ ← γ'
//! ```
//!
//! Two vectors of the data's size and three of the model's beside x and b. Each iteration: one application of A, of Aᴴ and of M, two
//! reductions. Å. Björck, Numerical Methods for Least Squares Problems (1996), algorithm 7.4.2, with M for the factor's square.

use super::least_squares::{check_zero_gradient, gradient_at_zero};
use super::rounding::Rounding;
use super::{Measures, Method, Options, PerIteration, Reason, Report, Run, State, Stop, Vectors};
use super::{adjoint_test::AdjointTest, options::not_negative, run::real, units::is_ordinary};
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::{PartialSum, Scalar};
use crate::operators::{LinearOperator, Operator};
use std::fmt;

/// Solves min ‖A x − b‖² from the x that is passed in, with the preconditioner M ≈ (AᴴA)⁻¹, Hermitian and positive definite.
///
/// M is any operator on the model's space: [`jacobi`](super::jacobi) of the diagonal of AᴴA, [`block_jacobi`](super::block_jacobi) of its
/// blocks, a smoother. Arrays and stacks, real and complex. With exact summation (the default) and operators that keep it, every
/// iterate has the same bits on any number of ranks. [`Pcgls`] is the method itself, for damping.
///
/// The report has the series "gradient", ‖Aᴴ(b − A x)‖, which the tolerance is held against, as by [`cgls`](super::cgls()): not that of the
/// preconditioned problem, so that runs can be compared; and "cost", ‖b − A x‖. Where P with M = P Pᴴ is known,
/// [`preconditioned_inversion`](super::preconditioned_inversion) takes it, with any solver.
///
/// # Communication
/// Each iteration that of A, Aᴴ and M, and two all-reduces, of 456 bytes (912 with damping) and of 1368 (1824). At the start one more
/// application of each and one all-reduce.
///
/// # Errors
/// Those of [`cgls`](super::cgls()); and [`ErrorKind::Shape`](crate::ErrorKind::Shape) or
/// [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if M does not map the model's space to itself. Not converging is no
/// error; where ⟨r, M r⟩ is not above 0 the reason is [`Reason::Preconditioner`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads};
/// use lops::{operators::{Diagonal, FirstDerivative, normal}, solvers::{Options, cgls, jacobi, pcgls}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[60], 0)?;
///     let uneven = DistArray::from_fn(&layout, |i| 10f64.powi(i[0] as i32 % 5));
///     let a = &(FirstDerivative::along(0).on(&layout)? + Diagonal::of(&DistArray::full(&layout, 1.0))?) * &Diagonal::of(&uneven)?;
///     let m = jacobi(&normal(&a).diagonal(&[2])?)?;
///     let b = DistArray::full(&layout, 1.0);
///     let (mut x, mut y) = (b.zeros_like(), b.zeros_like());
///     let with = pcgls(&a, &b, &mut x, &m, &Options::iterations(1000))?;
///     let without = cgls(&a, &b, &mut y, &Options::iterations(1000))?;
///     assert!(with.reason.converged() && 2 * with.iterations < without.iterations);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The book above.
pub fn pcgls<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    b: &DistArray<Y>,
    x: &mut DistArray<X>,
    m: &Operator<X>,
    options: &Options,
) -> Result<Report<X::Real>> {
    Pcgls::new(a, b, x, m)?.solve(options)
}

/// The method of [`pcgls`], with damping: min ‖A x − b‖² + λ² ‖x‖²; its vectors are x, s, q, r, z and c.
pub struct Pcgls<'a, X: Scalar, Y: Scalar = X> {
    a: &'a Operator<X, Y>,
    b: &'a DistArray<Y>,
    x: &'a mut DistArray<X>,
    m: &'a Operator<X>,
    s: DistArray<Y>,
    q: DistArray<Y>,
    r: DistArray<X>,
    z: DistArray<X>,
    c: DistArray<X>,
    damp: f64,
    gamma: f64,
    /// Of CGLS for A √M, which these are the iterates of: γ is the square of its gradient.
    rounding: Rounding,
    adjoint: AdjointTest,
    /// ‖s‖² + λ² ‖x‖².
    objective: f64,
}

/// ‖r‖², ‖s‖² and ‖x‖².
struct Sums {
    r2: f64,
    s2: f64,
    x2: f64,
}

impl<'a, X: Scalar, Y: Scalar> Pcgls<'a, X, Y> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`pcgls`], but for the options.
    pub fn new(
        a: &'a Operator<X, Y>,
        b: &'a DistArray<Y>,
        x: &'a mut DistArray<X>,
        m: &'a Operator<X>,
    ) -> Result<Self> {
        a.range().same_as(b.space(), "data of preconditioned CGLS")?;
        a.domain().same_as(x.space(), "model of preconditioned CGLS")?;
        a.domain().same_as(m.domain(), "domain of the preconditioner of CGLS")?;
        a.domain().same_as(m.range(), "range of the preconditioner of CGLS")?;
        let [s, q] = [(); 2].map(|()| b.zeros_like());
        let [r, z, c] = [(); 3].map(|()| x.zeros_like());
        let (rounding, adjoint) = (Rounding::default(), AdjointTest::default());
        Ok(Self { a, b, x, m, s, q, r, z, c, damp: 0.0, gamma: 0.0, rounding, adjoint, objective: 0.0 })
    }

    /// λ of min ‖A x − b‖² + λ² ‖x‖² (0).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if it is negative or not finite.
    pub fn damp(self, damp: f64) -> Result<Self> {
        not_negative("damp", damp)?;
        Ok(Self { damp, ..self })
    }

    /// What this rank sends in an iteration, as [`Cg::communication`](super::Cg::communication) says it.
    ///
    /// # Errors
    /// As [`Cg::communication`](super::Cg::communication).
    pub fn communication(&self) -> Result<PerIteration> {
        let (of_a, damped) = (self.a.communication(), usize::from(self.damp > 0.0));
        let applications = of_a.forward + of_a.adjoint + self.m.communication().forward;
        PerIteration::of(applications, &[self.a.domain(), self.a.range()], &[1 + damped, 3 + damped])
    }

    /// r ← Aᴴ s − λ² x,  z ← M r,  γ ← ⟨r, z⟩, and what else is told of an iteration, in one reduction.
    fn gradient(&mut self, s2: PartialSum, run: &Run) -> Result<Sums, Stop> {
        let Self { a, x, m, s, r, z, damp, .. } = self;
        a.apply_adjoint_into(s, r)?; //                                        r ← Aᴴ s
        let x2 = if *damp > 0.0 {
            r.axpy(real(-damp.powi(2)), x)?; //                                r ← r − λ² x
            Some(x.norm2(run))
        } else {
            None
        };
        m.apply_into(r, z)?; //                                                z ← M r
        let [gamma, r2, s2, x2] = run.sums([Some(r.re_dot(z, run)?), Some(r.norm2(run)), Some(s2), x2])?;
        self.gamma = run.finite(gamma, "z")?; //                               γ ← ⟨r, z⟩
        self.objective = s2 + self.damp.powi(2) * x2;
        let r2 = run.finite(r2, "r")?;
        if r2 > 0.0 && gamma <= 0.0 {
            return Err(Reason::Preconditioner(gamma).into());
        }
        Ok(Sums { r2, s2, x2 })
    }

    fn measures(&self, Sums { r2, s2, x2 }: &Sums) -> Measures {
        let measures = Measures::criterion("gradient", *r2).and("cost", s2.sqrt());
        if self.damp == 0.0 { measures } else { measures.and("damped cost", (s2 + self.damp.powi(2) * x2).sqrt()) }
    }
}

impl<X: Scalar, Y: Scalar> Method for Pcgls<'_, X, Y> {
    type Model = X;

    fn name(&self) -> &'static str {
        "Preconditioned CGLS"
    }

    fn model(&self) -> &DistArray<X> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        let of_data = Vectors::data("b", self.b).and("x", self.x).and("s", &self.s);
        of_data.and("r", &self.r).and("q", &self.q).and("z", &self.z).and("c", &self.c)
    }

    fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.adjoint.begin(run)?;
        let Self { a, b, x, s, q, .. } = self;
        a.apply_into(x, q)?; //                                                q ← A x
        s.copy_from(b)?;
        let s2 = s.axpy_norm2(real(-1.0), q, run)?; //                         s ← b − q
        let sums = self.gradient(s2, run)?; //                                 r ← Aᴴ s − λ² x,  z ← M r
        self.c.copy_from(&self.z)?; //                                         c ← z
        // A square that vanished though r did not, or the like: nothing can be told from such numbers.
        let is_zero = |r: &DistArray<X>| Ok::<_, Stop>(run.sums([run.any_but_zero(r)])? == [0.0]);
        if !is_ordinary::<X>(sums.r2) && !is_zero(&self.r)? {
            return Err(Reason::Breakdown(sums.r2).into());
        }
        if sums.r2 == 0.0 && self.damp == 0.0 && run.sums([run.any_but_zero(&self.s)])? != [0.0] {
            if !is_ordinary::<Y>(sums.s2) {
                return Err(Reason::Breakdown(sums.s2).into());
            }
            check_zero_gradient(self.a, &self.s, &mut self.q, &mut self.c, run)?;
        }
        self.rounding.begin_least_squares::<X>(self.gamma);
        let norm = run.size_when_judging(self.b, 0);
        let hidden = if self.damp == 0.0 { self.rounding.hidden_in_gradient(norm) } else { 0.0 };
        Ok(self.measures(&sums).hiding(hidden))
    }

    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.adjoint.check(run)?;
        let objective = self.objective;
        let Self { a, x, s, q, c, damp, gamma, rounding, .. } = self;
        let c2 = (*damp > 0.0).then(|| c.norm2(run));
        a.apply_into(c, q)?; //                                                q ← A c
        let [q2, c2] = run.sums([Some(q.norm2(run)), c2])?;
        let delta = run.finite(q2 + damp.powi(2) * c2, "q")?; //               δ ← ‖q‖² + λ² ‖c‖²
        let (alpha, before) = (rounding.step::<X>(*gamma, delta)?, *gamma); // α ← γ / δ
        x.axpy(real(alpha), c)?; //                                            x ← x + α c
        let s2 = s.axpy_norm2(real(-alpha), q, run)?; //                       s ← s − α q
        let sums = self.gradient(s2, run)?; //                                 r ← Aᴴ s − λ² x,  z ← M r,  γ' ← ⟨r, z⟩
        let errors = self.rounding.of_inner(before, objective.sqrt());
        self.adjoint.take_step::<X>([objective, self.objective], [before, alpha], errors);
        self.rounding.of_residual(self.objective.sqrt()); // of s and λ x together: r is made of both
        let beta = self.rounding.turn(before, self.gamma); //                  β ← γ' / γ
        self.c.xpby(&self.z, real(beta))?; //                                  c ← z + β c
        Ok(self.measures(&sums))
    }

    fn residual(&mut self, run: &Run) -> Result<f64> {
        run.residual(self.a, self.b, self.x, &mut self.q)
    }

    fn criterion_at_zero(&mut self, run: &Run) -> Result<Option<Measures>, Stop> {
        gradient_at_zero((self.a, self.b, self.x), &mut self.s, &mut self.r, run)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { x, s, c, gamma, rounding, adjoint, objective, .. } = self;
        let state = State::new().vector("x", *x).vector("s", s).vector("c", c).number("gamma", gamma);
        Some(adjoint.state_as("adjoint", rounding.state(state.number("objective", objective))))
    }

    fn adjoint_mismatch(&self) -> Option<f64> {
        self.adjoint.largest()
    }

    fn scratch(&self) -> usize {
        self.a.scratch() + self.m.scratch()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("damp", self.damp)]
    }

    fn columns(&self) -> Vec<(&'static str, &'static str)> {
        vec![("r1norm", "cost"), ("r2norm", if self.damp > 0.0 { "damped cost" } else { "cost" })]
    }
}

impl<X: Scalar, Y: Scalar> fmt::Debug for Pcgls<'_, X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pcgls").field("vectors", &self.vectors()).field("gamma", &self.gamma).finish_non_exhaustive()
    }
}
