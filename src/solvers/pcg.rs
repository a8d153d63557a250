//! Preconditioned conjugate gradients: A x = b with A Hermitian and positive definite, and M near its inverse, which is so too.
//!
//! ```text
//! r ← b − A x,  z ← M r,  p ← z,  ρ ← ⟨r, z⟩
//! repeat   q ← A p,  δ ← ⟨p, q⟩,  α ← ρ / δ
//!          x ← x + α p,  r ← r − α q,  z ← M r,  ρ' ← ⟨r, z⟩
//!          p ← z + (ρ'/ρ) p,  ρ ← ρ'
//! ```
//!
//! Four vectors beside x and b. Each iteration: one application of A and of M, two reductions. J. Meijerink and H. van der Vorst, Math. Comp. 31
//! (1977) 148.

use super::{Measures, Method, Options, PerIteration, Reason, Report, Run, State, Stop, Vectors};
use super::{rounding::Rounding, run::real, system::check_square, units::is_ordinary};
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator};
use std::fmt;

/// Solves A x = b from the x that is passed in, with the preconditioner M ≈ A⁻¹; A and M are Hermitian and positive definite.
///
/// M is any operator: a [`Diagonal`](crate::operators::Diagonal) of 1/aᵢᵢ (Jacobi), a [`BlockDiag`](crate::operators::BlockDiag) of inverses
/// of a rank's own blocks, a smoother. Arrays and stacks, real and complex. With exact summation (the default) and operators that keep
/// it, every iterate has the same bits on any number of ranks.
///
/// The report has the series "cost", ‖b − A x‖, which the tolerance is held against, as by [`cg`](super::cg()): not ‖M (b − A x)‖, so
/// that runs with several preconditioners can be compared. For least squares see
/// [`preconditioned_inversion`](super::preconditioned_inversion).
///
/// # Communication
/// Each iteration that of A and of M, and two all-reduces, of 456 bytes and of 912. At the start one more application of each and one all-reduce.
///
/// # Errors
/// Those of [`cg`](super::cg()); and [`ErrorKind::Shape`](crate::ErrorKind::Shape) or
/// [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if M does not map A's space to itself. Not converging is no error; where
/// ⟨r, M r⟩ is not above 0 the reason is [`Reason::Preconditioner`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::{Diagonal, Laplacian}, solvers::{Options, cg, pcg}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[60], 0)?;
///     let stiff = DistArray::from_fn(&layout, |i| 10f64.powi(i[0] as i32 % 5));
///     let a = Diagonal::of(&stiff)? - Laplacian::over(&[0]).on(&layout)?;
///     let m = Diagonal::of(&stiff.map(|s| 1.0 / (s + 2.0)))?; // Jacobi
///     let b = DistArray::full(&layout, 1.0);
///     let (mut x, mut y) = (b.zeros_like(), b.zeros_like());
///     let with = pcg(&a, &b, &mut x, &m, &Options::default())?;
///     let without = cg(&a, &b, &mut y, &Options::default())?;
///     assert!(with.reason.converged() && 2 * with.iterations < without.iterations);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The paper above. Iterates as of `scipy.sparse.linalg.cg`.
pub fn pcg<T: Scalar>(
    a: &Operator<T>,
    b: &DistArray<T>,
    x: &mut DistArray<T>,
    m: &Operator<T>,
    options: &Options,
) -> Result<Report<T::Real>> {
    Pcg::new(a, b, x, m)?.solve(options)
}

/// The method of [`pcg`]; its vectors are x, r, q, z and p.
pub struct Pcg<'a, T: Scalar> {
    a: &'a Operator<T>,
    b: &'a DistArray<T>,
    x: &'a mut DistArray<T>,
    m: &'a Operator<T>,
    r: DistArray<T>,
    q: DistArray<T>,
    z: DistArray<T>,
    p: DistArray<T>,
    rho: f64,
    /// Of CG for √M A √M, which these are the iterates of: ρ is the square of its residual.
    rounding: Rounding,
}

impl<'a, T: Scalar> Pcg<'a, T> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`pcg`], but for the options.
    pub fn new(a: &'a Operator<T>, b: &'a DistArray<T>, x: &'a mut DistArray<T>, m: &'a Operator<T>) -> Result<Self> {
        check_square(a, b, x, "preconditioned CG")?;
        a.domain().same_as(m.domain(), "domain of the preconditioner of CG")?;
        a.domain().same_as(m.range(), "range of the preconditioner of CG")?;
        let [r, q, z, p] = [(); 4].map(|()| b.zeros_like());
        Ok(Self { a, b, x, m, r, q, z, p, rho: 0.0, rounding: Rounding::default() })
    }

    /// What this rank sends in an iteration, as [`Cg::communication`](super::Cg::communication) says it.
    ///
    /// # Errors
    /// As [`Cg::communication`](super::Cg::communication).
    pub fn communication(&self) -> Result<PerIteration> {
        let applications = self.a.communication().forward + self.m.communication().forward;
        PerIteration::of(applications, &[self.a.domain()], &[1, 2]) // δ; ρ', ‖r‖²
    }

    /// z ← M r; ⟨r, z⟩ and ‖r‖².
    fn precondition(&mut self, run: &Run) -> Result<[f64; 2], Stop> {
        let Self { m, r, z, .. } = self;
        m.apply_into(r, z)?; //                                                z ← M r
        let [rho, r2] = run.sums([r.re_dot(z, run)?, r.norm2(run)])?;
        let (rho, r2) = (run.finite(rho, "z")?, run.finite(r2, "r")?);
        if r2 > 0.0 && rho <= 0.0 { Err(Reason::Preconditioner(rho).into()) } else { Ok([rho, r2]) }
    }
}

impl<T: Scalar> Method for Pcg<'_, T> {
    type Model = T;

    fn name(&self) -> &'static str {
        "Preconditioned CG"
    }

    fn model(&self) -> &DistArray<T> {
        self.x
    }

    fn vectors(&self) -> Vectors<'_> {
        let vectors = Vectors::data("b", self.b).and("x", self.x).and("r", &self.r).and("q", &self.q);
        vectors.and("z", &self.z).and("p", &self.p)
    }

    fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
        let Self { a, b, x, r, .. } = self;
        a.apply_into(x, r)?;
        r.axpby(T::one(), b, -T::one())?; //                                   r ← b − A x
        let [rho, r2] = self.precondition(run)?; //                            z ← M r,  ρ ← ⟨r, z⟩
        self.p.copy_from(&self.z)?; //                                         p ← z
        // A square that vanished though r did not, or the like: nothing can be told from such numbers.
        if !is_ordinary::<T>(r2) && run.sums([run.any_but_zero(&self.r)])? != [0.0] {
            return Err(Reason::Breakdown(r2).into());
        }
        self.rho = rho;
        self.rounding.begin_system::<T>(rho, 0.0);
        let hidden = self.rounding.hidden_in_residual(run.size_when_judging(self.b, 0));
        Ok(Measures::criterion("cost", r2).hiding(hidden))
    }

    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
        let Self { a, x, r, q, p, rho, rounding, .. } = self;
        let delta = a.apply_re_dot(p, q, run)?; //                             q ← A p
        let [delta] = run.sums([delta])?; //                                   δ ← ⟨p, q⟩
        let alpha = rounding.step::<T>(*rho, run.finite(delta, "q")?)?; //     α ← ρ / δ
        x.axpy(real(alpha), p)?; //                                            x ← x + α p
        r.axpy(real(-alpha), q)?; //                                           r ← r − α q
        let [next, r2] = self.precondition(run)?; //                           z ← M r,  ρ' ← ⟨r, z⟩
        self.rounding.check_rise(next)?;
        let beta = self.rounding.turn(self.rho, next); //                      β ← ρ' / ρ
        self.p.xpby(&self.z, real(beta))?; //                                  p ← z + β p
        self.rho = next;
        Ok(Measures::criterion("cost", r2))
    }

    fn residual(&mut self, run: &Run) -> Result<f64> {
        run.residual(self.a, self.b, self.x, &mut self.q)
    }

    fn criterion_at_zero(&mut self, run: &Run) -> Result<Option<Measures>, Stop> {
        Ok(Some(Measures::of_norm("cost", run.norm(self.b))))
    }

    fn scratch(&self) -> usize {
        self.a.scratch() + self.m.scratch()
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { x, r, p, rho, rounding, .. } = self;
        let state = State::new().vector("x", *x).vector("r", r).vector("p", p).number("rho", rho);
        Some(rounding.state(state))
    }
}

impl<T: Scalar> fmt::Debug for Pcg<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pcg").field("vectors", &self.vectors()).field("rho", &self.rho).finish_non_exhaustive()
    }
}
