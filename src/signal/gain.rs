//! What makes late events as strong as early ones.

use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::check_axis;
use crate::numbers::{Real, Scalar};
use crate::operators::Smoothing;

/// Samples times a power of their time, `y = x tᵖ`, with t = 0, Δ, 2Δ, … along an axis.
///
/// # Errors
/// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Parameter`] if the power or the step Δ is below 0 or not finite;
/// [`ErrorKind::Layout`] of a stack.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, signal::power_gain};
///
/// let x = DistArray::full(&Layout::scatter(&Comm::solo(), &[4], 0)?, 3.0);
/// assert_eq!(power_gain(&x, 0, 0.5, 2.0)?.as_slice(), [0.0, 0.75, 3.0, 6.75]);
/// # Ok::<(), lops::Error>(())
/// ```
pub fn power_gain<T: Scalar>(x: &DistArray<T>, axis: usize, step: f64, power: f64) -> Result<DistArray<T>> {
    let layout = x.layout()?;
    check_axis(layout.shape(), axis)?;
    if ![step, power].iter().all(|number| (0.0..f64::INFINITY).contains(number)) {
        let expected = "finite ones, at least 0";
        return Err(Error::expected(
            ErrorKind::Parameter,
            "step and power of a gain",
            expected,
            format!("{step}, {power}"),
        ));
    }
    let of_sample = |k: usize| T::Real::from_f64((k as f64 * step).powf(power));
    let gains: Vec<_> = (0..layout.shape()[axis]).map(of_sample).collect();
    x.zip(&DistArray::from_fn(layout, |i| gains[i[axis]]), Scalar::scale)
}

/// Automatic gain control: each sample by the root mean square of those around it, `window` samples along an axis; of those that there are, at the
/// ends. Where all of them are 0 so is the result.
///
/// # Errors
/// Those of [`Smoothing::on`]; [`ErrorKind::Layout`] of a stack.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, signal::agc};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[100], 0)?;
///     let x = DistArray::from_fn(&layout, |i| (-0.1 * i[0] as f64).exp() * if i[0] % 2 == 0 { 1.0 } else { -1.0 });
///     let y = agc(&x, 0, 5)?;
///     assert!(y.abs().max()? < 1.3 && y.abs().min()? > 0.7);
///     Ok(())
/// })
/// .unwrap();
/// ```
pub fn agc<T: Real>(x: &DistArray<T>, axis: usize, window: usize) -> Result<DistArray<T>> {
    let layout = x.layout()?;
    let smooth = Smoothing::new(&[window]).along(&[axis]).on::<f64>(layout)?;
    // Squares of single precision leave its range.
    let squares = smooth.apply_to(&x.map(|x| x.to_f64().powi(2)))?;
    let shares = smooth.apply_to(&DistArray::full(layout, 1.0))?;
    x.zip3(&squares, &shares, |x: T, square: f64, share: f64| {
        let mean = square / share;
        if mean > 0.0 { T::from_f64(x.to_f64() / mean.sqrt()) } else { T::zero() }
    })
}
