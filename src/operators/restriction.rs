//! Taking some of the indices along an axis.

use super::{Accumulate, LinearOperator, Operator};
use crate::{Error, ErrorKind, Layout, Result, Scalar, Space, array::check_axis};

/// `y[…, k, …] = x[…, iₖ, …]`: the listed indices along one axis.
///
/// The adjoint puts every row back in its place, adds up those of an index listed more than once,
/// and fills the rest with 0. The rectangular identity of N × M is this with the indices 0..N.
///
/// # Spaces
/// `X`: any layout. `Y`: the same with the axis as long as the list. Along an axis that is not cut
/// the indices come in any order. Along the cut axis they must ascend (repetitions are fine): each
/// rank keeps those of its own rows, so `Y` is cut where its rows are, and ranks may be empty.
/// Real or complex.
///
/// # Communication
/// None.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, Operator, launch_threads, operators::Restriction};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[6], 0)?;
///     let r = Restriction::new(&layout, 0, &[1, 4, 5])?;
///     let x = DistArray::from_fn(&layout, |i| i[0] as f64);
///     let y = &r * &x;
///     assert_eq!(y.gather_all().as_slice(), Some(&[1.0, 4.0, 5.0][..]));
///     assert_eq!((r.adjoint() * &y).gather_all().as_slice(), Some(&[0.0, 1.0, 0.0, 0.0, 4.0, 5.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `Restriction`.
#[derive(Debug)]
pub struct Restriction {
    domain: Space,
    range: Space,
    /// This rank's indices, counted from the start of its block.
    indices: Vec<usize>,
    /// The block is `[…, rows, inner]`.
    rows: usize,
    inner: usize,
}

impl Restriction {
    /// The restriction to these indices of an axis; every rank passes the same list. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis, [`ErrorKind::Parameter`] if an index is beyond
    /// it, [`ErrorKind::Layout`] if the axis is cut over several ranks and the indices don't ascend.
    #[allow(clippy::new_ret_no_self)] // users hold operators by their handle
    pub fn new<T: Scalar>(layout: &Layout, axis: usize, indices: &[usize]) -> Result<Operator<T>> {
        let (comm, shape) = (layout.comm(), layout.shape());
        check_axis(shape, axis)?;
        let n = shape[axis];
        if let Some(beyond) = indices.iter().find(|&&index| index >= n) {
            let expected = format!("less than {n} (axis {axis} of shape {shape:?})");
            return Err(Error::expected(ErrorKind::Parameter, "index of Restriction", expected, beyond));
        }
        let mut taken = shape.to_vec();
        taken[axis] = indices.len();
        let me = comm.rank();
        let (range, own) = if layout.axis() == Some(axis) {
            if comm.size() > 1
                && let Some(pair) = indices.windows(2).find(|pair| pair[0] > pair[1])
            {
                let what = format!("indices of Restriction along axis {axis}, which is cut over {} ranks", comm.size());
                let found = format!("{} after {}", pair[1], pair[0]);
                return Err(Error::expected(ErrorKind::Layout, what, "ascending indices", found));
            }
            let count = |rank| indices.iter().filter(|index| layout.range(rank).contains(index)).count();
            let sizes: Vec<_> = (0..comm.size()).map(count).collect();
            (Layout::scatter_sizes(comm, &taken, axis, &sizes)?.masked_like(layout), layout.range(me))
        } else {
            (layout.with_shape(&taken)?, 0..n)
        };
        let indices = indices.iter().filter(|index| own.contains(index)).map(|index| index - own.start).collect();
        let inner = layout.local_shape()[axis + 1..].iter().product();
        Ok(Operator::new(Self { domain: layout.into(), range: range.into(), indices, rows: own.len(), inner }))
    }

    /// Calls `f` with where each taken row starts in a block of the domain and in one of the range.
    fn for_each_row(&self, len: usize, mut f: impl FnMut(usize, usize)) {
        let block = self.indices.len() * self.inner;
        if block == 0 {
            return;
        }
        for outer in 0..len / block {
            for (k, index) in self.indices.iter().enumerate() {
                f((outer * self.rows + index) * self.inner, outer * block + k * self.inner);
            }
        }
    }
}

impl<T: Scalar> LinearOperator<T> for Restriction {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        self.for_each_row(y.len(), |i, k| y[k..k + self.inner].copy_from_slice(&x[i..i + self.inner])); // yₖ ← xᵢ
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        x.fill(T::zero());
        self.for_each_row(y.len(), |i, k| add(&mut x[i..i + self.inner], &y[k..k + self.inner])); // xᵢ ← xᵢ + yₖ
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<T>> {
        Some(self)
    }
}

impl<T: Scalar> Accumulate<T> for Restriction {
    fn apply_add(&self, alpha: T, x: &[T], y: &mut [T]) {
        self.for_each_row(y.len(), |i, k| add_scaled(&mut y[k..k + self.inner], alpha, &x[i..i + self.inner]));
    }

    fn apply_adjoint_add(&self, alpha: T, y: &[T], x: &mut [T]) {
        self.for_each_row(y.len(), |i, k| add_scaled(&mut x[i..i + self.inner], alpha, &y[k..k + self.inner]));
    }
}

fn add<T: Scalar>(into: &mut [T], from: &[T]) {
    into.iter_mut().zip(from).for_each(|(into, &from)| *into += from);
}

fn add_scaled<T: Scalar>(into: &mut [T], alpha: T, from: &[T]) {
    into.iter_mut().zip(from).for_each(|(into, &from)| *into += alpha * from);
}
