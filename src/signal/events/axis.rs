//! Axes of time and space.

/// The n places `origin + k step` of an axis.
///
/// # Example
/// ```
/// let x = lops::signal::axis(-300.0, 5.0, 121);
/// assert_eq!((x[0], x[120]), (-300.0, 300.0));
/// ```
///
/// # Source
/// PyLops `utils.seismicevents.makeaxis`.
pub fn axis(origin: f64, step: f64, n: usize) -> Vec<f64> {
    (0..n).map(|k| origin + k as f64 * step).collect()
}
