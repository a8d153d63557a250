//! Bytes of memory.

use crate::array::DistArray;
use crate::numbers::Scalar;

/// What a vector takes on this rank.
pub(super) fn bytes<T: Scalar>(x: &DistArray<T>) -> usize {
    size_of_val(x.as_slice())
}

/// What vectors take.
pub(super) fn bytes_of<'a, T: Scalar>(vectors: impl IntoIterator<Item = &'a DistArray<T>>) -> usize {
    vectors.into_iter().map(bytes).sum()
}
