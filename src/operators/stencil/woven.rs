//! Weighted sums of stretches of lines, each term from a row of its own.
//!
//! The terms of an element are added in the order given, at every level of SIMD, and no product is contracted with its
//! sum: the bits depend on neither.

use super::kernels::PutReals;
use crate::numbers::Real;
use multiversion::multiversion;

/// A term: its weight, and where it reads, relative to the element that is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Thread<R> {
    pub(super) weight: R,
    pub(super) member: usize,
    pub(super) row: isize,
    pub(super) line: isize,
    /// Reals, along the line.
    pub(super) element: isize,
}

/// Stretches of as many reals, a step apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strands {
    pub(super) number: usize,
    pub(super) step: usize,
    pub(super) start: usize,
    pub(super) length: usize,
}

/// The most terms that have a loop of their own.
const MOST: usize = 9;

/// Reals summed in registers before they are written, where there are more terms.
const BLOCK: usize = 32;

/// Puts the sums of terms; `source` gives what a term reads, from the start of the first line.
pub(super) fn weave<'a, R: Real, P: PutReals<R>>(
    put: P,
    y: &mut [R],
    strands: Strands,
    terms: &[Thread<R>],
    source: impl Fn(&Thread<R>) -> &'a [R],
) {
    match terms.len() {
        0 => strands.each(|at| put.nothing(&mut y[at..][..strands.length])),
        1 => woven::<R, P, 1>(put, y, strands, weights(terms), sources(terms, strands, source)),
        2 => woven::<R, P, 2>(put, y, strands, weights(terms), sources(terms, strands, source)),
        3 => woven::<R, P, 3>(put, y, strands, weights(terms), sources(terms, strands, source)),
        4 => woven::<R, P, 4>(put, y, strands, weights(terms), sources(terms, strands, source)),
        5 => woven::<R, P, 5>(put, y, strands, weights(terms), sources(terms, strands, source)),
        6 => woven::<R, P, 6>(put, y, strands, weights(terms), sources(terms, strands, source)),
        7 => woven::<R, P, 7>(put, y, strands, weights(terms), sources(terms, strands, source)),
        8 => woven::<R, P, 8>(put, y, strands, weights(terms), sources(terms, strands, source)),
        MOST => woven::<R, P, MOST>(put, y, strands, weights(terms), sources(terms, strands, source)),
        _ => many(put, y, strands, terms, source),
    }
}

impl Strands {
    /// Calls `f` with where each starts.
    fn each(self, mut f: impl FnMut(usize)) {
        (0..self.number).for_each(|k| f(k * self.step + self.start));
    }

    /// From the start of the first to the end of the last.
    fn span(self) -> usize {
        (self.number - 1) * self.step + self.length
    }
}

fn weights<R: Real, const K: usize>(terms: &[Thread<R>]) -> [R; K] {
    std::array::from_fn(|k| terms[k].weight)
}

fn sources<'a, R: Real, const K: usize>(
    terms: &[Thread<R>],
    strands: Strands,
    source: impl Fn(&Thread<R>) -> &'a [R],
) -> [&'a [R]; K] {
    std::array::from_fn(|k| {
        let term = &terms[k];
        &source(term)[strands.start.wrapping_add_signed(term.element)..][..strands.span()]
    })
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn woven<R: Real, P: PutReals<R>, const K: usize>(
    put: P,
    y: &mut [R],
    strands: Strands,
    weights: [R; K],
    sources: [&[R]; K],
) {
    let Strands { number, step, start, length } = strands;
    let y = &mut y[start..][..strands.span()];
    if length == 1 {
        for at in (0..number).map(|k| k * step) {
            put.one(&mut y[at], element(&weights, &sources, at));
        }
        return;
    }
    for at in (0..number).map(|k| k * step) {
        let y = &mut y[at..][..length];
        let lines: [&[R]; K] = std::array::from_fn(
            #[inline(always)]
            |k| &sources[k][at..][..y.len()],
        );
        if P::IN_PAIRS {
            for (j, y) in y.chunks_exact_mut(2).enumerate() {
                put.all(y, &[element(&weights, &lines, 2 * j), element(&weights, &lines, 2 * j + 1)]);
            }
        } else {
            for (j, y) in y.iter_mut().enumerate() {
                put.one(y, element(&weights, &lines, j));
            }
        }
    }
}

#[inline(always)]
fn element<R: Real, const K: usize>(weights: &[R; K], sources: &[&[R]; K], j: usize) -> R {
    let mut sum = weights[0] * sources[0][j];
    for k in 1..K {
        sum += weights[k] * sources[k][j];
    }
    sum
}

fn many<'a, R: Real, P: PutReals<R>>(
    put: P,
    y: &mut [R],
    strands: Strands,
    terms: &[Thread<R>],
    source: impl Fn(&Thread<R>) -> &'a [R],
) {
    strands.each(|at| {
        for first in (0..strands.length).step_by(BLOCK) {
            let length = BLOCK.min(strands.length - first);
            let mut sums = [R::zero(); BLOCK];
            for (k, term) in terms.iter().enumerate() {
                let x = &source(term)[(at + first).wrapping_add_signed(term.element)..][..length];
                add(&mut sums[..length], term.weight, x, k == 0);
            }
            put.all(&mut y[at + first..][..length], &sums[..length]);
        }
    });
}

/// `s ← w x`, or `s ← s + w x`.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn add<R: Real>(sums: &mut [R], weight: R, x: &[R], is_first: bool) {
    if is_first {
        sums.iter_mut().zip(x).for_each(|(sum, &x)| *sum = weight * x);
    } else {
        sums.iter_mut().zip(x).for_each(|(sum, &x)| *sum += weight * x);
    }
}
