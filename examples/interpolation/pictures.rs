//! The gathers side by side, and how the solver converged.

use crate::gather::{DT, DX};
use crate::report::Summary;
use lops::plot::{Palette, Panels, Section};
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::convergence;

/// Draws the gather, what was recorded, what is filled in and its difference to the gather, in the same colours, and the costs. All ranks
/// call it.
///
/// # Errors
/// Those of the files.
pub(crate) fn draw([truth, gaps, filled]: [&DistArray<f64>; 3], summary: &Summary, outputs: &Outputs) -> Result<()> {
    let difference = filled - truth;
    let (width, depth) = (DX * (truth.shape()[0] as f64 - 1.0), DT * (truth.shape()[1] as f64 - 1.0));
    let mut panels = Panels::new(4).panel_size(360, 440).shared_limits();
    for (title, x) in [("Gather", truth), ("Recorded", gaps), ("Filled in", filled), ("Difference", &difference)] {
        let image = Section::of(x).transposed().title(title).palette(Palette::Seismic);
        panels = panels.panel(image.across("x [m]", 0.0, width).down("time [s]", 0.0, depth));
    }
    panels.save(outputs.folder().join("overview.png"))?;
    convergence(truth.comm(), outputs, "cost", [("cost".to_string(), summary.cost())])
}
