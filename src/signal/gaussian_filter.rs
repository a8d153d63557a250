//! Means with weights of a bell.

use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::check_axis;
use crate::numbers::Real;
use crate::operators::{Convolve1D, Interp, Restriction};

/// Smooths along some axes with bells, of so many samples' standard deviation along each; 0 leaves an axis as it is.
///
/// ```text
/// y[i] = Σₗ wₗ x[i + l],  wₗ ∝ e^(−l²/2σ²),  Σ wₗ = 1,  |l| ≤ r, 4σ rounded
/// ```
///
/// Beyond its ends the array goes on as its mirror image, `… x₁ x₀ | x₀ x₁ …`.
///
/// # Communication
/// For each axis that is cut one exchange to an array that is longer by its mirror images, samples beyond each rank's part, as far as a bell reaches, and one
/// exchange back.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Errors
/// [`ErrorKind::Shape`] if there is not a standard deviation for each axis; [`ErrorKind::Parameter`] of one below 0 or above 10⁶;
/// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Layout`] of chunks, masks and stacks.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, signal::gaussian_filter};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[20], 0)?;
///     let spike = DistArray::from_fn(&layout, |i| f64::from(i[0] == 2));
///     let bell = gaussian_filter(&spike, &[0], &[1.5])?;
///     assert!((bell.sum() - 1.0).abs() < 1e-15 && bell.argmax()? == [2]);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: SciPy `ndimage.gaussian_filter`.
pub fn gaussian_filter<T: Real>(x: &DistArray<T>, axes: &[usize], deviations: &[f64]) -> Result<DistArray<T>> {
    if axes.len() != deviations.len() {
        let expected = format!("{}, one for each axis", axes.len());
        return Err(Error::expected(ErrorKind::Shape, "standard deviations", expected, deviations.len()));
    }
    if let Some(wrong) = deviations.iter().find(|deviation| !(0.0..=1e6).contains(*deviation)) {
        return Err(Error::expected(ErrorKind::Parameter, "standard deviation", "0 to 10⁶ samples", wrong));
    }
    axes.iter().zip(deviations).try_fold(x.clone(), |x, (&axis, &deviation)| along(&x, axis, deviation))
}

fn along<T: Real>(x: &DistArray<T>, axis: usize, deviation: f64) -> Result<DistArray<T>> {
    let layout = x.layout()?;
    check_axis(layout.shape(), axis)?;
    let (n, reach) = (layout.shape()[axis], (4.0 * deviation + 0.5) as usize);
    if reach == 0 || n == 0 {
        return Ok(x.clone());
    }
    let weight = |k: usize| (-0.5 * ((k as f64 - reach as f64) / deviation).powi(2)).exp();
    let sum: f64 = (0..=2 * reach).map(weight).sum();
    let bell: Vec<_> = (0..=2 * reach).map(|k| T::from_f64(weight(k) / sum)).collect();
    let mirrored = |k: usize| {
        let place = (k as isize - reach as isize).rem_euclid(2 * n as isize) as usize;
        place.min(2 * n - 1 - place) as f64
    };
    let places: Vec<_> = (0..n + 2 * reach).map(mirrored).collect();
    let longer = Interp::nearest(&places).along(axis).on(layout)?.apply_to(x)?;
    let smooth = Convolve1D::new(&bell, reach).along(axis).on(longer.layout()?)?.apply_to(&longer)?;
    let own: Vec<_> = (reach..reach + n).collect();
    let inside = Restriction::new(&own).along(axis).on(smooth.layout()?)?.apply_to(&smooth)?;
    inside.redistribute(layout)
}
