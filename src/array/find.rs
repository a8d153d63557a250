//! What a vector holds: where its first element is that is not finite, and how large its largest one is.

use super::dist_array::DistArray;
use super::space::Space;
use crate::comm::Reduction;
use crate::layout::Layout;
use crate::numbers::powers::exponent_of;
use crate::numbers::{Real, Scalar};
use std::fmt;

/// The place of an element in a vector: its index along every axis, and in a stack the member that it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The array that it is in: of a stack, nested ones unfolded, which one; 0 where the vector is one array.
    pub member: usize,
    /// Its global index there.
    pub index: Vec<usize>,
    is_stack: bool,
}

impl Place {
    /// In a vector that is one array.
    pub fn at(index: &[usize]) -> Self {
        Self { member: 0, index: index.to_vec(), is_stack: false }
    }

    /// In an array of a stack.
    pub fn in_member(member: usize, index: &[usize]) -> Self {
        Self { member, index: index.to_vec(), is_stack: true }
    }

    /// From the index in C order, of a stack counted through its members.
    fn of(space: &Space, mut flat: usize) -> Self {
        let layouts = space.layouts();
        let mut member = 0;
        while member + 1 < layouts.len() && flat >= layouts[member].size() {
            flat -= layouts[member].size();
            member += 1;
        }
        let mut index = layouts[member].shape().to_vec();
        for i in index.iter_mut().rev() {
            let length = (*i).max(1);
            (*i, flat) = (flat % length, flat / length);
        }
        Self { member, index, is_stack: matches!(space, Space::Stack(_)) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.index)?;
        if self.is_stack { write!(f, " of member {}", self.member) } else { Ok(()) }
    }
}

/// The first rank of the group that holds a number that is not finite, and where its first one is.
///
/// # Communication
/// Two all-reduces of 8 bytes.
pub(crate) fn first_non_finite<T: Scalar>(space: &Space, x: &[T]) -> Option<(usize, Place)> {
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
    (first[0] != usize::MAX).then(|| (first[0], Place::of(space, index[0])))
}

/// The binary exponent of the largest part of a number in the vector, on any rank; `None` where all are 0 or one is
/// not finite.
///
/// # Communication
/// One all-reduce of 8 bytes; none where every rank holds everything.
pub(crate) fn exponent<T: Scalar>(x: &DistArray<T>) -> Option<i32> {
    // The bits of moduli order as the moduli do, NaN last.
    let bits = |part: T::Real| part.to_f64().abs().to_bits();
    let mut largest = [x.as_slice().iter().fold(0, |most: u64, x| most.max(bits(x.re())).max(bits(x.im())))];
    let space: &Space = x.space();
    if !space.is_replicated() && space.group().size() > 1 {
        space.group().all_reduce(&mut largest, Reduction::Max);
    }
    exponent_of(f64::from_bits(largest[0]))
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
