//! A few of the largest or smallest singular values of an operator, with their vectors.

use super::basis::{dimension, epsilon};
use super::bidiagonal::Bidiagonal;
use super::ends::Ends;
use super::krylov::search;
use super::limits::{Limits, setters};
use crate::array::{DistArray, Reducer};
use crate::error::{Error, Result};
use crate::numbers::powers::two_to;
use crate::numbers::{Scalar, Summation};
use crate::operators::{LinearOperator, Operator};
use crate::solvers::solver::in_colours;
use crate::solvers::{Options, Reason, Run, Stop, Vectors};

/// Singular triplets that [`svds`] found.
#[derive(Clone, Debug)]
#[must_use = "it says whether it converged"]
pub struct Triplets<X: Scalar, Y: Scalar = X> {
    /// The singular values σ in descending order, multiple ones as often as they were found.
    pub values: Vec<f64>,
    /// Their left singular vectors u, of the range of A, which are orthonormal.
    pub left: Vec<DistArray<Y>>,
    /// Their right singular vectors v, of the domain of A, which are orthonormal.
    pub right: Vec<DistArray<X>>,
    /// √((‖A v − σ u‖² + ‖Aᴴ u − σ v‖²)/2), of each by an application of A and Aᴴ at the end: there is a singular value of A, or a 0,
    /// no further from σ, but for the rounding errors of those.
    pub errors: Vec<f64>,
    /// Why it ended: [`Reason::Tolerance`] if all errors are as small as was asked for.
    pub reason: Reason,
    /// Restarts made.
    pub restarts: usize,
    /// Applications of A, each with one of Aᴴ.
    pub applications: usize,
}

/// The k largest singular values of any A, with singular vectors and errors: A v = σ u, Aᴴ u = σ v.
///
/// The process of Golub, Kahan and Lanczos with full orthogonalisation grows a space on each side to a limit; the best of both is kept,
/// and they grow again. AᴴA is never formed, so that small σ keep their digits. [`Svds`] has the size of the spaces, the tolerance, the limit of
/// restarts. It begins on the side that has fewer elements.
///
/// It has converged when the errors of all of them are at most tolerance · ‖A‖ (the largest σ), and when a second pair of spaces, from a random
/// vector orthogonal to them, shows nothing better and would have, as in [`eigsh`](super::eigsh()). On the way it sees whether
/// the adjoint is that of A. [`Svds::smallest`] finds the other end.
///
/// Arrays and stacks, real and complex, and from real to complex, where it computes over the real numbers. The same
/// bits on any number of ranks where A keeps them. With a mask each colour has an operator of its own. Memory for
/// max(2k + 1, 20) vectors and two more, on each side.
///
/// # Communication
/// Each step that of A and Aᴴ, and four all-reduces: of 456 (m + 1) bytes, of 456 (2m + 1) where complex, with m vectors there, m up to
/// the size of the space. At the end, for each triplet A, Aᴴ and an all-reduce of 912.
///
/// # Errors
/// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if k is 0, or more than there are elements on either side;
/// [`ErrorKind::Other`](crate::ErrorKind::Other) if the adjoint is seen not to be that of A, or if what A makes is not finite;
/// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are to be combined, and of masked vectors whose
/// operator sends from colour to colour. Not converging is no error: see [`Triplets::reason`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::{Diagonal, Identity, StackedVStack}, solvers::svds};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[50], 0)?;
///     let d = Diagonal::of(&DistArray::from_fn(&layout, |i| i[0] as f64))?;
///     let a = StackedVStack::of(vec![d, 3.0 * Identity.on::<f64>(&layout)])?; // √(i² + 9)
///     let found = svds(&a, 2)?;
///     assert!(found.reason.converged());
///     assert!((found.values[0] - 49f64.hypot(3.0)).abs() < 1e-9 && (found.values[1] - 48f64.hypot(3.0)).abs() < 1e-9);
///     let (u, v) = (&found.left[0], &found.right[0]);
///     assert!((&(&a * v) - &(u * found.values[0])).norm() < 1e-8);
///     assert!((&(&a.adjoint() * u) - &(v * found.values[0])).norm() < 1e-8);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// J. Baglama and L. Reichel, SIAM J. Sci. Comput. 27 (2005) 19; the results of `scipy.sparse.linalg.svds`, which has them
/// in ascending order.
pub fn svds<X: Scalar, Y: Scalar>(a: &Operator<X, Y>, k: usize) -> Result<Triplets<X, Y>> {
    Svds::new(a, k).solve()
}

/// The method of [`svds`], with the size of its spaces, the tolerance, the limit of restarts and the seed.
#[derive(Clone, Debug)]
pub struct Svds<'a, X: Scalar, Y: Scalar = X> {
    a: &'a Operator<X, Y>,
    are_smallest: bool,
    limits: Limits,
}

impl<'a, X: Scalar, Y: Scalar> Svds<'a, X, Y> {
    /// k triplets. Nothing is checked before [`solve`](Self::solve).
    pub fn new(a: &'a Operator<X, Y>, k: usize) -> Self {
        Self { a, are_smallest: false, limits: Limits::of(k) }
    }

    /// The k smallest ones (SciPy's `which="SM"`), of as many as the smaller side has elements, in descending order too.
    ///
    /// Without inverses they come slowly where they are crowded: a Krylov space sees how far σ² is from its neighbours, as a part of ‖A‖². With
    /// a condition above some hundreds give large spaces ([`ncv`](Self::ncv)), more restarts, and a tolerance that is needed;
    /// values are from above, and their errors true wherever it ends. A singular value of 0 has a left vector that A makes of nothing: it is
    /// not found to the end, and the reason says that nothing has converged.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, operators::Diagonal, solvers::Svds};
    ///
    /// let layout = Layout::scatter(&Comm::solo(), &[60], 0)?;
    /// let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
    /// let found = Svds::new(&a, 2).smallest().solve()?;
    /// assert!(found.reason.converged());
    /// assert!((found.values[0] - 2.0).abs() < 1e-8 && (found.values[1] - 1.0).abs() < 1e-8);
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn smallest(mut self) -> Self {
        self.are_smallest = true;
        self
    }

    setters!();

    /// Finds them.
    ///
    /// # Errors
    /// Those of [`svds`]; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for spaces that are too small, and a tolerance
    /// that is negative or not finite.
    pub fn solve(self) -> Result<Triplets<X, Y>> {
        let Self { a, are_smallest, limits } = self;
        let ends = if are_smallest { Ends::SMALLEST_SINGULAR } else { Ends::LARGEST_SINGULAR };
        let (domain, range) = (a.domain(), a.range());
        let _operation = domain
            .group()
            .operation("svds", format_args!("{domain:#}, {range:#}, smallest {are_smallest}, {limits:?}"));
        let run = Run::new(&Options::default(), Reducer::new(&[domain, range], Summation::Exact)?);
        let fails = |stop, vectors: &Vectors<'_>| a.has_no_spectrum("singular values", stop, vectors);
        let over_reals = X::IS_COMPLEX != Y::IS_COMPLEX;
        let parts = |is_complex: bool| if over_reals && is_complex { 2 } else { 1 };
        let dimensions =
            || Ok([parts(X::IS_COMPLEX) * dimension(domain, &run)?, parts(Y::IS_COMPLEX) * dimension(range, &run)?]);
        let [of_x, of_y] = dimensions().map_err(|stop| fails(stop, &Vectors::none()))?;
        if of_x <= of_y {
            return triplets(a, (ends, &limits), [of_x, of_y], &run, &fails);
        }
        let found = triplets(&a.adjoint(), (ends, &limits), [of_y, of_x], &run, &fails)?;
        let Triplets { values, left, right, errors, reason, restarts, applications } = found;
        Ok(Triplets { values, left: right, right: left, errors, reason, restarts, applications })
    }
}

/// Those of an operator whose domain is no larger than its range.
fn triplets<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    (ends, limits): (Ends, &Limits),
    dimensions: [usize; 2],
    run: &Run,
    fails: &dyn Fn(Stop, &Vectors<'_>) -> Error,
) -> Result<Triplets<X, Y>> {
    let precision = epsilon::<X>().max(epsilon::<Y>());
    let wanted = limits.wanted(ends, dimensions[0], precision, "singular values");
    let wanted = a.domain().comm().agree(wanted)?;
    let mut process = Bidiagonal::of(a, wanted.basis, dimensions, limits.seed);
    let begun = in_colours(a.domain(), "svds", || process.begin(run))?;
    let found = begun.and_then(|()| search(&mut process, &wanted, run));
    let found = found.map_err(|stop| fails(stop, &process.vectors()))?;
    let unit = process.units.forward;
    Ok(Triplets {
        values: found.pairs.iter().map(|pair| two_to(pair.value, unit)).collect(),
        errors: found.pairs.iter().map(|pair| two_to(pair.error, unit)).collect(),
        left: process.u.into_vectors(wanted.count),
        right: process.v.into_vectors(wanted.count),
        reason: found.reason,
        restarts: found.restarts,
        applications: process.applications,
    })
}
