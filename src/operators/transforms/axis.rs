//! What a Fourier transform does along one axis.

use std::ops::Range;

/// A transform along one axis: n numbers, shifted, with zeros behind them or cut off after `nfft`, to the first `out`
/// frequencies of `nfft`, scaled and shifted.
#[derive(Clone, Debug)]
pub(super) struct AxisTransform<R> {
    pub(super) axis: usize,
    pub(super) n: usize,
    pub(super) nfft: usize,
    pub(super) out: usize,
    /// By how many places the numbers are moved up, around the end.
    pub(super) shift_before: usize,
    /// By how many the frequencies are.
    pub(super) shift_after: usize,
    pub(super) scale: R,
    /// What frequencies of half a spectrum that stand for two are multiplied by beside it.
    pub(super) weight: R,
}

impl<R> AxisTransform<R> {
    /// Whether lines are as long afterwards.
    pub(super) fn keeps_length(&self) -> bool {
        self.n == self.out
    }

    /// Runs of numbers that have a place in the transform, and where they begin there.
    pub(super) fn places_before(&self) -> impl Iterator<Item = (Range<usize>, usize)> + use<R> {
        let nfft = self.nfft;
        rotated(self.n, self.shift_before).into_iter().filter_map(move |(run, at)| {
            let run = run.start..run.end.min(run.start + nfft.saturating_sub(at));
            (!run.is_empty()).then_some((run, at))
        })
    }

    /// Runs of numbers that have none, as they are cut off.
    pub(super) fn left_out(&self) -> impl Iterator<Item = Range<usize>> + use<R> {
        let nfft = self.nfft;
        rotated(self.n, self.shift_before).into_iter().filter_map(move |(run, at)| {
            let run = run.start + nfft.saturating_sub(at).min(run.len())..run.end;
            (!run.is_empty()).then_some(run)
        })
    }

    /// Runs of frequencies, and where they begin in the result.
    pub(super) fn places_after(&self) -> [(Range<usize>, usize); 2] {
        rotated(self.out, self.shift_after)
    }
}

/// `fftshift` moves index i to `(i + n/2) mod n`.
pub(super) fn shift(n: usize) -> usize {
    n / 2
}

/// `ifftshift` undoes that.
pub(super) fn unshift(n: usize) -> usize {
    n - n / 2
}

/// n places moved up around the end: two runs, and where they begin then.
fn rotated(n: usize, by: usize) -> [(Range<usize>, usize); 2] {
    let by = if n == 0 { 0 } else { by % n };
    [(0..n - by, by), (n - by..n, 0)]
}
