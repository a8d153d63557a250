//! The section, a record, its migration and the inversions, and how solvers converged.

use crate::arguments::Solver;
use crate::survey::{DT, Survey};
use lops::plot::{Drawing, Palette, Panels, Section as Image};
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::convergence;

/// Images, as they come.
pub(crate) struct Pictures<'a> {
    survey: &'a Survey,
    /// [places, depths], with a title.
    sections: Vec<(String, DistArray<f64>)>,
    /// [receivers, times]
    record: DistArray<f64>,
    costs: Vec<(Solver, Vec<f64>)>,
}

impl<'a> Pictures<'a> {
    /// Takes what is known before the inversion; of the records that of the source in the middle.
    pub(crate) fn new(
        survey: &'a Survey,
        model: &DistArray<f64>,
        data: &DistArray<f64>,
        migrated: &DistArray<f64>,
    ) -> Result<Self> {
        let record = data.slice(&index![data.shape()[0] / 2])?;
        let sections = vec![("Reflectivity".into(), model.clone()), ("Migrated: the adjoint".into(), migrated.clone())];
        Ok(Self { survey, sections, record, costs: vec![] })
    }

    /// Takes an inversion.
    pub(crate) fn inversion(&mut self, solver: Solver, inverted: &DistArray<f64>, report: &Report<f64>) {
        self.sections.push((format!("Inverted by {}", solver.to_string().to_uppercase()), inverted.clone()));
        self.costs.push((solver, report.cost().to_vec()));
    }

    /// Draws all of them into the folder. All ranks call it.
    ///
    /// # Errors
    /// Those of the files.
    pub(crate) fn save(&self, outputs: &Outputs) -> Result<()> {
        let Survey { x, z, .. } = self.survey;
        let ends = |axis: &[f64]| [axis.first(), axis.last()].map(|end| end.copied().unwrap_or(0.0));
        let (across, down) = (ends(x), ends(z));
        let mut panels = Panels::new(2).panel_size(520, 400);
        for (title, section) in &self.sections {
            let image = signed(section, "reflectivity").title(title.as_str());
            panels = panels.panel(image.across("x [m]", across[0], across[1]).down("depth [m]", down[0], down[1]));
        }
        let image = signed(&self.record, "amplitude").title("Record of the source in the middle");
        let [receivers, times] = [0, 1].map(|axis| self.record.shape()[axis] as f64 - 1.0);
        panels = panels.panel(image.across("receiver", 0.0, receivers).down("time [s]", 0.0, DT * times));
        panels.save(outputs.folder().join("overview.png"))?;
        let costs = self.costs.iter().map(|(solver, costs)| (solver.to_string(), &costs[..]));
        convergence(self.record.comm(), outputs, "cost", costs)
    }
}

/// What goes across runs down in the array; in colours of both signs.
fn signed<'a>(array: &'a DistArray<f64>, bar: &str) -> Image<'a> {
    Image::of(array).transposed().palette(Palette::Seismic).bar(bar).drawing(Drawing::Bilinear)
}
