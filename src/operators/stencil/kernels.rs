//! Weighted sums of slices, `y ← Σ wₖ sₖ`: the one loop of all short stencils.
//!
//! The terms of an element are added in the order given, in every path and at every level of SIMD,
//! and no product is contracted with its sum: the bits depend on neither.

use crate::Complex;
use crate::numbers::{Real, exact::ask_ahead};
use crate::operators::{Add, Put, Set};
use multiversion::multiversion;

/// What becomes of real sums: a [`Put`] of them, or of pairs of them.
pub(super) trait PutReals<R: Real>: Copy {
    /// Whether elements are put in pairs; otherwise one by one.
    const IN_PAIRS: bool = false;

    /// Puts the sum of an element.
    fn one(self, y: &mut R, sum: R);

    /// Puts the sums of some elements.
    #[inline(always)]
    fn all(self, y: &mut [R], sums: &[R]) {
        for (y, &sum) in y.iter_mut().zip(sums) {
            self.one(y, sum);
        }
    }

    /// Puts sums without a term.
    fn nothing(self, y: &mut [R]);
}

impl<R: Real> PutReals<R> for Set {
    #[inline(always)]
    fn one(self, y: &mut R, sum: R) {
        Put::one(self, y, sum);
    }

    fn nothing(self, y: &mut [R]) {
        Put::nothing(self, y);
    }
}

impl<R: Real> PutReals<R> for Add<R> {
    #[inline(always)]
    fn one(self, y: &mut R, sum: R) {
        Put::one(self, y, sum);
    }

    fn nothing(self, _: &mut [R]) {}
}

/// y ← y + α sum for pairs of real and imaginary part.
#[derive(Clone, Copy)]
pub(super) struct AddPairs<R>(pub(super) Complex<R>);

impl<R: Real> PutReals<R> for AddPairs<R> {
    const IN_PAIRS: bool = true;

    fn one(self, _: &mut R, _: R) {
        unreachable!("a part of a complex number is not put alone");
    }

    #[inline(always)]
    fn all(self, y: &mut [R], sums: &[R]) {
        for (y, sum) in y.chunks_exact_mut(2).zip(sums.chunks_exact(2)) {
            y[0] += self.0.re * sum[0] - self.0.im * sum[1];
            y[1] += self.0.re * sum[1] + self.0.im * sum[0];
        }
    }

    fn nothing(self, _: &mut [R]) {}
}

/// A weight, and where its slice starts relative to the output's place in the array.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Term<R> {
    pub(super) weight: R,
    /// [`OWN`], or the number of a region of ghosts, from 1.
    pub(super) source: usize,
    pub(super) delta: isize,
}

/// The source of terms that read the block itself.
pub(super) const OWN: usize = 0;

/// The block and its ghosts, and the place that a term's `delta` counts from: in the block, in each region of
/// ghosts. Without regions all terms are the block's own.
#[derive(Clone, Copy)]
pub(super) struct Place<'a, R> {
    pub(super) own: &'a [R],
    pub(super) base: usize,
    pub(super) ghosts: &'a [R],
    pub(super) ghost_bases: &'a [usize],
}

impl<'a, R: Real> Place<'a, R> {
    #[inline(always)]
    fn own_slice(&self, term: &Term<R>, at: usize, length: usize) -> &'a [R] {
        let start = (self.base + at).wrapping_add_signed(term.delta);
        &self.own[start..start + length]
    }

    #[inline(always)]
    fn slice(&self, term: &Term<R>, at: usize, length: usize) -> &'a [R] {
        if term.source == OWN {
            return self.own_slice(term, at, length);
        }
        let start = (self.ghost_bases[term.source - 1] + at).wrapping_add_signed(term.delta);
        &self.ghosts[start..start + length]
    }

    /// The slices of some terms.
    #[inline(always)]
    fn slices<const K: usize>(&self, terms: &[Term<R>], at: usize, length: usize) -> [&'a [R]; K] {
        if self.ghost_bases.is_empty() {
            std::array::from_fn(|k| &self.own_slice(&terms[k], at, length)[..length])
        } else {
            std::array::from_fn(|k| &self.slice(&terms[k], at, length)[..length])
        }
    }

    /// The sum of one element.
    #[inline(always)]
    fn sum(&self, at: usize, terms: &[Term<R>]) -> R {
        if self.ghost_bases.is_empty() {
            sum(terms, |term| self.own[(self.base + at).wrapping_add_signed(term.delta)])
        } else {
            sum(terms, |term| self.slice(term, at, 1)[0])
        }
    }
}

#[inline(always)]
fn sum<R: Real>(terms: &[Term<R>], element: impl Fn(&Term<R>) -> R) -> R {
    let first = terms[0].weight * element(&terms[0]);
    terms[1..].iter().fold(first, |sum, term| sum + term.weight * element(term))
}

/// Elements summed in registers before they are written.
const BLOCK: usize = 64;

/// Stretches of as many elements, a step apart in the output and in all sources.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretches {
    pub(super) number: usize,
    pub(super) step: usize,
    pub(super) length: usize,
}

impl Stretches {
    pub(super) fn one(length: usize) -> Self {
        Self { number: 1, step: 0, length }
    }
}

/// `y ← Σ wₖ sₖ` for stretches of elements, the first of them `at` elements from the place.
pub(super) fn combine<R: Real, P: PutReals<R>>(
    put: P,
    y: &mut [R],
    stretches: Stretches,
    place: Place<'_, R>,
    at: usize,
    terms: &[Term<R>],
) {
    let Stretches { number, step, length } = stretches;
    match (terms.len(), length) {
        (0, _) => (0..number).for_each(|k| put.nothing(&mut y[k * step..][..length])),
        (_, 1) => (0..number).for_each(|k| put.one(&mut y[k * step], place.sum(at + k * step, terms))),
        (1, _) => exactly::<R, P, 1>(put, y, stretches, place, at, terms),
        (2, _) => exactly::<R, P, 2>(put, y, stretches, place, at, terms),
        (3, _) => exactly::<R, P, 3>(put, y, stretches, place, at, terms),
        (4, _) => exactly::<R, P, 4>(put, y, stretches, place, at, terms),
        (5, _) => exactly::<R, P, 5>(put, y, stretches, place, at, terms),
        (6, _) => exactly::<R, P, 6>(put, y, stretches, place, at, terms),
        (7, _) => exactly::<R, P, 7>(put, y, stretches, place, at, terms),
        (8, _) => exactly::<R, P, 8>(put, y, stretches, place, at, terms),
        (9, _) => exactly::<R, P, 9>(put, y, stretches, place, at, terms),
        _ => many(put, y, stretches, place, at, terms),
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn exactly<R: Real, P: PutReals<R>, const K: usize>(
    put: P,
    y: &mut [R],
    stretches: Stretches,
    place: Place<'_, R>,
    at: usize,
    terms: &[Term<R>],
) {
    let Stretches { number, step, length } = stretches;
    let mut weights = [R::zero(); K];
    let mut lead = 0;
    for k in 0..K {
        weights[k] = terms[k].weight;
        if terms[k].delta > terms[lead].delta {
            lead = k;
        }
    }
    for stretch in 0..number {
        let y = &mut y[stretch * step..][..length];
        let slices: [&[R]; K] = place.slices(terms, at + stretch * step, y.len());
        ask_ahead(slices[lead]); // what is read for the first time
        ask_ahead(y);
        if P::IN_PAIRS {
            for (j, y) in y.chunks_exact_mut(2).enumerate() {
                put.all(y, &[element(&weights, &slices, 2 * j), element(&weights, &slices, 2 * j + 1)]);
            }
        } else {
            for (j, y) in y.iter_mut().enumerate() {
                put.one(y, element(&weights, &slices, j));
            }
        }
    }
}

#[inline(always)]
fn element<R: Real, const K: usize>(weights: &[R; K], slices: &[&[R]; K], j: usize) -> R {
    let mut sum = weights[0] * slices[0][j];
    for k in 1..K {
        sum += weights[k] * slices[k][j];
    }
    sum
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn many<R: Real, P: PutReals<R>>(
    put: P,
    y: &mut [R],
    stretches: Stretches,
    place: Place<'_, R>,
    at: usize,
    terms: &[Term<R>],
) {
    let Stretches { number, step, length } = stretches;
    for start in (0..number).map(|stretch| stretch * step) {
        for (block, y) in y[start..][..length].chunks_mut(BLOCK).enumerate() {
            let (at, length) = (at + start + block * BLOCK, y.len());
            let mut sums = [R::zero(); BLOCK];
            let sums = &mut sums[..length];
            for (sum, &x) in sums.iter_mut().zip(place.slice(&terms[0], at, length)) {
                *sum = terms[0].weight * x;
            }
            for term in &terms[1..] {
                for (sum, &x) in sums.iter_mut().zip(place.slice(term, at, length)) {
                    *sum += term.weight * x;
                }
            }
            put.all(y, sums);
        }
    }
}
