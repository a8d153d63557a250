//! The gather of one receiver: as it is, cut out of the record, deblended; and how the solver converged.

use crate::Deblended;
use crate::survey::DT;
use lops::ndarray::{Array2, Ix2};
use lops::plot::{Palette, Panels, Section};
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::convergence;

/// Images as rank 0 is to draw them: none on other ranks.
pub(crate) struct Pictures<'a> {
    /// `[sources, times]`, or `[receivers, times]`, with a title and what goes across.
    sections: Vec<(&'a str, &'a str, Array2<f64>)>,
    cost: &'a [f64],
}

impl<'a> Pictures<'a> {
    /// Gathers the traces of the receiver in the middle.
    pub(crate) fn new(truth: &DistArray<f64>, found: &'a Deblended) -> Result<Self> {
        let receiver = truth.shape()[1] / 2;
        let difference = &found.gathers - truth;
        let all = [
            ("One receiver", truth),
            ("Cut out of the record", &found.cut_out),
            ("Deblended", &found.gathers),
            ("Deblended less true", &difference),
        ];
        let mut pictures = Self { sections: vec![], cost: found.report.series("objective") };
        for (title, gathers) in all {
            pictures.section(title, "source", &gathers.slice(&index![.., receiver, ..])?);
        }
        let first = match found.data.shape()[..] {
            [_, samples] => found.data.slice(&index![.., ..samples.min(4 * truth.shape()[2])])?,
            _ => found.data.slice(&index![0])?,
        };
        pictures.section("Record: its beginning", "receiver", &first);
        Ok(pictures)
    }

    fn section(&mut self, title: &'a str, across: &'a str, values: &DistArray<f64>) {
        if let Some(values) = values.gather(0).and_then(|values| values.into_dimensionality::<Ix2>().ok()) {
            self.sections.push((title, across, values));
        }
    }

    /// Draws all of them into the folder.
    ///
    /// # Errors
    /// Those of the files.
    pub(crate) fn save(&self, outputs: &Outputs) -> Result<()> {
        let mut panels = Panels::new(3).panel_size(400, 380);
        for (title, across, values) in &self.sections {
            let (width, end) = (values.nrows() as f64 - 1.0, DT * (values.ncols() as f64 - 1.0));
            let image = Section::new(values.t()).title(*title).palette(Palette::Seismic).limits(-1.0, 1.0);
            panels = panels.panel(image.across(*across, 0.0, width).down("t [s]", 0.0, end));
        }
        panels.save(outputs.folder().join("overview.png"))?;
        convergence(outputs, "objective", [("objective".to_string(), self.cost)])
    }
}
