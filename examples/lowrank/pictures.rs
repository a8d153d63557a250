//! The line in the middle, before and after, and how the objective fell.

use super::volume::{DT, DX};
use lops::ndarray::{ArrayD, Axis, Ix2};
use lops::plot::{Panels, Section};
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::{both_signs, convergence, largest};

/// Draws a line of the volume, of what was recorded, of what is filled in and of its difference to the volume.
///
/// # Errors
/// Those of the files.
pub(crate) fn save(volumes: Vec<Option<ArrayD<f64>>>, objective: &[f64], outputs: &Outputs) -> Result<()> {
    let titles = ["Volume", "Recorded", "Filled in", "Difference"];
    let middle = |volume: ArrayD<f64>| {
        let line = volume.shape()[1] / 2;
        volume.index_axis_move(Axis(1), line).into_dimensionality::<Ix2>().ok()
    };
    let planes: Vec<_> = volumes.into_iter().flatten().filter_map(middle).zip(titles).collect();
    let most = largest(planes.iter().flat_map(|(plane, _)| plane), 1000);
    let mut panels = Panels::new(4).panel_size(320, 440);
    for (plane, title) in &planes {
        let image = both_signs(Section::new(plane.view()).title(*title), most);
        let (depth, width) = (DT * (plane.nrows() as f64 - 1.0), DX * (plane.ncols() as f64 - 1.0));
        panels = panels.panel(image.across("x [m]", 0.0, width).down("time [s]", 0.0, depth));
    }
    panels.save(outputs.folder().join("overview.png"))?;
    convergence(outputs, "objective", [("FISTA".to_string(), objective)])
}
