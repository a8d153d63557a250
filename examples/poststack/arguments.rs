//! The command line.

use clap::{Parser, ValueEnum};
use lops::prelude::*;
use lops_examples::{SolveFlags, TimingFlag, each_solver_once, told_by_name};
use std::path::PathBuf;

/// Post-stack inversion of a 3-D seismic volume, on all cores or under mpirun.
///
/// Models reflection data of a log-impedance model, then recovers the model from them and a smooth
/// background. Writes pictures (PNG) and models (NumPy's .npy). LOPS_RANKS sets the number of
/// threads where no MPI launcher does.
#[derive(Debug, Parser)]
#[command(name = "poststack")]
pub(crate) struct Arguments {
    /// Impedance to invert for: arrays `model` [z, x] of float64, all positive, `x` and `z`.
    /// Every third x is taken. Without it: a faulted, layered model made by the program
    #[arg(long, value_name = "FILE.npz")]
    pub(crate) model: Option<PathBuf>,

    /// Slices along y, the axis that is cut over the ranks
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) ny: usize,

    /// Iterations of each solver but tv
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) iterations: usize,

    /// Iterations of tv, each with 20 of CGLS
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub(crate) tv_iterations: usize,

    /// Which inversions, in this order
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "cgls,normal,stacked")]
    pub(crate) solvers: Vec<Method>,

    /// Folder for pictures and models; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/poststack")]
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
pub(crate) enum Method {
    /// CGLS on G
    Cgls,
    /// CG on the normal equations, with Laplacian regularisation
    Normal,
    /// The same by CG with half the messages
    PredictCg,
    /// The same with a preconditioner: the inverse of what happens within a trace
    Pcg,
    /// CGLS on G above the weighted Laplacian
    Stacked,
    /// The same by LSQR
    Lsqr,
    /// ADMM, with the total variation of the model
    Tv,
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
        if self.tv_iterations == 0 && self.solvers.contains(&Method::Tv) {
            return Err(Error::expected(ErrorKind::Parameter, "--tv-iterations", "at least 1", 0));
        }
        each_solver_once(&self.solvers)?;
        Ok(self)
    }
}

told_by_name!(Method);
