//! Long correlations by Fourier transforms of blocks (overlap and save).
//!
//! Outputs are computed in blocks that begin at multiples of their length in the whole array, each from the inputs that
//! it reads and from nothing else: the length depends on the number of taps and of rows alone, so that the bits are
//! those of any cut. A rank that has only a part of a block computes the block.

use super::correlation::Correlation;
use crate::Complex;
use crate::numbers::{Circular, Real};
use std::ops::Range;

/// Taps from which on transforms are faster than sums: measured with `benches/stencils.rs`.
pub(super) const TAPS: usize = 128;

/// Samples of a transform for each tap, at least: the share that overlaps is the inverse.
const SAMPLES_PER_TAP: usize = 4;

/// How the outputs of an axis are taken together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blocks {
    /// Outputs of a block.
    pub(super) length: usize,
    /// Samples of its transform.
    samples: usize,
}

impl Blocks {
    /// Of a correlation along an axis of so many rows; `None` where sums are as fast.
    pub(super) fn of(taps: usize, rows: usize) -> Option<Self> {
        if taps.min(rows) < TAPS {
            return None;
        }
        let samples = (SAMPLES_PER_TAP * taps).min(rows + taps - 1).next_power_of_two();
        Some(Self { length: samples + 1 - taps, samples })
    }

    /// The whole blocks of some outputs.
    pub(super) fn whole(self, rows: &Range<isize>) -> Range<isize> {
        let length = self.length.cast_signed();
        let start = rows.start.div_euclid(length) * length;
        if rows.is_empty() { start..start } else { start..((rows.end - 1).div_euclid(length) + 1) * length }
    }
}

/// A correlation by transforms, and memory for a line of one block.
pub(super) struct Transforms<R> {
    /// Outputs of a block.
    outputs: usize,
    /// Reals of an element.
    reals: usize,
    line: Vec<R>,
    correlation: Box<dyn Circular<R>>,
}

impl<R: Real> Transforms<R> {
    /// Of elements of so many reals.
    pub(super) fn new(blocks: Blocks, correlation: &Correlation<R>, reals: usize) -> Self {
        let Blocks { length: outputs, samples } = blocks;
        let Correlation { re, im, .. } = correlation;
        let correlation = if reals == 1 {
            R::of_reals(re, samples)
        } else {
            let im = |t: usize| im.get(t).copied().unwrap_or_else(R::zero);
            let weights: Vec<_> = re.iter().enumerate().map(|(t, &re)| Complex::new(re, im(t))).collect();
            R::of_pairs(&weights, samples)
        };
        Self { outputs, reals, line: vec![R::zero(); samples * reals], correlation }
    }

    /// Whole blocks of sums, and of their rows so many columns; `x` starts with the first row that they read.
    pub(super) fn correlate(&mut self, y: &mut [R], x: &[R], stride: usize, columns: usize) {
        let Self { outputs, reals, line, correlation } = self;
        for (block, y) in y.chunks_mut(*outputs * stride).enumerate() {
            let x = &x[block * *outputs * stride..];
            for column in (0..columns).step_by(*reals) {
                for (sample, row) in line.chunks_exact_mut(*reals).zip(x.chunks(stride)) {
                    sample.copy_from_slice(&row[column..column + *reals]);
                }
                correlation.apply(line);
                for (row, sums) in y.chunks_mut(stride).zip(line.chunks_exact(*reals)) {
                    row[column..column + *reals].copy_from_slice(sums);
                }
            }
        }
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.line[..]) + self.correlation.bytes()
    }
}
