//! The command line.

use clap::{Parser, ValueEnum};
use lops_examples::{SolveFlags, TimingFlag, told_by_name};
use std::path::PathBuf;

/// Interpolation of irregular traces by local slownesses, on all cores or under mpirun.
///
/// Takes traces away from a gather, then recovers them: in windows that overlap events are nearly straight, and few slownesses make them.
/// Writes pictures (PNG) and gathers (NumPy's .npy). LOPS_RANKS sets the number of threads where no MPI launcher does.
#[derive(Debug, Parser)]
#[command(name = "interpolation")]
pub(crate) struct Arguments {
    /// Traces of the gather, 10 m apart
    #[arg(long, value_name = "N", default_value_t = 121)]
    pub(crate) traces: usize,

    /// Samples of a trace, 4 ms apart
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) samples: usize,

    /// The events of the gather
    #[arg(long, value_enum, default_value = "hyperbolas")]
    pub(crate) events: Events,

    /// A gather [traces, samples] instead: a .npy, .npz, HDF5 (with the feature hdf5) or SEG-Y file; of several arrays one by its name behind a colon
    #[arg(long, value_name = "FILE", conflicts_with_all = ["traces", "samples", "events"])]
    pub(crate) data: Option<PathBuf>,

    /// Traces that were recorded, in per cent
    #[arg(long, value_name = "PERCENT", default_value_t = 40.0)]
    pub(crate) keep: f64,

    /// Which ones: the seed of their order
    #[arg(long, value_name = "SEED", default_value_t = 5)]
    pub(crate) seed: u64,

    /// Traces of a window
    #[arg(long, value_name = "N", default_value_t = 22)]
    pub(crate) window: usize,

    /// Traces that windows overlap by
    #[arg(long, value_name = "N", default_value_t = 11)]
    pub(crate) overlap: usize,

    /// Slownesses in each window
    #[arg(long, value_name = "N", default_value_t = 41)]
    pub(crate) slownesses: usize,

    /// The greatest slowness [s/m], of both signs
    #[arg(long, value_name = "P", default_value_t = 8e-4)]
    pub(crate) steepest: f64,

    /// How the slownesses are found
    #[arg(long, value_enum, default_value = "fista")]
    pub(crate) solver: Solver,

    /// Iterations of the solver
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) iterations: usize,

    /// FISTA: weight of sparsity, as a part of the largest coefficient of the adjoint
    #[arg(long, value_name = "PART", default_value_t = 0.01)]
    pub(crate) eps: f64,

    /// LSQR: damping
    #[arg(long, value_name = "DAMP", default_value_t = 1.0)]
    pub(crate) damp: f64,

    /// Folder for pictures and gathers; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/interpolation")]
    pub(crate) out: PathBuf,

    /// File for the figures: errors, and of the run its costs and why it stopped
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) solving: SolveFlags,

    #[command(flatten)]
    pub(crate) timing: TimingFlag,
}

/// What a gather is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Events {
    /// Reflections: three hyperbolas about the trace in the middle
    Hyperbolas,
    /// Three plane waves
    Lines,
}

/// How slownesses are sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Solver {
    /// FISTA: few slownesses
    Fista,
    /// LSQR: slownesses of least norm, if damped
    Lsqr,
}

told_by_name!(Solver);
