//! Deblurring: an image from one that is out of focus.
//!
//! ```text
//! d = C m        min ‖d − C m‖,   min ‖d − C m‖² + ε² ‖∇m‖²,   min ½ ‖d − C m‖² + ε ‖m‖₁
//! ```
//!
//! C convolves with a Gaussian. Rows are dealt out to the ranks; C and the gradient exchange the rows beside a rank's own.
//!
//! ```text
//! cargo run --release --example deblur                                       on all cores
//! LOPS_RANKS=3 cargo run --release --example deblur -- --sigma 3 --solvers cgls,fista
//!
//! cargo build --release --features mpi --example deblur
//! scripts/mpirun.sh -n 4 target/release/examples/deblur --json result.json
//! ```
//!
//! All of these give the same bits, and the program ends with a comparison to one rank that does all.

mod arguments;

use arguments::{Arguments, Solver};
use lops::ndarray::Array2;
use lops::prelude::*;
use lops::solvers::Inversion;
use lops_examples::images::{self, Pictures, Runs};
use lops_examples::outputs::{Outputs, on_rank_0};
use serde_json::json;

fn main() -> Result<()> {
    launch(|comm| match lops_examples::parse::<Arguments>(comm)?.map(Arguments::check).transpose()? {
        Some(arguments) => arguments.timing.run(comm, || run(comm, &arguments)),
        None => Ok(()),
    })
}

fn run(comm: &Comm, arguments: &Arguments) -> Result<()> {
    let rows = |shape: &[usize]| Layout::scatter(comm, shape, 0);
    let image = images::load(comm, arguments.image.as_deref(), arguments.size, rows)?;
    let filter = gaussian(arguments.sigma);
    let blur = |layout: &Layout| ConvolveND::new(&filter).on(layout);
    let a = blur(image.layout()?)?;
    let outputs = Outputs::claim(comm, &arguments.out, arguments.json.as_deref())?;

    let mut data = &a * &image;
    images::add_noise(&mut data, arguments.noise)?;
    let mut pictures = Pictures::default();
    pictures.image("Image", &image);
    pictures.image("Blurred", &data);

    let mark = comm.mark("inversion");
    let (mut runs, solving) = (Runs::default(), &arguments.solving);
    let options = Options { progress: true, ..Options::exactly(arguments.iterations) };
    for solver in &arguments.solvers {
        let (name, mut found) = (solver.to_string(), image.zeros_like());
        let report = match solver {
            Solver::Cgls => solving.solve(&name, Cgls::new(&a, &data, &mut found)?, &options)?,
            Solver::Smoothed => {
                let gradient = Gradient::new().on(image.layout()?)?;
                let (stacked, right) = Inversion::new(&a, &data)?.smooth(arguments.eps, &gradient)?.stacked()?;
                solving.solve(&name, Cgls::new(&stacked, &right, &mut found)?, &options)?
            }
            Solver::Fista => {
                // The filter sums up to 1: no image becomes larger.
                let sparse = Shrinkage::fista(&a, &data, &mut found, arguments.sparse)?.step(1.0)?;
                solving.solve(&name, sparse, &options)?
            }
        };
        outputs.save_array(&format!("recovered_{name}"), &found)?;
        pictures.run(&name, &found, &report);
        runs.add(&name, &a, [&image, &found], &data, &report);
    }
    drop(mark);
    outputs.save_array("blurred", &data)?;
    if comm.rank() == 0 {
        for rank in 0..comm.size() {
            println!("rank {rank}: rows {:?}", image.layout()?.range(rank));
        }
    }
    images::compare_with_one_rank(&a, &image, blur)?;

    let blurred_error = (&data - &image).norm() / image.norm();
    let figures = json!({
        "ranks": comm.size(), "shape": image.shape(), "sigma": arguments.sigma, "blurred_relative_error": blurred_error,
        "runs": runs.json(),
    });
    pictures.save(comm, &outputs)?;
    on_rank_0(comm, || {
        outputs.save_json(&figures)?;
        println!(
            "\nrelative error of the blurred image {blurred_error:.4}; pictures and images: {}",
            outputs.folder().display()
        );
        Ok(())
    })
}

/// Up to four deviations to each side, with sum 1.
fn gaussian(sigma: f64) -> Array2<f64> {
    let reach = (4.0 * sigma).ceil() as usize;
    let square = |k: usize| (k as f64 - reach as f64).powi(2);
    let side = 2 * reach + 1;
    let filter = Array2::from_shape_fn((side, side), |(i, k)| (-0.5 * (square(i) + square(k)) / (sigma * sigma)).exp());
    let sum = filter.sum();
    filter / sum
}
