//! The examples of PyLops-MPI 0.8 and the notebook of DistArray, written with lops: where each thing is that they show.
//!
//! ```text
//! cargo run --release --example ports                                     all of them, on all cores
//! LOPS_RANKS=3 cargo run --release --example ports -- --only halo --only stacking
//! scripts/mpirun.sh -n 4 target/release/examples/ports                    (built with --features mpi)
//! ```
//!
//! A file here is one of theirs, in its order, with its sizes and numbers. Where those grow with the number of ranks, it is
//! [`PARTS`] here, as if there were four, so that results are the same on any number of ranks: each is computed a second time on
//! one rank, and an element that differs in a bit is an error. Where theirs looks at the result of a serial operator, or of
//! another one, so does ours.
//!
//! Lines of code, without blank lines, comments and docstrings; of theirs without those that draw. Ours have `use`, signatures and
//! checks in them, as theirs have `import` and checks. Lines here are of up to 120
//! characters: all files but the notebook's have 30 thousand characters, theirs 52. `mdd` takes its model and kernel from `mdc`; the section is what
//! other programs here read and make too.
//!
//! | theirs | lines | here | lines |
//! |---|---|---|---|
//! | `examples/plot_cgls.py` | 19 | `cgls` | 18 |
//! | `examples/plot_derivative.py` | 35 | `derivative` | 25 |
//! | `examples/plot_distributed_array.py` | 89 | `distributed_array` | 44 |
//! | `examples/plot_ffts.py` | 33 | `ffts` | 23 |
//! | `examples/plot_halo.py` | 354 | `halo` | 76 |
//! | `examples/plot_matrixmult.py` | 45 | `matrixmult` | 20 |
//! | `examples/plot_mdc.py` | 69 | `mdc` | 45 |
//! | `examples/plot_mpilinop.py` | 29 | `mpilinop` | 23 |
//! | `examples/plot_nonstatconv.py` | 102 | `nonstatconv` | 23 |
//! | `examples/plot_prox.py` | 131 | `prox` | 41 |
//! | `examples/plot_proxsolver.py` | 103 | `proxsolver` | 46 |
//! | `examples/plot_stacked_array.py` | 116 | `stacked_array` | 43 |
//! | `examples/plot_stacking.py` | 32 | `stacking` | 25 |
//! | `examples/plot_summamatrixmult.py` | 41 | `summamatrixmult` | 21 |
//! | `tutorials/benchmarking.py` | 58 | `benchmarking` | 36 |
//! | `tutorials/lsm.py` | 64 | `lsm` | 30 |
//! | `tutorials/mdd.py` | 103 | `mdd` | 17 |
//! | `tutorials/poststack.py` | 113 | `poststack` | 49 |
//! | `tutorials/reflectivity.py` | 62 | `reflectivity` | 26 |
//! | `DistArray: features.ipynb` | 81 | `notebook` | 49 |
//!
//! Four tutorials are programs of their own here too, with arguments, pictures, files and checkpoints: `lsm`, `mdd`, `poststack` and
//! `reflectivity`. Volumes are of two slices for each part here, theirs of 20; `--small` takes less of what takes long.

mod benchmarking;
mod cgls;
mod derivative;
mod distributed_array;
mod ffts;
mod halo;
mod lsm;
mod matrixmult;
mod mdc;
mod mdd;
mod mpilinop;
mod nonstatconv;
mod notebook;
mod page;
mod poststack;
mod prox;
mod proxsolver;
mod reflectivity;
mod stacked_array;
mod stacking;
mod summamatrixmult;

use clap::Parser;
use clap::builder::PossibleValuesParser;
use lops::prelude::*;
use lops_examples::outputs::{Outputs, on_rank_0};
use page::Page;
use serde_json::Value;
use std::path::PathBuf;

/// Where theirs has something for each rank.
const PARTS: usize = 4;

type Example = fn(&mut Page<'_>) -> Result<()>;

const EXAMPLES: [(&str, Example); 20] = [
    ("benchmarking", benchmarking::run),
    ("cgls", cgls::run),
    ("derivative", derivative::run),
    ("distributed_array", distributed_array::run),
    ("ffts", ffts::run),
    ("halo", halo::run),
    ("lsm", lsm::run),
    ("matrixmult", matrixmult::run),
    ("mdc", mdc::run),
    ("mdd", mdd::run),
    ("mpilinop", mpilinop::run),
    ("nonstatconv", nonstatconv::run),
    ("notebook", notebook::run),
    ("poststack", poststack::run),
    ("prox", prox::run),
    ("proxsolver", proxsolver::run),
    ("reflectivity", reflectivity::run),
    ("stacked_array", stacked_array::run),
    ("stacking", stacking::run),
    ("summamatrixmult", summamatrixmult::run),
];

/// The examples of PyLops-MPI and the notebook of DistArray, written with lops.
///
/// LOPS_RANKS sets the number of threads where no MPI launcher does.
#[derive(Parser)]
#[command(name = "ports")]
struct Arguments {
    /// This one alone; may be said of several
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(EXAMPLES.map(|(name, _)| name)))]
    only: Vec<String>,

    /// Fewer slices, sources and iterations of what takes long: halo, lsm, mdc, mdd, poststack, reflectivity
    #[arg(long)]
    small: bool,

    /// The arrays model, x and z (.npz) that poststack and reflectivity take every third trace of, instead of those made here
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,

    /// Folder for the files that some write; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/ports")]
    out: PathBuf,

    /// File for the names of all results, and a number made of their bits for each example
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn main() -> Result<()> {
    launch(|comm| {
        let Some(arguments) = lops_examples::parse::<Arguments>(comm)? else { return Ok(()) };
        let outputs = Outputs::claim(comm, &arguments.out, arguments.json.as_deref())?;
        let asked = |name: &str| arguments.only.is_empty() || arguments.only.iter().any(|only| only == name);
        let mut figures = vec![];
        for (name, example) in EXAMPLES.into_iter().filter(|(name, _)| asked(name)) {
            figures.push(Page::of(comm, name, &arguments, example)?.json());
        }
        on_rank_0(comm, || outputs.save_json(&Value::from(figures)))
    })
}
