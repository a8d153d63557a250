//! Parts of an array to all ranks.

use crate::comm::{Comm, Sent};
use crate::layout::{Overlap, Region};
use crate::numbers::{Scalar, memory};

/// One all-gather of what ranks have of an array, each element once, and where it belongs.
pub(in crate::operators) struct Gathered<T: Scalar> {
    comm: Comm,
    /// Of each rank.
    counts: Vec<usize>,
    places: Vec<Option<Overlap>>,
    room: Vec<T>,
}

impl<T: Scalar> Gathered<T> {
    /// Of one region a rank. Local.
    pub(in crate::operators) fn new(comm: &Comm, shape: &[usize], parts: &[Region]) -> Self {
        let whole = Region::whole(shape);
        let counts: Vec<_> = parts.iter().map(Region::len).collect();
        let places = parts.iter().map(|part| Overlap::of(part, &whole)).collect();
        let room = memory::filled(counts.iter().sum(), T::zero());
        Self { comm: comm.clone(), counts, places, room }
    }

    /// What is not in any part stays as it is.
    pub(in crate::operators) fn run(&mut self, part: &[T], whole: &mut [T]) {
        self.comm.all_gather_into(part, &self.counts, &mut self.room);
        let mut rest = &self.room[..];
        for (count, place) in self.counts.iter().zip(&self.places) {
            if let Some(place) = place {
                place.copy(rest, whole);
            }
            rest = &rest[*count..];
        }
    }

    pub(in crate::operators) fn sends(&self) -> Sent {
        Sent::all_gather::<T>(&self.comm, self.counts[self.comm.rank()])
    }

    /// Bytes of its room.
    pub(in crate::operators) fn bytes(&self) -> usize {
        size_of_val(&self.room[..])
    }
}
