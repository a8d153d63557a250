//! Products of arrays of any number of axes.

use super::super::rearrange::once;
use super::contraction::contract;
use super::matmul::check_operands;
use super::multiplied::Multiplied;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use std::borrow::Cow;

/// The axes over which [`tensordot`] sums: so many, the last ones of the left operand and the first ones of
/// the right one, or these of the left with those of the right, pair by pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contracted {
    /// So many axes.
    Count(usize),
    /// These axes of the left operand, and of the right one.
    Axes(Vec<usize>, Vec<usize>),
}

impl From<usize> for Contracted {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl<const N: usize> From<([usize; N], [usize; N])> for Contracted {
    fn from((left, right): ([usize; N], [usize; N])) -> Self {
        Self::Axes(left.to_vec(), right.to_vec())
    }
}

/// The product of two arrays summed over pairs of axes: the result has the other axes of the left operand, then
/// those of the right one. Summed over no axes it is the outer product, over all the inner one, which is on
/// every rank.
///
/// Both are transposed where they lie, and multiplied as [`matmul`](crate::library::matmul) multiplies
/// arrays without chunks; chunks are first cut evenly along the first axis. Integers wrap.
///
/// # Communication
/// That of [`matmul`](crate::library::matmul); of chunks one exchange more for each.
///
/// # Same bits
/// On any number of ranks and in any layout, as [`matmul`](crate::library::matmul) without chunks.
///
/// # Errors
/// [`ErrorKind::Axis`] if there is no such axis, one is named twice, or not as many are named of both;
/// [`ErrorKind::Shape`] if the lengths of a pair differ; [`ErrorKind::Communicator`] if the ranks differ;
/// [`ErrorKind::Layout`] of a stack, or a mask.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, library::tensordot};
///
/// launch_threads(3, |comm| {
///     let a = DistArray::from_fn(&Layout::scatter(comm, &[4, 3, 2], 1)?, |i| i[0] + i[1] + i[2]);
///     let b = DistArray::from_fn(&Layout::scatter(comm, &[2, 5, 4], 0)?, |i| i[0] * i[1] + i[2]);
///     let c = tensordot(&a, &b, ([0, 2], [2, 0]))?; // c[i, j] = Σ a[k, i, l] b[l, j, k]
///     assert_eq!(c.shape(), [3, 5]);
///     let expected = |i: usize, j: usize| (0..4).flat_map(|k| (0..2).map(move |l| (k + i + l) * (l * j + k))).sum::<usize>();
///     assert_eq!(c.get(&[2, 3])?, expected(2, 3));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// NumPy, `tensordot`.
#[doc(alias = "einsum")]
pub fn tensordot<T: Multiplied>(
    a: &DistArray<T>,
    b: &DistArray<T>,
    axes: impl Into<Contracted>,
) -> Result<DistArray<T>> {
    let (of_a, of_b) = (a.layout()?, b.layout()?);
    check_operands(of_a, of_b)?;
    let axes = axes.into();
    let _operation = a.operation("tensordot", format_args!(", {of_b:#}, {axes:?}"));
    let (left, right) = match axes {
        Contracted::Axes(left, right) => (left, right),
        Contracted::Count(count) => {
            if count > of_a.ndim().min(of_b.ndim()) {
                let expected = format!("at most {}", of_a.ndim().min(of_b.ndim()));
                return Err(Error::expected(ErrorKind::Axis, "number of axes to sum over", expected, count));
            }
            ((of_a.ndim() - count..of_a.ndim()).collect(), (0..count).collect())
        }
    };
    if left.len() != right.len() {
        let expected = format!("{}, as of the left", left.len());
        return Err(Error::expected(ErrorKind::Axis, "number of axes of the right operand", expected, right.len()));
    }
    let (free_left, free_right) = (others(of_a.shape(), &left)?, others(of_b.shape(), &right)?);
    for (&i, &j) in left.iter().zip(&right) {
        if of_a.shape()[i] != of_b.shape()[j] {
            let what = format!("length of axis {j} of the right operand, summed over with axis {i} of the left");
            return Err(Error::expected(ErrorKind::Shape, what, of_a.shape()[i], of_b.shape()[j]));
        }
    }
    let (a, b) = (once(a)?, once(b)?);
    let (a, b) = (turned(&a, &[&free_left[..], &left].concat())?, turned(&b, &[&right[..], &free_right].concat())?);
    contract(&a, &b, 0, left.len())
}

/// The products of the lines of two arrays along their last axes: the result has the other axes of the left
/// operand, then those of the right one. Of two vectors it is their inner product, without conjugation, on every
/// rank.
///
/// # Communication
/// That of [`tensordot`].
///
/// # Same bits
/// As [`tensordot`].
///
/// # Errors
/// [`ErrorKind::Axis`] of an array without axes; otherwise those of [`tensordot`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, library::inner, ndarray::array};
///
/// launch_threads(2, |comm| {
///     let x = DistArray::from_fn(&Layout::scatter(comm, &[2, 3], 0)?, |i| i[0] + i[1]);
///     assert_eq!(inner(&x, &x)?.gather_all(), array![[5, 8], [8, 14]].into_dyn()); // x xᵀ
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// NumPy, `inner`.
pub fn inner<T: Multiplied>(a: &DistArray<T>, b: &DistArray<T>) -> Result<DistArray<T>> {
    let last = |array: &DistArray<T>| {
        let layout = array.layout()?;
        let none = || Error::expected(ErrorKind::Axis, "operand of an inner product", "at least one axis", layout);
        layout.ndim().checked_sub(1).ok_or_else(none)
    };
    tensordot(a, b, ([last(a)?], [last(b)?]))
}

/// The axes that are not named.
fn others(shape: &[usize], named: &[usize]) -> Result<Vec<usize>> {
    for (k, &axis) in named.iter().enumerate() {
        crate::layout::check_axis(shape, axis)?;
        if named[..k].contains(&axis) {
            return Err(Error::expected(ErrorKind::Axis, "axes to sum over", "each once", format!("{named:?}")));
        }
    }
    Ok((0..shape.len()).filter(|axis| !named.contains(axis)).collect())
}

/// The array with its axes in this order; itself where that is theirs.
fn turned<'a, T: Multiplied>(array: &'a DistArray<T>, order: &[usize]) -> Result<Cow<'a, DistArray<T>>> {
    if order.iter().enumerate().all(|(k, &axis)| k == axis) {
        return Ok(Cow::Borrowed(array));
    }
    array.transpose(order).map(Cow::Owned)
}
