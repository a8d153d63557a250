//! Noise of a given strength.

use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::library::Random;
use crate::numbers::{Real, Scalar};

/// The array and Gaussian noise that is weaker by so many decibels: `SNR = 10 log₁₀(mean |x|² / mean |e|²)`.
///
/// The noise follows from the seed and the place in the array: it is the same on any number of ranks and in any layout.
///
/// # Communication
/// That of a norm.
///
/// # Errors
/// [`ErrorKind::Parameter`] if the ratio is not finite; otherwise those of [`Random::normal`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, signal::add_noise};
///
/// launch_threads(2, |comm| {
///     let x = DistArray::<f64>::full(&Layout::scatter(comm, &[200, 200], 0)?, 3.0);
///     let noise = &add_noise(&x, 20.0, 7)? - &x;
///     assert!((noise.norm() / x.norm() - 0.1).abs() < 0.001);
///     Ok(())
/// })
/// .unwrap();
/// ```
pub fn add_noise<T: Scalar>(x: &DistArray<T>, decibels: f64, seed: u64) -> Result<DistArray<T>> {
    if !decibels.is_finite() {
        return Err(Error::expected(ErrorKind::Parameter, "signal-to-noise ratio", "a finite number", decibels));
    }
    let mean_square = x.norm().to_f64().powi(2) / (x.space().size().max(1)) as f64;
    let deviation = (mean_square * 10f64.powf(-decibels / 10.0)).sqrt();
    let noise = Random::seed(seed).normal(x.space().clone(), T::zero(), T::Real::from_f64(deviation))?;
    x.zip(&noise, |x, noise| x + noise)
}
