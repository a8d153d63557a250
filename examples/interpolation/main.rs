//! Irregular traces of a gather, filled in by the slownesses of its events.
//!
//! In a window of few traces events are nearly straight, so a gather is made of few slownesses in each of many windows that overlap
//! (local Radon transforms). Those that explain the traces at hand make the missing ones too:
//!
//! ```text
//! d = R S m,   min ½ ‖d − R S m‖² + ε ‖m‖₁   or   min ‖d − R S m‖² + δ² ‖m‖²,   filled = S m
//! ```
//!
//! R keeps the traces that were recorded, and S goes from the slownesses of all windows to the gather (`Sliding2D` with `Radon2D` in each
//! window). The gather is cut along its traces, and windows are dealt out to the ranks: S sends those parts of windows that lie on another rank.
//!
//! ```text
//! cargo run --release --example interpolation                                   on all cores
//! LOPS_RANKS=3 cargo run --release --example interpolation -- --keep 30 --solver lsqr
//! cargo run --release --example interpolation -- --data gather.npy --window 16 --overlap 8
//!
//! cargo build --release --features mpi --example interpolation
//! scripts/mpirun.sh -n 4 target/release/examples/interpolation --json result.json
//! ```
//!
//! All of these give the same bits, and the program ends with a comparison to one rank that does all. Source of the method: the tutorial on
//! seismic interpolation of PyLops; A. Ibrahim and M. Sacchi, Geophysics 79 (2014) V1, on local transforms.

mod arguments;
mod gather;
mod pictures;
mod report;

use arguments::{Arguments, Solver};
use lops::prelude::*;
use lops_examples::not_below_0;
use lops_examples::outputs::{Outputs, on_rank_0};
use lops_examples::traces::kept;
use report::Summary;

fn main() -> Result<()> {
    launch(|comm| match lops_examples::parse::<Arguments>(comm)? {
        Some(arguments) => arguments.timing.run(comm, || run(comm, &arguments)),
        None => Ok(()),
    })
}

fn run(comm: &Comm, arguments: &Arguments) -> Result<()> {
    not_below_0(&[("--eps", arguments.eps), ("--damp", arguments.damp)])?;
    let truth = gather::gather(comm, arguments)?;
    let layout = truth.layout()?;
    let kept = kept(comm, layout.shape()[0], arguments.keep, arguments.seed)?;
    let synthesis = gather::synthesis(layout, arguments)?; //                  S
    let recorded = Restriction::new(&kept).on::<f64>(layout)?; //             R
    let outputs = Outputs::claim(comm, &arguments.out, arguments.json.as_deref())?;

    let data = &recorded * &truth;
    let gaps = recorded.adjoint() * &data; //                                  what was recorded, and zeros between
    let a = recorded.compose(&synthesis)?;
    let image = a.adjoint() * &data;
    let mut slownesses = DistArray::zeros(a.domain());
    let options = Options { progress: true, ..Options::iterations(arguments.iterations) };
    let (solving, name) = (&arguments.solving, arguments.solver.to_string());
    let report = match arguments.solver {
        Solver::Fista => {
            let eps = arguments.eps * image.norm_of(Norm::Inf)?;
            let sparse = Shrinkage::fista(&a, &data, &mut slownesses, eps)?.restart();
            solving.solve(&name, sparse, &options)?
        }
        Solver::Lsqr => {
            let damped = Lsqr::new(&a, &data, &mut slownesses)?.damp(arguments.damp)?;
            solving.solve(&name, damped, &options)?
        }
    };
    let filled = &synthesis * &slownesses;

    let summary = Summary::new(arguments, kept.len(), &truth, [&gaps, &filled], &slownesses, report)?;
    for (name, x) in [("gather", &truth), ("recorded", &gaps), ("filled", &filled)] {
        outputs.save_array(name, x)?;
    }
    gather::compare_with_one_rank(arguments, &kept, &synthesis, [&slownesses, &filled, &data, &image])?;
    pictures::draw([&truth, &gaps, &filled], &summary, &outputs)?;
    on_rank_0(comm, || {
        outputs.save_json(&summary.json())?;
        println!("pictures and gathers: {}", outputs.folder().display());
        Ok(())
    })
}
