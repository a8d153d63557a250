//! The low-pass filters of orthogonal wavelets, by spectral factorisation.

use crate::error::{Error, ErrorKind, Result};
use num_complex::Complex64;
use std::f64::consts::SQRT_2;

/// An orthogonal wavelet, by its low-pass filter.
///
/// With p vanishing moments the filter h has 2p weights. It is computed, not tabulated: its polynomial is
///
/// ```text
/// H(z) = c (1 + z)ᵖ Π (z − zⱼ)     P(yⱼ) = 0,  P(y) = Σₖ C(p − 1 + k, k) yᵏ,  zⱼ + 1/zⱼ = 2 − 4yⱼ,  H(1) = √2
/// ```
///
/// of the two zⱼ of each of the p − 1 zeros yⱼ one. A Daubechies wavelet takes all within the unit circle; a symlet some without, so that it
/// is nearly symmetric.
///
/// # Example
/// ```
/// use lops::operators::WaveletFilter;
///
/// let h = WaveletFilter::Daubechies(2).weights()?;
/// let first = (1.0 + 3f64.sqrt()) / (4.0 * 2f64.sqrt());
/// assert!(h.len() == 4 && (h[0] - first).abs() < 1e-15);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// I. Daubechies, *Ten Lectures on Wavelets*, SIAM, 1992, chapters 6 and 8. The order of the weights and the zeros that symlets
/// take are those of PyWavelets (`rec_lo` of `haar`, `db1` … `db10`, `sym2` … `sym10`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaveletFilter {
    /// `[1, 1] / √2`: sums and differences of two samples.
    Haar,
    /// Daubechies' wavelet with so many vanishing moments, 1 to 10: `db1`, the same as Haar's, to `db10`.
    Daubechies(usize),
    /// The least asymmetric one with so many vanishing moments, 2 to 10: `sym2` to `sym10`.
    Symlet(usize),
}

/// Of the zeros with Im y ≥ 0, in ascending order of Re y, those whose z is taken without the unit circle: a bit each, from 2 moments on.
const SYMLETS: [u8; 9] = [0, 0, 0b10, 0b1, 0b101, 0b1, 0b1010, 0b110, 0b10101];

impl WaveletFilter {
    /// The weights h of the low-pass filter, of norm 1.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if there is no such wavelet.
    pub fn weights(self) -> Result<Vec<f64>> {
        let (moments, without) = match self {
            Self::Haar => (1, 0),
            Self::Daubechies(p @ 1..=10) => (p, 0),
            Self::Symlet(p @ 2..=10) => (p, SYMLETS[p - 2]),
            Self::Daubechies(p) => return Err(no_such("Daubechies wavelet", "1 to 10", p)),
            Self::Symlet(p) => return Err(no_such("symlet", "2 to 10", p)),
        };
        // From the highest power of z to the lowest, all but for a scale.
        let mut filter = vec![Complex64::ONE];
        (0..moments).for_each(|_| times(&mut filter, Complex64::ONE)); // binomial coefficients: exact
        for (k, y) in upper_zeros(moments).into_iter().enumerate() {
            let z = if without >> k & 1 == 1 { within(y).inv() } else { within(y) };
            times(&mut filter, -z);
            if y.im > 0.0 {
                times(&mut filter, -z.conj());
            }
        }
        let sum: f64 = filter.iter().map(|weight| weight.re).sum();
        Ok(filter.into_iter().map(|weight| weight.re * SQRT_2 / sum).collect())
    }
}

fn no_such(what: &str, moments: &str, found: usize) -> Error {
    Error::expected(ErrorKind::Parameter, format!("vanishing moments of a {what}"), moments, found)
}

/// A polynomial times z + b, from the highest power to the lowest.
fn times(polynomial: &mut Vec<Complex64>, b: Complex64) {
    polynomial.push(Complex64::ZERO);
    for k in (1..polynomial.len()).rev() {
        let above = polynomial[k - 1];
        polynomial[k] += b * above;
    }
}

/// The z within the unit circle with z + 1/z = 2 − 4y.
fn within(y: Complex64) -> Complex64 {
    let half = 1.0 - 2.0 * y;
    let root = (half * half - 1.0).sqrt();
    let [one, other] = [half - root, half + root];
    if one.norm() < 1.0 { one } else { other }
}

/// The zeros y of P with Im y ≥ 0, in ascending order of Re y; real ones have exactly no imaginary part.
fn upper_zeros(moments: usize) -> Vec<Complex64> {
    let mut coefficients = vec![1.0];
    for k in 1..moments {
        coefficients.push(coefficients[k - 1] * (moments - 1 + k) as f64 / k as f64); // C(p − 1 + k, k), exact
    }
    let mut zeros: Vec<_> = zeros(&coefficients).into_iter().filter(|y| y.im > -REAL).collect();
    zeros.iter_mut().filter(|y| y.im < REAL).for_each(|y| y.im = 0.0);
    zeros.sort_by(|a, b| a.re.total_cmp(&b.re));
    zeros
}

/// Imaginary parts of real zeros are below; those of others, about 0.05 and more, above.
const REAL: f64 = 1e-6;

/// All zeros of `Σ cₖ yᵏ`, by the iteration of Weierstraß: each is moved as if the others were right.
fn zeros(coefficients: &[f64]) -> Vec<Complex64> {
    let (&leading, lower) = coefficients.split_last().unwrap_or((&1.0, &[]));
    let value = |y: Complex64| lower.iter().rev().fold(Complex64::ONE, |sum, c| sum * y + c / leading);
    // On a circle, none real and no two conjugates.
    let start = Complex64::from_polar(0.5, 0.4);
    let angle = std::f64::consts::TAU / lower.len().max(1) as f64;
    let mut zeros: Vec<_> = (0..lower.len()).map(|k| start * Complex64::from_polar(1.0, angle * k as f64)).collect();
    for _ in 0..ITERATIONS {
        for k in 0..zeros.len() {
            let y = zeros[k];
            let others = zeros.iter().enumerate().filter(|&(j, _)| j != k);
            let distances: Complex64 = others.map(|(_, other)| y - other).product();
            zeros[k] -= value(y) / distances;
        }
    }
    zeros
}

/// Many more than what any of the polynomials takes.
const ITERATIONS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = WaveletFilter> {
        let daubechies = (1..=10).map(WaveletFilter::Daubechies);
        daubechies.chain((2..=10).map(WaveletFilter::Symlet)).chain([WaveletFilter::Haar])
    }

    #[test]
    fn shifts_by_two_are_orthonormal() {
        for filter in all() {
            let h = filter.weights().unwrap();
            for shift in (0..h.len()).step_by(2) {
                let product: f64 = h.iter().zip(&h[shift..]).map(|(a, b)| a * b).sum();
                assert!((product - f64::from(shift == 0)).abs() < 1e-14, "{filter:?}, shift {shift}: {product}");
            }
        }
    }

    /// The high-pass filter takes polynomials to 0.
    #[test]
    fn moments_vanish() {
        for filter in all() {
            let h = filter.weights().unwrap();
            let (p, n) = (h.len() / 2, h.len() as f64);
            for power in 0..p as i32 {
                let terms = h.iter().enumerate().map(|(k, h)| {
                    let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
                    sign * h * (k as f64 / n).powi(power)
                });
                assert!(terms.sum::<f64>().abs() < 1e-13, "{filter:?}, power {power}");
            }
        }
    }

    #[test]
    fn there_are_no_others() {
        use WaveletFilter::{Daubechies, Symlet};
        for filter in [Daubechies(0), Daubechies(11), Symlet(1), Symlet(11), Symlet(usize::MAX)] {
            assert_eq!(filter.weights().unwrap_err().kind(), ErrorKind::Parameter);
        }
    }
}
