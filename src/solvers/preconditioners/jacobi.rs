//! The inverse of a diagonal.

use crate::array::{DistArray, Place};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Scalar;
use crate::operators::{Diagonal, Operator};

/// The Jacobi preconditioner: division by the diagonal of an operator, given, or known by
/// [`Operator::diagonal`] and [`Operator::diagonal_estimate`].
///
/// # Communication
/// None to apply; two all-reduces of 8 bytes to make.
///
/// # Errors
/// [`ErrorKind::Parameter`], on every rank, if an element is 0 or not finite, or so small that 1 over it is not: the first one is named.
/// [`ErrorKind::Layout`] of chunks that are combined.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads};
/// use lops::{operators::{Diagonal, FirstDerivative, normal}, solvers::{Options, jacobi, pcg}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[60], 0)?;
///     let stiff = DistArray::from_fn(&layout, |i| 10f64.powi(i[0] as i32 % 5));
///     let a = Diagonal::of(&stiff)? + normal(&FirstDerivative::along(0).on(&layout)?);
///     let m = jacobi(&a.diagonal(&[2])?)?;
///     let (b, mut x) = (DistArray::full(&layout, 1.0), DistArray::zeros(&layout));
///     assert!(pcg(&a, &b, &mut x, &m, &Options::default())?.reason.converged());
///     Ok(())
/// })
/// .unwrap();
/// ```
pub fn jacobi<T: Scalar>(diagonal: &DistArray<T>) -> Result<Operator<T>> {
    let inverse = diagonal.map(|d| T::one() / d);
    let _operation = diagonal.space().group().operation("jacobi", format_args!("{:#}", diagonal.space()));
    if let Some((rank, place)) = crate::array::first_non_finite(inverse.space(), inverse.as_slice()) {
        return Err(not_invertible(rank, &place));
    }
    Diagonal::of(&inverse)
}

fn not_invertible(rank: usize, place: &Place) -> Error {
    let expected = "numbers that have an inverse";
    Error::expected(
        ErrorKind::Parameter,
        "diagonal of a Jacobi preconditioner",
        expected,
        format!("0 or the like at {place}, on rank {rank}"),
    )
}
