//! Pre-stack inversion: velocities of P and S waves and density from reflections at several angles.
//!
//! Straight down a reflection tells the contrast of impedance; how it changes with the angle tells vs and density apart from vp. The logarithms m of the three
//! properties make gathers by a linear formula,
//!
//! ```text
//! d(t, θ) = w ∗ Σₚ Gₚ(t, θ) ∂ₜ mₚ        d = G m,   min ‖d − G m‖² + ε ‖L m‖²
//! ```
//!
//! with the coefficients of Aki and Richards and the wavelet w, and are sought from a smooth background, which has the frequencies that the wavelet lacks. L is
//! the Laplacian over time and space, or the second derivative along time. Traces are dealt out to the ranks; what they send are rows beside
//! others' for the Laplacian, and sums.
//!
//! ```text
//! cargo run --release --example prestack                                  on all cores, a section made here
//! LOPS_RANKS=3 cargo run --release --example prestack -- --ny 20 --solvers cgls,lsqr --timing
//!
//! cargo build --release --features mpi --example prestack
//! scripts/mpirun.sh -n 4 target/release/examples/prestack --model model.npz --json result.json
//! ```
//!
//! All of these give the same bits, and the program ends with a comparison to one rank that does all. Formulation: `PrestackLinearModelling` and
//! `PrestackInversion` of PyLops.

mod arguments;
mod earth;
mod pictures;
mod problem;
mod report;

use arguments::Arguments;
use lops::prelude::*;
use lops_examples::outputs::{Outputs, on_rank_0};
use pictures::Pictures;
use problem::Problem;
use report::Summary;

fn main() -> Result<()> {
    launch(|comm| match Arguments::parse(comm)? {
        Some(arguments) => arguments.timing.run(comm, || run(comm, &arguments)),
        None => Ok(()),
    })
}

fn run(comm: &Comm, arguments: &Arguments) -> Result<()> {
    let modelling = comm.mark("modelling");
    let problem = Problem::new(comm, arguments)?;
    let outputs = Outputs::claim(comm, &arguments.out, arguments.json.as_deref())?;
    let mut summary = Summary::of(&problem)?;
    let mut pictures = Pictures::new(&problem, arguments)?;
    outputs.save_array("model_true", &problem.model)?;
    outputs.save_array("model_background", &problem.background)?;
    outputs.save_array("data", &problem.data)?;
    drop(modelling);

    let _mark = comm.mark("inversion");
    let mut first = None;
    for &solver in &arguments.solvers {
        let (inverted, report) = problem.invert(solver, arguments)?;
        outputs.save_array(&format!("model_{solver}"), &inverted)?;
        pictures.inversion(solver, &inverted, &report)?;
        summary.add(solver, &problem, &inverted, &report)?;
        first.get_or_insert(inverted);
    }
    if let Some(first) = first {
        problem.compare_with_one_rank(arguments, &first)?;
    }

    pictures.save(&outputs)?;
    on_rank_0(comm, || {
        outputs.save_json(&summary.json())?;
        println!("\npictures and models: {}", outputs.folder().display());
        Ok(())
    })
}
