//! Along lines: sums, integrals.

use crate::models::{layers, model};
use crate::tour::Tour;
use lops::prelude::*;

pub(crate) fn visit(tour: &mut Tour<'_>) -> Result<()> {
    let rows = tour.rows.clone();
    let x = model(&rows, layers);

    // The mean trace, but for a factor; the adjoint repeats it.
    tour.show("Sum", &Sum::along(0).on(&rows)?, &x)?;

    // From differences of layers back to layers.
    let steps = &FirstDerivative::along(0).on(&rows)? * &x;
    tour.show("CausalIntegration", &CausalIntegration::half(0).on(&rows)?, &steps)
}
