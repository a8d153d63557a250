//! Which values get the first and the last colour.

use super::palette::Palette;
use super::source::Image;
use crate::error::{Error, ErrorKind, Result};

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Limits {
    /// The least and the greatest finite value.
    #[default]
    Data,
    Between(f64, f64),
    /// Per cent of the finite values that lie below.
    Percentiles(f64, f64),
}

impl Limits {
    pub(super) fn check(self) -> Result<()> {
        let (valid, expected, found) = match self {
            Self::Data => return Ok(()),
            Self::Between(low, high) => {
                (low < high && (high - low).is_finite(), "two finite values, the lower first", (low, high))
            }
            Self::Percentiles(low, high) => {
                (0.0 <= low && low < high && high <= 100.0, "0 ≤ lower < upper ≤ 100 per cent", (low, high))
            }
        };
        if valid {
            return Ok(());
        }
        Err(Error::expected(ErrorKind::Parameter, "colour limits", expected, format!("{} and {}", found.0, found.1)))
    }

    /// Numbers low < high for these values; the seismic map's are symmetric unless given. Percentiles are of what is drawn: of means,
    /// where samples are many.
    pub(super) fn resolve(self, images: &[&Image<'_>], palette: Palette) -> (f64, f64) {
        let (low, high) = match self {
            Self::Between(low, high) => return (low, high),
            Self::Data => images.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), image| {
                (low.min(image.range.0), high.max(image.range.1))
            }),
            Self::Percentiles(low, high) => {
                let values = images.iter().flat_map(|image| image.values.iter().copied());
                let mut sorted: Vec<f64> = values.filter(|v| v.is_finite()).collect();
                sorted.sort_unstable_by(f64::total_cmp);
                if sorted.is_empty() {
                    return (0.0, 1.0);
                }
                (percentile(&sorted, low), percentile(&sorted, high))
            }
        };
        if low > high {
            return (0.0, 1.0);
        }
        let (low, high) = if palette == Palette::Seismic {
            let most = low.abs().max(high.abs());
            (-most, most)
        } else {
            (low, high)
        };
        apart(low, high)
    }
}

/// The same values, moved apart where they are equal or too close to divide by their difference,
/// and inwards where their difference would overflow.
pub(super) fn apart(low: f64, high: f64) -> (f64, f64) {
    let most = f64::MAX / 4.0;
    let (low, high) = (low.clamp(-most, most), high.clamp(-most, most));
    let size = low.abs().max(high.abs());
    if high - low > 1e-13 * size && high - low > f64::MIN_POSITIVE {
        return (low, high);
    }
    let half = if size > f64::MIN_POSITIVE { 0.05 * size } else { 0.5 };
    let middle = low / 2.0 + high / 2.0;
    (middle - half, middle + half)
}

/// Linear between the two nearest ranks, as NumPy's default.
fn percentile(sorted: &[f64], per_cent: f64) -> f64 {
    let at = per_cent / 100.0 * (sorted.len() - 1) as f64;
    let i = (at as usize).min(sorted.len() - 1);
    let next = sorted[(i + 1).min(sorted.len() - 1)];
    sorted[i] + (next - sorted[i]) * (at - i as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    fn resolved(limits: Limits, a: &Array2<f64>, palette: Palette) -> (f64, f64) {
        limits.resolve(&[&Image::of(a)], palette)
    }

    #[test]
    fn from_the_data() {
        let a = array![[1.0, -2.0, f64::NAN], [f64::INFINITY, 5.0, 0.0]];
        assert_eq!(resolved(Limits::Data, &a, Palette::Gray), (-2.0, 5.0));
        assert_eq!(resolved(Limits::Data, &a, Palette::Seismic), (-5.0, 5.0));
        let b = array![[7.0]];
        assert_eq!(Limits::Data.resolve(&[&Image::of(&a), &Image::of(&b)], Palette::Gray), (-2.0, 7.0));
    }

    #[test]
    fn percentiles_are_numpys() {
        // np.percentile([0, 1, 2, 3, 10], [10, 90])
        let a = array![[3.0, 0.0, 10.0, 1.0, 2.0]];
        let (low, high) = resolved(Limits::Percentiles(10.0, 90.0), &a, Palette::Gray);
        assert!((low - 0.4).abs() < 1e-15 && (high - 7.2).abs() < 1e-14);
        let (low, high) = resolved(Limits::Percentiles(10.0, 90.0), &a, Palette::Seismic);
        assert!(low == -high && (high - 7.2).abs() < 1e-14);
    }

    #[test]
    fn never_equal() {
        for palette in [Palette::Gray, Palette::Seismic] {
            for value in [0.0, 4.0, -1e300, f64::MAX, 1e-320, f64::NAN] {
                for limits in [Limits::Data, Limits::Percentiles(0.0, 100.0)] {
                    let (low, high) = resolved(limits, &array![[value, value]], palette);
                    assert!(low < high && (high - low).is_finite(), "{value}: {low} {high}");
                }
            }
        }
        let (low, high) = resolved(Limits::Data, &array![[f64::MIN, f64::MAX]], Palette::Gray);
        assert!(low < high && (high - low).is_finite());
    }

    #[test]
    fn nonsense_is_refused() {
        for limits in [Limits::Between(1.0, 1.0), Limits::Between(0.0, f64::NAN), Limits::Percentiles(-1.0, 50.0)] {
            assert_eq!(limits.check().unwrap_err().kind(), ErrorKind::Parameter);
        }
        assert!(Limits::Percentiles(2.0, 98.0).check().is_ok());
    }
}
