//! MINRES: A x = b with A Hermitian, definite or not, by the tridiagonal form of A.
//!
//! ```text
//! β v ← b − A x,  φ̄ ← β,  c ← −1,  s ← 0,  δ̄ ← ε ← 0
//! repeat   q ← A v − β v₋,  α ← ⟨v, q⟩,  β v₊ ← q − α v
//!          δ ← c δ̄ + s α,  γ̄ ← s δ̄ − c α,  ε₊ ← s β,  δ̄ ← −c β
//!          γ ← √(γ̄² + β²),  c ← γ̄ / γ,  s ← β / γ
//!          w ← (v − ε w₋₋ − δ w₋) / γ,  x ← x + c φ̄ w,  φ̄ ← s φ̄
//! ```
//!
//! Of all x in the Krylov space the one with the least ‖b − A x‖, which is φ̄. Six vectors beside x and b. Each iteration: one
//! application of A, two reductions of one sum each. C. C. Paige and M. A. Saunders, SIAM J. Numer. Anal. 12 (1975) 617.

use super::hand_on::hand_on;
use super::options::check_condition_limit;
use super::square::{Ending, Square};
use super::units::InUnits;
use super::{Measures, Method, Options, PerIteration, Reason, Report, Run, State, Stop, Vectors, run::real};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::powers::two_to;
use crate::numbers::{Real, Scalar};
use crate::operators::{Identity, LinearOperator, Operator};
use std::fmt;

/// Solves A x = b from the x that is passed in; A is Hermitian, and may be indefinite.
///
/// Arrays and stacks, real and complex. With exact summation (the default) and operators that keep it, every iterate has the
/// same bits on any number of ranks. [`Minres`] is the method itself, for a shift of A and for estimates of its norm and
/// condition. Where A is positive definite [`cg`](super::cg) does with less memory.
///
/// The report has the series "cost", ‖b − A x‖, which never rises; the tolerance is held against it, and then against the truth,
/// as in [`cg`](super::cg). Where the recurrence has given all digits that it can, iterations begin anew from x; when that is of
/// no use, the reason is [`Reason::Exhausted`]. Where A is singular and b not in its range, x comes near a least-squares
/// solution, and the reason is [`Reason::Breakdown`].
///
/// # Communication
/// Each iteration that of A, and two all-reduces of 456 bytes. At a beginning one application more and one all-reduce of 1368,
/// at the end likewise, and one of 8. Where squares would leave the range of numbers, up to two applications more at the start,
/// and small all-reduces.
///
/// # Errors
/// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if A does not map a space to itself, or b or x are of another one;
/// [`ErrorKind::Parameter`] for a tolerance that is negative or not finite. Not converging is no error: see [`Report::reason`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Diagonal, solvers::{Options, minres}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let d = DistArray::from_fn(&layout, |i| 2.0 * i[0] as f64 - 3.0); // −3, −1, 1, 3
///     let a = Diagonal::of(&d)?;
///     let b = DistArray::full(&layout, 3.0);
///     let mut x = b.zeros_like();
///     let report = minres(&a, &b, &mut x, &Options::default())?;
///     assert!(report.reason.converged());
///     assert!((&(&a * &x) - &b).norm() < 1e-9);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The paper above, without its preconditioner. Iterates as of `scipy.sparse.linalg.minres`.
pub fn minres<T: Scalar>(
    a: &Operator<T>,
    b: &DistArray<T>,
    x: &mut DistArray<T>,
    options: &Options,
) -> Result<Report<T::Real>> {
    Minres::new(a, b, x)?.solve(options)
}

/// The method of [`minres`], with a shift: (A − σ I) x = b; its vectors are x, r, q, v and w.
pub struct Minres<'a, T: Scalar> {
    square: Square<'a, T>,
    /// v times β, and the one before.
    v: DistArray<T>,
    older: DistArray<T>,
    w: DistArray<T>,
    w_older: DistArray<T>,
    shift: f64,
    condition_limit: f64,
    /// β of v and of the one before; 0 where there is none.
    beta: f64,
    beta_older: f64,
    /// φ̄, δ̄ and ε.
    phi: f64,
    delta: f64,
    epsilon: f64,
    c: f64,
    s: f64,
    /// Σ α² + β² + β₋², and the largest and the least γ.
    a2: f64,
    gammas: [f64; 2],
}

impl<'a, T: Scalar> Minres<'a, T> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`minres`], but for the options.
    pub fn new(a: &Operator<T>, b: &'a DistArray<T>, x: &'a mut DistArray<T>) -> Result<Self> {
        let square = Square::new(a, b, x, "MINRES")?;
        let [v, older, w, w_older] = [(); 4].map(|()| b.zeros_like());
        Ok(Self {
            square,
            v,
            older,
            w,
            w_older,
            shift: 0.0,
            condition_limit: f64::INFINITY,
            beta: 0.0,
            beta_older: 0.0,
            phi: 0.0,
            delta: 0.0,
            epsilon: 0.0,
            c: -1.0,
            s: 0.0,
            a2: 0.0,
            gammas: [0.0, f64::INFINITY],
        })
    }

    /// σ of (A − σ I) x = b (0); said again, it is added to what was said before. Measures, the true residual and the final one
    /// are those of A − σ I.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not a finite number of the type.
    pub fn shift(mut self, shift: f64) -> Result<Self> {
        let number = T::Real::from_f64(shift);
        if !number.finite() {
            return Err(Error::expected(ErrorKind::Parameter, "shift of MINRES", "a finite number", shift));
        }
        if shift != 0.0 {
            let shifted = Identity.on::<T>(self.square.a.domain()).scale(-T::from_real(number));
            self.square.a = self.square.a.plus(&shifted)?;
            self.shift += shift;
        }
        Ok(self)
    }

    /// Stops with [`Reason::ConditionLimit`] when the estimate of A's condition is larger (never). Then the report has the
    /// series "condition", and "norm" with the estimate of ‖A‖ in the Frobenius norm, of the part of A that iterations have seen
    /// since the last beginning.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is not at least 1.
    pub fn condition_limit(mut self, limit: f64) -> Result<Self> {
        check_condition_limit(limit)?;
        self.condition_limit = limit;
        Ok(self)
    }

    /// What this rank sends in an iteration that does not begin anew, as [`Cg::communication`](super::Cg::communication) says it.
    ///
    /// # Errors
    /// As [`Cg::communication`](super::Cg::communication).
    pub fn communication(&self) -> Result<PerIteration> {
        self.square.communication(1, &[1, 1]) // α; β
    }

    fn condition(&self) -> f64 {
        let [most, least] = self.gammas;
        if most == 0.0 { 1.0 } else { most / least }
    }

    fn with_estimates(&self, measures: Measures) -> Measures {
        if self.condition_limit == f64::INFINITY {
            return measures;
        }
        let norm = two_to(self.a2.sqrt(), self.square.units.forward);
        measures.and("norm", norm).and("condition", self.condition())
    }

    /// The first column, from the residual as it is.
    fn first(&mut self) -> Result<()> {
        self.v.copy_from(&self.square.r)?; //                                  β v ← r
        for vector in [&mut self.older, &mut self.w, &mut self.w_older] {
            vector.as_mut_slice().fill(T::zero());
        }
        (self.beta, self.beta_older, self.phi) = (self.square.beta, 0.0, self.square.beta);
        (self.delta, self.epsilon, self.c, self.s) = (0.0, 0.0, -1.0, 0.0);
        (self.a2, self.gammas) = (0.0, [0.0, f64::INFINITY]);
        Ok(())
    }
}

impl<T: Scalar> Method for Minres<'_, T> {
    type Model = T;
    hand_on!(square: model, begin, iterate, residual, criterion_at_zero);

    fn name(&self) -> &'static str {
        "MINRES"
    }

    fn vectors(&self) -> Vectors<'_> {
        self.square.vectors().and("v", &self.v).and("w", &self.w)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { square, v, older, w, w_older, beta, beta_older, phi, delta, epsilon, c, s, a2, gammas, .. } = self;
        let state = square.state().vector("v", v).vector("v_older", older).vector("w", w).vector("w_older", w_older);
        let state = state.number("beta", beta).number("beta_older", beta_older).number("phi", phi);
        let state = state.number("delta", delta).number("epsilon", epsilon).number("c", c).number("s", s);
        Some(state.number("a2", a2).numbers(["gamma.most", "gamma.least"], gammas))
    }

    fn scratch(&self) -> usize {
        let hidden = [&self.older, &self.w_older].map(|vector| size_of_val(vector.as_slice()));
        self.square.scratch() + hidden.iter().sum::<usize>()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("shift", self.shift)]
    }
}

impl<T: Scalar> InUnits for Minres<'_, T> {
    hand_on!(square: choose, is_ordinary, units);

    fn start_in_units(&mut self, run: &Run) -> Result<Measures, Stop> {
        let measures = self.square.start(run)?; //                             r ← b − A x
        self.first()?;
        Ok(self.with_estimates(measures))
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        if self.condition() > self.condition_limit {
            return Err(Reason::ConditionLimit(self.condition()).into());
        }
        if self.square.start_where_due(run)? {
            self.first()?;
        }
        let Self { square, v, older, w, w_older, .. } = self;
        let beta = self.beta;
        let of_older = if self.beta_older > 0.0 { beta / self.beta_older } else { 0.0 };
        square.units.forward(&square.a, v, &mut square.q)?; //                 q ← A v
        older.axpby(real(1.0 / beta), &square.q, real(-of_older))?; //         v₊ ← q − β v₋
        let [inner] = run.sums([v.re_dot(older, run)?])?;
        let alpha = run.finite(inner, "q")? / beta; //                         α ← ⟨v, v₊⟩
        let next = older.axpy_norm2(real(-alpha / beta), v, run)?; //          v₊ ← v₊ − α v
        let [next] = run.sums([next])?;
        let next = run.finite(next, "v")?.sqrt(); //                           β₊ ← ‖v₊‖
        square.note_norm(alpha.hypot(next))?;

        let delta = self.c * self.delta + self.s * alpha;
        let gamma = self.s * self.delta - self.c * alpha; //                   γ̄
        let root = gamma.hypot(self.c * next); //                              ‖A r‖ = φ̄ times it
        let (of_w_older, length) = (self.epsilon, gamma.hypot(next)); //       γ
        if square.is_nothing(length) {
            return Err(Reason::Breakdown(length).into());
        }
        (self.epsilon, self.delta) = (self.s * next, -self.c * next);
        (self.c, self.s) = (gamma / length, next / length);
        w_older.axpby(real(1.0 / (beta * length)), v, real(-of_w_older / length))?;
        w_older.axpy(real(-delta / length), w)?; //                            w₊ ← (v − ε w₋ − δ w) / γ
        square.x.axpy(real(self.c * self.phi), w_older)?; //                   x ← x + c φ̄ w₊
        self.phi *= self.s; //                                                 φ̄ ← s φ̄
        std::mem::swap(w, w_older);
        std::mem::swap(v, older);
        (self.beta_older, self.beta) = (beta, next);

        if square.is_nothing(root) {
            square.ending = Some(Ending::Broken(root));
        } else if square.is_nothing(next) || square.is_enough(self.phi) {
            square.ending = Some(Ending::Full);
        }
        self.a2 += alpha * alpha + next * next + if of_older > 0.0 { beta * beta } else { 0.0 };
        self.gammas = [self.gammas[0].max(length), self.gammas[1].min(length)];
        Ok(self.with_estimates(Measures::in_units("cost", self.phi * self.phi, self.square.units.data)))
    }
}

impl<T: Scalar> fmt::Debug for Minres<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Minres").field("vectors", &self.vectors()).field("phi", &self.phi).finish_non_exhaustive()
    }
}
