//! Permuting the axes of an array.

use crate::error::Result;
use crate::layout::{Layout, Region};
use crate::library::{Walk, inverse, permuted};
use crate::numbers::Scalar;
use crate::operators::{Kernels, Operator, Put};

/// `y = x` with its axes in another order: axis k of `y` is axis `perm[k]` of `x`.
///
/// The adjoint is the inverse permutation.
///
/// # Spaces
/// `X`: any layout. `Y`: the permuted shape, cut along the same axes wherever they went, so that each
/// rank permutes its own block; of a chunked layout chunk by chunk, whatever its mode. Real or complex.
///
/// # Communication
/// None. (To have an axis whole on every rank, [`redistribute`](crate::DistArray::redistribute).)
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::TransposeAxes};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2, 3], 0)?;
/// let t = TransposeAxes::new(&[1, 0]).on(&layout)?;
/// let y = &t * &DistArray::from_fn(&layout, |i| (3 * i[0] + i[1]) as f64);
/// assert_eq!(y.as_slice(), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
/// assert_eq!(y.shape(), [3, 2]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops `Transpose`, NumPy's `transpose`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct TransposeAxes {
    perm: Vec<usize>,
}

struct Permuted {
    /// One for each region of this rank, there and back.
    regions: Vec<[Walk; 2]>,
}

impl TransposeAxes {
    /// The permutation after which axis k is the one that was axis `perm[k]`.
    pub fn new(perm: &[usize]) -> Self {
        Self { perm: perm.to_vec() }
    }

    /// The operator on arrays of this layout. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if `perm` does not name every axis once.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        let perm = &self.perm[..];
        let inverse = inverse(layout.ndim(), perm)?;
        let range = layout.transposed(perm)?;
        let both = |region: &Region| {
            let shape = region.shape();
            [Walk::new(&shape, perm), Walk::new(&permuted(&shape, perm), &inverse)]
        };
        let regions = layout.regions(layout.comm().rank()).iter().map(both).collect();
        Ok(Permuted { regions }.between(layout, range))
    }
}

impl Permuted {
    fn walk<T: Scalar>(&self, way: usize, put: impl Put<T>, mut from: &[T], mut into: &mut [T]) {
        for walks in &self.regions {
            let (part, rest) = from.split_at(walks[way].len);
            let (part_into, rest_into) = into.split_at_mut(walks[way].len);
            walks[way].run(part, part_into, |into, from| put.one(into, from));
            (from, into) = (rest, rest_into);
        }
    }
}

impl<T: Scalar> Kernels<T> for Permuted {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        self.walk(THERE, put, x, y); // y ← P x
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        self.walk(BACK, put, y, x); // x ← P⁻¹ y
    }

    fn name(&self) -> String {
        "TransposeAxes".into()
    }
}

const THERE: usize = 0;
const BACK: usize = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::DistArray;
    use crate::comm::Comm;
    use crate::error::ErrorKind;
    use ndarray::{ArrayD, IxDyn};

    #[test]
    fn every_permutation_is_ndarrays() {
        for shape in [[5, 1, 3, 4], [2, 19, 2, 33], [1, 1, 1, 7], [3, 0, 2, 2]] {
            let layout = Layout::scatter(&Comm::solo(), &shape, 0).unwrap();
            let x = DistArray::<f64>::random_signed(&layout, 1);
            for code in 0..256 {
                let perm = [code / 64, code / 16 % 4, code / 4 % 4, code % 4];
                let Ok(operator) = TransposeAxes::new(&perm).on(&layout) else { continue };
                let y: DistArray<f64> = &operator * &x;
                let expected: ArrayD<f64> = x.local().permuted_axes(IxDyn(&perm)).to_owned();
                assert_eq!(y.local(), expected, "{shape:?} {perm:?}");
                assert_eq!(operator.adjoint() * &y, x, "{shape:?} {perm:?}");
            }
        }
    }

    #[test]
    fn what_is_no_permutation_is_refused() {
        let layout = Layout::scatter(&Comm::solo(), &[2, 3], 0).unwrap();
        for perm in [&[0][..], &[0, 0], &[0, 2], &[0, 1, 1]] {
            let error = TransposeAxes::new(perm).on::<f64>(&layout).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Axis, "{error}");
        }
    }
}
