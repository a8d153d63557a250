//! The gathers side by side, and how the solver converged.

use crate::gather::{DT, DX};
use crate::report::Summary;
use lops::ndarray::{ArrayD, Ix2};
use lops::plot::{Curves, Palette, Panels, Section};
use lops::prelude::*;
use lops_examples::outputs::Outputs;

/// Draws the gather, what was recorded, what is filled in and its difference to the gather, and the costs.
///
/// # Errors
/// Those of the files.
pub(crate) fn save(
    gathers: impl Iterator<Item = Option<ArrayD<f64>>>,
    summary: &Summary,
    outputs: &Outputs,
) -> Result<()> {
    let titles = ["Gather", "Recorded", "Filled in", "Difference"];
    let planes = gathers.flatten().filter_map(|gather| gather.into_dimensionality::<Ix2>().ok());
    let planes: Vec<_> = planes.zip(titles).collect();
    let most = planes.iter().flat_map(|(plane, _)| plane).fold(0.0, |most: f64, value| most.max(value.abs()));
    let mut panels = Panels::new(4).panel_size(360, 440);
    for (plane, title) in &planes {
        let image = Section::new(plane.t()).title(*title).palette(Palette::Seismic);
        let image = if most > 0.0 && most.is_finite() { image.limits(-most, most) } else { image };
        let (width, depth) = (DX * (plane.nrows() as f64 - 1.0), DT * (plane.ncols() as f64 - 1.0));
        panels = panels.panel(image.across("x [m]", 0.0, width).down("time [s]", 0.0, depth));
    }
    panels.save(outputs.folder().join("overview.png"))?;
    let curves = Curves::new().title("Convergence").x_label("iteration").y_label("cost").logarithmic();
    curves.values("cost", summary.cost()).save(outputs.folder().join("convergence.png"))
}
