//! The three properties, before and after, a section of gathers, and how solvers converged.

use crate::arguments::{Arguments, Solver};
use crate::problem::{DT, Problem, angles};
use lops::plot::{Drawing, Palette, Panels, Section as Image};
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::convergence;

const PROPERTIES: [&str; 3] = ["vp [km/s]", "vs [km/s]", "density [g/cm³]"];

/// Sections, as they come.
pub(crate) struct Pictures {
    largest_angle: f64,
    /// [times, the three properties, traces], with a title.
    models: Vec<(String, DistArray<f64>)>,
    /// [times, angles] of the trace in the middle.
    gather: DistArray<f64>,
    costs: Vec<(Solver, Vec<f64>)>,
}

impl Pictures {
    /// Takes what is known before the inversion.
    pub(crate) fn new(problem: &Problem, arguments: &Arguments) -> Result<Self> {
        let largest_angle = angles(arguments).last().copied().unwrap_or(0.0);
        let gather = at_middle(&problem.data, 2)?;
        let mut pictures = Self { largest_angle, models: vec![], gather, costs: vec![] };
        pictures.model("Model".into(), &problem.model)?;
        pictures.model("Background".into(), &problem.background)?;
        Ok(pictures)
    }

    /// Takes an inversion.
    pub(crate) fn inversion(&mut self, solver: Solver, inverted: &DistArray<f64>, report: &Report<f64>) -> Result<()> {
        self.costs.push((solver, report.cost().to_vec()));
        self.model(format!("Inverted by {}", solver.to_string().to_uppercase()), inverted)
    }

    fn model(&mut self, title: String, logarithms: &DistArray<f64>) -> Result<()> {
        self.models.push((title, at_middle(logarithms, 3)?.map(f64::exp)));
        Ok(())
    }

    /// Draws all of them into the folder. All ranks call it.
    ///
    /// # Errors
    /// Those of the files.
    pub(crate) fn save(&self, outputs: &Outputs) -> Result<()> {
        let path = |name: &str| outputs.folder().join(format!("{name}.png"));
        let mut panels = Panels::new(3).panel_size(420, 320);
        for (title, model) in &self.models {
            let [times, traces] = [0, 2].map(|axis| model.shape()[axis] as f64 - 1.0);
            for (property, name) in PROPERTIES.into_iter().enumerate() {
                let image = Image::of(model).slice(1, property).title(format!("{title}: {name}")).bar(name);
                let image = image.across("trace", 0.0, traces).down("time [s]", 0.0, DT * times);
                panels = panels.panel(self.in_its_colours(image.drawing(Drawing::Bilinear), property)?);
            }
        }
        panels.save(path("overview"))?;
        let image = Image::of(&self.gather).title("Gather of the trace in the middle").bar("amplitude");
        let image = image.across("angle [degrees]", 0.0, self.largest_angle).palette(Palette::Seismic);
        image.down("time [s]", 0.0, DT * (self.gather.shape()[0] as f64 - 1.0)).save(path("gather"))?;
        let costs = self.costs.iter().map(|(solver, costs)| (solver.to_string(), &costs[..]));
        convergence(self.gather.comm(), outputs, "cost", costs)
    }

    /// Those of the true model's values.
    fn in_its_colours<'a>(&self, image: Image<'a>, property: usize) -> Result<Image<'a>> {
        let values = self.models[0].1.slice(&index![.., property])?;
        let (low, high) = (values.min()?, values.max()?);
        Ok(if low < high { image.limits(low, high) } else { image })
    }
}

/// The middle along the third axis, until so many axes are left.
fn at_middle(whole: &DistArray<f64>, axes: usize) -> Result<DistArray<f64>> {
    let mut part = whole.clone();
    while part.shape().len() > axes {
        part = part.slice(&index![.., .., part.shape()[2] / 2])?;
    }
    Ok(part)
}
