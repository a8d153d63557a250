//! The Klauder wavelet: a sweep correlated with itself, zero phase.

use super::wavelet::{Wavelet, check_finite, divide_by, mirrored};
use crate::error::{Error, ErrorKind, Result};
use std::f64::consts::PI;

/// The Klauder wavelet of the frequencies `[f₁, f₂]` on the times `t ≥ 0`, mirrored about 0.
///
/// The autocorrelation of a sweep whose frequency is (f₁ + f₂) / 2 at time 0 and f₂ at the last time T:
///
/// ```text
/// c(t) = cos 2π (fₘ t + (f₂ − fₘ) t² / 2T)      fₘ = (f₁ + f₂) / 2
/// wₖ = Σᵢ cᵢ cᵢ₊ₖ                               k counted from time 0
/// ```
///
/// divided by its largest sample. From n times come 2n − 1 samples. An even n loses its last time first, so that the
/// half length is odd. `t` should begin at 0 and rise in equal steps, in the reciprocal unit of the frequencies.
///
/// # Errors
/// [`ErrorKind::Shape`] if `t` is empty, [`ErrorKind::Parameter`] if a time or a frequency is not finite, or the last
/// time (that is left) is not above 0.
///
/// # Example
/// ```
/// let t: Vec<f64> = (0..41).map(|i| 0.004 * f64::from(i)).collect();
/// let wavelet = lops::signal::klauder(&t, [5.0, 20.0])?;
/// assert_eq!((wavelet.centre, wavelet.samples[40]), (40, 1.0));
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Klauder, Price, Darlington, Albersheim, Bell Syst. Tech. J. 39 (1960). Behaviour: PyLops `utils.wavelets.klauder`, whose
/// sweep begins at the mean of its frequencies too.
pub fn klauder(t: &[f64], f: [f64; 2]) -> Result<Wavelet> {
    let times = mirrored(t)?;
    for (i, &f) in f.iter().enumerate() {
        check_finite(format_args!("frequency {i} of the wavelet"), f)?;
    }
    let last = times[times.len() - 1];
    if last <= 0.0 {
        return Err(Error::expected(ErrorKind::Parameter, "last time of the wavelet", "above 0", last));
    }
    let [f1, f2] = f;
    let mean = f1 + (f2 - f1) / 2.0;
    let rate = (f2 - mean) / last;
    let sweep: Vec<f64> = times.iter().map(|t| (2.0 * PI * (mean * t + rate * t * t / 2.0)).cos()).collect();

    let centre = times.len() / 2;
    let lag = |k: usize| sweep.iter().zip(&sweep[k..]).map(|(a, b)| a * b).sum::<f64>();
    let lags: Vec<f64> = (0..=centre).map(lag).collect();
    let mut samples: Vec<f64> = lags[1..].iter().rev().chain(&lags).copied().collect();
    divide_by(&mut samples, lags[0]); // no lag is above that of 0
    Ok(Wavelet::centred(times, samples))
}

#[cfg(test)]
mod tests {
    use super::super::wavelet::{assert_near, hundredths};
    use super::*;

    #[test]
    fn is_the_sweep_of_pylops() {
        // PyLops 2.8: klauder(np.arange(7) * 0.01, (5, 40))[0][6:], klauder(np.arange(5) * 0.01, (30, 10))[0][4:]
        let of_7 = [
            1.0,
            -0.03371515097494967,
            -0.3949877605698272,
            -0.03905064086622187,
            -0.02299798158150815,
            0.00812654905108035,
            0.09253184669352395,
        ];
        let of_5 = [1.0, 0.30079675307300224, -0.4581159840681798, -0.3507483002985664, 0.08303372248677289];
        for (n, f, expected) in [(7, [5.0, 40.0], &of_7[..]), (5, [30.0, 10.0], &of_5)] {
            let wavelet = klauder(&hundredths(n), f).unwrap();
            assert_near(&wavelet.samples[expected.len() - 1..], expected);
            assert!(wavelet.samples.iter().eq(wavelet.samples.iter().rev()));
            assert_eq!(wavelet.centre, expected.len() - 1);
        }
    }

    #[test]
    fn a_sweep_takes_time() {
        let error = klauder(&[0.0, 0.1], [5.0, 20.0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parameter);
        assert_eq!(error.message(), "last time of the wavelet: expected above 0, found 0");
        assert_eq!(klauder(&[0.0, 0.1, 0.2], [5.0, f64::NAN]).unwrap_err().kind(), ErrorKind::Parameter);
    }
}
