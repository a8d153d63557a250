//! The three properties, before and after, a section of gathers, and how solvers converged.

use crate::arguments::{Arguments, Solver};
use crate::problem::{DT, Problem, angles};
use lops::ndarray::{Array2, ArrayD, Axis, Ix2};
use lops::plot::{Drawing, Panels, Section as Image};
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::{both_signs, convergence, largest};

const PROPERTIES: [&str; 3] = ["vp [km/s]", "vs [km/s]", "density [g/cm³]"];

/// Sections as rank 0 is to draw them: none on other ranks.
pub(crate) struct Pictures {
    largest_angle: f64,
    /// The three properties, with a title.
    models: Vec<(String, [Array2<f64>; 3])>,
    /// [times, angles] of the trace in the middle.
    gather: Option<Array2<f64>>,
    costs: Vec<(Solver, Vec<f64>)>,
}

impl Pictures {
    /// Gathers what is known before the inversion.
    pub(crate) fn new(problem: &Problem, arguments: &Arguments) -> Self {
        let largest_angle = angles(arguments).last().copied().unwrap_or(0.0);
        let gather = problem.data.gather(0).and_then(|data| at_middle(data, 2));
        let mut pictures = Self { largest_angle, models: vec![], gather, costs: vec![] };
        pictures.model("Model".into(), &problem.model);
        pictures.model("Background".into(), &problem.background);
        pictures
    }

    /// Takes an inversion.
    pub(crate) fn inversion(&mut self, solver: Solver, inverted: &DistArray<f64>, report: &Report<f64>) {
        self.model(format!("Inverted by {}", solver.to_string().to_uppercase()), inverted);
        self.costs.push((solver, report.cost().to_vec()));
    }

    fn model(&mut self, title: String, logarithms: &DistArray<f64>) {
        let section = |whole: &ArrayD<f64>, property| {
            let section = at_middle(whole.index_axis(Axis(1), property).to_owned(), 1)?;
            Some(section.mapv(f64::exp))
        };
        let sections = logarithms
            .gather(0)
            .and_then(|whole| Some([section(&whole, 0)?, section(&whole, 1)?, section(&whole, 2)?]));
        self.models.extend(sections.map(|sections| (title, sections)));
    }

    /// Draws all of them into the folder.
    ///
    /// # Errors
    /// Those of the files.
    pub(crate) fn save(&self, outputs: &Outputs) -> Result<()> {
        let path = |name: &str| outputs.folder().join(format!("{name}.png"));
        let mut panels = Panels::new(3).panel_size(420, 320);
        for (title, sections) in &self.models {
            for (property, section) in sections.iter().enumerate() {
                let (times, traces) = section.dim();
                let image = Image::new(section.view()).title(format!("{title}: {}", PROPERTIES[property]));
                let image =
                    image.across("trace", 0.0, traces as f64 - 1.0).down("time [s]", 0.0, DT * (times as f64 - 1.0));
                let image = image.bar(PROPERTIES[property]).drawing(Drawing::Bilinear);
                panels = panels.panel(self.in_its_colours(image, property));
            }
        }
        panels.save(path("overview"))?;
        if let Some(gather) = &self.gather {
            let image = Image::new(gather.view()).title("Gather of the trace in the middle").bar("amplitude");
            let image = image.across("angle [degrees]", 0.0, self.largest_angle);
            let image = image.down("time [s]", 0.0, DT * (gather.nrows() as f64 - 1.0));
            both_signs(image, largest(gather, 1000)).save(path("gather"))?;
        }
        convergence(outputs, "cost", self.costs.iter().map(|(solver, costs)| (solver.to_string(), &costs[..])))
    }

    /// Those of the true model's values.
    fn in_its_colours<'a>(&self, image: Image<'a>, property: usize) -> Image<'a> {
        let values = || self.models[0].1[property].iter().copied();
        let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        if low < high { image.limits(low, high) } else { image }
    }
}

/// The middle along axes behind the first, from the first of these axes on: so that times and one axis remain.
fn at_middle(mut whole: ArrayD<f64>, axis: usize) -> Option<Array2<f64>> {
    while whole.ndim() > 2 {
        let axis = axis.min(whole.ndim() - 1);
        whole = whole.index_axis(Axis(axis), whole.shape()[axis] / 2).to_owned();
    }
    whole.into_dimensionality::<Ix2>().ok()
}
