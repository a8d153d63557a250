//! Sums with weights of their own, `yⱼ ← Σₜ wₜⱼ xⱼ₊ₜ`: the loop of convolutions that change along short rows.
//!
//! Terms are added as in a [correlation](super::correlate), in ascending order and without contraction.

use super::kernels::PutReals;
use crate::numbers::Real;
use multiversion::multiversion;

/// For each tap, a weight for each sum; `im` is empty where all are real.
#[derive(Clone, Copy)]
pub(super) struct Weights<'a, R> {
    pub(super) re: &'a [R],
    pub(super) im: &'a [R],
    pub(super) taps: usize,
    /// From a tap's weights to the next's.
    pub(super) step: usize,
}

/// Sums in registers at a time.
const BLOCK: usize = 32;

/// `yⱼ ← Σₜ wₜⱼ x[j + t stride]`; with complex weights reals are pairs, and both of a pair have the same weight.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(super) fn weigh<R: Real, P: PutReals<R>>(put: P, y: &mut [R], x: &[R], stride: usize, weights: Weights<'_, R>) {
    let Weights { re, im, taps, step } = weights;
    for (block, y) in y.chunks_mut(BLOCK).enumerate() {
        let (at, length) = (block * BLOCK, y.len());
        let by_re = sums(&re[at..], step, &x[at..], stride, taps, length);
        if im.is_empty() {
            put.all(y, &by_re[..length]);
            continue;
        }
        let by_im = sums(&im[at..], step, &x[at..], stride, taps, length);
        // (a + ib)(u + iv) = (au - bv) + i(av + bu)
        let mut sums = [R::zero(); BLOCK];
        for j in (0..length).step_by(2) {
            sums[j] = by_re[j] - by_im[j + 1];
            sums[j + 1] = by_re[j + 1] + by_im[j];
        }
        put.all(y, &sums[..length]);
    }
}

/// The first so many sums of a block.
#[inline(always)]
fn sums<R: Real>(weights: &[R], step: usize, x: &[R], stride: usize, taps: usize, length: usize) -> [R; BLOCK] {
    let mut sums = [R::zero(); BLOCK];
    for t in 0..taps {
        let (weights, x) = (&weights[t * step..], &x[t * stride..]);
        if length == BLOCK {
            let (weights, x) = (&weights[..BLOCK], &x[..BLOCK]); // a length known here
            for j in 0..BLOCK {
                sums[j] += weights[j] * x[j];
            }
        } else {
            for ((sum, &weight), &x) in sums[..length].iter_mut().zip(weights).zip(x) {
                *sum += weight * x;
            }
        }
    }
    sums
}
