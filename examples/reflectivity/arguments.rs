//! The command line.

use clap::{Parser, ValueEnum};
use lops::prelude::*;
use lops_examples::{SolveFlags, TimingFlag, each_solver_once, told_by_name};
use std::path::PathBuf;

/// Sparse reflectivity inversion of a 3-D seismic volume, on all cores or under mpirun.
///
/// Models reflection data of a log-impedance model, then recovers sparse reflectivity from them. Writes pictures (PNG) and
/// volumes (NumPy's .npy). `LOPS_RANKS` sets the number of threads where no MPI launcher does.
#[derive(Debug, Parser)]
#[command(name = "reflectivity")]
pub(crate) struct Arguments {
    /// Impedance: arrays `model` [z, x] of float64, all positive, `x` and `z`. Every third x is taken. Without it: a faulted, layered
    /// model made by the program
    #[arg(long, value_name = "FILE.npz")]
    pub(crate) model: Option<PathBuf>,

    /// Slices along y, the axis that is cut over the ranks
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) ny: usize,

    /// Iterations of each solver
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) iterations: usize,

    /// Which inversions, in this order
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "fista,spgl1")]
    pub(crate) solvers: Vec<Solver>,

    /// Folder for pictures and volumes; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/reflectivity")]
    pub(crate) out: PathBuf,

    /// File for the figures: norms, and of each run cost, error, time and why it stopped
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) solving: SolveFlags,

    #[command(flatten)]
    pub(crate) timing: TimingFlag,
}

/// One way to invert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Solver {
    /// Iterative shrinkage
    Ista,
    /// The same, looking ahead
    Fista,
    /// The same, in two steps
    Twist,
    /// Proximal gradient, looking ahead
    Pg,
    /// The sparsest that explains the data as well as FISTA's does
    Spgl1,
}

impl Arguments {
    /// The arguments, which every rank has; `None` if words of help are all that was asked for.
    pub(crate) fn parse(comm: &Comm) -> Result<Option<Self>> {
        lops_examples::parse::<Self>(comm)?.map(Self::check).transpose()
    }

    fn check(self) -> Result<Self> {
        if self.ny == 0 {
            return Err(Error::expected(ErrorKind::Parameter, "--ny", "at least 1 slice", 0));
        }
        each_solver_once(&self.solvers)?;
        Ok(self)
    }
}

told_by_name!(Solver);
