//! GMRES, restarted, with a preconditioner on the right that may vary: A x = b with any square A.
//!
//! ```text
//! repeat   r ← b − A x,  β ← ‖r‖,  v₁ ← r / β                                     a cycle
//!          for k = 1 … m   z ← M vₖ,  q ← A z                                     an iteration
//!                          hₖ ← Vᴴ q,  q ← q − V hₖ,  twice;  vₖ₊₁ ← q / ‖q‖
//!          y ← argmin ‖β e₁ − H y‖,  x ← x + Z y
//! ```
//!
//! Of all x in the space that a cycle spans the one with the least ‖b − A x‖. m + 1 vectors beside x, b, r and q, and m for Z with
//! a preconditioner. Each iteration: one application of A and of M, two reductions, of all inner products together; V is read
//! three times. Y. Saad and M. H. Schultz, SIAM J. Sci. Stat. Comput. 7 (1986) 856; Y. Saad, SIAM J. Sci. Comput. 14 (1993) 461.

use super::gram_schmidt::{GramSchmidt, add};
use super::hand_on::hand_on;
use super::hessenberg::Hessenberg;
use super::rounding::epsilon;
use super::square::{Ending, Square};
use super::units::InUnits;
use super::{Measures, Method, Options, PerIteration, Reason, Report, Run, State, Stop, Vectors};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Scalar;
use crate::operators::Operator;
use std::fmt;

/// Solves A x = b from the x that is passed in; A is any square operator that is not singular.
///
/// Arrays and stacks, real and complex. With exact summation (the default) and operators that keep it, every iterate has the
/// same bits on any number of ranks. Of A only the application is used, not the adjoint. [`Gmres`] is the method itself, for
/// the length of its cycles (30) and a preconditioner. Where memory is short see [`bicgstab`](super::bicgstab()), where A is
/// Hermitian [`minres`](super::minres()).
///
/// The report has the series "cost", ‖b − A x‖, which does not rise within a cycle; the tolerance is held against it, and then
/// against the truth, as in [`cg`](super::cg). A cycle ends early where it has given all digits that it can; when a new one
/// is of no use, the reason is [`Reason::Exhausted`]. Where A is singular in the space that a cycle spans, and once more so
/// in the next one, it is [`Reason::Breakdown`].
///
/// # Communication
/// Each iteration that of A, and two all-reduces: of 456 (k + 1) bytes in iteration k of a cycle, of 456 (2k + 1) where complex.
/// Where nearly nothing new is left of a vector, one more of 456. At the start of a cycle one application more and one all-reduce
/// of 1368, at the end likewise, and one of 8. Where squares would leave the range of numbers, up to two applications more at
/// the start, and small all-reduces.
///
/// # Errors
/// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if A does not map a space to itself, or b or x are of another one;
/// [`ErrorKind::Parameter`] for a tolerance that is negative or not finite. Not converging is no error: see [`Report::reason`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::{Diagonal, FirstDerivative}, solvers::{Options, gmres}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[6], 0)?;
///     let d = Diagonal::of(&DistArray::full(&layout, 2.0))?;
///     let a = d + FirstDerivative::along(0).on(&layout)?; // not symmetric
///     let b = DistArray::full(&layout, 3.0);
///     let mut x = b.zeros_like();
///     let report = gmres(&a, &b, &mut x, &Options::default())?;
///     assert!(report.reason.converged());
///     assert!((&(&a * &x) - &b).norm() < 1e-5);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The papers above; the residuals of `scipy.sparse.linalg.gmres` without a preconditioner (SciPy's is on the left).
pub fn gmres<T: Scalar>(
    a: &Operator<T>,
    b: &DistArray<T>,
    x: &mut DistArray<T>,
    options: &Options,
) -> Result<Report<T::Real>> {
    Gmres::new(a, b, x)?.solve(options)
}

/// The method of [`gmres`], with the length of its cycles and a preconditioner; its vectors are x, r and q.
///
/// x is formed when a cycle ends, when the cost is as small as was asked for, and by
/// [`Solver::finish`](super::Solver::finish), so that it is right whenever a run has ended; what a callback sees as the model
/// is that of the last cycle.
pub struct Gmres<'a, T: Scalar> {
    square: Square<'a, T>,
    v: GramSchmidt<T>,
    /// What the preconditioner makes of V; nothing without one.
    z: Vec<DistArray<T>>,
    small: Hessenberg,
}

/// Iterations of a cycle.
const RESTART: usize = 30;

/// How far from orthogonal vectors may be, in units of rounding: no more than what rounding makes of some passes.
const NEAR: f64 = 64.0;

impl<'a, T: Scalar> Gmres<'a, T> {
    /// Takes all memory, for cycles of 30 iterations.
    ///
    /// # Errors
    /// Those of [`gmres`], but for the options.
    pub fn new(a: &Operator<T>, b: &'a DistArray<T>, x: &'a mut DistArray<T>) -> Result<Self> {
        let square = Square::new(a, b, x, "GMRES")?;
        Ok(Self {
            square,
            v: GramSchmidt::of(b, RESTART + 1).up_to(NEAR * epsilon::<T>()),
            z: vec![],
            small: Hessenberg::of(RESTART),
        })
    }

    /// Iterations of a cycle (30), with memory for as many vectors and one.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it is 0.
    pub fn restart(mut self, iterations: usize) -> Result<Self> {
        if iterations == 0 {
            return Err(Error::expected(ErrorKind::Parameter, "iterations of a cycle of GMRES", "at least 1", 0));
        }
        self.v.resize(iterations + 1);
        self.small = Hessenberg::of(iterations);
        self.fit();
        Ok(self)
    }

    /// M ≈ A⁻¹, applied on the right: A M u = b, x = M u, so that residuals and costs are those of A x = b. It need not be linear,
    /// nor the same in each iteration. It takes as many vectors more as a cycle has iterations.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if it does not map A's space to itself.
    pub fn preconditioner(mut self, m: &'a Operator<T>) -> Result<Self> {
        self.square.precondition(m)?;
        self.fit();
        Ok(self)
    }

    /// Memory for Z, where there is a preconditioner.
    fn fit(&mut self) {
        if self.square.preconditioner.is_some() {
            let b = self.square.b;
            self.z.resize_with(self.v.vectors().len() - 1, || b.zeros_like());
        }
    }

    /// What this rank sends in iteration `k` of a cycle, from 1, that does not begin one and needs no third sum, as
    /// [`Cg::communication`](super::Cg::communication) says it.
    ///
    /// # Errors
    /// As [`Cg::communication`](super::Cg::communication).
    pub fn communication(&self, k: usize) -> Result<PerIteration> {
        let sums = k * T::PARTS + 1; // Vᴴ q, ‖q‖²
        self.square.communication(1, &[sums, sums])
    }

    /// x ← x + Z y, of the cycle so far, which ends.
    fn form(&mut self) {
        let Self { square, v, z, small } = self;
        if small.columns() > 0 {
            let basis = if square.preconditioner.is_some() { z } else { v.vectors() };
            add(square.x, basis, small.solve());
            small.begin(0.0);
        }
    }

    /// v₁ ← r / β.
    fn first(&mut self) -> Result<()> {
        let beta = self.square.beta;
        self.small.begin(beta);
        self.v.begin(&self.square.r, if beta > 0.0 { beta } else { 1.0 })
    }
}

impl<T: Scalar> Method for Gmres<'_, T> {
    type Model = T;
    hand_on!(square: model, begin, iterate, criterion_at_zero);

    fn name(&self) -> &'static str {
        "GMRES"
    }

    fn vectors(&self) -> Vectors<'_> {
        let vectors = self.square.vectors();
        match self.z.get(self.small.columns()) {
            Some(z) => vectors.and("z", z),
            None => vectors,
        }
    }

    fn residual(&mut self, run: &Run) -> Result<f64> {
        self.within(run, |method, _| method.form());
        self.square.residual(run)
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { square, v, z, small } = self;
        // What is read may be more than there is room for: see `restored`.
        let columns = small.columns().min(v.vectors().len() - 1);
        let z = z.iter_mut().take(columns).enumerate();
        let state = v.state(columns + 1, small.state(square.state()));
        Some(z.fold(state, |state, (k, z)| state.vector(format!("z{k}"), z)))
    }

    fn restored(&mut self) -> Result<()> {
        self.small.check()
    }

    fn scratch(&self) -> usize {
        let of_basis = self.v.bytes() + self.z.iter().map(|z| size_of_val(z.as_slice())).sum::<usize>();
        self.square.scratch() + of_basis
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("restart", (self.v.vectors().len() - 1) as f64)]
    }
}

impl<T: Scalar> InUnits for Gmres<'_, T> {
    hand_on!(square: is_ordinary, units);

    fn start_in_units(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.form();
        // x is judged as it will be handed out, where it may overflow.
        let (units, x) = self.units();
        let units = *units;
        units.leave(x);
        units.enter(x);
        let measures = self.square.start(run)?; //                             r ← b − A x
        self.first()?;
        Ok(measures)
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        if self.small.is_full() {
            self.square.ending = Some(Ending::Full);
        }
        if self.square.ending.is_some() {
            self.form(); //                                                    x ← x + Z y
        }
        if self.square.start_where_due(run)? {
            self.first()?;
        }
        let Self { square, v, z, small } = self;
        let k = small.columns();
        if let Some(z) = z.get_mut(k) {
            square.apply_preconditioner(v.vector(k), z)?; //                   z ← M v
        }
        square.units.forward(&square.a, z.get(k).unwrap_or(v.vector(k)), &mut square.q)?; // q ← A z
        let next = v.push(k + 1, &mut square.q, run)?; //                      h ← Vᴴ q,  q ← q − V h,  twice
        square.note_norm(next.norm)?;
        match small.push(v.column(k + 1), next.rest, |diagonal| square.is_nothing(diagonal)) {
            Err(diagonal) if k == 0 => return Err(Reason::Breakdown(diagonal).into()),
            Err(diagonal) => square.ending = Some(Ending::Broken(diagonal)),
            Ok(()) if square.is_nothing(next.rest) || square.is_enough(small.residual()) => {
                square.ending = Some(Ending::Full);
            }
            Ok(()) => {}
        }
        Ok(Measures::in_units("cost", small.residual().powi(2), square.units.data))
    }

    fn choose(&mut self, run: &Run) -> Result<(), Stop> {
        self.within(run, |method, _| method.form());
        self.square.choose_units(run)
    }
}

impl<T: Scalar> fmt::Debug for Gmres<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.small.columns();
        f.debug_struct("Gmres").field("vectors", &self.vectors()).field("columns", &columns).finish_non_exhaustive()
    }
}
