//! The conjugate gradient method: A x = b with A Hermitian and positive definite.
//!
//! ```text
//! r ← b − A x,  p ← r,  ρ ← ‖r‖²
//! repeat   q ← A p,  δ ← ⟨p, q⟩,  α ← ρ / δ
//!          r ← r − α q,  ρ' ← ‖r‖²
//!          x ← x + α p,  p ← r + (ρ'/ρ) p,  ρ ← ρ'
//! ```
//!
//! Three vectors beside x and b. Each iteration: one application of A, two reductions of one sum
//! each, 11 words of memory traffic per unknown beside the operator's. M. R. Hestenes and E. Stiefel,
//! J. Res. Nat. Bur. Stand. 49 (1952) 409.

use super::units::{InUnits, Units, is_ordinary, scaled_residual};
use super::{Measures, Method, Options, PerIteration, Report, Run, Stop, Vectors};
use super::{rounding::Rounding, run::real};
use crate::array::{DistArray, exponent};
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator};
use std::fmt;

/// Solves A x = b from the x that is passed in; A is Hermitian and positive definite.
///
/// Arrays and stacks, real and complex. With exact summation (the default) and operators that keep
/// it, every iterate has the same bits on any number of ranks. [`Cg`] is the method itself, for a
/// callback or one iteration at a time.
///
/// The report has the series "cost", ‖b − A x‖, which is also what the tolerance is held against: when it is met, ‖b − A x‖
/// is computed anew from x, and only that is believed. Where it is larger, iterations go on from there, or the reason is
/// [`Reason::Drifted`](crate::Reason::Drifted). On a singular system iterations end before they ruin x:
/// [`Reason::Exhausted`](crate::Reason::Exhausted).
///
/// # Communication
/// Each iteration that of A, and two all-reduces of 456 bytes. At the start one more application and one all-reduce of
/// 912, at the end likewise, and one of 8. Where squares would leave the range of numbers, up to two applications more
/// at the start, and small all-reduces.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or
/// [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if A does not map a space to itself, or b or
/// x are of another one; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for a tolerance that is
/// negative or not finite. Not converging is no error: see [`Report::reason`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, Reason, launch_threads, operators::Diagonal, solvers::{Options, cg}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[5], 0)?;
///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
///     let b = DistArray::full(&layout, 60.0);
///     let mut x = b.zeros_like();
///     let report = cg(&a, &b, &mut x, &Options::default())?;
///     assert_eq!((report.reason, report.iterations), (Reason::Tolerance, 5));
///     assert!((&x - &DistArray::from_fn(&layout, |i| 60.0 / (1.0 + i[0] as f64))).norm() < 1e-9);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The algorithm as above; with [`Options::exactly`] the iterates, costs and stopping rule of
/// PyLops-MPI's `cg` at `tol=0`.
pub fn cg<T: Scalar>(
    a: &Operator<T>,
    b: &DistArray<T>,
    x: &mut DistArray<T>,
    options: &Options,
) -> Result<Report<T::Real>> {
    Cg::new(a, b, x)?.solve(options)
}

/// The method of [`cg`]; its vectors are x, r, q and p.
///
/// Where squares of what is small or large would leave the range of numbers, r, q and p are those of the problem times
/// powers of two, which round nothing; x and all measures are those of the problem.
pub struct Cg<'a, T: Scalar> {
    a: &'a Operator<T>,
    b: &'a DistArray<T>,
    x: &'a mut DistArray<T>,
    r: DistArray<T>,
    p: DistArray<T>,
    q: DistArray<T>,
    rho: f64,
    units: Units,
    rounding: Rounding,
}

impl<'a, T: Scalar> Cg<'a, T> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`cg`], but for the options.
    pub fn new(a: &'a Operator<T>, b: &'a DistArray<T>, x: &'a mut DistArray<T>) -> Result<Self> {
        a.domain().same_as(a.range(), "range of the operator of CG")?;
        a.range().same_as(b.space(), "right-hand side of CG")?;
        a.domain().same_as(x.space(), "model of CG")?;
        let [r, p, q] = [b.zeros_like(), b.zeros_like(), b.zeros_like()];
        Ok(Self { a, b, x, r, p, q, rho: 0.0, units: Units::default(), rounding: Rounding::default() })
    }

    /// What this rank sends in an iteration with exact sums, without a callback and a time limit. Local: also on one rank
    /// of many that is only [pretended](crate::Comm::pretend).
    ///
    /// # Errors
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of vectors in chunks that are to be combined.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, layout::Cut, operators::Laplacian, solvers::Cg};
    ///
    /// let comm = Comm::pretend(4321, 10_000);
    /// let layout = Layout::grid(&comm, &[200, 200, 100], &[Cut::Block, Cut::Block, Cut::Block])?;
    /// let laplacian = Laplacian::over(&[0, 1, 2]).on::<f64>(&layout)?;
    /// let (b, mut x) = (DistArray::zeros(&layout), DistArray::zeros(&layout));
    /// let sent = Cg::new(&laplacian, &b, &mut x)?.communication()?;
    /// assert_eq!((sent.applications.messages, sent.sums.calls), (6, 2)); // to six neighbours
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn communication(&self) -> Result<PerIteration> {
        let spaces = [self.a.domain(), self.a.range()];
        PerIteration::of(self.a.communication().forward, &spaces, [1, 1]) // δ; ρ'
    }
}

impl<T: Scalar> Method for Cg<'_, T> {
    type Model = T;

    fn name(&self) -> &'static str {
        "CG"
    }

    fn model(&self) -> &DistArray<T> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        Vectors::data("b", self.b).and("x", self.x).and("r", &self.r).and("q", &self.q).and("p", &self.p)
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
        let [square] = run.sums([self.b.norm2(run)])?; //                      ‖b‖²
        let at_zero = Measures::criterion("cost", square);
        Ok(Some(if is_ordinary::<T>(square) { at_zero } else { Measures::of_norm("cost", run.norm(self.b)) }))
    }
}

impl<T: Scalar> InUnits for Cg<'_, T> {
    fn start_in_units(&mut self, run: &Run) -> Result<Measures, Stop> {
        let Self { a, b, x, r, p, q, rho, units, rounding } = self;
        units.forward(a, x, q)?; //                                            q ← A x
        units.copy_data(b, r)?; //                                             r ← b
        let sums = [r.axpy_norm2(-T::one(), q, run)?, x.norm2(run)];
        let [square, x2] = run.sums(sums)?; //                                 r ← r − q,  ρ ← ‖r‖²
        p.copy_from(r)?; //                                                    p ← r
        *rho = square;
        rounding.begin_system::<T>(square, x2);
        let hidden = rounding.hidden_in_residual(run.size_when_judging(b, units.data));
        Ok(Measures::in_units("cost", square, units.data).hiding(hidden))
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        let Self { a, x, r, p, q, rho, units, rounding, .. } = self;
        let delta = units.forward_re_dot(a, p, q, run)?; //                    q ← A p
        let [delta] = run.sums([delta])?; //                                   δ ← ⟨p, q⟩
        let alpha = rounding.step::<T>(*rho, run.finite(delta, "q")?)?; //     α ← ρ / δ
        let [next] = run.sums([r.axpy_norm2(real(-alpha), q, run)?])?; //      r ← r − α q,  ρ' ← ‖r‖²
        rounding.check_rise(run.finite(next, "r")?)?;
        let beta = rounding.turn(*rho, next); //                               β ← ρ' / ρ
        x.axpy_xpby(real(alpha), p, r, real(beta))?; //                        x ← x + α p,  p ← r + β p
        *rho = next;
        Ok(Measures::in_units("cost", next, units.data))
    }

    fn choose(&mut self, _: &Run) -> Result<(), Stop> {
        let Self { a, b, x, r, q, units, rounding, .. } = self;
        (*units, *rounding) = (Units::default(), Rounding::default());
        if let Some(data) = scaled_residual(a, b, x, r, q)? {
            a.apply_into(r, q)?; //                                            q ← A r
            let forward = exponent(q).unwrap_or(0);
            *units = Units { data, gradient: data, model: data - forward, forward, ..*units };
        }
        Ok(())
    }

    fn is_ordinary(&self) -> bool {
        is_ordinary::<T>(self.rho)
    }

    fn units(&mut self) -> (&mut Units, &mut DistArray<T>) {
        (&mut self.units, self.x)
    }
}

impl<T: Scalar> fmt::Debug for Cg<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cg").field("vectors", &self.vectors()).field("rho", &self.rho).finish_non_exhaustive()
    }
}
