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
//! each, 10 words of memory traffic per unknown beside the operator's, 8 where A goes by rows. M. R. Hestenes and E. Stiefel,
//! J. Res. Nat. Bur. Stand. 49 (1952) 409.

use super::hand_on::hand_on;
use super::units::InUnits;
use super::{Measures, Method, Options, PerIteration, Report, Run, State, Stop, Vectors, run::real, system::System};
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::Operator;
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
pub struct Cg<'a, T: Scalar>(System<'a, T>);

impl<'a, T: Scalar> Cg<'a, T> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`cg`], but for the options.
    pub fn new(a: &'a Operator<T>, b: &'a DistArray<T>, x: &'a mut DistArray<T>) -> Result<Self> {
        System::new(a, b, x).map(Self)
    }

    /// The same in memory that is there, of spaces that are those of A.
    pub(super) fn within(
        a: &'a Operator<T>,
        b: &'a DistArray<T>,
        x: &'a mut DistArray<T>,
        rooms: [DistArray<T>; 3],
    ) -> Self {
        Self(System::within(a, b, x, rooms))
    }

    /// Its memory, for another solve.
    pub(super) fn into_rooms(self) -> [DistArray<T>; 3] {
        self.0.into_rooms()
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
        self.0.communication(&[1, 1]) // δ; ρ'
    }
}

impl<T: Scalar> Method for Cg<'_, T> {
    type Model = T;
    hand_on!(0: model, begin, iterate, residual, criterion_at_zero, scratch);

    fn name(&self) -> &'static str {
        "CG"
    }

    fn vectors(&self) -> Vectors<'_> {
        self.0.vectors()
    }

    fn state(&mut self) -> Option<State<'_>> {
        Some(self.0.state())
    }
}

impl<T: Scalar> InUnits for Cg<'_, T> {
    hand_on!(0: choose, is_ordinary, units);

    fn start_in_units(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.0.start_in_units(run)
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        let System { a, x, r, p, q, rho, units, rounding, .. } = &mut self.0;
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
}

impl<T: Scalar> fmt::Debug for Cg<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.tell("Cg", f)
    }
}
