//! The gathers side by side, and how the solver converged.

use crate::gather::{DT, DX};
use crate::report::Summary;
use lops::ndarray::{ArrayD, Ix2};
use lops::plot::{Panels, Section};
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::{both_signs, convergence, largest};

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
    let most = largest(planes.iter().flat_map(|(plane, _)| plane), 1000);
    let mut panels = Panels::new(4).panel_size(360, 440);
    for (plane, title) in &planes {
        let image = both_signs(Section::new(plane.t()).title(*title), most);
        let (width, depth) = (DX * (plane.nrows() as f64 - 1.0), DT * (plane.ncols() as f64 - 1.0));
        panels = panels.panel(image.across("x [m]", 0.0, width).down("time [s]", 0.0, depth));
    }
    panels.save(outputs.folder().join("overview.png"))?;
    convergence(outputs, "cost", [("cost".to_string(), summary.cost())])
}
