//! BiCGSTAB, with a preconditioner on the right: A x = b with any square A, in little memory.
//!
//! ```text
//! r ← b − A x,  r̂ ← p ← r,  ρ ← ⟨r̂, r⟩
//! repeat   y ← M p,  v ← A y,  α ← ρ / ⟨r̂, v⟩
//!          r ← r − α v,  z ← M r,  t ← A z,  ω ← ⟨t, r⟩ / ‖t‖²
//!          t ← r − ω t,  ρ' ← ⟨r̂, t⟩,  β ← (ρ'/ρ) (α/ω)
//!          x ← x + α y + ω z,  r ← t,  p ← r + β (p − ω v),  ρ ← ρ'
//! ```
//!
//! Five vectors beside x and b, seven with a preconditioner. Each iteration: two applications of A and of M, three reductions.
//! H. A. van der Vorst, SIAM J. Sci. Stat. Comput. 13 (1992) 631.

use super::hand_on::hand_on;
use super::rounding::epsilon;
use super::square::{Ending, Square, inner};
use super::units::InUnits;
use super::{Measures, Method, Options, PerIteration, Reason, Report, Run, State, Stop, Vectors};
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::Operator;
use num_complex::Complex;
use std::fmt;

/// Solves A x = b from the x that is passed in; A is any square operator that is not singular.
///
/// Arrays and stacks, real and complex. With exact summation (the default) and operators that keep it, every iterate has the
/// same bits on any number of ranks. Of A only the application is used, not the adjoint. [`BiCgStab`] is the method itself, for
/// a preconditioner. It needs less memory than [`gmres`](super::gmres()), and has no minimum to rely on: the cost may rise
/// by much on its way down.
///
/// The report has the series "cost", ‖b − A x‖; the tolerance is held against it, and then against the truth, as in
/// [`cg`](super::cg). Where ρ or ω vanish, or the recurrence has given all digits that it can, iterations begin anew from x; where
/// that is of no use, the reason is [`Reason::Breakdown`] or [`Reason::Exhausted`].
///
/// # Communication
/// Each iteration twice that of A, and three all-reduces, of 912, 1368 and 912 bytes; of 1368, 1824 and 1368 where complex. At a
/// beginning one application more and one all-reduce of 1368, at the end likewise, and one of 8. Where squares would leave the
/// range of numbers, up to two applications more at the start, and small all-reduces.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if A does not
/// map a space to itself, or b or x are of another one; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for a tolerance
/// that is negative or not finite. Not converging is no error: see [`Report::reason`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::{Diagonal, FirstDerivative}, solvers::{Options, bicgstab}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[6], 0)?;
///     let d = Diagonal::of(&DistArray::full(&layout, 2.0))?;
///     let a = d + FirstDerivative::along(0).on(&layout)?; // not symmetric
///     let b = DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64);
///     let mut x = b.zeros_like();
///     let report = bicgstab(&a, &b, &mut x, &Options::default())?;
///     assert!(report.reason.converged());
///     assert!((&(&a * &x) - &b).norm() < 1e-4);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The paper above. Iterates as of `scipy.sparse.linalg.bicgstab`.
pub fn bicgstab<T: Scalar>(
    a: &Operator<T>,
    b: &DistArray<T>,
    x: &mut DistArray<T>,
    options: &Options,
) -> Result<Report<T::Real>> {
    BiCgStab::new(a, b, x)?.solve(options)
}

/// The method of [`bicgstab`], with a preconditioner; its vectors are x, r, q, which is v, and p and t, with a preconditioner y and
/// z too.
pub struct BiCgStab<'a, T: Scalar> {
    square: Square<'a, T>,
    /// r̂.
    shadow: DistArray<T>,
    p: DistArray<T>,
    t: DistArray<T>,
    /// y and z, where they are not p and r.
    preconditioned: Option<[DistArray<T>; 2]>,
    rho: Complex<f64>,
    /// Whether an iteration has been made since the last beginning.
    is_under_way: bool,
}

impl<'a, T: Scalar> BiCgStab<'a, T> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`bicgstab`], but for the options.
    pub fn new(a: &Operator<T>, b: &'a DistArray<T>, x: &'a mut DistArray<T>) -> Result<Self> {
        let square = Square::new(a, b, x, "BiCGSTAB")?;
        let [shadow, p, t] = [(); 3].map(|()| b.zeros_like());
        let (rho, is_under_way) = (Complex::new(0.0, 0.0), false);
        Ok(Self { square, shadow, p, t, preconditioned: None, rho, is_under_way })
    }

    /// M ≈ A⁻¹, applied on the right: A M u = b, x = M u, so that residuals and costs are those of A x = b. It takes two vectors
    /// more.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if it does
    /// not map A's space to itself.
    pub fn preconditioner(mut self, m: &'a Operator<T>) -> Result<Self> {
        self.square.precondition(m)?;
        self.preconditioned = Some([(); 2].map(|()| self.square.b.zeros_like()));
        Ok(self)
    }

    /// What this rank sends in an iteration that does not begin anew, as [`Cg::communication`](super::Cg::communication) says it.
    ///
    /// # Errors
    /// As [`Cg::communication`](super::Cg::communication).
    pub fn communication(&self) -> Result<PerIteration> {
        let inner = T::PARTS;
        self.square.communication(2, &[inner + 1, inner + 2, inner + 1]) // ⟨r̂, v⟩, ‖v‖²; ⟨t, r⟩, ‖t‖², ‖r‖²; ρ', ‖r‖²
    }

    /// The first direction, from the residual as it is.
    fn first(&mut self) -> Result<()> {
        self.shadow.copy_from(&self.square.r)?; //                             r̂ ← r
        self.p.copy_from(&self.square.r)?; //                                  p ← r
        self.rho = Complex::new(self.square.beta * self.square.beta, 0.0); //  ρ ← ⟨r̂, r⟩
        self.is_under_way = false;
        Ok(())
    }

    /// x ← x + α y: half an iteration, where no more can be made.
    fn half(&mut self, alpha: T, norm: f64, ending: Ending) -> Result<Measures, Stop> {
        let y = self.preconditioned.as_ref().map_or(&self.p, |[y, _]| y);
        self.square.x.axpy(alpha, y)?;
        self.square.ending = Some(ending);
        Ok(Measures::in_units("cost", norm * norm, self.square.units.data))
    }
}

impl<T: Scalar> Method for BiCgStab<'_, T> {
    type Model = T;
    hand_on!(square: model, begin, iterate, residual, criterion_at_zero);

    fn name(&self) -> &'static str {
        "BiCGSTAB"
    }

    fn state(&mut self) -> Option<State<'_>> {
        let Self { square, shadow, p, rho, is_under_way, .. } = self;
        let (state, r) = square.state_and_residual();
        let state = state.vector("r", r).vector("shadow", shadow).vector("p", p);
        Some(state.complex("rho", rho).flag("is_under_way", is_under_way))
    }

    fn scratch(&self) -> usize {
        self.square.scratch() + size_of_val(self.shadow.as_slice())
    }

    fn vectors(&self) -> Vectors<'_> {
        let vectors = self.square.vectors().and("p", &self.p).and("t", &self.t);
        match &self.preconditioned {
            Some([y, z]) => vectors.and("y", y).and("z", z),
            None => vectors,
        }
    }
}

impl<T: Scalar> InUnits for BiCgStab<'_, T> {
    hand_on!(square: choose, is_ordinary, units);

    fn start_in_units(&mut self, run: &Run) -> Result<Measures, Stop> {
        let measures = self.square.start(run)?; //                             r ← b − A x
        self.first()?;
        Ok(measures)
    }

    fn step(&mut self, run: &Run) -> Result<Measures, Stop> {
        if self.square.start_where_due(run)? {
            self.first()?;
        }
        let Self { square, shadow, p, t, preconditioned, .. } = self;
        if let Some([y, _]) = preconditioned {
            square.apply_preconditioner(p, y)?; //                             y ← M p
        }
        let y = preconditioned.as_ref().map_or(&*p, |[y, _]| y);
        square.units.forward(&square.a, y, &mut square.q)?; //                 v ← A y
        let [re, im] = inner(shadow, &square.q, run)?;
        let [re, im, v2] = run.sums([re, im, Some(square.q.norm2(run))])?;
        let (sigma, v_norm) = (Complex::new(re, im), run.finite(v2, "q")?.sqrt()); // σ ← ⟨r̂, v⟩
        if sigma.norm() <= epsilon::<T>() * square.beta * v_norm {
            if !self.is_under_way {
                return Err(Reason::Breakdown(sigma.norm()).into());
            }
            square.ending = Some(Ending::Broken(sigma.norm()));
            return self.step(run);
        }
        let alpha = self.rho / sigma; //                                       α ← ρ / σ
        let by = scalar::<T>(alpha);
        square.r.axpy(-by, &square.q)?; //                                     r ← r − α v
        if let Some([_, z]) = preconditioned {
            square.apply_preconditioner(&square.r, z)?; //                     z ← M r
        }
        let z = preconditioned.as_ref().map_or(&square.r, |[_, z]| z);
        square.units.forward(&square.a, z, t)?; //                             t ← A z
        let [re, im] = inner(t, &square.r, run)?;
        let [re, im, t2, r2] = run.sums([re, im, Some(t.norm2(run)), Some(square.r.norm2(run))])?;
        let (inner_tr, t2, r_norm) = (Complex::new(re, im), run.finite(t2, "t")?, run.finite(r2, "r")?.sqrt());
        if square.is_enough(r_norm) {
            return self.half(by, r_norm, Ending::Full);
        }
        square.note_norm(t2.sqrt() / r_norm)?;
        if inner_tr.norm() <= epsilon::<T>() * t2.sqrt() * r_norm {
            return self.half(by, r_norm, Ending::Broken(inner_tr.norm()));
        }
        let omega = inner_tr / t2; //                                          ω ← ⟨t, r⟩ / ‖t‖²
        let of_z = scalar::<T>(omega);
        let r2 = t.xpby_norm2(&square.r, -of_z, run)?; //                      t ← r − ω t, the next r
        let [re, im] = inner(shadow, t, run)?;
        let [re, im, r2] = run.sums([re, im, Some(r2)])?;
        let (rho, r_norm) = (Complex::new(re, im), run.finite(r2, "t")?.sqrt()); // ρ' ← ⟨r̂, t⟩
        let y = preconditioned.as_ref().map_or(&*p, |[y, _]| y);
        let z = preconditioned.as_ref().map_or(&square.r, |[_, z]| z);
        square.x.axpy(by, y)?;
        square.x.axpy(of_z, z)?; //                                            x ← x + α y + ω z
        std::mem::swap(&mut square.r, t); //                                   r ← t
        let beta = rho / self.rho * (alpha / omega);
        p.axpy(-of_z, &square.q)?;
        p.xpby(&square.r, scalar(beta))?; //                                   p ← r + β (p − ω v)
        (self.rho, self.is_under_way) = (rho, true);
        if square.is_enough(r_norm) {
            square.ending = Some(Ending::Full);
        } else if rho.norm() <= epsilon::<T>() * square.beta * r_norm {
            square.ending = Some(Ending::Broken(rho.norm()));
        }
        Ok(Measures::in_units("cost", r2, square.units.data))
    }
}

fn scalar<T: Scalar>(value: Complex<f64>) -> T {
    T::from_parts(value.re, value.im)
}

impl<T: Scalar> fmt::Debug for BiCgStab<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BiCgStab").field("vectors", &self.vectors()).field("rho", &self.rho).finish_non_exhaustive()
    }
}
