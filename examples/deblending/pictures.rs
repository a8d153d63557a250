//! The gather of one receiver: as it is, cut out of the record, deblended; and how the solver converged.

use crate::Deblended;
use crate::survey::DT;
use lops::plot::{Palette, Panels, Section};
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::convergence;

/// Draws the traces of the receiver in the middle, and the beginning of the record. All ranks call it.
///
/// # Errors
/// Those of the files.
pub(crate) fn draw(truth: &DistArray<f64>, found: &Deblended, outputs: &Outputs) -> Result<()> {
    let receiver = truth.shape()[1] / 2;
    let difference = &found.gathers - truth;
    let gathers = [
        ("One receiver", truth),
        ("Cut out of the record", &found.cut_out),
        ("Deblended", &found.gathers),
        ("Deblended less true", &difference),
    ];
    let record = match found.data.shape()[..] {
        [_, samples] => found.data.slice(&index![.., ..samples.min(4 * truth.shape()[2])])?,
        _ => found.data.slice(&index![0])?,
    };
    let mut panels = Panels::new(3).panel_size(400, 380);
    for (title, gathers) in gathers {
        let [sources, _, samples] = [0, 1, 2].map(|axis| gathers.shape()[axis]);
        panels = panels.panel(image(Section::of(gathers).slice(1, receiver), title, "source", [sources, samples]));
    }
    let shape = [record.shape()[0], record.shape()[1]];
    panels = panels.panel(image(Section::of(&record), "Record: its beginning", "receiver", shape));
    panels.save(outputs.folder().join("overview.png"))?;
    let cost = found.report.series("objective");
    convergence(truth.comm(), outputs, "objective", [("objective".to_string(), cost)])
}

/// Traces side by side, time pointing down.
fn image<'a>(traces: Section<'a>, title: &str, across: &str, [places, samples]: [usize; 2]) -> Section<'a> {
    let (width, end) = (places as f64 - 1.0, DT * (samples as f64 - 1.0));
    let image = traces.transposed().title(title).palette(Palette::Seismic).limits(-1.0, 1.0);
    image.across(across, 0.0, width).down("t [s]", 0.0, end)
}
