//! Sums of delayed spectra: a small matrix for each frequency, made when it is applied.

use crate::array::Space;
use crate::layout::{IndexSet, Layout};
use crate::numbers::{Real, Scalar};
use crate::operators::LinearOperator;
use num_complex::Complex;
use num_traits::Zero;
use std::f64::consts::TAU;
use std::ops::Range;

/// Frequencies whose phases are made from that of the first one, counted from frequency 0, whichever of them a rank has.
const TOGETHER: usize = 16;

/// `y[x, f] = Σₚ e^(−2πi f τ(x, p)) m[p, f]`, for the frequencies of a rank.
pub(super) struct Delays {
    domain: Space,
    range: Space,
    /// For each x the delays by all p, times the step of frequencies.
    turns: Vec<f64>,
    /// How many p.
    slownesses: usize,
    /// Of this rank.
    frequencies: Range<usize>,
    /// Elsewhere y is 0.
    band: Range<usize>,
}

impl Delays {
    /// Between layouts whose last axes are frequencies, cut alike into blocks.
    pub(super) fn new(domain: &Layout, range: &Layout, turns: Vec<f64>, slownesses: usize, band: Range<usize>) -> Self {
        let own = domain.regions(domain.comm().rank())[0].sets().last().map_or(0..0, IndexSet::extent);
        let band = band.start.clamp(own.start, own.end)..band.end.clamp(own.start, own.end);
        Self { domain: domain.into(), range: range.into(), turns, slownesses, frequencies: own, band }
    }

    /// Calls `f` with the number of an x and of a p, with frequencies, and the phases of these: all of a rank, in ascending order for each
    /// of the pairs.
    fn each<R: Real>(&self, mut f: impl FnMut(usize, usize, Range<usize>, &[Complex<R>])) {
        for (pair, &turn) in self.turns.iter().enumerate() {
            let phase = |k: usize| Complex::from_polar(1.0, -TAU * (k as f64 * turn).fract());
            let steps: [_; TOGETHER] = std::array::from_fn(phase);
            let mut k = self.band.start;
            while k < self.band.end {
                let first = k / TOGETHER * TOGETHER;
                let end = (first + TOGETHER).min(self.band.end);
                let of_first = phase(first);
                let phases = steps.map(|step| {
                    let phase = of_first * step;
                    Complex::new(R::from_f64(phase.re), R::from_f64(phase.im))
                });
                f(pair / self.slownesses, pair % self.slownesses, k..end, &phases[k - first..end - first]);
                k = end;
            }
        }
    }

    /// Where a line's values of these frequencies are.
    fn of(&self, line: usize, k: &Range<usize>) -> Range<usize> {
        let start = line * self.frequencies.len() + k.start - self.frequencies.start;
        start..start + k.len()
    }
}

impl<R: Real> LinearOperator<Complex<R>> for Delays
where
    Complex<R>: Scalar<Real = R>,
{
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[Complex<R>], y: &mut [Complex<R>]) {
        y.fill(Complex::zero());
        self.each(|place, slowness, k, phases| {
            let line = x[self.of(slowness, &k)].iter().zip(phases);
            y[self.of(place, &k)].iter_mut().zip(line).for_each(|(y, (x, phase))| *y += x * phase);
        });
    }

    fn apply_adjoint(&self, y: &[Complex<R>], x: &mut [Complex<R>]) {
        x.fill(Complex::zero());
        self.each(|place, slowness, k, phases| {
            let trace = y[self.of(place, &k)].iter().zip(phases);
            x[self.of(slowness, &k)].iter_mut().zip(trace).for_each(|(x, (y, phase))| *x += y * phase.conj());
        });
    }

    fn scratch(&self) -> usize {
        size_of_val(&self.turns[..])
    }

    fn name(&self) -> String {
        "Delays".into()
    }
}
