//! Images from rays and from frequencies.

use crate::models::{discs, model};
use crate::tour::{SHAPE, Tour};
use lops::prelude::*;
use std::f64::consts::PI;

pub(crate) fn visit(tour: &mut Tour<'_>) -> Result<()> {
    // Sinograms of 60 angles: the adjoint smears them back over the image, which every rank has.
    let angles: Vec<_> = (0..60).map(|k| PI * f64::from(k) / 60.0).collect();
    let image = Layout::replicated(tour.comm, &SHAPE)?;
    tour.show("CT2D", &CT2D::parallel(1.0, 80, &angles).on(&image)?, &model(&image, discs))?;

    // A third of the columns of the spectrum.
    let x = model(&tour.rows, discs).map(|x: f64| Complex::new(x, 0.0));
    let scan = MRI2D::vertical_uni(12, 1).on::<f64>(&tour.rows)?;
    tour.show("MRI2D", &scan, &x)
}
