//! Weights that rise from 0 to 1 at one end and fall again at the other.

use crate::error::{Error, ErrorKind, Result};
use ndarray::Array1;
use std::f64::consts::PI;

/// How a taper rises, over m samples.
///
/// ```text
/// Hanning         h(i) = ½ + ½ cos(π (i − m + 1) / (m − 1))      0 at its first sample, 1 at its last
/// Cosine          the same
/// CosineSquare    h(i)²
/// CosineRoot      √h(i)
/// ```
///
/// With m = 1 there is only the last sample, 1.
///
/// # Source
/// PyLops `utils.tapers`: `hanning`, `cosine`, `cosinesquare`, `cosinesqrt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taper {
    /// A half of a Hann window.
    Hanning,
    /// A half of a cosine, which is the same.
    Cosine,
    /// Its square.
    CosineSquare,
    /// Its square root.
    CosineRoot,
}

impl Taper {
    /// The weight of sample i of the m in which it rises.
    fn weight(self, i: usize, m: usize) -> f64 {
        if m == 1 {
            return 1.0;
        }
        let to_last = i as f64 - (m - 1) as f64;
        let weight = 0.5 + 0.5 * (to_last * PI / (m - 1) as f64).cos();
        match self {
            Self::Hanning | Self::Cosine => weight,
            Self::CosineSquare => weight * weight,
            Self::CosineRoot => weight.sqrt(),
        }
    }

    /// Weights of n samples, tapered over the first and the last `ntap`.
    pub(crate) fn along(self, n: usize, ntap: usize) -> Result<Array1<f64>> {
        if ntap > n / 2 {
            let expected = format!("at most {}, half of {n}", n / 2);
            return Err(Error::expected(ErrorKind::Parameter, "samples of a taper", expected, ntap));
        }
        let weight = |i: usize| {
            let to_end = i.min(n - 1 - i);
            if to_end < ntap { self.weight(to_end, ntap) } else { 1.0 }
        };
        Ok((0..n).map(weight).collect())
    }
}
