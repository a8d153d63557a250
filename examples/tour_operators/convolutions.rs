//! Filters along an axis, shifts, and seismic traces.

use crate::models::{hyperbola, layers, model, spikes};
use crate::tour::Tour;
use lops::ndarray::Array2;
use lops::prelude::*;
use lops::signal::{axis, ricker};

pub(crate) fn visit(tour: &mut Tour<'_>) -> Result<()> {
    let (rows, columns) = (tour.rows.clone(), tour.columns.clone());
    let wavelet = ricker(&axis(0.0, 0.004, 9), 30.0)?.samples;

    // The wavelet's centre stands where the spike was.
    let convolve = Convolve1D::new(&wavelet, wavelet.len() / 2).along(0).on(&rows)?;
    tour.show("Convolve1D", &convolve, &model(&rows, spikes))?;

    // Bells that get wider with depth: four of them, and what is between.
    let width = |k: usize| 0.6 + k as f64;
    let bell = |(k, tap): (usize, usize)| (-((tap as f64 - 8.0) / width(k)).powi(2)).exp();
    let filters = Array2::from_shape_fn((4, 17), bell);
    let blur = NonStationaryConvolve1D::new(&filters, &[8, 24, 40, 56]).along(0).on(&rows)?;
    tour.show("NonStationaryConvolve1D", &blur, &model(&rows, spikes))?;

    // Down by twelve samples and a half; what leaves at the bottom comes in at the top.
    let later = Shift::new(0.05).sampling(0.004).along(0).on(&columns)?;
    tour.show("Shift", &later, &model(&columns, hyperbola))?;

    let modelling = PoststackModelling::new(&wavelet).along(0).on(&rows)?;
    let impedance = model(&rows, layers);
    tour.show("PoststackModelling", &modelling, &impedance.map(f64::ln))
}
