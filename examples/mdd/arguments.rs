//! The command line.

use clap::{Parser, ValueEnum};
use lops_examples::{SolveFlags, TimingFlag, told_by_name};
use std::path::PathBuf;

/// Multi-dimensional deconvolution, on all cores or under mpirun.
///
/// Models the wavefield at sources from one at receivers and a kernel between both, then recovers the one at the receivers.
/// Writes pictures (PNG) and wavefields (NumPy's .npy). LOPS_RANKS sets the number of threads where no MPI launcher does.
#[derive(Debug, Parser)]
#[command(name = "mdd")]
pub(crate) struct Arguments {
    /// Sources, 5 m apart, where the data are
    #[arg(long, value_name = "N", default_value_t = 201)]
    pub(crate) sources: usize,

    /// Receivers, 5 m apart, where the model is
    #[arg(long, value_name = "N", default_value_t = 121)]
    pub(crate) receivers: usize,

    /// Times from 0 on, 2 ms apart; there are as many before it
    #[arg(long, value_name = "N", default_value_t = 800)]
    pub(crate) nt: usize,

    /// Frequencies of the kernel, at most as many as times
    #[arg(long, value_name = "N", default_value_t = 400)]
    pub(crate) frequencies: usize,

    /// Iterations of the solver
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) iterations: usize,

    /// The solver
    #[arg(long, value_enum, default_value_t = Solver::Cgls)]
    pub(crate) solver: Solver,

    /// The kernel, as it is multiplied with: [frequencies, sources, receivers] of complex128, in a .npy file or (built with the
    /// feature hdf5) a .h5 file. Without it: one of three hyperbolic events, made here
    #[arg(long, value_name = "FILE")]
    pub(crate) kernel: Option<PathBuf>,

    /// Write the kernel to this .npy or .h5 file
    #[arg(long, value_name = "FILE")]
    pub(crate) save_kernel: Option<PathBuf>,

    /// The kernel's dataset in a .h5 file; without it, the only one
    #[arg(long, value_name = "NAME")]
    pub(crate) dataset: Option<String>,

    /// Folder for pictures and wavefields; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/mdd")]
    pub(crate) out: PathBuf,

    /// File for the figures: norms, and of the run its costs, time and why it stopped
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) solving: SolveFlags,

    #[command(flatten)]
    pub(crate) timing: TimingFlag,
}

/// How the model is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Solver {
    /// CGLS: least squares
    Cgls,
    /// LSQR: least squares, where they are badly conditioned
    Lsqr,
    /// CG on the normal equations
    Normal,
}

impl Solver {
    /// What its costs are.
    pub(crate) fn cost(self) -> &'static str {
        match self {
            Self::Cgls | Self::Lsqr => "‖d − A m‖",
            Self::Normal => "‖Aᴴ(d − A m)‖",
        }
    }

    /// Vectors like the model, and like the data, that are there while it runs.
    pub(crate) fn vectors(self) -> [usize; 2] {
        match self {
            Self::Lsqr => [5, 3],   // model, solution, and three of LSQR; data, and two more
            Self::Cgls => [4, 3],   // model, solution, and two of CGLS; data, and two more
            Self::Normal => [6, 2], // model, solution, right-hand side, and three of CG; data, and A of a vector
        }
    }
}

told_by_name!(Solver);
