//! The same operator on many ranks and on one, put side by side.

use super::{
    LinearOperator, Operator,
    check::{differing, fault, greatest},
};
use crate::array::DistArray;
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};
use ndarray::ArrayD;

/// `Ok` if the operator built on `comm` and the one built on one rank alone make the same of the
/// same vectors, to the bit: forward and adjoint.
///
/// # Communication
/// An application each way, and gathering the results.
///
/// # Errors
/// On every rank: [`ErrorKind::Other`], naming the first element that differs;
/// [`ErrorKind::Shape`] if the global sizes differ; errors of `build`.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::{Diagonal, check_same_bits}};
///
/// launch_threads(3, |comm| {
///     check_same_bits(comm, 1, |comm| {
///         let layout = Layout::scatter(comm, &[7], 0)?;
///         Ok(Diagonal::<f64>::of(&DistArray::random_signed(&layout, 5))?)
///     })
/// })
/// .unwrap();
/// ```
pub fn check_same_bits<X: Scalar, Y: Scalar>(
    comm: &Comm,
    seed: u64,
    build: impl Fn(&Comm) -> Result<Operator<X, Y>>,
) -> Result<()> {
    let [one, many] = on_one_and_many(comm, build)?;
    let name = format!("of {} on {} ranks", many.name(), comm.size());
    comm.agree(equal(&format!("forward {name}"), &results(&one, &many, seed)?))?;
    comm.agree(equal(&format!("adjoint {name}"), &results(&one.adjoint(), &many.adjoint(), seed.wrapping_add(1))?))
}

/// The greatest difference, relative to the greatest element, between what the operator built on
/// `comm` and the one built on one rank make of the same vectors, forward or adjoint. For operators
/// that sum vectors over ranks in floating point, such as a [`VStack`](crate::operators::VStack).
///
/// # Communication
/// As [`check_same_bits`].
///
/// # Errors
/// On every rank: [`ErrorKind::Shape`] if the global sizes differ; errors of `build`.
pub fn one_rank_difference<X: Scalar, Y: Scalar>(
    comm: &Comm,
    seed: u64,
    build: impl Fn(&Comm) -> Result<Operator<X, Y>>,
) -> Result<f64> {
    let [one, many] = on_one_and_many(comm, build)?;
    let forward = distance(&results(&one, &many, seed)?);
    let adjoint = distance(&results(&one.adjoint(), &many.adjoint(), seed.wrapping_add(1))?);
    Ok(greatest(comm, forward.max(adjoint)))
}

fn on_one_and_many<X: Scalar, Y: Scalar>(
    comm: &Comm,
    build: impl Fn(&Comm) -> Result<Operator<X, Y>>,
) -> Result<[Operator<X, Y>; 2]> {
    let one = comm.agree(build(&comm.alone()))?;
    let many = comm.agree(build(comm))?;
    if one.shape() == many.shape() {
        return Ok([one, many]);
    }
    let what = format!("global shape of {} on {} ranks", many.name(), comm.size());
    let (expected, found) = (format!("{:?}, as on one rank", one.shape()), format!("{:?}", many.shape()));
    Err(Error::expected(ErrorKind::Shape, what, expected, found))
}

/// What both make of the same random vector.
fn results<X: Scalar, Y: Scalar>(one: &Operator<X, Y>, many: &Operator<X, Y>, seed: u64) -> Result<[ArrayD<Y>; 2]> {
    let result = |a: &Operator<X, Y>| a.apply_to(&DistArray::random_signed(a.domain(), seed)).map(|y| y.gather_all());
    Ok([result(one)?, result(many)?])
}

fn equal<T: Scalar>(what: &str, pair: &[ArrayD<T>; 2]) -> Result<()> {
    let [one, many] = pair.each_ref().map(|array| array.iter().copied().collect::<Vec<_>>());
    differing(&one, &many).map_or(Ok(()), |at| {
        Err(fault(format!("{what}: element {at}"), format!("{}, as on one rank", one[at]), many[at]))
    })
}

fn distance<T: Scalar>([one, many]: &[ArrayD<T>; 2]) -> f64 {
    let greatest = |values: &mut dyn Iterator<Item = T>| values.map(|z| z.modulus().to_f64()).fold(0.0, f64::max);
    let difference = greatest(&mut one.iter().zip(many).map(|(&a, &b)| a - b));
    if difference == 0.0 { 0.0 } else { difference / greatest(&mut one.iter().copied()) }
}
