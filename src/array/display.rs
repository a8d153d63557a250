//! How an array prints: this rank's block in NumPy's manner, and its layout.

use super::dist_array::DistArray;
use crate::numbers::Element;
use std::fmt;

/// This rank's part only: printing never communicates.
///
/// ```
/// # use lops::{Comm, DistArray, Layout};
/// let layout = Layout::scatter(&Comm::solo(), &[2, 3], 0)?;
/// let x = DistArray::from_fn(&layout, |i| (3 * i[0] + i[1]) as i64);
/// assert_eq!(
///     x.to_string(),
///     "[[0, 1, 2],\n [3, 4, 5]]\nint64, [2, 3] scattered on axis 0 over 1 ranks; rank 0 holds [0..2, 0..3]"
/// );
/// # Ok::<(), lops::Error>(())
/// ```
impl<T: Element> fmt::Display for DistArray<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rank = self.comm().rank();
        for k in 0..self.member_count() {
            writeln!(f, "{}", self.member_local(k))?;
        }
        write!(f, "{}, {}", T::DTYPE, self.space())?;
        match self.space().layout() {
            Ok(layout) => match &*layout.regions(rank) {
                [region] => write!(f, "; rank {rank} holds {region}"),
                regions => write!(f, "; rank {rank} holds {regions:?}"),
            },
            Err(_) => write!(f, "; rank {rank} holds {} elements", self.as_slice().len()),
        }
    }
}

impl<T: Element> fmt::Debug for DistArray<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
