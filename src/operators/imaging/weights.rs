//! What waves on their way from a source by a point to a receiver are multiplied by.

use crate::numbers::Real;
use multiversion::multiversion;

/// 1 up to one value, 0 from another one on, and `1 − 3t² + 2t³` between them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Taper {
    pub(super) from: f64,
    pub(super) to: f64,
}

impl Taper {
    #[inline(always)]
    pub(super) fn at(self, value: f64) -> f64 {
        let t = ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        1.0 - t * t * (3.0 - 2.0 * t)
    }
}

/// What belongs to the ways between some places and the points of a model: place after place, points in C order.
#[derive(Debug)]
pub(super) struct Ways<R> {
    /// How strong waves are; none if all are alike.
    pub(super) amplitudes: Vec<R>,
    /// In which directions they pass: each component of unit vectors by itself; none if that does not matter.
    pub(super) directions: Vec<Vec<R>>,
}

/// How far apart source and receiver are allowed to be, by the depth of the point below the mean of theirs.
#[derive(Debug)]
pub(super) struct Aperture {
    pub(super) taper: Taper,
    /// Of each point.
    pub(super) depths: Vec<f64>,
    /// Of each pair of this rank, receivers of a source one after another: how far apart they are, and how deep in the mean.
    pub(super) pairs: Vec<[f64; 2]>,
}

/// The weights of all ways of this rank's sources: `w = aₛ aᵣ |nₛ + nᵣ| taper`.
#[derive(Debug)]
pub(super) struct Weights<R> {
    pub(super) points: usize,
    pub(super) receivers: usize,
    pub(super) from_sources: Ways<R>,
    pub(super) from_receivers: Ways<R>,
    pub(super) aperture: Option<Aperture>,
}

impl<R: Real> Weights<R> {
    /// Those of some points from one on, of the way from a source of this rank to a receiver.
    pub(super) fn of(&self, [source, receiver]: [usize; 2], start: usize, weights: &mut [R]) {
        let (sources, receivers) = (&self.from_sources, &self.from_receivers);
        let (there, back) = (source * self.points + start, receiver * self.points + start);
        weights.fill(R::from_f64(1.0));
        for (source, receiver) in sources.directions.iter().zip(&receivers.directions) {
            add_products(weights, &source[there..], &receiver[back..]);
        }
        if !sources.directions.is_empty() {
            lengths_of_sums(weights);
        }
        if !sources.amplitudes.is_empty() {
            multiply(weights, &sources.amplitudes[there..], &receivers.amplitudes[back..]);
        }
        if let Some(Aperture { taper, depths, pairs }) = &self.aperture {
            taper_by_depth(weights, *taper, &depths[start..], pairs[source * self.receivers + receiver]);
        }
    }

    /// Bytes of memory that they take.
    pub(super) fn bytes(&self) -> usize {
        let of_aperture = |a: &Aperture| size_of_val(&a.depths[..]) + size_of_val(&a.pairs[..]);
        let of_ways = |ways: &Ways<R>| {
            let directions: usize = ways.directions.iter().map(|component| size_of_val(&component[..])).sum();
            size_of_val(&ways.amplitudes[..]) + directions
        };
        of_ways(&self.from_sources) + of_ways(&self.from_receivers) + self.aperture.as_ref().map_or(0, of_aperture)
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn add_products<R: Real>(weights: &mut [R], a: &[R], b: &[R]) {
    weights.iter_mut().zip(a).zip(b).for_each(|((w, &a), &b)| *w += a * b);
}

/// From `1 + n·m` of unit vectors to `|n + m|`.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn lengths_of_sums<R: Real>(weights: &mut [R]) {
    let (zero, two) = (R::zero(), R::from_f64(2.0));
    for w in weights {
        *w = (two * *w).max(zero).sqrt();
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn multiply<R: Real>(weights: &mut [R], a: &[R], b: &[R]) {
    weights.iter_mut().zip(a).zip(b).for_each(|((w, &a), &b)| *w *= a * b);
}

/// Nothing of points that are not below the mean of source and receiver, unless these are at one place.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn taper_by_depth<R: Real>(weights: &mut [R], taper: Taper, depths: &[f64], [apart, mean]: [f64; 2]) {
    if apart == 0.0 {
        return;
    }
    for (w, depth) in weights.iter_mut().zip(depths) {
        let share = taper.at(apart / (depth - mean).max(0.0));
        *w *= R::from_f64(share);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taper_falls_smoothly() {
        let taper = Taper { from: 1.0, to: 3.0 };
        assert_eq!([0.0, 1.0, 2.0, 3.0, f64::INFINITY].map(|value| taper.at(value)), [1.0, 1.0, 0.5, 0.0, 0.0]);
        assert!((taper.at(1.5) - 0.84375).abs() < 1e-15);
    }
}
