//! A tour of the operators: each on a small array, with a line of figures and a picture.
//!
//! ```text
//! cargo run --release --example tour_operators                            on all cores
//! LOPS_RANKS=3 cargo run --release --example tour_operators -- --out gallery
//! scripts/mpirun.sh -n 4 target/release/examples/tour_operators           (built with --features mpi)
//! ```
//!
//! A picture shows the model `x`, what the operator makes of it, `A x`, and what the adjoint makes of that, `Aᴴ A x`. A line has the
//! shapes of both, two norms, what all ranks together send each way, and the error of the dot test, `⟨A x, y⟩ = ⟨x, Aᴴ y⟩`. Shapes,
//! norms and pictures are the same to the last bit on any number of ranks; only a halo shows where the array is cut.

mod amplitudes;
mod bases;
mod convolutions;
mod derivatives;
mod lines;
mod models;
mod movement;
mod picture;
mod products;
mod radon;
mod stacks;
mod tomography;
mod tour;
mod transforms;
mod waves;
mod windows;

use clap::Parser;
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use std::path::PathBuf;
use tour::Tour;

/// Shows every operator on a small array: a line of figures and a picture (PNG) each.
///
/// LOPS_RANKS sets the number of threads where no MPI launcher does.
#[derive(Parser)]
#[command(name = "tour_operators")]
struct Arguments {
    /// Folder for the pictures; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/tour_operators")]
    out: PathBuf,

    /// File for the figures of every operator
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn main() -> Result<()> {
    launch(|comm| {
        let Some(arguments) = lops_examples::parse::<Arguments>(comm)? else { return Ok(()) };
        let mut tour = Tour::begin(comm, Outputs::claim(comm, &arguments.out, arguments.json.as_deref())?)?;
        derivatives::visit(&mut tour)?;
        convolutions::visit(&mut tour)?;
        amplitudes::visit(&mut tour)?;
        transforms::visit(&mut tour)?;
        bases::visit(&mut tour)?;
        tomography::visit(&mut tour)?;
        products::visit(&mut tour)?;
        movement::visit(&mut tour)?;
        lines::visit(&mut tour)?;
        waves::visit(&mut tour)?;
        stacks::visit(&mut tour)?;
        radon::visit(&mut tour)?;
        windows::visit(&mut tour)?;
        tour.end()
    })
}
