//! How an array prints: this rank's block in NumPy's manner, and its layout.

use crate::array::DistArray;
use crate::numbers::{Element, Text};
use ndarray::{ArrayViewD, IxDyn};
use std::fmt;

/// This rank's part only, as printing never communicates: the block in NumPy's manner, of a large one the corners, then the type, the
/// layout, and what the rank holds. `{:#}` writes each of the rank's chunks or members by itself. [`show`](DistArray::show) gives the global array.
///
/// ```
/// # use lops::{Comm, DistArray, Layout};
/// let layout = Layout::scatter(&Comm::solo(), &[2, 3], 0)?;
/// let x = DistArray::from_fn(&layout, |i| (3 * i[0] + i[1]) as f64);
/// assert_eq!(
///     x.to_string(),
///     "[[0. 1. 2.]\n [3. 4. 5.]]\nfloat64, [2, 3] scattered on axis 0 over 1 ranks; rank 0 holds [0..2, 0..3]"
/// );
/// # Ok::<(), lops::Error>(())
/// ```
impl<T: Element> fmt::Display for DistArray<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rank = self.comm().rank();
        let regions = self.space().layout().ok().map(|layout| layout.regions(rank).into_owned());
        match regions.filter(|regions| f.alternate() && regions.len() > 1) {
            Some(regions) => {
                let mut rest = self.as_slice();
                for region in regions {
                    let (chunk, others) = rest.split_at(region.len());
                    rest = others;
                    let chunk = ArrayViewD::from_shape(IxDyn(&region.shape()), chunk).map_err(|_| fmt::Error)?;
                    writeln!(f, "{region}:\n{}", Text::of(&chunk).text())?;
                }
            }
            None => {
                for k in 0..self.member_count() {
                    writeln!(f, "{}", Text::of(&self.member_local(k)).text())?;
                }
            }
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
