//! Bases in which models are sparse.

use crate::models::{layers, model};
use crate::tour::Tour;
use lops::prelude::*;

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
    tour.show("DCT", &DCT::over(&[0, 1]).on(&rows)?, &x)
}
