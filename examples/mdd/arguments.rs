//! The command line.

use clap::Parser;
use lops_examples::TimingFlag;
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

    /// The kernel, as it is multiplied with: [frequencies, sources, receivers] of complex128. Without it: one of three
    /// hyperbolic events, made here
    #[arg(long, value_name = "FILE.npy")]
    pub(crate) kernel: Option<PathBuf>,

    /// Folder for pictures and wavefields; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/mdd")]
    pub(crate) out: PathBuf,

    /// File for the figures: norms, and of the run its costs, time and why it stopped
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) timing: TimingFlag,
}
