//! What a geophysicist looks at: sections through the middle of the volume, and how solvers converged.

use crate::arguments::Method;
use lops::ndarray::{Array2, ArrayD, Axis, Ix2};
use lops::plot::{Curves, Drawing, Panels, Section as Image};
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::{both_signs, largest};
use lops_examples::section::Section;
use std::{iter, path::Path};

/// Collects the middle slices of the volumes that rank 0 is given; on other ranks it stays idle.
pub(crate) struct Pictures<'a> {
    truth: &'a Section,
    background: &'a Section,
    data: Option<Array2<f64>>,
    inversions: Vec<Inversion>,
}

struct Inversion {
    method: Method,
    middle: Array2<f64>,
    cost: Vec<f64>,
}

const IMPEDANCE: &str = "ln impedance";

impl<'a> Pictures<'a> {
    pub(crate) fn new(truth: &'a Section, background: &'a Section) -> Self {
        Self { truth, background, data: None, inversions: Vec::new() }
    }

    /// Takes the data.
    pub(crate) fn data(&mut self, volume: Option<&ArrayD<f64>>) {
        self.data = volume.and_then(middle);
    }

    /// Takes an inversion.
    pub(crate) fn inversion(&mut self, method: Method, volume: Option<&ArrayD<f64>>, report: &Report<f64>) {
        if let Some(middle) = volume.and_then(middle) {
            self.inversions.push(Inversion { method, middle, cost: report.cost().to_vec() });
        }
    }

    /// Draws all of them into the folder.
    ///
    /// # Errors
    /// Those of the files.
    pub(crate) fn save(&self, outputs: &Outputs) -> Result<()> {
        let path = |name: &str| outputs.folder().join(format!("{name}.png"));
        self.impedance(&self.truth.values, "Model").save(path("model"))?;
        self.impedance(&self.background.values, "Background").save(path("background"))?;
        if let Some(data) = &self.data {
            self.amplitude(data, "Data").save(path("data"))?;
        }
        for Inversion { method, middle, .. } in &self.inversions {
            let title = format!("Inversion: {}", names(*method).1);
            self.impedance(middle, &title).save(path(&format!("inversion_{method}")))?;
        }
        self.save_overview(&path("overview"))?;
        self.traces().save(path("traces"))?;
        self.convergence().save(path("convergence"))
    }

    /// Models above, below them the data and what is wrong with each model, in the same colours.
    fn save_overview(&self, path: &Path) -> Result<()> {
        let truth = &self.truth.values;
        let inversions = self.inversions.iter().map(|run| (names(run.method).0, &run.middle));
        let guesses: Vec<_> = iter::once(("Background", &self.background.values)).chain(inversions).collect();
        let differences: Vec<_> = guesses.iter().map(|(_, guess)| *guess - truth).collect();
        let most = differences.iter().map(|values| largest(values, 995)).fold(0.0, f64::max);

        let mut panels = Panels::new(guesses.len() + 1).panel_size(480, 400).panel(self.impedance(truth, "Model"));
        for (name, guess) in &guesses {
            panels = panels.panel(self.impedance(guess, name));
        }
        panels = match &self.data {
            Some(data) => panels.panel(self.amplitude(data, "Data")),
            None => panels,
        };
        for ((name, _), difference) in guesses.iter().zip(&differences) {
            let title = format!("{name} − model");
            panels = panels.panel(both_signs(self.image(difference, &title).bar("difference of ln impedance"), most));
        }
        panels.save(path)
    }

    /// A trace in the middle: what the background lacks, and how much of it came back.
    fn traces(&self) -> Curves {
        let trace = self.truth.x.len() / 2;
        let over_depth = |values: &Array2<f64>| {
            self.truth.z.iter().copied().zip(values.row(trace).iter().copied()).collect::<Vec<_>>()
        };
        let curves = Curves::new()
            .title(format!("Trace at x = {} m", self.truth.x[trace]))
            .x_label("z [m]")
            .y_label(IMPEDANCE)
            .size(1000, 480)
            .points("Model", &over_depth(&self.truth.values))
            .points("Background", &over_depth(&self.background.values));
        self.inversions.iter().fold(curves, |curves, run| curves.points(names(run.method).0, &over_depth(&run.middle)))
    }

    /// The costs of different systems, each relative to its first.
    fn convergence(&self) -> Curves {
        let curves =
            Curves::new().title("Convergence").x_label("iteration").y_label("residual / first residual").logarithmic();
        self.inversions.iter().fold(curves, |curves, run| {
            let relative: Vec<_> = run.cost.iter().map(|cost| cost / run.cost[0]).collect();
            curves.values(names(run.method).1, &relative)
        })
    }

    /// Log impedance, always in the colours of the true model.
    fn impedance<'b>(&self, values: &'b Array2<f64>, title: &str) -> Image<'b> {
        let finite = || self.truth.values.iter().copied();
        let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
        let image = self.image(values, title).bar(IMPEDANCE);
        if low < high { image.limits(low, high) } else { image }
    }

    fn amplitude<'b>(&self, values: &'b Array2<f64>, title: &str) -> Image<'b> {
        both_signs(self.image(values, title).bar("amplitude"), largest(values, 995))
    }

    /// Traces side by side, depth pointing down, axes in metres.
    fn image<'b>(&self, values: &'b Array2<f64>, title: &str) -> Image<'b> {
        let ends = |axis: &[f64]| (axis[0], axis[axis.len() - 1]);
        let ((left, right), (top, bottom)) = (ends(&self.truth.x), ends(&self.truth.z));
        Image::new(values.t())
            .title(title)
            .across("x [m]", left, right)
            .down("z [m]", top, bottom)
            .drawing(Drawing::Bilinear)
    }
}

/// The slice in the middle along y.
fn middle(volume: &ArrayD<f64>) -> Option<Array2<f64>> {
    volume.index_axis(Axis(0), volume.shape()[0] / 2).to_owned().into_dimensionality::<Ix2>().ok()
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
