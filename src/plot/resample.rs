//! An array of values as an array of pixels, larger or smaller.

use ndarray::{Array2, ArrayView2};

/// How an array with fewer samples than pixels is drawn. With more samples than pixels, each pixel
/// is the mean of the samples it covers, either way: picking some would alias.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Drawing {
    /// Each sample is a rectangle of one colour.
    #[default]
    Nearest,
    /// Linear between samples.
    Bilinear,
}

/// For each pixel of an axis, the first sample it draws on and the weights of it and the following.
struct Taps(Vec<(usize, Vec<f64>)>);

impl Taps {
    /// Of so many samples, which take up `extent`: the last may be a smaller one.
    fn new(samples: usize, extent: f64, pixels: usize, drawing: Drawing) -> Self {
        let scale = extent / pixels as f64;
        let taps = |i: usize| {
            let (from, to) = (i as f64 * scale, (i + 1) as f64 * scale);
            let middle = f64::midpoint(from, to);
            if samples > pixels {
                let first = (from as usize).min(samples - 1);
                let last = (to.ceil() as usize).clamp(first + 1, samples);
                let covered = |j: usize| (to.min((j + 1) as f64) - from.max(j as f64)).max(0.0) / scale;
                return (first, (first..last).map(covered).collect());
            }
            match drawing {
                Drawing::Nearest => ((middle as usize).min(samples - 1), vec![1.0]),
                Drawing::Bilinear => {
                    let x = (middle - 0.5).clamp(0.0, (samples - 1) as f64);
                    let first = (x as usize).min(samples.saturating_sub(2));
                    let beyond = x - first as f64;
                    (first, if samples == 1 { vec![1.0] } else { vec![1.0 - beyond, beyond] })
                }
            }
        };
        Self((0..pixels).map(taps).collect())
    }
}

/// The values of `height` × `width` pixels, of samples that take up this extent down and across. What is not finite counts for nothing; a pixel most of
/// whose weight is on such samples is NaN.
pub(super) fn resample(
    a: ArrayView2<'_, f64>,
    extent: (f64, f64),
    (height, width): (usize, usize),
    drawing: Drawing,
) -> Array2<f64> {
    let down = Taps::new(a.nrows(), extent.0, height, drawing);
    let across = Taps::new(a.ncols(), extent.1, width, drawing);
    // First along the rows: weighted values, and the weight that was on finite ones.
    let mut narrow = Array2::from_elem((a.nrows(), width), (0.0, 0.0));
    for (row, mut narrow) in a.rows().into_iter().zip(narrow.rows_mut()) {
        for ((first, weights), (value, mass)) in across.0.iter().zip(&mut narrow) {
            for (j, weight) in (*first..).zip(weights) {
                if row[j].is_finite() {
                    *value += weight * row[j];
                    *mass += weight;
                }
            }
        }
    }
    Array2::from_shape_fn((height, width), |(i, j)| {
        let (first, weights) = &down.0[i];
        let (mut value, mut mass) = (0.0, 0.0);
        for (k, weight) in (*first..).zip(weights) {
            value += weight * narrow[[k, j]].0;
            mass += weight * narrow[[k, j]].1;
        }
        if mass >= 0.5 { value / mass } else { f64::NAN }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn resample(a: ArrayView2<'_, f64>, height: usize, width: usize, drawing: Drawing) -> Array2<f64> {
        super::resample(a, (a.nrows() as f64, a.ncols() as f64), (height, width), drawing)
    }

    #[test]
    fn the_same_size_is_a_copy() {
        let a = array![[1.0, 2.0, f64::NAN], [4.0, 5.0, 6.0]];
        for drawing in [Drawing::Nearest, Drawing::Bilinear] {
            let b = resample(a.view(), 2, 3, drawing);
            assert!(a.iter().zip(&b).all(|(a, b)| a == b || (a.is_nan() && b.is_nan())), "{b}");
        }
    }

    #[test]
    fn nearest_repeats_and_bilinear_ramps() {
        let a = array![[0.0, 1.0]];
        assert_eq!(resample(a.view(), 1, 4, Drawing::Nearest), array![[0.0, 0.0, 1.0, 1.0]]);
        assert_eq!(resample(a.view(), 2, 4, Drawing::Bilinear), array![[0.0, 0.25, 0.75, 1.0], [0.0, 0.25, 0.75, 1.0]]);
        assert_eq!(resample(array![[3.0]].view(), 2, 2, Drawing::Bilinear), array![[3.0, 3.0], [3.0, 3.0]]);
    }

    #[test]
    fn fewer_pixels_are_means() {
        let stripes = Array2::from_shape_fn((60, 100), |(i, j)| ((i + j) % 2) as f64);
        for drawing in [Drawing::Nearest, Drawing::Bilinear] {
            let small = resample(stripes.view(), 10, 25, drawing);
            assert!(small.iter().all(|v| (v - 0.5_f64).abs() < 1e-12), "{small}");
        }
        let uneven = resample(array![[1.0, 2.0, 3.0]].view(), 1, 2, Drawing::Nearest);
        assert!((uneven[[0, 0]] - 4.0 / 3.0).abs() < 1e-15 && (uneven[[0, 1]] - 8.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn holes_stay_holes_and_do_not_grow() {
        let a = array![[1.0, f64::NAN, f64::NAN, f64::INFINITY, 5.0, 5.0, 7.0, f64::NAN]];
        let b = resample(a.view(), 1, 4, Drawing::Nearest);
        assert_eq!((b[[0, 0]], b[[0, 2]], b[[0, 3]]), (1.0, 5.0, 7.0));
        assert!(b[[0, 1]].is_nan());
    }
}
