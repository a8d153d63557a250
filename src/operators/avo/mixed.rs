//! Rows of an array mixed within each sample of time, `y[t, k, …] = Σⱼ wₜₖⱼ x[t, j, …]`.

use crate::numbers::Scalar;
use crate::operators::{Kernels, Put};
use multiversion::multiversion;

/// Real weights for each sample of time of this rank, or one set for all.
pub(super) struct Mixed<T: Scalar> {
    pub(super) name: String,
    /// By time, then row that is made, then row that it is made of.
    pub(super) weights: Vec<T::Real>,
    pub(super) made: usize,
    pub(super) of: usize,
    /// Elements of a row.
    pub(super) inner: usize,
}

/// Elements of a row that are summed up together.
const TOGETHER: usize = 16;

/// The weights of one sample of time, which lie so far apart by row that is made, and by row that it is made of.
#[derive(Clone, Copy)]
struct Weights<'a, R> {
    weights: &'a [R],
    steps: [usize; 2],
}

impl<T: Scalar> Mixed<T> {
    fn samples(&self) -> impl Iterator<Item = &[T::Real]> {
        self.weights.chunks_exact(self.made * self.of).cycle()
    }
}

impl<T: Scalar> Kernels<T> for Mixed<T> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        let &Self { made, of, inner, .. } = self;
        if inner > 0 {
            let samples = x.chunks_exact(of * inner).zip(y.chunks_exact_mut(made * inner)).zip(self.samples());
            samples.for_each(|((x, y), weights)| mix(put, y, x, Weights { weights, steps: [of, 1] }, inner)); // y ← W x
        }
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        let &Self { made, of, inner, .. } = self;
        if inner > 0 {
            let samples = y.chunks_exact(made * inner).zip(x.chunks_exact_mut(of * inner)).zip(self.samples());
            samples.for_each(|((y, x), weights)| mix(put, x, y, Weights { weights, steps: [1, of] }, inner)); // x ← Wᵀ y
        }
    }

    fn scratch(&self) -> usize {
        size_of_val(&self.weights[..])
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}

/// Rows of sums, in the order of the rows that they are made of, some elements together: however long rows are, each sum is the same.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn mix<T: Scalar, P: Put<T>>(put: P, y: &mut [T], x: &[T], weights: Weights<'_, T::Real>, inner: usize) {
    let Weights { weights, steps } = weights;
    for (k, y) in y.chunks_exact_mut(inner).enumerate() {
        let weights = weights[k * steps[0]..].iter().step_by(steps[1]);
        for (chunk, y) in y.chunks_mut(TOGETHER).enumerate() {
            let mut sums = [T::zero(); TOGETHER];
            for (x, &weight) in x.chunks_exact(inner).zip(weights.clone()) {
                let x = &x[chunk * TOGETHER..][..y.len()];
                sums.iter_mut().zip(x).for_each(|(sum, x)| *sum += x.scale(weight));
            }
            y.iter_mut().zip(sums).for_each(|(y, sum)| put.one(y, sum));
        }
    }
}
