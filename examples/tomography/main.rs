//! Computerized tomography: an image from what rays sum up on their way through it.
//!
//! At each angle a row of detectors measures line integrals of the image (its sinogram). Back-projection, the adjoint, smears them over the image; least squares
//! recover it, and with a penalty on the gradient the noise does not come with it.
//!
//! ```text
//! d(θ, i) = Σₚ ℓ(θ, i, p) m(p)        min ‖d − A m‖,   min ‖d − A m‖² + ε² ‖∇m‖²,   min ½ ‖d − A m‖² + μ Σ ‖∇m‖
//! ```
//!
//! The last one is the total variation, the sum of the lengths of the gradient: of few angles it recovers what consists of pieces (`--tv`).
//!
//! Angles are dealt out to the ranks with their data; every rank has the image. Lengths ℓ of rays in pixels are computed, not stored.
//!
//! ```text
//! cargo run --release --example tomography                                   on all cores
//! LOPS_RANKS=3 cargo run --release --example tomography -- --fan --angles 200 --solvers smoothed
//! cargo run --release --example tomography -- --tv                           few angles
//!
//! cargo build --release --features mpi --example tomography
//! scripts/mpirun.sh -n 4 target/release/examples/tomography --json result.json
//! ```
//!
//! All of these give the same bits, and the program ends with a comparison to one rank that does all.

mod arguments;

use arguments::{Arguments, Solver};
use lops::prelude::*;
use lops::proximal::{AdmmL2, L21};
use lops::solvers::Inversion;
use lops_examples::images::{self, Pictures, Runs};
use lops_examples::outputs::{Outputs, on_rank_0};
use serde_json::json;
use std::f64::consts::{PI, TAU};

/// By how much a gradient is made shorter in an iteration with the total variation: a part of those of edges.
const STEEPEST: f64 = 0.05;

fn main() -> Result<()> {
    launch(|comm| match lops_examples::parse::<Arguments>(comm)?.map(Arguments::check).transpose()? {
        Some(arguments) => arguments.timing.run(comm, || run(comm, &arguments)),
        None => Ok(()),
    })
}

fn run(comm: &Comm, arguments: &Arguments) -> Result<()> {
    let image =
        images::load(comm, arguments.image.as_deref(), arguments.size, |shape| Layout::replicated(comm, shape))?;
    let scanner = Scanner::new(arguments, &image.shape());
    let a = scanner.describe().on::<f64>(image.layout()?)?;
    let outputs = Outputs::claim(comm, &arguments.out, arguments.json.as_deref())?;

    let measuring = comm.mark("measuring");
    let mut data = &a * &image;
    images::add_noise(&mut data, arguments.noise)?;
    let smeared = a.adjoint() * &data;
    drop(measuring);
    let mut pictures = Pictures::default();
    pictures.image("Image", &image);
    pictures.plane("Sinogram", ["angle", "detector"], &data);
    pictures.image("Back-projected: the adjoint", &smeared);

    let mark = comm.mark("inversion");
    let (mut runs, solving) = (Runs::default(), &arguments.solving);
    let options = Options { progress: true, ..Options::exactly(arguments.iterations) };
    for solver in &arguments.solvers {
        let (name, mut found) = (solver.to_string(), image.zeros_like());
        let report = match solver {
            Solver::Lsqr => solving.solve(&name, Lsqr::new(&a, &data, &mut found)?, &options)?,
            Solver::Cgls => solving.solve(&name, Cgls::new(&a, &data, &mut found)?, &options)?,
            Solver::Smoothed => {
                let gradient = Gradient::new().on(image.layout()?)?;
                let (stacked, right) = Inversion::new(&a, &data)?.smooth(arguments.eps, &gradient)?.stacked()?;
                solving.solve(&name, Lsqr::new(&stacked, &right, &mut found)?, &options)?
            }
            Solver::Tv => {
                let gradient = Gradient::new().stencil(Stencil::Forward).on(image.layout()?)?;
                let lengths = L21::new(arguments.mu).on(gradient.range())?;
                let method = AdmmL2::new(&a, &data, &lengths, &gradient, &mut found)?.inner(10, Tolerance::None)?;
                solving.solve(&name, method.step(STEEPEST / arguments.mu)?, &options)?
            }
        };
        outputs.save_array(&format!("recovered_{name}"), &found)?;
        pictures.run(&name, &found, &report);
        runs.add(&name, &a, [&image, &found], &data, &report);
    }
    drop(mark);
    outputs.save_array("sinogram", &data)?;
    who_did_what(&data)?;
    images::compare_with_one_rank(&a, &image, |layout| scanner.describe().on(layout))?;

    let figures = json!({
        "ranks": comm.size(), "shape": image.shape(), "angles": scanner.angles.len(), "detectors": scanner.detectors,
        "data_norm": data.norm(), "adjoint_norm": smeared.norm(), "runs": runs.json(),
    });
    pictures.save(comm, &outputs)?;
    on_rank_0(comm, || {
        outputs.save_json(&figures)?;
        println!("\npictures and images: {}", outputs.folder().display());
        Ok(())
    })
}

/// How the image is measured.
struct Scanner {
    angles: Vec<f64>,
    detectors: usize,
    /// From the origin to the source of a fan.
    source: Option<f64>,
}

impl Scanner {
    fn new(arguments: &Arguments, shape: &[usize]) -> Self {
        let diagonal = (shape[0] as f64).hypot(shape[1] as f64);
        let (source, turn) = if arguments.fan { (Some(1.5 * diagonal), TAU) } else { (None, PI) };
        // A fan has its detectors half a diagonal behind the origin. Its outermost rays touch the circle around the image.
        let half = match source {
            None => 0.5 * diagonal,
            Some(source) => (source + 0.5 * diagonal) * (0.5 * diagonal / source).asin().tan(),
        };
        let angles = (0..arguments.angles).map(|k| turn * k as f64 / arguments.angles as f64).collect();
        Self { angles, detectors: arguments.detectors.unwrap_or((2.0 * half).ceil() as usize), source }
    }

    fn describe(&self) -> CT2D {
        match self.source {
            None => CT2D::parallel(1.0, self.detectors, &self.angles),
            Some(source) => CT2D::fan(1.0, self.detectors, &self.angles, source, source / 3.0),
        }
    }
}

/// Which rank has which angles.
fn who_did_what(data: &DistArray<f64>) -> Result<()> {
    let (comm, layout) = (data.comm(), data.layout()?);
    if comm.rank() == 0 {
        for rank in 0..comm.size() {
            let angles = layout.range(rank);
            println!("rank {rank}: angles {angles:?}, {} rays an application", angles.len() * layout.shape()[1]);
        }
    }
    Ok(())
}
