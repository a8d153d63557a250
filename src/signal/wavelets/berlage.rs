//! The Berlage wavelet: a damped oscillation that begins at time 0, causal.

use super::wavelet::{Wavelet, check_finite, check_times, divide_by};
use crate::error::{Error, ErrorKind, Result};
use std::f64::consts::PI;

/// The Berlage wavelet of frequency `f0` on the times `t ≥ 0`, causal: it is not mirrored.
///
/// ```text
/// w(t) = A tⁿ e^{−a t} cos(2π f₀ t + φ)      t ≥ 0
/// ```
///
/// with A such that the largest modulus of a sample is 1. `phase` is φ in radians; −π/2 makes a sine. With n = 0 the
/// wavelet begins abruptly, with larger n the more smoothly. There is a sample for each time, and the
/// [`centre`](Wavelet::centre) is the first, time 0: convolved with it as offset, nothing comes before its event.
///
/// # Errors
/// [`ErrorKind::Shape`] if `t` is empty; [`ErrorKind::Parameter`] if a number is not finite, a time is negative, or n or a
/// is.
///
/// # Example
/// ```
/// use std::f64::consts::FRAC_PI_2;
///
/// let t: Vec<f64> = (0..41).map(|i| 0.004 * f64::from(i)).collect();
/// let wavelet = lops::signal::berlage(&t, 15.0, 2.0, 90.0, -FRAC_PI_2)?;
/// assert_eq!((wavelet.samples.len(), wavelet.centre, wavelet.samples[0]), (41, 0, 0.0));
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Aldridge, The Berlage wavelet, Geophysics 55 (1990).
pub fn berlage(t: &[f64], f0: f64, n: f64, a: f64, phase: f64) -> Result<Wavelet> {
    check_times(t)?;
    if let Some((i, time)) = t.iter().enumerate().find(|(_, time)| **time < 0.0) {
        let what = format!("time {i} of the wavelet");
        return Err(Error::expected(ErrorKind::Parameter, what, "at least 0: it is causal", time));
    }
    check_finite("frequency of the wavelet", f0)?;
    check_finite("phase of the wavelet", phase)?;
    for (what, value) in [("power of time", n), ("decay of the wavelet", a)] {
        if !(value.is_finite() && value >= 0.0) {
            return Err(Error::expected(ErrorKind::Parameter, what, "a finite number, at least 0", value));
        }
    }
    let sample = |time: &f64| time.powf(n) * (-a * time).exp() * (2.0 * PI * f0 * time + phase).cos();
    let mut samples: Vec<f64> = t.iter().map(sample).collect();
    let largest = samples.iter().fold(0.0, |most: f64, sample| most.max(sample.abs()));
    divide_by(&mut samples, largest);
    Ok(Wavelet { samples, times: t.to_vec(), centre: 0 })
}

#[cfg(test)]
mod tests {
    use super::super::wavelet::{assert_near, hundredths};
    use super::*;
    use std::f64::consts::FRAC_PI_2;

    #[test]
    fn is_its_formula() {
        let wavelet = berlage(&hundredths(6), 20.0, 2.0, 60.0, -FRAC_PI_2).unwrap();
        // NumPy 2.4: w = t**2 * np.exp(-60*t) * np.cos(2*np.pi*20*t - np.pi/2), w / np.abs(w).max(), t = np.arange(6) * 0.01
        let expected = [0.0, 0.378102966525809, 0.5129862762187236, -0.6334488844771047, -1.0, 0.0];
        assert_near(&wavelet.samples, &expected);
        assert_eq!((wavelet.centre, wavelet.times), (0, hundredths(6)));
    }

    #[test]
    fn a_step_and_nothing() {
        assert_eq!(berlage(&[0.0, 1.0], 0.0, 0.0, 0.0, 0.0).unwrap().samples, [1.0, 1.0]);
        assert_eq!(berlage(&[0.0], 1.0, 1.0, 1.0, 0.0).unwrap().samples, [0.0]);
    }

    #[test]
    fn bad_input_is_named() {
        let refused = |t: &[f64], [f0, n, a, phase]: [f64; 4], words: &str| {
            assert_eq!(berlage(t, f0, n, a, phase).unwrap_err().message(), words);
        };
        refused(&[], [1.0; 4], "times of the wavelet: expected at least one, found none");
        refused(&[-0.5], [1.0; 4], "time 0 of the wavelet: expected at least 0: it is causal, found -0.5");
        refused(&[0.0], [1.0, -1.0, 1.0, 1.0], "power of time: expected a finite number, at least 0, found -1");
        refused(
            &[0.0],
            [1.0, 1.0, f64::NAN, 1.0],
            "decay of the wavelet: expected a finite number, at least 0, found NaN",
        );
        refused(
            &[0.0],
            [f64::INFINITY, 1.0, 1.0, 1.0],
            "frequency of the wavelet: expected a finite number, found inf",
        );
    }
}
