//! Conjugate gradients with one reduction an iteration, by predicting and recomputing.
//!
//! ```text
//! r ← b − A x,  p ← r
//! repeat   q ← A p;  δ ← ⟨p, q⟩,  η ← ⟨r, q⟩,  γ ← ‖q‖²,  ρ ← ‖r‖²   in one message
//!          α ← ρ / δ
//!          ρ' ← ρ − 2 α η + α² γ        predicted: it is ‖r − α q‖²
//!          x ← x + α p,  r ← r − α q,  p ← r + (ρ'/ρ) p
//! ```
//!
//! The step of conjugate gradients needs ⟨p, q⟩ first and the new ‖r‖² after: two messages, one waiting for the other.
//! Here the second is predicted, from sums that travel with the first; in the next iteration ρ is what r has become, so
//! errors of predictions do not add up. Where ρ' is so far below ρ that the terms of the prediction cancel, ρ' is formed
//! of the new r instead, in a message of its own.
//!
//! Three vectors beside x and b, as many as [`Cg`](super::Cg) has. Each iteration: one application of A, one reduction of
//! four sums, 10 words of memory traffic per unknown beside the operator's, 8 where A goes by rows. T. Chen and E. Carson,
//! SIAM J. Matrix Anal. Appl. 41 (2020) 1390.

use super::hand_on::hand_on;
use super::units::InUnits;
use super::{Measures, Method, Options, PerIteration, Report, Run, State, Stop, Vectors, run::real, system::System};
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::Operator;
use std::fmt;

/// Solves A x = b from the x that is passed in, as [`cg`](super::cg) does, with half its messages: A is Hermitian and
/// positive definite.
///
/// Arrays and stacks, real and complex; the same bits on any number of ranks; as accurate as `cg` in as many iterations, but
/// not with the same bits as `cg`. [`PredictCg`] is the method itself, for a callback or one iteration at a time.
///
/// It computes twice as many inner products as `cg`, to wait once instead of twice: that can pay only where messages take
/// the time, on many ranks with little work each.
///
/// The report has the series "cost", ‖b − A x‖ as it is predicted; the tolerance is held against it, and then against the
/// truth, as in `cg`.
///
/// # Communication
/// Each iteration that of A, and one all-reduce of 1824 bytes. In an iteration in which ‖r‖ falls to less than a
/// ten-thousandth one more of 456. At the start and at the end as `cg`.
///
/// # Errors
/// As [`cg`](super::cg).
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, Reason, launch_threads, operators::Diagonal, solvers::{Options, predict_cg}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[5], 0)?;
///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
///     let b = DistArray::full(&layout, 60.0);
///     let mut x = b.zeros_like();
///     let report = predict_cg(&a, &b, &mut x, &Options::default())?;
///     assert_eq!((report.reason, report.iterations), (Reason::Tolerance, 5));
///     assert!((&x - &DistArray::from_fn(&layout, |i| 60.0 / (1.0 + i[0] as f64))).norm() < 1e-9);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Chen and Carson's PR-CG without a preconditioner, its updates after the reduction.
pub fn predict_cg<T: Scalar>(
    a: &Operator<T>,
    b: &DistArray<T>,
    x: &mut DistArray<T>,
    options: &Options,
) -> Result<Report<T::Real>> {
    PredictCg::new(a, b, x)?.solve(options)
}

/// The method of [`predict_cg`]; its vectors are x, r, q and p.
///
/// Units are chosen as in [`Cg`](super::Cg).
pub struct PredictCg<'a, T: Scalar>(System<'a, T>);

/// A prediction below this part of ρ is not used: it would have less than half of its digits.
const LOST: f64 = 1e-8;

/// Nor is it where γ is below this: squares of elements of q may have vanished.
const FAINT: f64 = 1e-270;

impl<'a, T: Scalar> PredictCg<'a, T> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`predict_cg`], but for the options.
    pub fn new(a: &'a Operator<T>, b: &'a DistArray<T>, x: &'a mut DistArray<T>) -> Result<Self> {
        System::new(a, b, x).map(Self)
    }

    /// What this rank sends in an iteration that need not sum again, as [`Cg::communication`](super::Cg::communication) says it.
    ///
    /// # Errors
    /// As [`Cg::communication`](super::Cg::communication).
    pub fn communication(&self) -> Result<PerIteration> {
        self.0.communication(&[4]) // δ, η, γ, ρ
    }
}

impl<T: Scalar> Method for PredictCg<'_, T> {
    type Model = T;
    hand_on!(0: model, begin, iterate, residual, criterion_at_zero, scratch);

    fn name(&self) -> &'static str {
        "Predict-and-recompute CG"
    }

    fn vectors(&self) -> Vectors<'_> {
        self.0.vectors()
    }

    fn state(&mut self) -> Option<State<'_>> {
        Some(self.0.state())
    }
}

impl<T: Scalar> InUnits for PredictCg<'_, T> {
    hand_on!(0: choose, is_ordinary, units);

    fn start_in_units(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.0.start_in_units(run)
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        let System { a, x, r, p, q, rho, units, rounding, .. } = &mut self.0;
        let sums = units.forward_conjugate_sums(a, p, r, q, run)?; //          q ← A p
        let [delta, eta, gamma, square] = run.sums(sums)?; //                  δ ← ⟨p, q⟩,  η ← ⟨r, q⟩,  γ ← ‖q‖²,  ρ ← ‖r‖²
        let gamma = run.finite(gamma, "q")?;
        let alpha = rounding.step::<T>(square, run.finite(delta, "q")?)?; //   α ← ρ / δ
        let predicted = square - 2.0 * alpha * eta + alpha * alpha * gamma; // ρ' ← ρ − 2 α η + α² γ
        let is_lost = !(predicted > LOST * square && gamma > FAINT);
        let next = if is_lost {
            run.sums([r.axpy_norm2(real(-alpha), q, run)?])?[0] //             r ← r − α q,  ρ' ← ‖r‖²
        } else {
            predicted
        };
        rounding.check_rise(run.finite(next, "r")?)?;
        let beta = real(rounding.turn(square, next)); //                       β ← ρ' / ρ
        if is_lost {
            x.axpy_xpby(real(alpha), p, r, beta)?; //                          x ← x + α p,  p ← r + β p
        } else {
            x.axpy_turn(real(alpha), r, q, p, beta)?; //                       x ← x + α p,  r ← r − α q,  p ← r + β p
        }
        *rho = next;
        Ok(Measures::in_units("cost", next, units.data))
    }
}

impl<T: Scalar> fmt::Debug for PredictCg<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.tell("PredictCg", f)
    }
}
