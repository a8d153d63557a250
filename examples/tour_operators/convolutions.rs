//! Filters along an axis, shifts, and seismic traces.

use crate::models::{hyperbola, layers, model, spikes};
use crate::tour::{SHAPE, Tour};
use lops::ndarray::{Array2, Array4, Array6};
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

    // Rings about every spike.
    let ring = |(i, j): (usize, usize)| {
        let radius = (i as f64 - 6.0).hypot(j as f64 - 6.0);
        (-(radius - 4.0).powi(2)).exp()
    };
    let convolve = ConvolveND::new(&Array2::from_shape_fn((13, 13), ring)).on(&rows)?;
    tour.show("ConvolveND", &convolve, &model(&rows, spikes))?;

    // Point spread functions: wide where rows and columns are large, narrow where they are small.
    let spread = |(row, column, i, j): (usize, usize, usize, usize)| {
        let [high, wide] = [0.7 + 1.5 * row as f64, 0.7 + 1.5 * column as f64];
        (-((i as f64 - 6.0) / high).powi(2) - ((j as f64 - 6.0) / wide).powi(2)).exp()
    };
    let places: [&[usize]; 2] = [&[8, 32, 56], &[6, 24, 42]];
    let blur = NonStationaryConvolve2D::new(&Array4::from_shape_fn((3, 3, 13, 13), spread), places).on(&rows)?;
    tour.show("NonStationaryConvolve2D", &blur, &model(&rows, spikes))?;

    // The same of three axes, the last of which has length 1.
    let volume = Layout::scatter(tour.comm, &[SHAPE[0], SHAPE[1], 1], 0)?;
    let spread = |(row, column, _, i, j, _): (usize, usize, usize, usize, usize, usize)| spread((row, column, i, j));
    let filters = Array6::from_shape_fn((3, 3, 1, 13, 13, 1), spread);
    let blur = NonStationaryConvolve3D::new(&filters, [places[0], places[1], &[0]]).on(&volume)?;
    tour.show("NonStationaryConvolve3D", &blur, &model(&volume, spikes))?;

    tour.show("Smoothing", &Smoothing::new(&[5, 9]).on(&rows)?, &model(&rows, spikes))?;

    // Down by twelve samples and a half; what leaves at the bottom comes in at the top.
    let later = Shift::new(0.05).sampling(0.004).along(0).on(&columns)?;
    tour.show("Shift", &later, &model(&columns, hyperbola))?;

    // Points of a section where a source at the left and receivers along the top see them.
    let (down, across) = (axis(0.0, 1.0, SHAPE[0]), axis(0.0, 1.0, SHAPE[1]));
    let receivers: Vec<_> = across.iter().map(|&x| [0.0, x]).collect();
    let kirchhoff = Kirchhoff::new([&down, &across], &[[0.0, 8.0]], &receivers).velocity(1.0).record(160, 1.0);
    let section = Layout::replicated(tour.comm, &SHAPE)?;
    let of_one_source = kirchhoff.wavelet(&wavelet, wavelet.len() / 2).on(&section)?;
    tour.show("Kirchhoff", &of_one_source, &model(&section, spikes))?;

    let modelling = PoststackModelling::new(&wavelet).along(0).on(&rows)?;
    let impedance = model(&rows, layers);
    tour.show("PoststackModelling", &modelling, &impedance.map(f64::ln))
}
