//! Multi-dimensional deconvolution: a wavefield at receivers out of one at sources and the kernel between both.
//!
//! A wavefield d recorded at sources s is the convolution in time, and the sum over receivers r, of the wavefield m at the
//! receivers with a kernel G, all of them functions of two-sided time:
//!
//! ```text
//! d(t, s) = Σᵣ ∫ G(t − τ, s, r) m(τ, r) dτ        d = A m,   A: MDC
//! ```
//!
//! The kernel is the largest of them by far. It is made, or read, a part on each rank, goes to blocks of frequencies, and
//! stays there; the wavefields are cut along receivers and sources. Then m is sought from d by least squares, as a plain
//! adjoint (cross-correlation) leaves the kernel's footprint on it.
//!
//! ```text
//! cargo run --release --example mdd                                   on all cores, everything made here
//! LOPS_RANKS=3 cargo run --release --example mdd -- --sources 101 --iterations 20 --timing
//!
//! cargo build --release --features mpi --example mdd
//! scripts/mpirun.sh -n 4 target/release/examples/mdd --json result.json
//!
//! cargo build --release --features mpi,hdf5 --example mdd             a kernel from a file, read by all ranks
//! scripts/mpirun.sh -n 4 target/release/examples/mdd --kernel kernel.h5
//! ```
//!
//! All of these give the same bits, in double precision: in single precision CGLS has left the way of exact arithmetic after 50
//! iterations (a cost of 1.155 in place of 1.105). Formulation and parameters: the tutorial on multi-dimensional deconvolution of PyLops-MPI.

mod arguments;
mod pictures;
mod report;
mod synthetic;

use arguments::{Arguments, Solver};
use lops::operators::MDC;
use lops::prelude::*;
use lops_examples::files;
use lops_examples::outputs::{Outputs, on_rank_0};
use pictures::Pictures;
use report::Summary;
use synthetic::Survey;

fn main() -> Result<()> {
    launch(|comm| match lops_examples::parse::<Arguments>(comm)? {
        Some(arguments) => arguments.timing.run(comm, || run(comm, &arguments)),
        None => Ok(()),
    })
}

fn run(comm: &Comm, arguments: &Arguments) -> Result<()> {
    let survey = Survey::new(arguments)?;
    let outputs = Outputs::claim(comm, &arguments.out, arguments.json.as_deref())?;

    let modelling = comm.mark("modelling");
    let kernel = match &arguments.kernel {
        Some(path) => files::read(&survey.kernel_layout(comm)?, path, arguments.dataset.as_deref())?,
        None => survey.kernel(comm)?,
    };
    if let Some(path) = &arguments.save_kernel {
        files::save(&kernel, path, arguments.dataset.as_deref().unwrap_or("kernel"))?;
    }
    let layout = Layout::scatter(comm, &survey.model_shape(), 1)?;
    let model = survey.model(&layout)?;
    let a = MDC::new(&kernel).prescaled().on(&layout)?;
    let data = &a * &model;
    let adjoint = a.adjoint() * &data;
    let mut summary = Summary::of(&survey, arguments.solver, &a, &data, &adjoint)?;
    let mut pictures = Pictures::new(&survey, &kernel, &model, &data, &adjoint)?;
    drop((kernel, adjoint, modelling)); // what the operator needs of the kernel it has

    let _mark = comm.mark("inversion");
    let options = Options { progress: true, ..Options::exactly(arguments.iterations) };
    let mut inverted = model.zeros_like();
    let (solving, name) = (&arguments.solving, arguments.solver.to_string());
    let report = match arguments.solver {
        Solver::Cgls => solving.solve(&name, Cgls::new(&a, &data, &mut inverted)?, &options)?,
        Solver::Lsqr => solving.solve(&name, Lsqr::new(&a, &data, &mut inverted)?, &options)?,
        Solver::Normal => {
            solving.solve(&name, Cg::new(&normal(&a), &(a.adjoint() * &data), &mut inverted)?, &options)?
        }
    };
    let residual = &data - &(&a * &inverted);
    outputs.save_array("model", &model)?;
    outputs.save_array("data", &data)?;
    outputs.save_array("inverted", &inverted)?;
    pictures.inversion(arguments.solver, &inverted, &residual, &report)?;
    summary.add(arguments.solver, &model, &inverted, report)?;

    pictures.save(comm, &outputs)?;
    on_rank_0(comm, || {
        outputs.save_json(&summary.json())?;
        println!("\npictures and wavefields: {}", outputs.folder().display());
        Ok(())
    })
}
