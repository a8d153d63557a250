//! The Ricker wavelet: the second derivative of a Gaussian, zero phase.

use super::wavelet::{Wavelet, check_finite, mirrored};
use crate::error::Result;
use std::f64::consts::PI;

/// The Ricker wavelet of peak frequency `f0` on the times `t ≥ 0`, mirrored about 0.
///
/// ```text
/// w(t) = (1 − 2 (π f₀ t)²) e^{−(π f₀ t)²}
/// ```
///
/// From n times come 2n − 1 samples. An even n loses its last time first, so that the half length
/// is odd. `t` should begin at 0 and rise, in the reciprocal unit of `f0`.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if `t` is empty,
/// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if a time or `f0` is not finite.
///
/// # Example
/// ```
/// let t: Vec<f64> = (0..41).map(|i| 0.004 * f64::from(i)).collect();
/// let wavelet = lops::signal::ricker(&t, 15.0)?;
/// assert_eq!(wavelet.samples.len(), 81);
/// assert_eq!((wavelet.centre, wavelet.samples[40]), (40, 1.0));
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Ricker, Geophysics 18 (1953). Mirroring and the odd length: PyLops `utils.wavelets.ricker`.
pub fn ricker(t: &[f64], f0: f64) -> Result<Wavelet> {
    let times = mirrored(t)?;
    check_finite("peak frequency", f0)?;
    let sample = |time: &f64| {
        let argument = (PI * f0 * time) * (PI * f0 * time);
        (1.0 - 2.0 * argument) * (-argument).exp()
    };
    let samples = times.iter().map(sample).collect();
    Ok(Wavelet::centred(times, samples))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn mirrors_the_formula() {
        let t: Vec<f64> = (0..5).map(|i| 0.01 * f64::from(i)).collect();
        let wavelet = ricker(&t, 20.0).unwrap();
        assert_eq!(wavelet.centre, 4);
        assert_eq!(wavelet.times, [-0.04, -0.03, -0.02, -0.01, 0.0, 0.01, 0.02, 0.03, 0.04]);
        // PyLops 2.8: ricker(np.arange(5) * 0.01, 20)[0][4:]
        let expected = [1.0, 0.14179420010825125, -0.44493452160017055, -0.17486048900510937, -0.02101134222841605];
        for (i, value) in expected.iter().enumerate() {
            assert!((wavelet.samples[4 + i] - value).abs() < 1e-15);
            assert_eq!(wavelet.samples[4 - i], wavelet.samples[4 + i]);
        }
    }

    #[test]
    fn an_even_length_loses_its_last_time() {
        let t = [0.0, 0.1, 0.2, 0.3];
        assert_eq!(ricker(&t, 3.0).unwrap(), ricker(&t[..3], 3.0).unwrap());
        assert_eq!(ricker(&t[..2], 3.0).unwrap().samples, [1.0]);
    }

    #[test]
    fn bad_input_is_named() {
        assert_eq!(ricker(&[], 1.0).unwrap_err().kind(), ErrorKind::Shape);
        let error = ricker(&[0.0, f64::NAN], 1.0).unwrap_err();
        assert_eq!(error.message(), "time 1 of the wavelet: expected a finite number, found NaN");
        assert_eq!(ricker(&[0.0], f64::INFINITY).unwrap_err().kind(), ErrorKind::Parameter);
    }
}
