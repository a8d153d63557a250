//! Sections through the middle of the volume, a trace, and how solvers converged.

use crate::arguments::Solver;
use lops::ndarray::{Array2, ArrayD, Axis, Ix2};
use lops::plot::{Curves, Drawing, Panels, Section as Image};
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::{both_signs, convergence, largest};
use lops_examples::section::Section;

/// Collects the middle slices of the volumes that rank 0 is given; on other ranks it stays idle.
pub(crate) struct Pictures<'a> {
    section: &'a Section,
    truth: Option<Array2<f64>>,
    data: Option<Array2<f64>>,
    inversions: Vec<Inversion>,
}

struct Inversion {
    solver: Solver,
    middle: Array2<f64>,
    cost: Vec<f64>,
}

impl<'a> Pictures<'a> {
    pub(crate) fn new(section: &'a Section) -> Self {
        Self { section, truth: None, data: None, inversions: Vec::new() }
    }

    /// Takes the true reflectivity.
    pub(crate) fn truth(&mut self, volume: Option<&ArrayD<f64>>) {
        self.truth = volume.and_then(middle);
    }

    /// Takes the data.
    pub(crate) fn data(&mut self, volume: Option<&ArrayD<f64>>) {
        self.data = volume.and_then(middle);
    }

    /// Takes an inversion.
    pub(crate) fn inversion(&mut self, solver: Solver, volume: Option<&ArrayD<f64>>, report: &Report<f64>) {
        if let Some(middle) = volume.and_then(middle) {
            self.inversions.push(Inversion { solver, middle, cost: report.cost().to_vec() });
        }
    }

    /// Draws all of them into the folder.
    ///
    /// # Errors
    /// Those of the files.
    pub(crate) fn save(&self, outputs: &Outputs) -> Result<()> {
        let (Some(truth), Some(data)) = (&self.truth, &self.data) else { return Ok(()) };
        let path = |name: &str| outputs.folder().join(format!("{name}.png"));
        let most = largest(truth, 990);
        let mut panels = Panels::new(2 + self.inversions.len()).panel_size(480, 400);
        panels = panels.panel(self.image(data, "Data", largest(data, 990)));
        panels = panels.panel(self.image(truth, "Reflectivity", most));
        for Inversion { solver, middle, .. } in &self.inversions {
            panels = panels.panel(self.image(middle, title(*solver), most));
        }
        panels.save(path("overview"))?;
        self.trace(truth).save(path("trace"))?;
        // The proximal gradient method does not tell what is left of the data.
        let with_costs = self.inversions.iter().filter(|run| !run.cost.is_empty());
        let costs: Vec<_> = with_costs.map(|run| (title(run.solver).to_string(), &run.cost[..])).collect();
        if costs.is_empty() { Ok(()) } else { convergence(outputs, "‖d − W r‖", costs) }
    }

    /// A trace in the middle.
    fn trace(&self, truth: &Array2<f64>) -> Curves {
        let Section { x, z, .. } = self.section;
        let trace = x.len() / 2;
        let over_depth =
            |values: &Array2<f64>| z.iter().copied().zip(values.row(trace).iter().copied()).collect::<Vec<_>>();
        let curves = Curves::new()
            .title(format!("Trace at x = {} m", x[trace]))
            .x_label("z [m]")
            .y_label("reflectivity")
            .size(1000, 480)
            .points("Truth", &over_depth(truth));
        self.inversions.iter().fold(curves, |curves, run| curves.points(title(run.solver), &over_depth(&run.middle)))
    }

    /// Traces side by side, depth pointing down, axes in metres, blue, white and red about 0.
    fn image<'b>(&self, values: &'b Array2<f64>, title: &str, most: f64) -> Image<'b> {
        let ends = |axis: &[f64]| (axis[0], axis[axis.len() - 1]);
        let ((left, right), (top, bottom)) = (ends(&self.section.x), ends(&self.section.z));
        let image = Image::new(values.t())
            .title(title)
            .across("x [m]", left, right)
            .down("z [m]", top, bottom)
            .drawing(Drawing::Bilinear);
        both_signs(image, most)
    }
}

/// The slice in the middle along y.
fn middle(volume: &ArrayD<f64>) -> Option<Array2<f64>> {
    volume.index_axis(Axis(0), volume.shape()[0] / 2).to_owned().into_dimensionality::<Ix2>().ok()
}

fn title(solver: Solver) -> &'static str {
    match solver {
        Solver::Ista => "ISTA",
        Solver::Fista => "FISTA",
        Solver::Twist => "TwIST",
        Solver::Pg => "Proximal gradient",
        Solver::Spgl1 => "SPGL1",
    }
}
