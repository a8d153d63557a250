//! Where in a vector something is: the first element that is not finite.

use super::space::Space;
use crate::comm::Reduction;
use crate::layout::Layout;
use crate::numbers::Scalar;

/// The first rank of the group that holds a number that is not finite, and where its first one is:
/// the global index in C order, of a stack counted through its members.
///
/// # Communication
/// Two all-reduces of 8 bytes.
pub(crate) fn first_non_finite<T: Scalar>(space: &Space, x: &[T]) -> Option<(usize, usize)> {
    let group = space.group();
    let mine = x.iter().position(|x| !x.finite());
    let mut first = [if mine.is_some() { space.comm().rank() } else { usize::MAX }];
    let mut index = [0];
    if group.size() > 1 {
        group.all_reduce(&mut first, Reduction::Min);
    }
    if let Some(at) = mine
        && first[0] == space.comm().rank()
    {
        index[0] = global_index(space, at);
    }
    if group.size() > 1 {
        group.all_reduce(&mut index, Reduction::Max);
    }
    (first[0] != usize::MAX).then_some((first[0], index[0]))
}

fn global_index(space: &Space, at: usize) -> usize {
    let (mut local, mut before) = (at, 0);
    for layout in space.layouts() {
        let length = layout.local_len();
        if local < length {
            return before + index_in(layout, local);
        }
        local -= length;
        before += layout.size();
    }
    before
}

/// From the place in this rank's buffer to the C-order index in the global array.
fn index_in(layout: &Layout, local: usize) -> usize {
    let index = layout.global_index(layout.comm().rank(), local);
    index.iter().zip(layout.shape()).fold(0, |flat, (&i, &n)| flat * n + i)
}
