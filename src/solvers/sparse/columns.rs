//! The columns of an operator: their numbers, the one that stands out, their norms.

use crate::array::{DistArray, Reducer, Space};
use crate::comm::Reduction;
use crate::error::Result;
use crate::numbers::{Real, Scalar, Summation};
use crate::operators::{LinearOperator, Operator};

/// The numbers of the elements that this rank holds: their places in C order, of a stack counted through its members.
pub(super) fn numbers(space: &Space) -> Vec<u64> {
    let (rank, mut before) = (space.comm().rank(), 0);
    let mut numbers = Vec::with_capacity(space.local_len());
    for layout in space.layouts() {
        let flat = |index: &[usize]| index.iter().zip(layout.shape()).fold(0, |flat, (&i, &n)| flat * n + i);
        layout.for_each_index(rank, |index| numbers.push((before + flat(index)) as u64));
        before += layout.size();
    }
    numbers
}

/// The largest of keys that are not negative, one for each element of this rank, and the number of the first element that has it; NaN is
/// larger than all.
///
/// # Communication
/// Two all-reduces of 8 bytes; none where every rank holds everything.
pub(super) fn largest(space: &Space, numbers: &[u64], key: impl Fn(usize) -> f64) -> (f64, u64) {
    let agree = |mine: u64, reduction| {
        let mut value = [mine];
        if !space.is_replicated() && space.group().size() > 1 {
            space.group().all_reduce(&mut value, reduction);
        }
        value[0]
    };
    // Numbers that are not negative are ordered as their bits are, NaN last.
    let bits = |k: usize| key(k).abs().to_bits();
    let most = agree((0..numbers.len()).map(bits).fold(0, u64::max), Reduction::Max);
    let first = numbers.iter().enumerate().filter(|&(k, _)| bits(k) == most).map(|(_, &number)| number).min();
    (f64::from_bits(most), agree(first.unwrap_or(u64::MAX), Reduction::Min))
}

/// e ← the element of this number 1, all others 0.
pub(super) fn set_unit<T: Scalar>(e: &mut DistArray<T>, numbers: &[u64], number: u64) {
    e.passes_over(0, 1);
    for (e, &own) in e.as_mut_slice().iter_mut().zip(numbers) {
        *e = if own == number { T::one() } else { T::zero() };
    }
}

/// ‖A eⱼ‖ of all columns of A, as a vector of the model's space: what [`Omp::norms`](super::Omp::norms) takes.
///
/// It is costly: where a part of A makes norms equal (as a unitary operator applied last does), take those of the rest.
///
/// # Communication
/// For each column an application of A and one all-reduce of 456 bytes.
///
/// # Errors
/// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of spaces in chunks that are to be combined.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Diagonal, solvers::column_norms};
///
/// launch_threads(2, |comm| {
///     let d = DistArray::from_fn(&Layout::scatter(comm, &[5], 0)?, |i| i[0] as f64 - 2.0);
///     assert_eq!(column_norms(&Diagonal::of(&d)?)?, d.abs());
///     Ok(())
/// })
/// .unwrap();
/// ```
pub fn column_norms<X: Scalar, Y: Scalar>(a: &Operator<X, Y>) -> Result<DistArray<X::Real>> {
    let (model, data) = (a.domain(), a.range());
    let _operation = model.group().operation("column_norms", format_args!("{model:#} to {data:#}"));
    Reducer::new(&[model, data], Summation::Exact)?;
    let (mut e, mut column) = (DistArray::<X>::zeros(model), DistArray::<Y>::zeros(data));
    let mut norms = DistArray::<X::Real>::zeros(model);
    let numbers = numbers(model);
    for j in 0..model.size() as u64 {
        set_unit(&mut e, &numbers, j);
        a.apply_into(&e, &mut column)?; //                                     A eⱼ
        let norm = X::Real::from_f64(column.norm().to_f64());
        norms
            .as_mut_slice()
            .iter_mut()
            .zip(&numbers)
            .filter(|(_, own)| **own == j)
            .for_each(|(place, _)| *place = norm);
    }
    Ok(norms)
}
