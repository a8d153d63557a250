//! The line in the middle, before and after, and how the objective fell.

use super::volume::{DT, DX};
use lops::plot::{Palette, Panels, Section};
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::convergence;

/// Draws a line of the volume, of what was recorded, of what is filled in and of its difference to the volume, in the same colours. All
/// ranks call it.
///
/// # Errors
/// Those of the files.
pub(crate) fn save([truth, gaps, filled]: [&DistArray<f64>; 3], objective: &[f64], outputs: &Outputs) -> Result<()> {
    let difference = filled - truth;
    let [samples, lines, traces] = [0, 1, 2].map(|axis| truth.shape()[axis]);
    let (depth, width) = (DT * (samples as f64 - 1.0), DX * (traces as f64 - 1.0));
    let mut panels = Panels::new(4).panel_size(320, 440).shared_limits();
    for (title, volume) in [("Volume", truth), ("Recorded", gaps), ("Filled in", filled), ("Difference", &difference)] {
        let image = Section::of(volume).slice(1, lines / 2).title(title).palette(Palette::Seismic);
        panels = panels.panel(image.across("x [m]", 0.0, width).down("time [s]", 0.0, depth));
    }
    panels.save(outputs.folder().join("overview.png"))?;
    convergence(truth.comm(), outputs, "objective", [("FISTA".to_string(), objective)])
}
