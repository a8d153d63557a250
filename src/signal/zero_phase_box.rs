//! A moving average run forwards, then backwards: smooth, and nothing shifts.

use crate::error::{Error, ErrorKind, Result};
use ndarray::{Array, ArrayView, Axis, Dimension};

/// Smooths along `axis` with a box of `length` samples, forwards and then backwards.
///
/// ```text
/// uᵢ = (xᵢ + xᵢ₋₁ + … + xᵢ₋ₙ₊₁) / n        then        yᵢ = (uᵢ + uᵢ₊₁ + … + uᵢ₊ₙ₋₁) / n
/// ```
///
/// Before the ends, `x` goes on as its odd reflection about its end values, by 3n samples; each
/// pass starts in the steady state of its first sample. Any number of dimensions, any strides; the
/// lines along `axis` do not see each other, and a NaN spreads only as far as the box reaches.
///
/// # Errors
/// [`ErrorKind::Axis`] if there is no such axis, [`ErrorKind::Parameter`] if `length` is 0,
/// [`ErrorKind::Shape`] if the axis has 3n samples or fewer, which is too short to reflect.
///
/// # Example
/// ```
/// use ndarray::Array2;
///
/// // A ramp has no noise: smoothing leaves it as it is.
/// let ramp = Array2::from_shape_fn((2, 20), |(_, i)| i as f64);
/// let smooth = lops::signal::zero_phase_box(ramp.view(), 5, 1)?;
/// assert!((&smooth - &ramp).iter().all(|d| d.abs() < 1e-13));
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Gustafsson, IEEE Trans. Signal Process. 44 (1996) for the idea. Behaviour: SciPy
/// `filtfilt(np.ones(n) / n, 1, x, axis)`, which refuses n = 1 where this copies.
pub fn zero_phase_box<D: Dimension>(x: ArrayView<'_, f64, D>, length: usize, axis: usize) -> Result<Array<f64, D>> {
    if axis >= x.ndim() {
        return Err(Error::expected(ErrorKind::Axis, "axis to smooth", format!("less than {}", x.ndim()), axis));
    }
    if length == 0 {
        return Err(Error::expected(ErrorKind::Parameter, "length of the box", "at least 1", length));
    }
    let axis = Axis(axis);
    let n = x.len_of(axis);
    let pad = length.saturating_mul(3);
    if n <= pad {
        let what = format!("length of axis {} under a box of {length}", axis.index());
        return Err(Error::expected(ErrorKind::Shape, what, format!("more than {pad}"), n));
    }
    let mut smooth = x.to_owned();
    let mut extended = vec![0.0; n + 2 * pad];
    let mut passed = extended.clone();
    for mut line in smooth.lanes_mut(axis) {
        let (first, last) = (line[0], line[n - 1]);
        for i in 0..pad {
            extended[i] = 2.0 * first - line[pad - i];
            extended[pad + n + i] = 2.0 * last - line[n - 2 - i];
        }
        for (to, from) in extended[pad..].iter_mut().zip(&line) {
            *to = *from;
        }
        moving_average(&extended, length, &mut passed);
        passed.reverse();
        moving_average(&passed, length, &mut extended);
        for (to, from) in line.iter_mut().zip(extended[pad..pad + n].iter().rev()) {
            *to = *from;
        }
    }
    Ok(smooth)
}

/// yᵢ ← (xᵢ + … + xᵢ₋ₙ₊₁) / n, where x goes on before its start as x₀: the steady state.
///
/// Each sum is taken afresh: a running sum would drift, and carry one NaN to the end of the line.
fn moving_average(x: &[f64], length: usize, y: &mut [f64]) {
    let weight = 1.0 / length as f64;
    for (i, y) in y.iter_mut().enumerate() {
        let from = (i + 1).saturating_sub(length);
        let before = length - (i + 1 - from);
        let sum: f64 = x[from..=i].iter().sum();
        *y = (sum + before as f64 * x[0]) * weight;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array1, Array3, s};

    fn close(a: &[f64], b: &[f64]) {
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(b) {
            assert!((a - b).abs() < 2e-15 * b.abs().max(1.0), "{a} {b}");
        }
    }

    fn wiggle(n: usize) -> Array1<f64> {
        (0..n).map(|i| ((i * i * 7 + i * 3) % 11) as f64 - 4.0).collect()
    }

    #[test]
    fn agrees_with_scipy() {
        // SciPy 1.17: filtfilt(np.ones(n) / n, 1, x) with x = (7i² + 3i) mod 11 − 4
        for (n, length, expected) in [(10, 3, SCIPY_3.as_slice()), (13, 4, &SCIPY_4)] {
            let y = zero_phase_box(wiggle(n).view(), length, 0).unwrap();
            close(y.as_slice().unwrap(), expected);
        }
    }
    const SCIPY_3: [f64; 10] = [
        -3.999999999999999,
        -0.8888888888888886,
        0.22222222222222218,
        0.33333333333333326,
        -0.22222222222222224,
        -0.22222222222222224,
        0.33333333333333326,
        0.22222222222222218,
        -0.8888888888888887,
        -3.9999999999999996,
    ];
    const SCIPY_4: [f64; 13] = [-4.0, -1.6875, -0.8125, 0.25, 0.0, 0.0, 0.25, 0.0625, 0.125, -0.25, 0.8125, 2.75, 6.0];

    #[test]
    fn a_box_of_one_changes_nothing() {
        let x = wiggle(4);
        assert_eq!(zero_phase_box(x.view(), 1, 0).unwrap(), x);
    }

    #[test]
    fn every_axis_is_the_same_filter_on_its_lines() {
        let x = Array3::from_shape_fn((11, 10, 12), |(i, j, k)| ((i * 31 + j * 17 + k * k * 5) % 23) as f64);
        for axis in 0..3 {
            let y = zero_phase_box(x.view(), 3, axis).unwrap();
            for (x, y) in x.lanes(Axis(axis)).into_iter().zip(y.lanes(Axis(axis))) {
                close(&y.to_vec(), &zero_phase_box(x, 3, 0).unwrap().to_vec());
            }
            let mut reversed = x.view();
            reversed.invert_axis(Axis((axis + 1) % 3));
            reversed.swap_axes(0, 2);
            let z = zero_phase_box(reversed, 3, [2, 1, 0][axis]).unwrap();
            let mut z = z.view();
            z.swap_axes(0, 2);
            z.invert_axis(Axis((axis + 1) % 3));
            assert_eq!(z, y);
        }
    }

    #[test]
    fn a_nan_reaches_no_further_than_the_box() {
        let mut x = wiggle(40);
        let clean = zero_phase_box(x.view(), 3, 0).unwrap();
        x[20] = f64::NAN;
        let y = zero_phase_box(x.view(), 3, 0).unwrap();
        assert!(y.slice(s![18..23]).iter().all(|v| v.is_nan()));
        assert_eq!(y.slice(s![..18]), clean.slice(s![..18]));
        assert_eq!(y.slice(s![23..]), clean.slice(s![23..]));
    }

    #[test]
    fn bad_input_is_named() {
        let x = wiggle(9);
        let error = zero_phase_box(x.view(), 3, 0).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Shape);
        assert_eq!(error.message(), "length of axis 0 under a box of 3: expected more than 9, found 9");
        assert_eq!(zero_phase_box(x.view(), 0, 0).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(zero_phase_box(x.view(), 2, 1).unwrap_err().kind(), ErrorKind::Axis);
        assert_eq!(zero_phase_box(x.view(), usize::MAX, 0).unwrap_err().kind(), ErrorKind::Shape);
    }
}
