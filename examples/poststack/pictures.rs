//! What a geophysicist looks at: sections through the middle of the volume, and how solvers converged.

use crate::arguments::Method;
use crate::inversion::Problem;
use lops::plot::{Curves, Drawing, Panels, Section as Image};
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::{both_signs, largest};
use lops_examples::section::Section;
use std::{iter, path::Path};

/// The middle slices of volumes, as they come: (x, z), where the volumes have them.
pub(crate) struct Pictures<'a> {
    /// Where the traces are, and their samples.
    section: &'a Section,
    truth: DistArray<f64>,
    background: DistArray<f64>,
    data: DistArray<f64>,
    /// The least and the greatest value of the truth.
    limits: (f64, f64),
    inversions: Vec<Inversion>,
}

struct Inversion {
    method: Method,
    middle: DistArray<f64>,
    cost: Vec<f64>,
}

const IMPEDANCE: &str = "ln impedance";

impl<'a> Pictures<'a> {
    /// Takes what is known before the inversion.
    pub(crate) fn new(section: &'a Section, problem: &Problem) -> Result<Self> {
        let truth = middle(&problem.model)?;
        let limits = (truth.min()?, truth.max()?);
        let (background, data) = (middle(&problem.background)?, middle(&problem.data)?);
        Ok(Self { section, truth, background, data, limits, inversions: Vec::new() })
    }

    /// Takes an inversion.
    pub(crate) fn inversion(&mut self, method: Method, volume: &DistArray<f64>, report: &Report<f64>) -> Result<()> {
        self.inversions.push(Inversion { method, middle: middle(volume)?, cost: report.cost().to_vec() });
        Ok(())
    }

    /// Draws all of them into the folder. All ranks call it.
    ///
    /// # Errors
    /// Those of the files.
    pub(crate) fn save(&self, outputs: &Outputs) -> Result<()> {
        let path = |name: &str| outputs.folder().join(format!("{name}.png"));
        self.impedance(&self.truth, "Model").save(path("model"))?;
        self.impedance(&self.background, "Background").save(path("background"))?;
        self.amplitude()?.save(path("data"))?;
        for Inversion { method, middle, .. } in &self.inversions {
            let title = format!("Inversion: {}", names(*method).1);
            self.impedance(middle, &title).save(path(&format!("inversion_{method}")))?;
        }
        self.save_overview(&path("overview"))?;
        self.save_traces(&path("traces"))?;
        self.convergence().save(path("convergence"))
    }

    /// Background and inversions, each with a name.
    fn guesses(&self) -> Vec<(&'static str, &DistArray<f64>)> {
        let inversions = self.inversions.iter().map(|run| (names(run.method).0, &run.middle));
        iter::once(("Background", &self.background)).chain(inversions).collect()
    }

    /// Models above, below them the data and what is wrong with each model, in the same colours.
    fn save_overview(&self, path: &Path) -> Result<()> {
        let guesses = self.guesses();
        let differences: Vec<_> = guesses.iter().map(|(_, guess)| *guess - &self.truth).collect();
        let mut most = 0.0_f64;
        for difference in &differences {
            most = most.max(largest(difference, 995)?);
        }
        let mut panels = Panels::new(guesses.len() + 1).panel_size(480, 400);
        panels = panels.panel(self.impedance(&self.truth, "Model"));
        for (name, guess) in &guesses {
            panels = panels.panel(self.impedance(guess, name));
        }
        panels = panels.panel(self.amplitude()?);
        for ((name, _), difference) in guesses.iter().zip(&differences) {
            let title = format!("{name} − model");
            panels = panels.panel(both_signs(self.image(difference, &title).bar("difference of ln impedance"), most));
        }
        panels.save(path)
    }

    /// A trace in the middle: what the background lacks, and how much of it came back.
    fn save_traces(&self, path: &Path) -> Result<()> {
        let Section { x, z, .. } = self.section;
        let trace = x.len() / 2;
        let named = iter::once(("Model", &self.truth)).chain(self.guesses());
        let traces = named.map(|(name, section)| Ok((name, section.slice(&index![trace])?)));
        let traces = traces.collect::<Result<Vec<_>>>()?;
        let curves = Curves::new()
            .title(format!("Trace at x = {} m", x[trace]))
            .across("z [m]", z[0], z[z.len() - 1])
            .y_label(IMPEDANCE)
            .size(1000, 480);
        traces.iter().fold(curves, |curves, (name, trace)| curves.values_of(*name, trace)).save(path)
    }

    /// The costs of different systems, each relative to its first.
    fn convergence(&self) -> Curves<'_> {
        let curves = Curves::of(self.truth.comm()).title("Convergence").x_label("iteration");
        let curves = curves.y_label("residual / first residual").logarithmic();
        self.inversions.iter().fold(curves, |curves, run| {
            let relative: Vec<_> = run.cost.iter().map(|cost| cost / run.cost[0]).collect();
            curves.values(names(run.method).1, &relative)
        })
    }

    /// Log impedance, always in the colours of the true model.
    fn impedance<'b>(&self, values: &'b DistArray<f64>, title: &str) -> Image<'b> {
        let (low, high) = self.limits;
        let image = self.image(values, title).bar(IMPEDANCE);
        if low < high { image.limits(low, high) } else { image }
    }

    fn amplitude(&self) -> Result<Image<'_>> {
        Ok(both_signs(self.image(&self.data, "Data").bar("amplitude"), largest(&self.data, 995)?))
    }

    /// Traces side by side, depth pointing down, axes in metres.
    fn image<'b>(&self, values: &'b DistArray<f64>, title: &str) -> Image<'b> {
        let ends = |axis: &[f64]| (axis[0], axis[axis.len() - 1]);
        let ((left, right), (top, bottom)) = (ends(&self.section.x), ends(&self.section.z));
        Image::of(values)
            .transposed()
            .title(title)
            .across("x [m]", left, right)
            .down("z [m]", top, bottom)
            .drawing(Drawing::Bilinear)
    }
}

/// The slice in the middle along y.
fn middle(volume: &DistArray<f64>) -> Result<DistArray<f64>> {
    volume.slice(&index![volume.shape()[0] / 2])
}

/// A name for a panel, and one that says what it is.
fn names(method: Method) -> (&'static str, &'static str) {
    match method {
        Method::Cgls => ("CGLS", "CGLS"),
        Method::Normal => ("Normal equations", "CG, regularised normal equations"),
        Method::PredictCg => ("Normal equations", "CG with one reduction, regularised normal equations"),
        Method::Pcg => ("Normal equations", "CG with the inverse of every trace, regularised normal equations"),
        Method::Stacked => ("Stacked", "CGLS, regularised stack"),
        Method::Lsqr => ("LSQR", "LSQR, regularised stack"),
        Method::Tv => ("Total variation", "ADMM, total variation"),
    }
}
