//! What all wavelets are: samples, their times, and where they are centred.

use crate::error::{Error, ErrorKind, Result};

/// A wavelet: its samples, their times, and which sample belongs to time zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Wavelet {
    /// The amplitudes.
    pub samples: Vec<f64>,
    /// The time of each sample, rising; symmetric about 0 but for a causal wavelet, which begins there.
    pub times: Vec<f64>,
    /// The offset to convolve with: the index of the largest `|sample|`, of a causal wavelet that of its onset, 0.
    pub centre: usize,
}

impl Wavelet {
    /// With these samples, and the first of equal peaks as centre, as NumPy's argmax.
    pub(super) fn centred(times: Vec<f64>, samples: Vec<f64>) -> Self {
        let peak = (0..samples.len()).rev().max_by(|&a, &b| samples[a].abs().total_cmp(&samples[b].abs()));
        Self { samples, times, centre: peak.unwrap_or(0) }
    }
}

/// The times t ≥ 0 mirrored about 0; of an even number the last one is left out first.
pub(super) fn mirrored(t: &[f64]) -> Result<Vec<f64>> {
    check_times(t)?;
    let t = if t.len().is_multiple_of(2) { &t[..t.len() - 1] } else { t };
    Ok(t[1..].iter().rev().map(|time| -time).chain(t.iter().copied()).collect())
}

pub(super) fn check_times(t: &[f64]) -> Result<()> {
    if t.is_empty() {
        return Err(Error::expected(ErrorKind::Shape, "times of the wavelet", "at least one", "none"));
    }
    t.iter().enumerate().try_for_each(|(i, &time)| check_finite(format_args!("time {i} of the wavelet"), time))
}

pub(super) fn check_finite(what: impl std::fmt::Display, value: f64) -> Result<()> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Error::expected(ErrorKind::Parameter, what, "a finite number", value))
}

/// Divides samples by their largest, or by their largest modulus.
pub(super) fn divide_by(samples: &mut [f64], largest: f64) {
    if largest != 0.0 {
        for sample in samples {
            *sample /= largest;
        }
    }
}

/// The five times 0, 0.01, … that the wavelets' tests use.
#[cfg(test)]
pub(super) fn hundredths(n: u32) -> Vec<f64> {
    (0..n).map(|i| 0.01 * f64::from(i)).collect()
}

#[cfg(test)]
#[track_caller]
pub(super) fn assert_near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (k, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() < 2e-15, "sample {k}: {found} {expected}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_mirrored() {
        assert_eq!(mirrored(&[0.0, 0.5, 1.0]).unwrap(), [-1.0, -0.5, 0.0, 0.5, 1.0]);
        assert_eq!(mirrored(&[0.0, 0.5]).unwrap(), [0.0]);
        assert_eq!(mirrored(&[]).unwrap_err().message(), "times of the wavelet: expected at least one, found none");
    }

    #[test]
    fn the_first_of_equal_peaks_is_the_centre() {
        let wavelet = Wavelet::centred(vec![-1.0, 0.0, 1.0], vec![-2.0, 1.0, 2.0]);
        assert_eq!(wavelet.centre, 0);
    }
}
