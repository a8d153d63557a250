//! Sections through the middle of the volume, a trace, and how solvers converged.

use crate::arguments::Solver;
use crate::inversion::Problem;
use lops::plot::{Curves, Drawing, Panels, Section as Image};
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::{both_signs, convergence, largest};
use lops_examples::section::Section;
use std::{iter, path::Path};

/// The middle slices of volumes, as they come: (x, z), where the volumes have them.
pub(crate) struct Pictures<'a> {
    /// Where the traces are, and their samples.
    section: &'a Section,
    truth: DistArray<f64>,
    data: DistArray<f64>,
    inversions: Vec<Inversion>,
}

struct Inversion {
    solver: Solver,
    middle: DistArray<f64>,
    cost: Vec<f64>,
}

impl<'a> Pictures<'a> {
    /// Takes what is known before the inversion.
    pub(crate) fn new(section: &'a Section, problem: &Problem) -> Result<Self> {
        let (truth, data) = (middle(&problem.reflectivity)?, middle(&problem.data)?);
        Ok(Self { section, truth, data, inversions: Vec::new() })
    }

    /// Takes an inversion.
    pub(crate) fn inversion(&mut self, solver: Solver, volume: &DistArray<f64>, report: &Report<f64>) -> Result<()> {
        self.inversions.push(Inversion { solver, middle: middle(volume)?, cost: report.cost().to_vec() });
        Ok(())
    }

    /// Draws all of them into the folder. All ranks call it.
    ///
    /// # Errors
    /// Those of the files.
    pub(crate) fn save(&self, outputs: &Outputs) -> Result<()> {
        let path = |name: &str| outputs.folder().join(format!("{name}.png"));
        let most = largest(&self.truth, 990)?;
        let mut panels = Panels::new(2 + self.inversions.len()).panel_size(480, 400);
        panels = panels.panel(self.image(&self.data, "Data", largest(&self.data, 990)?));
        panels = panels.panel(self.image(&self.truth, "Reflectivity", most));
        for Inversion { solver, middle, .. } in &self.inversions {
            panels = panels.panel(self.image(middle, title(*solver), most));
        }
        panels.save(path("overview"))?;
        self.save_trace(&path("trace"))?;
        // The proximal gradient method does not tell what is left of the data.
        let with_costs = self.inversions.iter().filter(|run| !run.cost.is_empty());
        let costs: Vec<_> = with_costs.map(|run| (title(run.solver).to_string(), &run.cost[..])).collect();
        if costs.is_empty() { Ok(()) } else { convergence(self.data.comm(), outputs, "‖d − W r‖", costs) }
    }

    /// A trace in the middle.
    fn save_trace(&self, path: &Path) -> Result<()> {
        let Section { x, z, .. } = self.section;
        let trace = x.len() / 2;
        let inversions = self.inversions.iter().map(|run| (title(run.solver), &run.middle));
        let named = iter::once(("Truth", &self.truth)).chain(inversions);
        let traces = named.map(|(name, section)| Ok((name, section.slice(&index![trace])?)));
        let traces = traces.collect::<Result<Vec<_>>>()?;
        let curves = Curves::new()
            .title(format!("Trace at x = {} m", x[trace]))
            .across("z [m]", z[0], z[z.len() - 1])
            .y_label("reflectivity")
            .size(1000, 480);
        traces.iter().fold(curves, |curves, (name, trace)| curves.values_of(*name, trace)).save(path)
    }

    /// Traces side by side, depth pointing down, axes in metres, blue, white and red about 0.
    fn image<'b>(&self, values: &'b DistArray<f64>, title: &str, most: f64) -> Image<'b> {
        let ends = |axis: &[f64]| (axis[0], axis[axis.len() - 1]);
        let ((left, right), (top, bottom)) = (ends(&self.section.x), ends(&self.section.z));
        let image = Image::of(values)
            .transposed()
            .title(title)
            .across("x [m]", left, right)
            .down("z [m]", top, bottom)
            .drawing(Drawing::Bilinear);
        both_signs(image, most)
    }
}

/// The slice in the middle along y.
fn middle(volume: &DistArray<f64>) -> Result<DistArray<f64>> {
    volume.slice(&index![volume.shape()[0] / 2])
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
