//! Post-stack seismic inversion of a 3-D volume: from reflections back to the rock.
//!
//! A stacked, migrated seismic trace is, to first order, a wavelet convolved with the changes of the
//! acoustic impedance z with time. With m = ln z,
//!
//! ```text
//! d = G m,    G = W D
//! ```
//!
//! D being the centred first derivative along a trace and W the convolution with a Ricker wavelet
//! (15 Hz, 41 samples at 4 ms). The volume (y, x, z) is cut along y; traces do not see each other, so
//! G does not communicate. Inversions, all from a smooth background model:
//!
//! ```text
//! cgls      min ‖d − G m‖²                         CGLS
//! normal    (GᴴG + ε LᴴL) m = Gᴴd,  ε = 100        CG
//! predict-cg  the same                              CG with half the messages; not unless asked for
//! pcg         the same                              CG with a preconditioner, trace by trace; not unless asked for
//! stacked   min ‖d − G m‖² + ε ‖L m‖²              CGLS on [G; √ε L] and [d; 0]
//! lsqr      the same                              LSQR; not unless asked for
//! tv        min ½ ‖d − G m‖² + μ ‖∇m‖₁             ADMM, with 20 CGLS in each iteration; not unless asked for
//! ```
//!
//! L is the Laplacian over all three axes, one slice of halo from each neighbour; ∇ are forward differences along them, μ = 0.01. `normal` and
//! `stacked` have the same solution by different roads; `cgls` fits the data best and knows least about the
//! frequencies that the wavelet does not hold; `tv` prefers layers with sharp borders.
//!
//! ```text
//! cargo run --release --example poststack                      on all cores, a model made here
//! LOPS_RANKS=3 cargo run --release --example poststack -- --ny 8 --solvers cgls,stacked,tv --timing
//!
//! cargo build --release --features mpi --example poststack
//! scripts/mpirun.sh -n 4 target/release/examples/poststack --model model.npz --json result.json
//! ```
//!
//! All of these give the same bits. No rank ever holds more than its own slices: each writes them into the `.npy` files, and rank 0
//! gets what pictures show.
//!
//! Formulation and parameters: the post-stack inversion tutorial of PyLops-MPI.

mod arguments;
mod inversion;
mod pictures;
mod report;

use arguments::Arguments;
use inversion::{Physics, Problem};
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
    // All that can be wrong is found before the first volume is made or a file is touched.
    let truth = Section::of_all_ranks(comm, arguments.model.as_deref())?;
    let background = truth.smoothed()?;
    let layout = truth.layout(comm, arguments.ny)?;
    let physics = Physics::new(&layout, &arguments.solvers)?;
    let outputs = Outputs::claim(comm, &arguments.out, arguments.json.as_deref())?;

    let modelling = comm.mark("modelling");
    let problem = Problem::new(physics, &layout, &truth, &background);
    let mut summary = Summary::of(&problem)?;
    let mut pictures = Pictures::new(&truth, &problem)?;
    outputs.save_array("model_true", &problem.model)?;
    outputs.save_array("model_background", &problem.background)?;
    outputs.save_array("data", &problem.data)?;
    drop(modelling);

    for &method in &arguments.solvers {
        let _mark = comm.mark(&method.to_string());
        let (inverted, report) = problem.invert(method, arguments)?;
        outputs.save_array(&format!("model_{method}"), &inverted)?;
        pictures.inversion(method, &inverted, &report)?;
        summary.add(method, &problem, &inverted, report);
    }

    pictures.save(&outputs)?;
    on_rank_0(comm, || {
        outputs.save_json(&summary.json())?;
        println!("\n{}\n\npictures and models: {}", summary.table(), outputs.folder().display());
        Ok(())
    })
}
