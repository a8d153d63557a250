//! The ceiling: memory bandwidth of plain loops, one thread for each rank, all at once.
//!
//! Bytes without write-allocate: copy and scale 16, add and triad 24, sum 8, dot 16 an element.

use crate::{
    Suite,
    timing::{Line, largest, median, seconds},
};
use lops::prelude::*;
use multiversion::multiversion;
use serde_json::Value;
use std::hint::black_box;

pub(crate) const NAMES: &[&str] =
    &["stream.copy", "stream.scale", "stream.add", "stream.triad", "stream.sum", "stream.dot"];

const BYTES: [usize; 6] = [16, 16, 24, 24, 8, 16];
const TRIAD: usize = 3;
const REPS: usize = 15;

/// The three arrays of STREAM.
struct Stream {
    a: Vec<f64>,
    b: Vec<f64>,
    c: Vec<f64>,
}

impl Stream {
    /// Each rank touches its own memory first.
    fn new(n: usize) -> Self {
        Self { a: vec![1.0; n], b: vec![2.0; n], c: vec![0.0; n].iter().map(|x| x + 0.0).collect() }
    }

    fn run(&mut self, kernel: usize) {
        let Self { a, b, c } = self;
        match kernel {
            0 => c.copy_from_slice(a),
            1 => scale(b, c, black_box(3.0)),
            2 => add(c, a, b),
            3 => triad(a, b, c, black_box(3.0)),
            4 => drop(black_box(sum(a))),
            _ => drop(black_box(dot(a, b))),
        }
        black_box(&self.c[0]);
    }

    fn samples(&mut self, suite: &Suite<'_>, kernel: usize) -> Vec<f64> {
        self.run(kernel);
        let sample = |_| {
            suite.comm.barrier();
            largest(suite.comm, seconds(|| self.run(kernel)))
        };
        (0..REPS).map(sample).collect()
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn scale(b: &mut [f64], c: &[f64], q: f64) {
    b.iter_mut().zip(c).for_each(|(b, c)| *b = q * c);
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn add(c: &mut [f64], a: &[f64], b: &[f64]) {
    c.iter_mut().zip(a).zip(b).for_each(|((c, a), b)| *c = a + b);
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn triad(a: &mut [f64], b: &[f64], c: &[f64], q: f64) {
    a.iter_mut().zip(b).zip(c).for_each(|((a, b), c)| *a = b + q * c);
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn sum(a: &[f64]) -> f64 {
    let (blocks, rest) = a.as_chunks::<32>();
    let mut sums = [0.0; 32];
    for block in blocks {
        sums.iter_mut().zip(block).for_each(|(sum, x)| *sum += x);
    }
    sums.iter().chain(rest).sum()
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((blocks, rest), (others, other_rest)) = (a.as_chunks::<32>(), b.as_chunks::<32>());
    let mut sums = [0.0; 32];
    for (block, other) in blocks.iter().zip(others) {
        for k in 0..32 {
            sums[k] += block[k] * other[k];
        }
    }
    sums.iter().sum::<f64>() + rest.iter().zip(other_rest).map(|(a, b)| a * b).sum::<f64>()
}

/// Elements of each array on each rank.
fn length(suite: &Suite<'_>) -> usize {
    suite.arguments.n.unwrap_or(1 << 25)
}

#[allow(clippy::unnecessary_wraps)] // as all families
pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    let n = length(suite);
    let mut stream = Stream::new(n);
    for (kernel, name) in NAMES.iter().enumerate().filter(|(_, name)| suite.wants(name)) {
        let mut samples = stream.samples(suite, kernel);
        let all = n * suite.comm.size();
        if kernel == TRIAD {
            let _ = suite.triad.set((BYTES[TRIAD] * all) as f64 / median(&mut samples));
        }
        Line::new(name, &[all], Value::Null).work(BYTES[kernel] * all, 0).print(suite.comm, samples);
    }
    Ok(())
}

/// Bytes a second of the triad on all ranks together, measured in this run.
pub(crate) fn bandwidth(suite: &Suite<'_>) -> f64 {
    *suite.triad.get_or_init(|| {
        let n = length(suite).max(1 << 16);
        let mut samples = Stream::new(n).samples(suite, TRIAD);
        (BYTES[TRIAD] * n * suite.comm.size()) as f64 / median(&mut samples)
    })
}
