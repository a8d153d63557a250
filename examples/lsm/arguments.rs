//! The command line.

use clap::{Parser, ValueEnum};
use lops_examples::{SolveFlags, TimingFlag, told_by_name};
use std::path::PathBuf;

/// Least-squares migration, on all cores or under mpirun.
///
/// Models the reflections of a section for sources and receivers at its top, then recovers the section from them. Writes pictures (PNG) and
/// images (NumPy's .npy). LOPS_RANKS sets the number of threads where no MPI launcher does.
#[derive(Debug, Parser)]
#[command(name = "lsm")]
pub(crate) struct Arguments {
    /// Points across, 4 m apart
    #[arg(long, value_name = "N", default_value_t = 81)]
    pub(crate) nx: usize,

    /// Points down, 4 m apart
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub(crate) nz: usize,

    /// Sources, 10 m deep; each rank has some of them
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) sources: usize,

    /// Receivers, 20 m deep
    #[arg(long, value_name = "N", default_value_t = 11)]
    pub(crate) receivers: usize,

    /// Samples of a trace, 4 ms apart
    #[arg(long, value_name = "N", default_value_t = 651)]
    pub(crate) nt: usize,

    /// The velocity of waves [m/s]
    #[arg(long, value_name = "V", default_value_t = 1000.0)]
    pub(crate) velocity: f64,

    /// Velocities [nx, nz] in m/s: waves take the ways of first arrivals. A .npy, .npz, HDF5 (with the feature hdf5) or SEG-Y file; of several arrays
    /// one by its name behind a colon
    #[arg(long, value_name = "FILE")]
    pub(crate) velocities: Option<PathBuf>,

    /// Reflectivity [nx, nz], a file as that of velocities. Without it: two flat reflectors
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,

    /// With amplitudes that fall with the way and with the angle, and the wavelet as waves in two dimensions have it
    #[arg(long)]
    pub(crate) dynamic: bool,

    /// Ways that come to a point within so many degrees of the vertical: up to the first number all, from the second one on none
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"])]
    pub(crate) angles: Option<Vec<f64>>,

    /// Iterations of each solver
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) iterations: usize,

    /// The solvers, one after another
    #[arg(long, value_enum, value_delimiter = ',', default_value = "cgls")]
    pub(crate) solvers: Vec<Solver>,

    /// Folder for pictures and images; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/lsm")]
    pub(crate) out: PathBuf,

    /// File for the figures: norms, and of every run its costs, errors and why it stopped
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) solving: SolveFlags,

    #[command(flatten)]
    pub(crate) timing: TimingFlag,
}

/// How the section is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Solver {
    /// CGLS: least squares
    Cgls,
    /// LSQR: the same, by another recurrence
    Lsqr,
    /// FISTA: few reflectors
    Fista,
}

told_by_name!(Solver);
