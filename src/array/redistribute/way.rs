//! How elements get from one region's buffer into another's: all that they share, or some of it.

use crate::layout::{Folding, Overlap, Region};
use crate::numbers::Element;

/// From a chunk to a chunk.
#[derive(Debug)]
pub(super) enum Way {
    /// All that the two share, in the order of the overlap.
    Direct(Overlap),
    /// A region that both cover, in its own C order.
    Through { len: usize, pack: Overlap, unpack: Overlap },
}

impl Way {
    /// What lies in `all`, which both cover; `None` if that is nothing.
    pub(super) fn through(from: &Region, all: &Region, to: &Region) -> Option<Self> {
        let (pack, unpack) = (Overlap::of(from, all)?, Overlap::of(all, to)?);
        Some(Self::Through { len: all.len(), pack, unpack })
    }

    /// The number of elements.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Direct(overlap) => overlap.len(),
            Self::Through { len, .. } => *len,
        }
    }

    /// Into the beginning of a message.
    pub(super) fn pack<T: Copy>(&self, from: &[T], message: &mut [T]) {
        match self {
            Self::Direct(overlap) => overlap.pack(from, message),
            Self::Through { len, pack, .. } => pack.copy(from, &mut message[..*len]),
        }
    }

    /// From the beginning of a message.
    pub(super) fn unpack<T: Copy>(&self, message: &[T], to: &mut [T]) {
        match self {
            Self::Direct(overlap) => overlap.unpack(message, to),
            Self::Through { unpack, .. } => unpack.copy(message, to),
        }
    }

    /// From buffer to buffer on one rank.
    pub(super) fn copy<T: Element>(&self, from: &[T], to: &mut [T]) {
        match self {
            Self::Direct(overlap) => overlap.copy(from, to),
            Self::Through { len, .. } => {
                let mut between = vec![T::default(); *len];
                self.pack(from, &mut between);
                self.unpack(&between, to);
            }
        }
    }

    /// From the beginning of a message: what is the first contribution to its element is put there, others
    /// are combined with what is.
    pub(super) fn fold<T: Copy>(&self, message: &[T], to: &mut [T], begun: &mut [bool], folding: &Folding<T>) {
        let mut packed = 0;
        let (overlap, in_order) = match self {
            Self::Direct(overlap) => (overlap, true),
            Self::Through { unpack, .. } => (unpack, false),
        };
        overlap.for_each_piece(|piece| {
            for k in 0..piece.count {
                let at = if in_order { packed } else { piece.from + k * piece.from_step };
                packed += piece.len;
                let start = piece.to + k * piece.to_step;
                let place = start..start + piece.len;
                let given = &message[at..at + piece.len];
                merge(given, &mut to[place.clone()], &mut begun[place], folding);
            }
        });
    }
}

fn merge<T: Copy>(given: &[T], to: &mut [T], begun: &mut [bool], folding: &Folding<T>) {
    if begun.iter().all(|&begun| begun) {
        return (folding.slices)(to, given);
    }
    if !begun.contains(&true) {
        to.copy_from_slice(given);
        return begun.fill(true);
    }
    for ((to, given), begun) in to.chunks_mut(1).zip(given.chunks(1)).zip(begun) {
        if std::mem::replace(begun, true) {
            (folding.slices)(to, given);
        } else {
            to[0] = given[0];
        }
    }
}
