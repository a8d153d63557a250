//! How elements get from one region's buffer into another's: all that they share, or some of it.

use crate::layout::{Overlap, Region, Run};
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

    /// What lies in a message from `at` on, and where it goes in a buffer from `to` on.
    pub(super) fn of_message(&self, message: usize, at: usize, to: usize, runs: &mut Vec<Run>) {
        match self {
            Self::Direct(overlap) => Run::of_message(overlap, message, at, to, runs),
            Self::Through { unpack, .. } => Run::direct(unpack, message, at, to, runs),
        }
    }
}
