//! Bases in which models are sparse.

use crate::models::{layers, model};
use crate::tour::{SHAPE, Tour};
use lops::ndarray::Array2;
use lops::prelude::*;

/// By how many samples events come later from trace to trace.
const FAST: f64 = 0.35;
const SLOW: f64 = -0.2;

pub(crate) fn visit(tour: &mut Tour<'_>) -> Result<()> {
    let (rows, columns) = (tour.rows.clone(), tour.columns.clone());
    let x = model(&rows, layers);

    // Few coefficients are large: at edges.
    let along_columns = DWT::along(0).filter(WaveletFilter::Daubechies(4)).levels(3);
    tour.show("DWT", &along_columns.on(&columns)?, &model(&columns, layers))?;
    // 48 columns are a multiple of 2³, so no zeros are added.
    let plane = DWT2D::over(0, 1).filter(WaveletFilter::Symlet(4)).levels(3).least_zeros();
    tour.show("DWT2D", &plane.on(&rows)?, &x)?;
    tour.show("DWTND", &DWTND::over(&[0, 1]).levels(4).least_zeros().on(&rows)?, &x)?;
    // Smooth parts are few low frequencies.
    tour.show("DCT", &DCT::over(&[0, 1]).on(&rows)?, &x)?;

    // Events that dip, as traces below one another, and their slopes: what is left are means of a few traces, and where events cross.
    let traces = model(&rows, |[trace, time]| {
        event(time - 8.0 - FAST * trace)
            + 0.6 * event(time - 26.0 - FAST * trace)
            + 0.3 * event(time - 44.0 - SLOW * trace)
    });
    let slopes = Array2::from_elem(SHAPE, FAST);
    tour.show("Seislet", &Seislet::linear(&slopes).levels(3).on(&rows)?, &traces)
}

/// A wavelet with its peak at 0.
fn event(at: f64) -> f64 {
    (1.0 - 0.5 * at * at) * (-0.25 * at * at).exp()
}
