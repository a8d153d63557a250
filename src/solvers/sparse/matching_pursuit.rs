//! Matching pursuit: a step along one column a time.
//!
//! ```text
//! r ← b − A x
//! repeat   g ← Aᴴ r,  j ← the first with the largest |gⱼ| / nⱼ
//!          q ← A eⱼ,  c ← ⟨q, r⟩ / ‖q‖²,  xⱼ ← xⱼ + c,  r ← r − c q
//! ```
//!
//! Two vectors of the data's size and two of the model's beside x and b, however many columns there are. Each iteration: one forward and one
//! adjoint application. S. Mallat and Z. Zhang, IEEE Trans. Signal Process. 41 (1993) 3397.

use super::pursuit::{Pursuit, coefficient, scalar, subtract};
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::numbers::powers::two_to;
use crate::operators::Operator;
use crate::solvers::{Measures, Method, Options, Report, Run, State, Stop, Vectors};
use num_complex::Complex;
use std::fmt;

/// Finds an x with ‖b − A x‖ ≤ σ by matching pursuit, from the x that is passed in: each iteration changes the one number of x whose column
/// goes with the residual best, to the one that makes the residual least. It needs more iterations than [`omp`](super::omp()), as columns
/// are chosen again and again, and no memory for columns.
///
/// Arrays, types, ties, series and reasons to stop are those of [`omp`](super::omp()), but that there is no limit of columns. [`MatchingPursuit`]
/// is the method itself, for columns of different norms.
///
/// # Communication
/// Each iteration that of A and of Aᴴ, three all-reduces of 8 bytes, one of 912 (1368 where complex) and one of 456. At the start an
/// application of A and two all-reduces of 456 bytes.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if b is not of the range or x
/// not of the domain; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for a σ or a tolerance that is negative or not finite, and of an
/// A from complex to real. Not converging is no error: see [`Report::reason`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Diagonal, solvers::{Options, matching_pursuit}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[6], 0)?;
///     let a = Diagonal::of(&DistArray::full(&layout, 2.0))?;
///     let b = DistArray::from_fn(&layout, |i| i[0] as f64);
///     let mut x = b.zeros_like();
///     let report = matching_pursuit(&a, &b, &mut x, 3.8, &Options::exactly(10))?;
///     assert!(report.reason.converged());
///     assert_eq!(report.iterations, 2); // 5 and 4: √(9 + 4 + 1) is left
///     assert_eq!(x, DistArray::from_fn(&layout, |i| if i[0] > 3 { 0.5 * i[0] as f64 } else { 0.0 }));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// The paper above; iterates of PyLops's `omp` with `niter_inner=0` and `optimal_coeff=True` (of columns of norm 1, with or without).
pub fn matching_pursuit<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    b: &DistArray<Y>,
    x: &mut DistArray<X>,
    sigma: f64,
    options: &Options,
) -> Result<Report<X::Real>> {
    MatchingPursuit::new(a, b, x, sigma)?.solve(options)
}

/// The method of [`matching_pursuit`]; its vectors are x, r, g and q.
pub struct MatchingPursuit<'a, X: Scalar, Y: Scalar = X>(Pursuit<'a, X, Y>);

impl<'a, X: Scalar, Y: Scalar> MatchingPursuit<'a, X, Y> {
    /// Takes all memory.
    ///
    /// # Errors
    /// Those of [`matching_pursuit`], but for the options.
    pub fn new(a: &'a Operator<X, Y>, b: &'a DistArray<Y>, x: &'a mut DistArray<X>, sigma: f64) -> Result<Self> {
        Pursuit::new(a, b, x, sigma, ["data of matching pursuit", "model of matching pursuit"]).map(Self)
    }

    /// As [`Omp::norms`](super::Omp::norms).
    ///
    /// # Errors
    /// As there.
    pub fn norms(mut self, norms: &'a DistArray<X::Real>) -> Result<Self> {
        self.0.set_norms(norms)?;
        Ok(self)
    }
}

impl<X: Scalar, Y: Scalar> Method for MatchingPursuit<'_, X, Y> {
    type Model = X;

    fn name(&self) -> &'static str {
        "Matching pursuit"
    }

    fn model(&self) -> &DistArray<X> {
        self.0.x
    }

    fn vectors(&self) -> Vectors<'_> {
        self.0.vectors()
    }

    fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.0.begin(run)
    }

    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.0.choose(|_| true, run)?; //                                      g ← eⱼ,  q ← A eⱼ
        let unit = self.0.take_unit();
        let [re, im] = coefficient::<X, Y>(&self.0.q, &self.0.r, run)?;
        let [re, im, q2] = run.sums([re, im, Some(self.0.q.norm2(run))])?;
        let inner = Complex::new(re, im);
        self.0.check(inner.norm(), run.finite(q2, "q")?.sqrt())?;
        let c = inner / q2; //                                                 c ← ⟨q, r⟩ / ‖q‖²
        let Pursuit { x, r, q, g, cost, .. } = &mut self.0;
        *cost = subtract(r, c, q, run)?; //                                    r ← r − c q
        x.axpy(scalar(Complex::new(two_to(c.re, -unit), two_to(c.im, -unit))), g)?; // xⱼ ← xⱼ + c
        Ok(self.0.measures())
    }

    fn residual(&mut self, run: &Run) -> Result<f64> {
        self.0.residual(run)
    }

    fn criterion_at_zero(&mut self, run: &Run) -> Result<Option<Measures>, Stop> {
        Ok(Some(self.0.measures_at_zero(run)))
    }

    fn state(&mut self) -> Option<State<'_>> {
        Some(self.0.state())
    }

    fn scratch(&self) -> usize {
        self.0.scratch()
    }

    fn parameters(&self) -> Vec<(&'static str, f64)> {
        self.0.parameters()
    }
}

impl<X: Scalar, Y: Scalar> fmt::Debug for MatchingPursuit<'_, X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MatchingPursuit").field("vectors", &self.vectors()).finish_non_exhaustive()
    }
}
