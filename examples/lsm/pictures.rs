//! The section, a record, its migration and the inversions, and how solvers converged.

use crate::arguments::Solver;
use crate::survey::{DT, Survey};
use lops::ndarray::{Array2, ArrayD, Ix2};
use lops::plot::{Drawing, Panels, Section as Image};
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::{both_signs, convergence, largest};

/// Images as rank 0 is to draw them: empty on other ranks.
pub(crate) struct Pictures<'a> {
    survey: &'a Survey,
    /// [depths, places], with a title.
    sections: Vec<(String, Array2<f64>)>,
    record: Option<Array2<f64>>,
    costs: Vec<(Solver, Vec<f64>)>,
}

impl<'a> Pictures<'a> {
    /// Gathers what is known before the inversion; of the records that of the source in the middle.
    pub(crate) fn new(
        survey: &'a Survey,
        model: &DistArray<f64>,
        data: &DistArray<f64>,
        migrated: &DistArray<f64>,
    ) -> Result<Self> {
        let of_source = data.slice(&index![data.shape()[0] / 2])?;
        let record = of_source.gather(0).and_then(turned);
        let mut pictures = Self { survey, sections: vec![], record, costs: vec![] };
        pictures.section("Reflectivity".into(), model);
        pictures.section("Migrated: the adjoint".into(), migrated);
        Ok(pictures)
    }

    /// Takes an inversion.
    pub(crate) fn inversion(&mut self, solver: Solver, inverted: &DistArray<f64>, report: &Report<f64>) {
        self.section(format!("Inverted by {}", solver.to_string().to_uppercase()), inverted);
        self.costs.push((solver, report.cost().to_vec()));
    }

    fn section(&mut self, title: String, array: &DistArray<f64>) {
        if let Some(values) = array.gather(0).and_then(turned) {
            self.sections.push((title, values));
        }
    }

    /// Draws all of them into the folder.
    ///
    /// # Errors
    /// Those of the files.
    pub(crate) fn save(&self, outputs: &Outputs) -> Result<()> {
        let Survey { x, z, .. } = self.survey;
        let ends = |axis: &[f64]| [axis.first(), axis.last()].map(|end| end.copied().unwrap_or(0.0));
        let (across, down) = (ends(x), ends(z));
        let mut panels = Panels::new(2).panel_size(520, 400);
        for (title, values) in &self.sections {
            let image = Image::new(values.view()).title(title.as_str());
            let image = image.across("x [m]", across[0], across[1]).down("depth [m]", down[0], down[1]);
            panels = panels.panel(signed(image, values, "reflectivity"));
        }
        if let Some(record) = &self.record {
            let image = Image::new(record.view()).title("Record of the source in the middle");
            let (times, receivers) = record.dim();
            let image = image.across("receiver", 0.0, receivers as f64 - 1.0);
            panels = panels.panel(signed(image.down("time [s]", 0.0, DT * (times as f64 - 1.0)), record, "amplitude"));
        }
        panels.save(outputs.folder().join("overview.png"))?;
        convergence(outputs, "cost", self.costs.iter().map(|(solver, costs)| (solver.to_string(), &costs[..])))
    }
}

/// In colours of both signs.
fn signed<'a>(image: Image<'a>, values: &Array2<f64>, bar: &str) -> Image<'a> {
    both_signs(image.bar(bar).drawing(Drawing::Bilinear), largest(values, 1000))
}

/// What goes across, down.
fn turned(values: ArrayD<f64>) -> Option<Array2<f64>> {
    values.into_dimensionality::<Ix2>().ok().map(|values| values.reversed_axes().as_standard_layout().to_owned())
}
