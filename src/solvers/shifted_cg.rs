//! Conjugate gradients for several shifts at once: (A + σₖ) xₖ = b, with the products of one.
//!
//! ```text
//! r ← b,  p ← r,  ρ ← ‖r‖²,  for each k: xₖ ← 0,  pₖ ← b,  ζₖ ← ζₖ' ← 1
//! repeat   q ← (A + σ) p,  δ ← ⟨p, q⟩,  α ← ρ / δ
//!          r ← r − α q,  ρ' ← ‖r‖²,  β ← ρ' / ρ
//!          for each k:  ζ ← ζₖ ζₖ' α' / (α β' (ζₖ' − ζₖ) + ζₖ' α' (1 + (σₖ − σ) α))
//!                       xₖ ← xₖ + α (ζ/ζₖ) pₖ,  pₖ ← ζ r + β (ζ/ζₖ)² pₖ
//!                       ζₖ' ← ζₖ,  ζₖ ← ζ
//!          p ← r + β p,  ρ ← ρ',  α' ← α,  β' ← β
//! ```
//!
//! σ is the least shift, whose system is the hardest; α' and β' are those of the iteration before, 1 and 0 at first. The residual of system k is
//! ζₖ r, as the Krylov spaces of all shifts are one. Two vectors for each shift beside r, p, q and b. B. Jegerlehner, Krylov space solvers for
//! shifted linear systems, hep-lat/9612014 (1996).

use super::{Measures, Method, Options, PerIteration, Reason, Report, Run, State, Stop, Vectors};
use super::{rounding::Rounding, run::real, system::cost_at_zero, units::is_ordinary};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator};
use std::fmt;

/// Solves (A + σₖ) xₖ = b for every shift σₖ, with one application of A an iteration for all of them; A + σ is Hermitian and positive
/// definite for the least σ.
///
/// To choose a damping: with A = GᴴG and b = Gᴴd the models of least ‖G x − d‖² + λ² ‖x‖² for every λ² = σₖ cost what one of them costs.
/// Models begin at 0, whatever is in the arrays. With exact summation (the default) and operators that keep it, all have the same bits
/// on any number of ranks.
///
/// The report has the series "cost", ‖b − (A + σ) x‖ of the least shift: those of the others are smaller. When the tolerance is met all are
/// computed anew, and the largest one is what is believed. Iterations cannot begin anew, as residuals have to be parallel: they go on, or the reason is
/// [`Reason::Drifted`].
///
/// # Communication
/// Each iteration that of A, and two all-reduces of 456 bytes, however many shifts there are. At the end an application and an all-reduce for each
/// shift.
///
/// # Errors
/// [`ErrorKind::Parameter`] of no shifts, of one that is not finite, or if there is not a model for each; those of [`cg`](super::cg()).
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::{FirstDerivative, normal}};
/// use lops::solvers::{Options, shifted_cg};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[50], 0)?;
///     let g = FirstDerivative::along(0).on::<f64>(&layout)?;
///     let d = DistArray::random_signed(&layout, 1);
///     let dampings = [0.1, 1.0, 10.0];
///     let mut models = vec![d.zeros_like(); 3];
///     let shifts = dampings.map(|damping: f64| damping.powi(2));
///     let options = Options::iterations(200);
///     let report = shifted_cg(&normal(&g), &(&g.adjoint() * &d), &shifts, &mut models, &options)?;
///     assert!(report.reason.converged());
///     let misfits: Vec<_> = models.iter().map(|x| (&d - &(&g * x)).norm()).collect();
///     assert!(misfits.is_sorted() && models.is_sorted_by(|x, y| x.norm() > y.norm())); // points of an L-curve
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The paper above.
pub fn shifted_cg<T: Scalar>(
    a: &Operator<T>,
    b: &DistArray<T>,
    shifts: &[f64],
    models: &mut [DistArray<T>],
    options: &Options,
) -> Result<Report<T::Real>> {
    ShiftedCg::new(a, b, shifts, models)?.solve(options)
}

/// The method of [`shifted_cg`]; its vectors are r, q and p, and x and p of each shift, the least one's first.
pub struct ShiftedCg<'a, T: Scalar> {
    a: &'a Operator<T>,
    b: &'a DistArray<T>,
    r: DistArray<T>,
    q: DistArray<T>,
    p: DistArray<T>,
    rho: f64,
    /// α and β of the iteration before.
    alpha: f64,
    beta: f64,
    /// The least shift, and the others, in order.
    least: f64,
    x: &'a mut DistArray<T>,
    others: Vec<System<'a, T>>,
    rounding: Rounding,
}

/// The system of one of the other shifts.
struct System<'a, T: Scalar> {
    /// σₖ − σ.
    above: f64,
    x: &'a mut DistArray<T>,
    p: DistArray<T>,
    /// ζₖ and ζₖ'.
    zeta: f64,
    before: f64,
}

impl<T: Scalar> System<'_, T> {
    /// xₖ ← xₖ + αₖ pₖ,  pₖ ← ζ r + βₖ pₖ, from α, β and those before, of the system of the least shift.
    fn step(&mut self, [alpha, beta]: [f64; 2], [alpha_before, beta_before]: [f64; 2], r: &DistArray<T>) -> Result<()> {
        let Self { above, x, p, zeta, before } = self;
        let below = alpha * beta_before * (*before - *zeta) + *before * alpha_before * (1.0 + *above * alpha);
        let next = *zeta * *before * alpha_before / below;
        let ratio = next / *zeta;
        // Long before numbers vanish a system is solved: its residual is ζ r.
        if !(ratio.is_finite() && next > f64::MIN_POSITIVE.sqrt()) {
            return Ok(());
        }
        x.axpy(real(alpha * ratio), p)?;
        p.axpby(real(next), r, real(beta * ratio * ratio))?;
        (*before, *zeta) = (*zeta, next);
        Ok(())
    }
}

impl<'a, T: Scalar> ShiftedCg<'a, T> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`shifted_cg`], but for the options.
    pub fn new(
        a: &'a Operator<T>,
        b: &'a DistArray<T>,
        shifts: &[f64],
        models: &'a mut [DistArray<T>],
    ) -> Result<Self> {
        if let Some(shift) = shifts.iter().find(|shift| !shift.is_finite()) {
            return Err(Error::expected(ErrorKind::Parameter, "shift", "a finite number", shift));
        }
        if shifts.len() != models.len() {
            let expected = format!("{}, one for each shift", shifts.len());
            return Err(Error::expected(ErrorKind::Parameter, "number of models", expected, models.len()));
        }
        a.domain().same_as(a.range(), "range of the operator of shifted CG")?;
        a.range().same_as(b.space(), "right-hand side of shifted CG")?;
        for x in &*models {
            a.domain().same_as(x.space(), "model of shifted CG")?;
        }
        let mut systems: Vec<_> = shifts.iter().zip(models).collect();
        systems.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let mut systems = systems.into_iter();
        let Some((&least, x)) = systems.next() else {
            return Err(Error::expected(ErrorKind::Parameter, "number of shifts", "at least 1", 0));
        };
        let other = |(shift, x): (&f64, &'a mut DistArray<T>)| {
            let p = b.zeros_like();
            System { above: shift - least, x, p, zeta: 1.0, before: 1.0 }
        };
        let others = systems.map(other).collect();
        let [r, q, p] = [(); 3].map(|()| b.zeros_like());
        let (rho, alpha, beta, rounding) = (0.0, 1.0, 0.0, Rounding::default());
        Ok(Self { a, b, r, q, p, rho, alpha, beta, least, x, others, rounding })
    }

    /// What this rank sends in an iteration, as [`Cg::communication`](super::Cg::communication) says it.
    ///
    /// # Errors
    /// As [`Cg::communication`](super::Cg::communication).
    pub fn communication(&self) -> Result<PerIteration> {
        PerIteration::of(self.a.communication().forward, &[self.a.domain()], &[1, 1]) // δ; ρ'
    }

    /// The square of the largest of the residuals, by way of q.
    fn largest_residual(&mut self, run: &Run) -> Result<f64, Stop> {
        let Self { a, b, q, least, x, others, .. } = self;
        let mut largest: f64 = 0.0;
        let systems = others.iter().map(|other| (*least + other.above, &*other.x));
        for (shift, x) in std::iter::once((*least, &**x)).chain(systems) {
            a.apply_into(x, q)?; //                                            q ← A x
            q.axpy(real(shift), x)?; //                                        q ← q + σ x
            let [square] = run.sums([q.axpby_norm2(T::one(), b, -T::one(), run)?])?; // q ← b − q
            largest = largest.max(run.finite(square, "q")?);
        }
        Ok(largest)
    }
}

impl<T: Scalar> Method for ShiftedCg<'_, T> {
    type Model = T;

    fn name(&self) -> &'static str {
        "Shifted CG"
    }

    fn model(&self) -> &DistArray<T> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        let vectors = Vectors::data("b", self.b).and("x", self.x).and("r", &self.r).and("q", &self.q).and("p", &self.p);
        self.others.iter().fold(vectors, |vectors, other| vectors.and("x", other.x).and("p", &other.p))
    }

    fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
        if run.is_judging() {
            let truth = self.largest_residual(run)?;
            let hidden = self.rounding.hidden_in_residual(run.size_when_judging(self.b, 0));
            return Ok(Measures::criterion("cost", truth).hiding(hidden));
        }
        let Self { b, r, p, x, others, .. } = self;
        r.copy_from(b)?; //                                                    r ← b
        p.copy_from(b)?; //                                                    p ← b
        x.fill(T::zero());
        for other in others {
            other.x.fill(T::zero());
            other.p.copy_from(b)?;
            (other.zeta, other.before) = (1.0, 1.0);
        }
        let [rho] = run.sums([r.norm2(run)])?; //                              ρ ← ‖r‖²
        if !is_ordinary::<T>(run.finite(rho, "r")?) && run.sums([run.any_but_zero(&self.r)])? != [0.0] {
            return Err(Reason::Breakdown(rho).into());
        }
        (self.rho, self.alpha, self.beta) = (rho, 1.0, 0.0);
        self.rounding.begin_system::<T>(rho, 0.0);
        Ok(Measures::criterion("cost", rho))
    }

    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
        let Self { a, r, q, p, rho, least, x, others, rounding, .. } = self;
        a.apply_into(p, q)?; //                                                q ← A p
        if *least != 0.0 {
            q.axpy(real(*least), p)?; //                                       q ← q + σ p
        }
        let [delta] = run.sums([p.re_dot(q, run)?])?; //                       δ ← ⟨p, q⟩
        let alpha = rounding.step::<T>(*rho, run.finite(delta, "q")?)?; //     α ← ρ / δ
        let [next] = run.sums([r.axpy_norm2(real(-alpha), q, run)?])?; //      r ← r − α q,  ρ' ← ‖r‖²
        rounding.check_rise(run.finite(next, "r")?)?;
        let beta = rounding.turn(*rho, next); //                               β ← ρ' / ρ
        for other in others {
            other.step([alpha, beta], [self.alpha, self.beta], r)?;
        }
        x.axpy_xpby(real(alpha), p, r, real(beta))?; //                        x ← x + α p,  p ← r + β p
        (self.rho, self.alpha, self.beta) = (next, alpha, beta);
        Ok(Measures::criterion("cost", next))
    }

    fn residual(&mut self, run: &Run) -> Result<f64> {
        let Self { a, b, q, least, x, .. } = self;
        a.apply_into(x, q)?;
        q.axpy(real(*least), x)?;
        q.axpby(T::one(), b, -T::one())?; //                                   q ← b − (A + σ) x
        Ok(run.norm(q))
    }

    fn criterion_at_zero(&mut self, run: &Run) -> Result<Option<Measures>, Stop> {
        cost_at_zero(self.b, run).map(Some)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { r, p, rho, alpha, beta, x, others, rounding, .. } = self;
        let state = State::new().vector("x", *x).vector("r", r).vector("p", p).number("rho", rho);
        let state = rounding.state(state.number("alpha", alpha).number("beta", beta));
        let all = others.iter_mut().zip(1..).fold(state, |state, (System { x, p, zeta, before, .. }, k)| {
            let state = state.vector(format!("x{k}"), *x).vector(format!("p{k}"), p);
            state.number(format!("zeta{k}"), zeta).number(format!("zeta_before{k}"), before)
        });
        Some(all)
    }

    fn scratch(&self) -> usize {
        self.a.scratch()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let shift = |other: &System<'_, T>| ("shift", self.least + other.above);
        std::iter::once(("shift", self.least)).chain(self.others.iter().map(shift)).collect()
    }
}

impl<T: Scalar> fmt::Debug for ShiftedCg<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShiftedCg").field("vectors", &self.vectors()).field("rho", &self.rho).finish_non_exhaustive()
    }
}
