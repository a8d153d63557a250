//! Windows along one axis.

use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Taper;
use std::ops::Range;

/// A window has its first or its last samples at an end of the axis, or both, or neither.
pub(super) const KINDS: usize = 4;

/// Windows one after another, from the first sample of an axis to its last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tiling {
    n: usize,
    length: usize,
    overlap: usize,
}

impl Tiling {
    pub(super) fn new(axis: usize, n: usize, length: usize, overlap: usize) -> Result<Self> {
        if length == 0 {
            let what = format!("samples of windows along axis {axis}");
            return Err(Error::expected(ErrorKind::Parameter, what, "at least 1", 0));
        }
        if overlap >= length {
            let (what, expected) =
                (format!("overlap of windows along axis {axis}"), format!("below {length}, a window"));
            return Err(Error::expected(ErrorKind::Parameter, what, expected, overlap));
        }
        let step = length - overlap;
        if n < length || !(n - length).is_multiple_of(step) {
            let below = n.checked_sub(length).map(|beyond| length + beyond / step * step);
            let above = below.map_or(Some(length), |below| below.checked_add(step));
            let names: Vec<_> = [below, above].into_iter().flatten().map(|n| n.to_string()).collect();
            let expected = format!("{} (windows of {length}, every {step})", names.join(" or "));
            return Err(Error::expected(ErrorKind::Shape, format!("length of axis {axis}"), expected, n));
        }
        Ok(Self { n, length, overlap })
    }

    pub(super) fn count(&self) -> usize {
        (self.n - self.length) / (self.length - self.overlap) + 1
    }

    pub(super) fn range(&self, k: usize) -> Range<usize> {
        let start = k * (self.length - self.overlap);
        start..start + self.length
    }

    pub(super) fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        (0..self.count()).map(|k| self.range(k))
    }

    /// At which ends of the axis a window is.
    pub(super) fn kind(number: usize, count: usize) -> usize {
        usize::from(number == 0) + 2 * usize::from(number + 1 == count)
    }

    /// The weights of each kind of window: 1 at an end of the axis.
    pub(super) fn tapers(&self, taper: Taper) -> Result<[Vec<f64>; KINDS]> {
        let inner = taper.along(self.length, self.overlap)?.to_vec();
        Ok(std::array::from_fn(|kind| {
            let mut weights = inner.clone();
            if kind & 1 != 0 {
                weights[..self.overlap].fill(1.0);
            }
            if kind & 2 != 0 {
                weights[self.length - self.overlap..].fill(1.0);
            }
            weights
        }))
    }
}
