//! Elementwise work on vectors, block by block, with the sum over what it makes.

use crate::array::{DistArray, Space, Summing};
use crate::numbers::{PartialSum, Scalar};
use crate::solvers::Run;
use std::ops::Range;

/// Numbers of a block, which stays in the first cache.
pub(super) const BLOCK: usize = 1024;

/// Does work on all blocks of this rank's elements of a space, and sums the squares of what it leaves in the room that it is given: this
/// rank's part. Of vectors of the space so many are only read, and so many written.
pub(super) fn squares_of<T: Scalar>(
    space: &Space,
    moved: [usize; 2],
    run: &Run,
    work: impl FnMut(Range<usize>, &mut [T]),
) -> PartialSum {
    let mut sum = Summing::from(run).start();
    add_squares_of(&mut sum, space, moved, run, work);
    sum
}

/// The same, added to a sum.
pub(super) fn add_squares_of<T: Scalar>(
    sum: &mut PartialSum,
    space: &Space,
    [read, written]: [usize; 2],
    run: &Run,
    mut work: impl FnMut(Range<usize>, &mut [T]),
) {
    let bytes = space.local_len() * size_of::<T>();
    space.comm().moves(read * bytes, written * bytes);
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

/// ‖v‖², of a vector of a space that is a part of another one: this rank's part.
pub(super) fn norm2_of<T: Scalar>(space: &Space, v: &[T], run: &Run) -> PartialSum {
    squares_of(space, [1, 0], run, |block, room| room.copy_from_slice(&v[block]))
}

/// ‖y − x‖²: this rank's part.
pub(super) fn distance2<T: Scalar>(y: &DistArray<T>, x: &DistArray<T>, run: &Run) -> PartialSum {
    let (space, y, x) = (y.space(), y.as_slice(), x.as_slice());
    squares_of(space, [2, 0], run, |block, apart: &mut [T]| {
        for ((apart, &y), &x) in apart.iter_mut().zip(&y[block.clone()]).zip(&x[block]) {
            *apart = y - x;
        }
    })
}
