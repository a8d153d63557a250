//! Correlations, `yᵢ ← Σₜ cₜ xᵢ₊ₜ`: the one loop of all convolutions.
//!
//! Sums are kept in registers, a block of them at a time: eight of AVX-512's, and twelve of AVX2's sixteen, which leaves
//! room for a weight and for products. A smaller block does for what is left in the end. The terms of an element are
//! added in one order at every level of SIMD, and no product is contracted with its sum.

use super::kernels::PutReals;
use crate::numbers::Real;
use crate::operators::Set;
use multiversion::{multiversion, target::match_target};

/// `y ← Σₜ cₜ x[· + t stride]`; `im` is empty where the weights are real, otherwise reals are pairs.
///
/// `x` goes on for at least a block after what the sums read.
pub(super) fn correlate<R: Real, P: PutReals<R>>(put: P, y: &mut [R], x: &[R], stride: usize, re: &[R], im: &[R]) {
    if !im.is_empty() {
        put_complex(put, y, x, Pairs { stride, re, im });
    } else if is_symmetric(re) {
        put_real(put, y, x, Folded { stride, weights: re });
    } else {
        put_real(put, y, x, Plain { stride, weights: re });
    }
}

/// The same with terms in ascending order, also where weights are symmetric.
pub(super) fn term_by_term<R: Real, P: PutReals<R>>(put: P, y: &mut [R], x: &[R], stride: usize, re: &[R], im: &[R]) {
    if im.is_empty() {
        put_real(put, y, x, Plain { stride, weights: re });
    } else {
        put_complex(put, y, x, Pairs { stride, re, im });
    }
}

/// `y ← Σₜ cₜ x[· + placeₜ]`, term by term.
pub(super) fn correlate_at<R: Real>(y: &mut [R], x: &[R], places: &[usize], re: &[R], im: &[R]) {
    if im.is_empty() {
        put_real(Set, y, x, Placed { places, weights: re });
    } else {
        put_complex(Set, y, x, PlacedPairs { places, re, im });
    }
}

/// Reals of a row that are worked on at a time: those of a block of real sums, or of a few of complex ones.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(super) fn sums_at_once<R: Real>(is_complex: bool) -> usize {
    let of_reals = match_target! {
        "x86_64+avx512f+avx512vl" => 512,
        _ => 384,
    };
    let bytes = if is_complex { 512 } else { of_reals };
    bytes / size_of::<R>()
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn put_real<R: Real, P: PutReals<R>, S: Sums<R>>(put: P, y: &mut [R], x: &[R], sums: S) {
    match_target! {
        "x86_64+avx512f+avx512vl" => match size_of::<R>() {
            4 => blocks::<R, P, S, 128, 32>(put, y, x, sums),
            _ => blocks::<R, P, S, 64, 16>(put, y, x, sums),
        },
        _ => match size_of::<R>() {
            4 => blocks::<R, P, S, 96, 32>(put, y, x, sums),
            _ => blocks::<R, P, S, 48, 16>(put, y, x, sums),
        },
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn put_complex<R: Real, P: PutReals<R>, S: Sums<R>>(put: P, y: &mut [R], x: &[R], sums: S) {
    match_target! {
        "x86_64+avx512f+avx512vl" => match size_of::<R>() {
            4 => blocks::<R, P, S, 64, 16>(put, y, x, sums),
            _ => blocks::<R, P, S, 32, 8>(put, y, x, sums),
        },
        _ => blocks::<R, P, S, 32, 8>(put, y, x, sums),
    }
}

#[inline(always)]
fn blocks<R: Real, P: PutReals<R>, S: Sums<R>, const B: usize, const LAST: usize>(
    put: P,
    y: &mut [R],
    x: &[R],
    sums: S,
) {
    for (block, y) in y.chunks_mut(B).enumerate() {
        let x = &x[block * B..];
        if let Ok(y) = <&mut [R; B]>::try_from(&mut *y) {
            put.all(y, &sums.block::<B>(x)); // its length is known here
        } else if y.len() > LAST {
            put.all(y, &sums.block::<B>(x)[..y.len()]);
        } else {
            put.all(y, &sums.block::<LAST>(x)[..y.len()]);
        }
    }
}

/// A way to sum.
trait Sums<R>: Copy {
    /// The first so many sums over x.
    fn block<const B: usize>(self, x: &[R]) -> [R; B];
}

/// Term by term.
#[derive(Clone, Copy)]
struct Plain<'a, R> {
    stride: usize,
    weights: &'a [R],
}

impl<R: Real> Sums<R> for Plain<'_, R> {
    #[inline(always)]
    fn block<const B: usize>(self, x: &[R]) -> [R; B] {
        let mut sums = [R::zero(); B];
        for (t, &weight) in self.weights.iter().enumerate() {
            let x = &x[t * self.stride..][..B];
            for j in 0..B {
                sums[j] += weight * x[j];
            }
        }
        sums
    }
}

/// Whether weights are the same from both ends, as those of a zero-phase wavelet.
fn is_symmetric<R: Real>(weights: &[R]) -> bool {
    let half = weights.len() / 2;
    weights[..half].iter().eq(weights[weights.len() - half..].iter().rev())
}

/// With symmetric weights, from the ends to the middle: what has the same weight is added first.
#[derive(Clone, Copy)]
struct Folded<'a, R> {
    stride: usize,
    weights: &'a [R],
}

impl<R: Real> Sums<R> for Folded<'_, R> {
    #[inline(always)]
    fn block<const B: usize>(self, x: &[R]) -> [R; B] {
        let Self { stride, weights } = self;
        let (mut sums, half, last) = ([R::zero(); B], weights.len() / 2, weights.len() - 1);
        for (t, &weight) in weights[..half].iter().enumerate() {
            let (front, back) = (&x[t * stride..][..B], &x[(last - t) * stride..][..B]);
            for j in 0..B {
                sums[j] += weight * (front[j] + back[j]);
            }
        }
        if weights.len() % 2 == 1 {
            let (weight, x) = (weights[half], &x[half * stride..][..B]);
            for j in 0..B {
                sums[j] += weight * x[j];
            }
        }
        sums
    }
}

/// With complex weights, on pairs of real and imaginary part.
#[derive(Clone, Copy)]
struct Pairs<'a, R> {
    stride: usize,
    re: &'a [R],
    im: &'a [R],
}

impl<R: Real> Sums<R> for Pairs<'_, R> {
    #[inline(always)]
    fn block<const B: usize>(self, x: &[R]) -> [R; B] {
        let (mut by_re, mut by_im) = ([R::zero(); B], [R::zero(); B]);
        for (t, (&re, &im)) in self.re.iter().zip(self.im).enumerate() {
            let x = &x[t * self.stride..][..B];
            for j in 0..B {
                by_re[j] += re * x[j];
                by_im[j] += im * x[j];
            }
        }
        paired(&by_re, &by_im)
    }
}

/// `(a + ib)(u + iv) = (au - bv) + i(av + bu)`, of products with a and with b.
#[inline(always)]
fn paired<R: Real, const B: usize>(by_re: &[R; B], by_im: &[R; B]) -> [R; B] {
    let mut sums = [R::zero(); B];
    for j in (0..B).step_by(2) {
        sums[j] = by_re[j] - by_im[j + 1];
        sums[j + 1] = by_re[j + 1] + by_im[j];
    }
    sums
}

/// Term by term, each from a place of its own.
#[derive(Clone, Copy)]
struct Placed<'a, R> {
    places: &'a [usize],
    weights: &'a [R],
}

impl<R: Real> Sums<R> for Placed<'_, R> {
    #[inline(always)]
    fn block<const B: usize>(self, x: &[R]) -> [R; B] {
        let mut sums = [R::zero(); B];
        for (&place, &weight) in self.places.iter().zip(self.weights) {
            let x = &x[place..][..B];
            for j in 0..B {
                sums[j] += weight * x[j];
            }
        }
        sums
    }
}

/// The same with complex weights, on pairs of real and imaginary part.
#[derive(Clone, Copy)]
struct PlacedPairs<'a, R> {
    places: &'a [usize],
    re: &'a [R],
    im: &'a [R],
}

impl<R: Real> Sums<R> for PlacedPairs<'_, R> {
    #[inline(always)]
    fn block<const B: usize>(self, x: &[R]) -> [R; B] {
        let (mut by_re, mut by_im) = ([R::zero(); B], [R::zero(); B]);
        for ((&place, &re), &im) in self.places.iter().zip(self.re).zip(self.im) {
            let x = &x[place..][..B];
            for j in 0..B {
                by_re[j] += re * x[j];
                by_im[j] += im * x[j];
            }
        }
        paired(&by_re, &by_im)
    }
}
