//! Derivatives: finite differences between rows and columns.

use crate::models::{discs, layers, model};
use crate::tour::Tour;
use lops::prelude::*;

pub(crate) fn visit(tour: &mut Tour<'_>) -> Result<()> {
    let rows = tour.rows.clone();
    let x = model(&rows, layers);

    // Along the axis that is cut: ranks send their neighbours a row each way.
    tour.show("FirstDerivative", &FirstDerivative::along(0).on(&rows)?, &x)?;
    // Along another one: nothing is sent.
    let forward = FirstDerivative::along(1).stencil(Stencil::Forward).on(&rows)?;
    tour.show("FirstDerivative-columns", &forward, &x)?;
    tour.show("SecondDerivative", &SecondDerivative::along(0).sampling(0.5).on(&rows)?, &x)?;
    tour.show("Laplacian", &Laplacian::over(&[0, 1]).on(&rows)?, &model(&rows, discs))?;
    // Down to the right; the direction may change from place to place.
    let down = FirstDirectionalDerivative::along(&[0.8, 0.6]).on(&rows)?;
    tour.show("FirstDirectionalDerivative", &down, &model(&rows, discs))?;
    let bend = SecondDirectionalDerivative::along(&[0.8, 0.6]).on(&rows)?;
    tour.show("SecondDirectionalDerivative", &bend, &model(&rows, discs))?;
    // One array for each axis: a stack.
    tour.show("Gradient", &Gradient::new().on(&rows)?, &model(&rows, discs))
}
