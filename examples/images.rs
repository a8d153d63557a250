//! Images: from a file or the head phantom, pictures of them, and figures of how they were recovered.

use crate::outputs::Outputs;
use lops::io;
use lops::library::shepp_logan;
use lops::ndarray::{Array2, Ix2};
use lops::plot::{Curves, Palette, Panels, Section};
use lops::prelude::*;
use serde_json::{Value, json};
use std::path::Path;

/// The array of this name in files that hold several.
const NAME: &str = "image";

/// An image of two axes from a `.npy` file, the array `image` of a `.npz` or HDF5 file (with feature `hdf5`), or the head phantom of
/// `size` × `size`; in the layout that is made for its shape. Files hold float64 or float32.
///
/// # Errors
/// Those of the file; [`ErrorKind::Shape`] unless it has two axes, and [`ErrorKind::Parameter`] of a number that is not finite.
pub fn load(
    comm: &Comm,
    path: Option<&Path>,
    size: usize,
    layout: impl FnOnce(&[usize]) -> Result<Layout>,
) -> Result<DistArray<f64>> {
    let Some(path) = path else { return shepp_logan(&layout(&[size, size])?) };
    let image = match path.extension().and_then(|extension| extension.to_str()) {
        Some("npz") => of_volume(&io::open_npz(comm, path, NAME)?, layout)?,
        #[cfg(feature = "hdf5")]
        Some("h5" | "hdf5") => {
            let file = io::Hdf5File::open(comm, path)?;
            let saved = file.dataset(NAME)?;
            let layout = layout(two_axes(path, saved.shape())?)?;
            if saved.dtype() == f32::DTYPE {
                saved.load::<f32>(&layout)?.map(f64::from)
            } else {
                saved.load(&layout)?
            }
        }
        _ => of_volume(&io::open_npy(comm, path)?, layout)?,
    };
    let largest = image.norm_of(Norm::Inf)?;
    if largest.is_finite() {
        return Ok(image);
    }
    Err(Error::expected(ErrorKind::Parameter, path.display(), "finite numbers", largest))
}

fn of_volume(volume: &io::Volume, layout: impl FnOnce(&[usize]) -> Result<Layout>) -> Result<DistArray<f64>> {
    let layout = layout(two_axes(Path::new("--image"), volume.shape())?)?;
    if volume.dtype() == f32::DTYPE {
        return Ok(volume.load::<f32>(&layout)?.map(f64::from));
    }
    volume.load(&layout)
}

fn two_axes<'a>(path: &Path, shape: &'a [usize]) -> Result<&'a [usize]> {
    if shape.len() == 2 && !shape.contains(&0) {
        return Ok(shape);
    }
    Err(Error::expected(ErrorKind::Shape, path.display(), "an image of two axes", format!("{shape:?}")))
}

/// Adds noise of a normal distribution, its deviation a part of the data's root mean square: the same on any number of ranks.
///
/// # Errors
/// [`ErrorKind::Parameter`] of a part that is not finite or below 0.
pub fn add_noise(data: &mut DistArray<f64>, part: f64) -> Result<()> {
    if !(part.is_finite() && part >= 0.0) {
        return Err(Error::expected(ErrorKind::Parameter, "--noise", "a finite number, 0 or more", part));
    }
    if part > 0.0 {
        let deviation = part * data.norm() / (data.size() as f64).sqrt();
        let noise = Random::seed(1).normal(data.layout()?, 0.0, deviation)?;
        *data += &noise;
    }
    Ok(())
}

/// Images as rank 0 is to draw them, empty on other ranks, and how solvers converged.
#[derive(Debug, Default)]
pub struct Pictures {
    images: Vec<(String, Array2<f64>)>,
    costs: Vec<(String, Vec<f64>)>,
}

impl Pictures {
    /// Gathers an image of two axes.
    pub fn image(&mut self, title: &str, image: &DistArray<f64>) {
        let values = image.gather(0).and_then(|values| values.into_dimensionality::<Ix2>().ok());
        self.images.extend(values.map(|values| (title.to_string(), values)));
    }

    /// Gathers what a solver found.
    pub fn run(&mut self, solver: &str, image: &DistArray<f64>, report: &Report<f64>) {
        self.image(&format!("Recovered: {solver}"), image);
        self.costs.push((solver.to_string(), report.cost().to_vec()));
    }

    /// Draws all of them into the folder: `overview.png` and `convergence.png`.
    ///
    /// # Errors
    /// Those of the files.
    pub fn save(&self, outputs: &Outputs) -> Result<()> {
        let path = |name: &str| outputs.folder().join(name);
        let mut panels = Panels::new(2).panel_size(520, 460);
        for (title, values) in &self.images {
            let section = Section::new(values.view()).title(title.as_str());
            panels = panels.panel(section.palette(Palette::Gray).bar("value"));
        }
        panels.save(path("overview.png"))?;
        let curves = Curves::new().title("Convergence").x_label("iteration").y_label("cost").logarithmic();
        let curves = self.costs.iter().fold(curves, |curves, (solver, costs)| curves.values(solver, costs));
        curves.save(path("convergence.png"))
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
