//! The Ormsby wavelet: a trapezoid of frequencies, zero phase.

use super::wavelet::{Wavelet, check_finite, divide_by, mirrored};
use crate::error::{Error, ErrorKind, Result};
use std::f64::consts::PI;

/// The Ormsby wavelet of the frequencies `[f₁, f₂, f₃, f₄]` on the times `t ≥ 0`, mirrored about 0.
///
/// Its spectrum is a trapezoid: it rises from f₁ to f₂, is flat to f₃, falls to f₄.
///
/// ```text
/// w(t) = (g₄(t) − g₃(t)) / (π f₄ − π f₃) − (g₂(t) − g₁(t)) / (π f₂ − π f₁)
/// gᵢ(t) = (π fᵢ)² sinc²(fᵢ t)      with sinc x = sin(π x) / (π x)
/// ```
///
/// divided by its largest sample. From n times come 2n − 1 samples. An even n loses its last time first, so that the
/// half length is odd. `t` should begin at 0 and rise, in the reciprocal unit of the frequencies.
///
/// # Errors
/// [`ErrorKind::Shape`] if `t` is empty, [`ErrorKind::Parameter`] if a time or a frequency is not finite, or the
/// frequencies are not 0 ≤ f₁ < f₂ ≤ f₃ < f₄.
///
/// # Example
/// ```
/// let t: Vec<f64> = (0..41).map(|i| 0.004 * f64::from(i)).collect();
/// let wavelet = lops::signal::ormsby(&t, [5.0, 10.0, 45.0, 50.0])?;
/// assert_eq!((wavelet.centre, wavelet.samples[40]), (40, 1.0));
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Ryan, Ricker, Ormsby, Klauder, Butterworth: a choice of wavelets, CSEG Recorder, September 1994. Behaviour: PyLops
/// `utils.wavelets.ormsby`.
pub fn ormsby(t: &[f64], f: [f64; 4]) -> Result<Wavelet> {
    let times = mirrored(t)?;
    for (i, &f) in f.iter().enumerate() {
        check_finite(format_args!("frequency {i} of the wavelet"), f)?;
    }
    let [f1, f2, f3, f4] = f;
    if !(0.0 <= f1 && f1 < f2 && f2 <= f3 && f3 < f4) {
        let expected = "0 ≤ f₁ < f₂ ≤ f₃ < f₄";
        return Err(Error::expected(ErrorKind::Parameter, "frequencies of the wavelet", expected, format!("{f:?}")));
    }
    let sample = |&time: &f64| {
        let g = |f: f64| {
            let amplitude = sinc(f * time) * (PI * f);
            amplitude * amplitude
        };
        (g(f4) - g(f3)) / (PI * f4 - PI * f3) - (g(f2) - g(f1)) / (PI * f2 - PI * f1)
    };
    let mut samples: Vec<f64> = times.iter().map(sample).collect();
    let largest = samples.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    divide_by(&mut samples, largest);
    Ok(Wavelet::centred(times, samples))
}

/// sin(π x) / (π x)
fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) }
}

#[cfg(test)]
mod tests {
    use super::super::wavelet::{assert_near, hundredths};
    use super::*;

    #[test]
    fn is_the_formula_of_pylops() {
        let wavelet = ormsby(&hundredths(5), [5.0, 10.0, 45.0, 50.0]).unwrap();
        // PyLops 2.8: ormsby(np.arange(5) * 0.01, (5, 10, 45, 50))[0][4:]
        let expected = [1.0, -0.1179075098049059, -0.21878505002084522, -0.06819302635124518, -0.1431966742962297];
        assert_near(&wavelet.samples[4..], &expected);
        assert!(wavelet.samples.iter().eq(wavelet.samples.iter().rev()));
        assert_eq!(wavelet.centre, 4);
    }

    #[test]
    fn frequencies_rise() {
        let refused = |f, words: &str| {
            let error = ormsby(&[0.0], f).unwrap_err();
            assert_eq!((error.kind(), error.message()), (ErrorKind::Parameter, words));
        };
        refused(
            [5.0, 5.0, 6.0, 7.0],
            "frequencies of the wavelet: expected 0 ≤ f₁ < f₂ ≤ f₃ < f₄, found [5.0, 5.0, 6.0, 7.0]",
        );
        refused(
            [1.0, 2.0, 4.0, 3.0],
            "frequencies of the wavelet: expected 0 ≤ f₁ < f₂ ≤ f₃ < f₄, found [1.0, 2.0, 4.0, 3.0]",
        );
        refused([1.0, 2.0, f64::NAN, 4.0], "frequency 2 of the wavelet: expected a finite number, found NaN");
        assert!(ormsby(&[0.0], [0.0, 1.0, 1.0, 2.0]).is_ok());
    }
}
