//! A few eigenpairs of a Hermitian operator from the ends of its spectrum.

use super::basis::{dimension, epsilon};
use super::ends::{Ends, Which};
use super::krylov::search;
use super::lanczos::Lanczos;
use super::limits::{Limits, setters};
use crate::array::{DistArray, Reducer};
use crate::error::Result;
use crate::numbers::powers::two_to;
use crate::numbers::{Scalar, Summation};
use crate::operators::{LinearOperator, Operator};
use crate::solvers::solver::in_colours;
use crate::solvers::{Options, Reason, Run, Vectors};

/// Eigenpairs that [`eigsh`] found.
#[derive(Clone, Debug)]
#[must_use = "it says whether it converged"]
pub struct Eigenpairs<T: Scalar> {
    /// The eigenvalues λ in ascending order, multiple ones as often as they were found.
    pub values: Vec<f64>,
    /// Their eigenvectors v, which are orthonormal.
    pub vectors: Vec<DistArray<T>>,
    /// ‖A v − λ v‖, of each by an application of A at the end: there is an eigenvalue of A no further from λ, but for the rounding
    /// errors of that application.
    pub errors: Vec<f64>,
    /// Why it ended: [`Reason::Tolerance`] if all errors are as small as was asked for.
    pub reason: Reason,
    /// Restarts made.
    pub restarts: usize,
    /// Applications of A.
    pub applications: usize,
}

/// The k eigenvalues of a Hermitian A that are [`Which`], with eigenvectors and errors: A v = λ v.
///
/// A Krylov space grows to a limit, the best of it is kept, and it grows again (thick-restart Lanczos with full orthogonalisation).
/// Only A is applied, and nothing inverted: ends of the spectrum that stand apart come fast, those where eigenvalues
/// crowd, as the smallest ones of a Laplacian, slowly. [`Eigsh`] has the size of the space, the tolerance, the limit of restarts.
///
/// It has converged when ‖A v − λ v‖ ≤ tolerance · ‖A‖ of all of them (‖A‖ being the largest ‖A v‖ that was seen), and when a second
/// space, from a random vector orthogonal to them, shows nothing better: a space from one vector holds one copy of a
/// multiple eigenvalue, and further ones by rounding errors only. It grows until such a one
/// that stands a hundredth of the spectrum's width apart would have shown in all but about one of a thousand starts, which costs up to as much again, and more where the space is small. Where it has not converged
/// the errors are as true, but better eigenvalues may be missing among those that were found.
///
/// Arrays and stacks, real and complex; the same bits on any number of ranks where A keeps them. With a mask each colour has an
/// operator of its own. Memory for max(2k + 1, 20) vectors and two more.
///
/// # Communication
/// Each step that of A, and two all-reduces: of 456 (m + 1) bytes, of 456 (2m + 1) where complex, with m vectors there, m up to the size of the
/// space. At the end, for each eigenpair A and an all-reduce of 456.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if A does not map a
/// space to itself; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if k is 0 or more than there are elements;
/// [`ErrorKind::Other`](crate::ErrorKind::Other) if A is seen not to be Hermitian, or makes what is not finite;
/// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are to be combined, and of masked vectors whose
/// operator sends from colour to colour. Not converging is no error: see [`Eigenpairs::reason`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Diagonal, solvers::{Which, eigsh}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[50], 0)?;
///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| (i[0] / 2) as f64))?; // 0, 0, 1, 1, … 24, 24
///     let found = eigsh(&a, 3, Which::Largest)?;
///     assert!(found.reason.converged());
///     for (value, expected) in found.values.iter().zip([23.0, 24.0, 24.0]) {
///         assert!((value - expected).abs() < 1e-9);
///     }
///     let [v, residual] = [&found.vectors[0], &(&(&a * &found.vectors[0]) - &(&found.vectors[0] * found.values[0]))];
///     assert!((v.norm() - 1.0).abs() < 1e-12 && residual.norm() < 1e-8);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// K. Wu and H. Simon, SIAM J. Matrix Anal. Appl. 22 (2000) 602; the results of `scipy.sparse.linalg.eigsh`.
pub fn eigsh<T: Scalar>(a: &Operator<T>, k: usize, which: Which) -> Result<Eigenpairs<T>> {
    Eigsh::new(a, k, which).solve()
}

/// The method of [`eigsh`], with the size of its space, the tolerance, the limit of restarts and the seed.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, Reason, operators::Diagonal, solvers::{Eigsh, Which}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[500], 0)?;
/// let a = Diagonal::of(&DistArray::from_fn(&layout, |i| i[0] as f64))?;
/// let found = Eigsh::new(&a, 2, Which::Smallest).ncv(10).restarts(3).solve()?;
/// assert_eq!(found.reason, Reason::IterationLimit);
/// // Not there yet, and the errors say how far from some eigenvalue: here, an integer.
/// assert!(found.errors[0] > 1e-3 && (found.values[0] - found.values[0].round()).abs() <= found.errors[0]);
/// assert!(Eigsh::new(&a, 2, Which::Smallest).ncv(40).tolerance(1e-6).solve()?.reason.converged());
/// # Ok::<(), lops::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Eigsh<'a, T: Scalar> {
    a: &'a Operator<T>,
    which: Which,
    limits: Limits,
}

impl<'a, T: Scalar> Eigsh<'a, T> {
    /// k eigenpairs. Nothing is checked before [`solve`](Self::solve).
    pub fn new(a: &'a Operator<T>, k: usize, which: Which) -> Self {
        Self { a, which, limits: Limits::of(k) }
    }

    setters!();

    /// Finds them.
    ///
    /// # Errors
    /// Those of [`eigsh`]; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for a space that is too small, and a tolerance
    /// that is negative or not finite.
    pub fn solve(self) -> Result<Eigenpairs<T>> {
        let Self { a, which, limits } = self;
        let space = a.domain();
        space.same_as(a.range(), "range of the operator of eigsh")?;
        let _operation = space.group().operation("eigsh", format_args!("{space:#}, {which:?}, {limits:?}"));
        let run = Run::new(&Options::default(), Reducer::new(&[space], Summation::Exact)?);
        let fails = |stop, vectors: &Vectors<'_>| a.has_no_spectrum("eigenvalues", stop, vectors);
        let dimension = dimension(space, &run).map_err(|stop| fails(stop, &Vectors::none()))?;
        let wanted = space.comm().agree(limits.wanted(Ends::of(which), dimension, epsilon::<T>(), "eigenvalues"))?;
        let mut lanczos = Lanczos::of(a, wanted.basis, dimension, limits.seed);
        let begun = in_colours(space, "eigsh", || lanczos.begin(&run))?;
        let found = begun.and_then(|()| search(&mut lanczos, &wanted, &run));
        let found = found.map_err(|stop| fails(stop, &lanczos.vectors()))?;
        let unit = lanczos.units.forward;
        Ok(Eigenpairs {
            values: found.pairs.iter().map(|pair| two_to(pair.value, unit)).collect(),
            errors: found.pairs.iter().map(|pair| two_to(pair.error, unit)).collect(),
            vectors: lanczos.basis.into_vectors(wanted.count),
            reason: found.reason,
            restarts: found.restarts,
            applications: lanczos.applications,
        })
    }
}
