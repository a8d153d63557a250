//! Two lines of weighted sums over two lines: a filter bank, one step of a wavelet transform or back.

use crate::numbers::{Real, Scalar};
use multiversion::multiversion;

/// Sums formed together, in registers.
const TOGETHER: usize = 16;

/// For each shift m what `uₖ` and `vₖ` have of `eₖ₊ₘ` and `fₖ₊ₘ`.
type Taps<R> = Vec<[[R; 2]; 2]>;

/// `uₖ = Σₘ (aₘ eₖ₊ₘ + bₘ fₖ₊ₘ)` and `vₖ = Σₘ (cₘ eₖ₊ₘ + dₘ fₖ₊ₘ)`.
#[derive(Debug)]
pub(super) struct Channels<R> {
    taps: Taps<R>,
}

impl<R: Real> Channels<R> {
    /// From even and odd samples to low and high frequencies, and back.
    pub(super) fn both_ways(low: &[f64]) -> [Self; 2] {
        // The high-pass filter is the low-pass one from behind with alternating signs.
        let high = low.iter().rev().enumerate().map(|(k, h)| if k % 2 == 0 { *h } else { -h });
        let weights: Vec<_> = low.iter().zip(high).map(|(&low, high)| [low, high].map(R::from_f64)).collect();
        let there: Taps<R> =
            weights.chunks_exact(2).map(|pair| [[pair[0][0], pair[1][0]], [pair[0][1], pair[1][1]]]).collect();
        let transposed = |[[a, b], [c, d]]: &[[R; 2]; 2]| [[*a, *c], [*b, *d]];
        let back = there.iter().rev().map(transposed).collect();
        [there, back].map(|taps| Self { taps })
    }

    /// How many samples before and behind one it depends on.
    pub(super) fn reach(&self) -> usize {
        self.taps.len() - 1
    }

    /// What a line of n sums needs room for: more than are used.
    pub(super) fn room(&self, n: usize) -> usize {
        n.next_multiple_of(TOGETHER) + self.reach()
    }

    /// The first n of u and v. All lines have [`room`](Self::room); e and f are set up to n + reach, behind it is anything, as then in u
    /// and v behind n.
    pub(super) fn run<T: Scalar<Real = R>>(&self, n: usize, from: [&[T]; 2], to: [&mut [T]; 2]) {
        sums(&self.taps, n, from, to);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn sums<T: Scalar>(taps: &[[[T::Real; 2]; 2]], n: usize, [e, f]: [&[T]; 2], [u, v]: [&mut [T]; 2]) {
    for start in (0..n).step_by(TOGETHER) {
        let (mut of_u, mut of_v) = ([T::zero(); TOGETHER], [T::zero(); TOGETHER]);
        for (m, [[a, b], [c, d]]) in taps.iter().enumerate() {
            let [e, f] = [e, f].map(|line| &line[start + m..][..TOGETHER]);
            for (((u, v), e), f) in of_u.iter_mut().zip(&mut of_v).zip(e).zip(f) {
                *u += e.scale(*a) + f.scale(*b);
                *v += e.scale(*c) + f.scale(*d);
            }
        }
        u[start..][..TOGETHER].copy_from_slice(&of_u);
        v[start..][..TOGETHER].copy_from_slice(&of_v);
    }
}
