//! Measures lops on fixed work, one JSON line for each case: times, bytes, checksums of the results.
//!
//! ```text
//! cargo build --release --example suite
//! LOPS_RANKS=2 target/release/examples/suite --case vec,first.centered3
//! mpirun -n 2 target/release/examples/suite --case all          (built with --features mpi)
//! ```
//!
//! Case names, inputs, byte counts and checksums are those of a set of baselines of other packages
//! (PyLops-MPI, PETSc, STREAM), beside which the lines can be set. Inputs are functions of a seed and
//! a global index, so checksums agree on any number of ranks.

mod cases;
mod inputs;
mod timing;

use clap::Parser;
use lops::prelude::*;
use lops_examples::TimingFlag;
use std::{cell::OnceCell, path::PathBuf};

#[derive(Parser)]
#[command(about = "Measure lops on fixed work, one JSON line for each case")]
struct Arguments {
    /// Names of cases, their beginnings or parts, comma-separated; or `all`
    #[arg(long, default_value = "all")]
    case: String,
    /// Print the names of all cases, and measure none
    #[arg(long)]
    list: bool,
    /// The main size, instead of each case's own
    #[arg(long)]
    n: Option<usize>,
    /// Samples of each case
    #[arg(long, default_value_t = 7)]
    reps: usize,
    /// Seconds that a sample lasts at least, by repetition (0: every sample is one call)
    #[arg(long, default_value_t = 0.05)]
    min_time: f64,
    /// Iterations of the solvers, instead of each case's own (30; 10 where post-stack modelling is at 256³)
    #[arg(long)]
    niter: Option<usize>,
    /// The model of poststack3d: a .npz file with `model` [z, x]
    #[arg(long, default_value = "../shared/data/poststack_model.npz")]
    model: PathBuf,
    #[command(flatten)]
    timing: TimingFlag,
}

impl Arguments {
    fn parts(&self) -> impl Iterator<Item = &str> {
        self.case.split(',').map(str::trim)
    }

    /// Every part must mean some case.
    fn check(&self) -> Result<()> {
        let unknown =
            |part: &&str| *part != "all" && (part.is_empty() || !cases::names().any(|name| name.contains(*part)));
        let expected = "names, beginnings or parts of those that --list prints";
        match self.parts().find(unknown) {
            None => Ok(()),
            Some(part) => Err(Error::expected(ErrorKind::Parameter, "--case", expected, format!("{part:?}"))),
        }
    }
}

/// What every case needs.
struct Suite<'a> {
    comm: &'a Comm,
    arguments: &'a Arguments,
    /// Bytes a second of this run's own triad, once measured.
    triad: OnceCell<f64>,
}

impl Suite<'_> {
    /// Whether a case is asked for: by its own name, or by a part that is no case's whole name.
    fn wants(&self, name: &str) -> bool {
        let is_name = |part: &str| cases::names().any(|known| known == part);
        let asked = |part: &str| name == part || part == "all" || (!is_name(part) && name.contains(part));
        self.arguments.parts().any(asked)
    }

    fn iterations(&self, usual: usize) -> usize {
        self.arguments.niter.unwrap_or(usual)
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if arguments.list {
        cases::names().for_each(|name| println!("{name}"));
        return Ok(());
    }
    arguments.check()?;
    launch(|comm| {
        let suite = Suite { comm, arguments: &arguments, triad: OnceCell::new() };
        arguments.timing.run(comm, || cases::run(&suite))
    })
}
