//! Least-squares migration of a section: reflectors from the waves that they send back.
//!
//! A source sends a wavelet, every point of the section scatters a part of it, and receivers record what comes back, each point's
//! at the time that waves take there and back (Kirchhoff modelling). Migration, the adjoint, leaves the footprint of sources and
//! receivers on the image; least squares take it away.
//!
//! ```text
//! d(s, r, t) = Σₚ m(p) w(t − τ(s, p) − τ(p, r))        d = A m,   min ‖d − A m‖
//! ```
//!
//! Sources are dealt out to the ranks with their travel times and traces; every rank has the section.
//!
//! ```text
//! cargo run --release --example lsm                                   on all cores
//! LOPS_RANKS=3 cargo run --release --example lsm -- --sources 60 --solvers cgls,fista
//!
//! cargo build --release --features mpi --example lsm
//! scripts/mpirun.sh -n 4 target/release/examples/lsm --json result.json
//! ```
//!
//! All of these give the same bits, and the program ends with a comparison to one rank that does all. Formulation and parameters: the tutorial on
//! least-squares migration of PyLops-MPI.

mod arguments;
mod pictures;
mod report;
mod survey;

use arguments::{Arguments, Solver};
use lops::prelude::*;
use lops_examples::not_0;
use lops_examples::outputs::{Outputs, on_rank_0};
use pictures::Pictures;
use report::Summary;
use survey::Survey;

fn main() -> Result<()> {
    launch(|comm| match lops_examples::parse::<Arguments>(comm)? {
        Some(arguments) => arguments.timing.run(comm, || run(comm, &arguments)),
        None => Ok(()),
    })
}

fn run(comm: &Comm, arguments: &Arguments) -> Result<()> {
    not_0(&[("--sources", arguments.sources), ("--receivers", arguments.receivers)])?;
    let survey = Survey::new(comm, arguments)?;
    let outputs = Outputs::claim(comm, &arguments.out, arguments.json.as_deref())?;

    let modelling = comm.mark("modelling");
    let model = survey.model(comm, arguments.model.as_deref())?;
    let a = survey.modelling(model.layout()?)?;
    let data = &a * &model;
    let migrated = a.adjoint() * &data;
    drop(modelling);
    let mut summary = Summary::of(&a, &data, &migrated)?;
    let mut pictures = Pictures::new(&survey, &model, &data, &migrated)?;

    let _mark = comm.mark("inversion");
    let options = Options { progress: true, ..Options::exactly(arguments.iterations) };
    for &solver in &arguments.solvers {
        let mut inverted = model.zeros_like();
        let (solving, name) = (&arguments.solving, solver.to_string());
        let report = match solver {
            Solver::Cgls => solving.solve(&name, Cgls::new(&a, &data, &mut inverted)?, &options)?,
            Solver::Lsqr => solving.solve(&name, Lsqr::new(&a, &data, &mut inverted)?, &options)?,
            Solver::Fista => {
                let sparse = Shrinkage::fista(&a, &data, &mut inverted, 2.0 * FEW)?;
                solving.solve(&name, sparse, &options)?
            }
        };
        outputs.save_array(&format!("inverted_{solver}"), &inverted)?;
        pictures.inversion(solver, &inverted, &report);
        summary.add(solver, &a, [&model, &inverted], &data, report);
    }
    outputs.save_array("migrated", &migrated)?;
    survey.compare_with_one_rank(&model, &data, &migrated)?;

    pictures.save(&outputs)?;
    on_rank_0(comm, || {
        outputs.save_json(&summary.json())?;
        println!("\npictures and images: {}", outputs.folder().display());
        Ok(())
    })
}

/// The weight of FISTA's penalty on reflectors.
const FEW: f64 = 1.0;
