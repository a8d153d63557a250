//! Sparse reflectivity inversion of a 3-D volume: few reflectors that explain the data.
//!
//! Where impedance changes, r = D m with m its logarithm, waves are reflected, and the data are a wavelet convolved with that:
//!
//! ```text
//! d = W r,    r = D m
//! ```
//!
//! W is the convolution along a trace with a Ricker wavelet (15 Hz, 41 samples at 4 ms). The wavelet holds few frequencies: many
//! r explain the same data, and of those the sparsest is wanted,
//!
//! ```text
//! ista, fista, twist     min ½ ‖d − W r‖² + ε ‖r‖₁,  ε = 0.02 (of which half counts, as in PyLops)
//! pg                     the same by proximal operators, FISTA's steps of 0.99/‖W‖²; its ε is that half
//! spgl1                  min ‖r‖₁ where ‖d − W r‖ ≤ σ, σ being about what FISTA leaves
//! ```
//!
//! The volume (y, x, z) is cut along y; traces do not see each other, so that W does not communicate, and all that is sent are the
//! sums of the solvers.
//!
//! ```text
//! cargo run --release --example reflectivity                    on all cores, a model made here
//! scripts/mpirun.sh -n 4 target/release/examples/reflectivity --model model.npz --ny 8 --json result.json
//! ```
//!
//! All of these give the same bits. Formulation and parameters: the reflectivity tutorial of PyLops-MPI.

mod arguments;
mod inversion;
mod pictures;
mod report;

use arguments::Arguments;
use inversion::Problem;
use lops::prelude::*;
use lops_examples::outputs::{Outputs, on_rank_0};
use lops_examples::section::Section;
use pictures::Pictures;
use report::Summary;

fn main() -> Result<()> {
    lops::launch(|comm| match Arguments::parse(comm)? {
        Some(arguments) => arguments.timing.run(comm, || run(comm, &arguments)),
        None => Ok(()),
    })
}

fn run(comm: &Comm, arguments: &Arguments) -> Result<()> {
    let section = Section::of_all_ranks(comm, arguments.model.as_deref())?;
    let layout = section.layout(comm, arguments.ny)?;
    let outputs = Outputs::claim(comm, &arguments.out, arguments.json.as_deref())?;

    let modelling = comm.mark("modelling");
    let problem = Problem::new(&layout, &section)?;
    let mut summary = Summary::of(&problem)?;
    let mut pictures = Pictures::new(&section, &problem)?;
    outputs.save_array("reflectivity", &problem.reflectivity)?;
    outputs.save_array("data", &problem.data)?;
    drop(modelling);

    let mut first: Option<DistArray<f64>> = None;
    for &method in &arguments.solvers {
        let _mark = comm.mark(&method.to_string());
        let (inverted, report) = problem.invert(method, arguments)?;
        outputs.save_array(&format!("reflectivity_{method}"), &inverted)?;
        pictures.inversion(method, &inverted, &report)?;
        let apart = first.as_ref().map(|first| (&inverted - first).norm() / first.norm());
        summary.add(method, &problem, &inverted, apart, report)?;
        first.get_or_insert(inverted);
    }

    pictures.save(&outputs)?;
    on_rank_0(comm, || {
        outputs.save_json(&summary.json())?;
        println!("\n{}\n\npictures and volumes: {}", summary.table(), outputs.folder().display());
        Ok(())
    })
}
