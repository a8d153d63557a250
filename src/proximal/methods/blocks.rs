//! Elementwise work on vectors, block by block, with the sum over what it makes.

use crate::array::{Space, Summing};
use crate::numbers::{PartialSum, Scalar};
use crate::solvers::Run;
use std::ops::Range;

/// Numbers of a block, which stays in the first cache.
const BLOCK: usize = 1024;

/// Does work on all blocks of this rank's elements of a space, and sums the squares of what it leaves in the room that it is given: this
/// rank's part.
pub(super) fn squares_of<T: Scalar>(space: &Space, run: &Run, work: impl FnMut(Range<usize>, &mut [T])) -> PartialSum {
    let mut sum = Summing::from(run).start();
    add_squares_of(&mut sum, space, run, work);
    sum
}

/// The same, added to a sum.
pub(super) fn add_squares_of<T: Scalar>(
    sum: &mut PartialSum,
    space: &Space,
    run: &Run,
    mut work: impl FnMut(Range<usize>, &mut [T]),
) {
    let mut room = [T::zero(); BLOCK];
    space.for_each_stretch(Summing::from(run).counts_replicas(), |range, counted| {
        for start in range.clone().step_by(BLOCK) {
            let block = start..range.end.min(start + BLOCK);
            let room = &mut room[..block.len()];
            work(block, room);
            if counted {
                T::add_squares(sum, room);
            }
        }
    });
}
