//! The Gaussian wavelet: a bell, zero phase.

use super::wavelet::{Wavelet, mirrored};
use crate::error::{Error, ErrorKind, Result};

/// The Gaussian wavelet of standard deviation `std`, in samples, on the times `t ≥ 0`, mirrored about 0.
///
/// ```text
/// wₖ = e^{−k² / 2σ²}      k the sample, counted from time 0, and σ the standard deviation
/// ```
///
/// From n times come 2n − 1 samples. An even n loses its last time first, so that the half length is odd. `t` should
/// begin at 0 and rise in equal steps; how large they are does not matter, as σ counts them.
///
/// # Errors
/// [`ErrorKind::Shape`] if `t` is empty, [`ErrorKind::Parameter`] if a time is not finite, or `std` is not a finite number
/// above 0.
///
/// # Example
/// ```
/// let t: Vec<f64> = (0..41).map(|i| 0.004 * f64::from(i)).collect();
/// let wavelet = lops::signal::gaussian(&t, 5.0)?;
/// assert_eq!((wavelet.centre, wavelet.samples[40]), (40, 1.0));
/// assert_eq!(wavelet.samples[45], (-0.5f64).exp()); // one standard deviation later
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// PyLops `utils.wavelets.gaussian`, which counts σ in samples too.
pub fn gaussian(t: &[f64], std: f64) -> Result<Wavelet> {
    let times = mirrored(t)?;
    if !(std.is_finite() && std > 0.0) {
        let what = "standard deviation of the wavelet";
        return Err(Error::expected(ErrorKind::Parameter, what, "a finite number above 0", std));
    }
    let centre = times.len() / 2;
    let sample = |k: usize| {
        let from_centre = k as f64 - centre as f64;
        (-(from_centre * from_centre) / (2.0 * std * std)).exp()
    };
    let samples = (0..times.len()).map(sample).collect();
    Ok(Wavelet { samples, times, centre })
}

#[cfg(test)]
mod tests {
    use super::super::wavelet::{assert_near, hundredths};
    use super::*;

    #[test]
    fn is_the_bell_of_pylops() {
        let wavelet = gaussian(&hundredths(5), 1.5).unwrap();
        // PyLops 2.8: gaussian(np.arange(5) * 0.01, 1.5)[0][4:]
        let expected = [1.0, 0.8007374029168081, 0.41111229050718745, 0.1353352832366127, 0.028565500784550377];
        assert_near(&wavelet.samples[4..], &expected);
        assert!(wavelet.samples.iter().eq(wavelet.samples.iter().rev()));
        assert_eq!((wavelet.centre, wavelet.times[0]), (4, -0.04));
    }

    #[test]
    fn a_bell_has_a_width() {
        for std in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let error = gaussian(&[0.0], std).unwrap_err();
            let words = format!("standard deviation of the wavelet: expected a finite number above 0, found {std}");
            assert_eq!((error.kind(), error.message()), (ErrorKind::Parameter, words.as_str()));
        }
    }
}
