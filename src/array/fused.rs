//! The loops of solvers: an update and the sum over what it writes, in one pass over memory.
//!
//! Each block of a vector is summed while it is still in the first cache.

use super::space::Space;
use super::sums::Reducer;
use crate::numbers::{PartialSum, Scalar, Summation, kernels};
use multiversion::multiversion;
use std::ops::Range;

/// Elements of a block: 16 KB of f64, so that two or three blocks stay in the first cache.
const BLOCK: usize = 2048;

/// y ← y + a x; the part of Σ |y|² that this rank counts.
pub(crate) fn axpy_squares<T: Scalar>(
    reducer: &Reducer,
    space: &Space,
    y: &mut [T],
    a: T,
    x: &[T],
    summation: Summation,
) -> PartialSum {
    let mut sum = PartialSum::new(summation);
    for_each_block(reducer, space, |block, counted| {
        kernels::axpy(&mut y[block.clone()], a, &x[block.clone()]);
        if counted {
            T::add_squares(&mut sum, &y[block]);
        }
    });
    sum
}

/// y ← y + a x; the parts of Σ |y|² and Σ |x|² that this rank counts.
pub(crate) fn axpy_both_squares<T: Scalar>(
    reducer: &Reducer,
    space: &Space,
    y: &mut [T],
    a: T,
    x: &[T],
    summation: Summation,
) -> [PartialSum; 2] {
    let mut sums = [PartialSum::new(summation), PartialSum::new(summation)];
    for_each_block(reducer, space, |block, counted| {
        kernels::axpy(&mut y[block.clone()], a, &x[block.clone()]);
        if counted {
            T::add_squares(&mut sums[0], &y[block.clone()]);
            T::add_squares(&mut sums[1], &x[block]);
        }
    });
    sums
}

/// y ← x + b y; the part of Σ |y|² that this rank counts.
pub(crate) fn xpby_squares<T: Scalar>(
    reducer: &Reducer,
    space: &Space,
    y: &mut [T],
    x: &[T],
    b: T,
    summation: Summation,
) -> PartialSum {
    let mut sum = PartialSum::new(summation);
    for_each_block(reducer, space, |block, counted| {
        kernels::xpby(&mut y[block.clone()], &x[block.clone()], b);
        if counted {
            T::add_squares(&mut sum, &y[block]);
        }
    });
    sum
}

/// The part of Σ |x|² that this rank counts.
pub(crate) fn squares<T: Scalar>(reducer: &Reducer, space: &Space, x: &[T], summation: Summation) -> PartialSum {
    let mut sum = PartialSum::new(summation);
    space.for_each_stretch(reducer.counts_replicas(), |range, counted| {
        if counted {
            T::add_squares(&mut sum, &x[range]);
        }
    });
    sum
}

/// The part of Re ⟨x, y⟩ that this rank counts.
pub(crate) fn real_products<T: Scalar>(
    reducer: &Reducer,
    space: &Space,
    x: &[T],
    y: &[T],
    summation: Summation,
) -> PartialSum {
    let mut sum = PartialSum::new(summation);
    space.for_each_stretch(reducer.counts_replicas(), |range, counted| {
        if counted {
            T::add_real_products(&mut sum, &x[range.clone()], &y[range]);
        }
    });
    sum
}

/// x ← x + a p; then p ← r + b p.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn step_and_turn<T: Scalar>(x: &mut [T], a: T, p: &mut [T], r: &[T], b: T) {
    for ((x, p), &r) in x.iter_mut().zip(p).zip(r) {
        *x += a * *p;
        *p = r + b * *p;
    }
}

fn for_each_block(reducer: &Reducer, space: &Space, mut f: impl FnMut(Range<usize>, bool)) {
    space.for_each_stretch(reducer.counts_replicas(), |range, counted| {
        for start in range.clone().step_by(BLOCK) {
            f(start..(start + BLOCK).min(range.end), counted);
        }
    });
}
