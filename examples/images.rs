//! Images: from a file or the head phantom, pictures of them, and figures of how they were recovered.

use crate::files::{read_real, real_shape};
use crate::outputs::Outputs;
use crate::{not_0, not_below_0, pictures};
use lops::library::shepp_logan;
use lops::plot::{Palette, Panels, Section};
use lops::prelude::*;
use serde_json::{Value, json};
use std::path::Path;

/// An image of two axes from a file ([`read_real`]), or the head phantom of `size` × `size`; in the layout that is made for its shape.
///
/// # Errors
/// Those of the file; [`ErrorKind::Shape`] unless it has two axes, and [`ErrorKind::Parameter`] of a size of 0.
pub fn load(
    comm: &Comm,
    path: Option<&Path>,
    size: usize,
    layout: impl FnOnce(&[usize]) -> Result<Layout>,
) -> Result<DistArray<f64>> {
    let Some(path) = path else {
        not_0(&[("--size", size)])?;
        return shepp_logan(&layout(&[size, size])?);
    };
    let shape = real_shape(comm, path)?;
    if shape.len() != 2 || shape.contains(&0) {
        return Err(Error::expected(ErrorKind::Shape, path.display(), "an image of two axes", format!("{shape:?}")));
    }
    read_real(&layout(&shape)?, path)
}

/// Adds noise of a normal distribution, its deviation a part of the data's root mean square: the same on any number of ranks.
///
/// # Errors
/// [`ErrorKind::Parameter`] of a part that is not finite or below 0.
pub fn add_noise(data: &mut DistArray<f64>, part: f64) -> Result<()> {
    not_below_0(&[("--noise", part)])?;
    if part > 0.0 {
        let deviation = part * data.norm() / (data.size() as f64).sqrt();
        let noise = Random::seed(1).normal(data.layout()?, 0.0, deviation)?;
        *data += &noise;
    }
    Ok(())
}

/// Images of all ranks, and how solvers converged.
#[derive(Debug, Default)]
pub struct Pictures {
    images: Vec<(String, [&'static str; 2], DistArray<f64>)>,
    costs: Vec<(String, Vec<f64>)>,
}

impl Pictures {
    /// Takes an image of two axes.
    pub fn image(&mut self, title: &str, image: &DistArray<f64>) {
        self.plane(title, ["row", "column"], image);
    }

    /// The same of what goes down and across.
    pub fn plane(&mut self, title: &str, axes: [&'static str; 2], image: &DistArray<f64>) {
        self.images.push((title.to_string(), axes, image.clone()));
    }

    /// Takes what a solver found.
    pub fn run(&mut self, solver: &str, image: &DistArray<f64>, report: &Report<f64>) {
        self.image(&format!("Recovered: {solver}"), image);
        self.costs(solver, report.cost());
    }

    /// What a solver lowered, iteration by iteration.
    pub fn costs(&mut self, solver: &str, costs: &[f64]) {
        self.costs.push((solver.to_string(), costs.to_vec()));
    }

    /// Draws all of them into the folder: `overview.png` and `convergence.png`. All ranks call it.
    ///
    /// # Errors
    /// Those of the files.
    pub fn save(&self, comm: &Comm, outputs: &Outputs) -> Result<()> {
        let mut panels = Panels::new(2).panel_size(520, 460);
        for (title, [down, across], image) in &self.images {
            let section = Section::of(image).title(title.as_str()).labels(*down, *across);
            panels = panels.panel(section.palette(Palette::Gray).bar("value"));
        }
        panels.save(outputs.folder().join("overview.png"))?;
        let costs = self.costs.iter().map(|(solver, costs)| (solver.clone(), &costs[..]));
        pictures::convergence(comm, outputs, "cost", costs)
    }
}

/// Figures of runs, the same on all ranks but for the times.
#[derive(Debug, Default)]
pub struct Runs(Vec<Value>);

impl Runs {
    /// One more: a line, and what is kept for the file. Three reductions, and one application.
    pub fn add(
        &mut self,
        solver: &str,
        a: &Operator<f64>,
        [image, found]: [&DistArray<f64>; 2],
        data: &DistArray<f64>,
        report: &Report<f64>,
    ) {
        let error = (found - image).norm() / image.norm();
        let residual = (data - &(a * found)).norm() / data.norm();
        let (iterations, seconds) = (report.iterations, report.time.as_secs_f64());
        if data.comm().rank() == 0 {
            println!(
                "{solver}: {iterations} iterations in {seconds:.2} s, relative error {error:.4}, residual {residual:.4}: {}",
                report.reason
            );
        }
        self.0.push(json!({
            "solver": solver,
            "iterations": iterations,
            "seconds": seconds,
            "cost": report.cost(),
            "relative_error": error,
            "data_relative_residual": residual,
            "reason": report.reason.to_string(),
        }));
    }

    /// All of them.
    pub fn json(&self) -> Value {
        self.0.clone().into()
    }
}

/// Lets rank 0 alone apply an operator and its adjoint to the same image.
///
/// # Errors
/// [`ErrorKind::Other`] on every rank if that gives other bits; those of the operator.
pub fn compare_with_one_rank(
    a: &Operator<f64>,
    image: &DistArray<f64>,
    alone: impl FnOnce(&Layout) -> Result<Operator<f64>>,
) -> Result<()> {
    let comm = image.comm();
    let data = a * image;
    let back = a.adjoint() * &data;
    let [image, data, back] = [image, &data, &back].map(|array| array.gather(0));
    let (Some(image), Some(data), Some(back)) = (image, data, back) else { return comm.agree(Ok(())) };
    let same = || {
        let layout = Layout::replicated(&comm.alone(), image.shape())?;
        let image = DistArray::from_global(&layout, &image)?;
        let a = alone(&layout)?;
        let of_one = &a * &image;
        if of_one.gather_all() == data && (a.adjoint() * &of_one).gather_all() == back {
            println!("one rank alone computes the same bits");
            return Ok(());
        }
        Err(Error::new(ErrorKind::Other, "one rank alone computes other bits"))
    };
    comm.agree(same())
}
