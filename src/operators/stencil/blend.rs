//! Sums with weights that change linearly along a line, `sᵢ ← sᵢ + (a + fᵢ d) xᵢ`: the loop of filters that change along
//! several axes.
//!
//! No product is contracted with its sum: the bits do not depend on the level of SIMD.

use crate::numbers::Real;
use multiversion::multiversion;
use std::ops::Range;

/// Numbers of a line between two filters, whose weight is that of the first and a fraction of the difference.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) reals: Range<usize>,
    /// Which of the line's filters the first one is.
    pub(super) filter: usize,
    /// Whether the weights change in it.
    pub(super) changes: bool,
}

/// A line on which weights live, and the other one, which tap k reaches so many times `step` numbers further on.
#[derive(Clone, Copy)]
pub(super) struct Line<'a, R> {
    pub(super) cells: &'a [Cell],
    pub(super) fractions: &'a [R],
    /// For each of the line's filters, a weight for each tap.
    pub(super) weights: &'a [R],
    pub(super) taps: usize,
    pub(super) step: usize,
}

/// Each number x of the line is spread out by its own filter; s is as long as what is kept of the other line, whose first
/// number lies `ahead` beyond where the first tap of the first number falls.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(super) fn spread<R: Real>(s: &mut [R], x: &[R], ahead: usize, line: Line<'_, R>) {
    for k in 0..line.taps {
        for cell in line.cells {
            // x at j falls on j + k step − ahead.
            let shift = k * line.step;
            let start = cell.reals.start.max(ahead.saturating_sub(shift));
            let end = cell.reals.end.min((s.len() + ahead).saturating_sub(shift));
            if start < end {
                let to = &mut s[start + shift - ahead..end + shift - ahead];
                add(to, &x[start..end], start..end, cell, k, line);
            }
        }
    }
}

/// Each number s of the line gathers by its own filter from x, of which the first tap of the first number reads the first.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(super) fn gather<R: Real>(s: &mut [R], x: &[R], line: Line<'_, R>) {
    for k in 0..line.taps {
        for cell in line.cells {
            let Range { start, end } = cell.reals;
            let from = k * line.step;
            add(&mut s[start..end], &x[start + from..end + from], start..end, cell, k, line);
        }
    }
}

#[inline(always)]
fn add<R: Real>(s: &mut [R], x: &[R], reals: Range<usize>, cell: &Cell, k: usize, line: Line<'_, R>) {
    let a = line.weights[cell.filter * line.taps + k];
    if !cell.changes {
        s.iter_mut().zip(x).for_each(|(s, &x)| *s += a * x);
        return;
    }
    let d = line.weights[(cell.filter + 1) * line.taps + k] - a;
    for ((s, &x), &f) in s.iter_mut().zip(x).zip(&line.fractions[reals]) {
        *s += (a + f * d) * x;
    }
}
