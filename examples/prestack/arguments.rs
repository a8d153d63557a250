//! The command line.

use clap::{Parser, ValueEnum};
use lops::prelude::*;
use lops_examples::{SolveFlags, TimingFlag, not_0, not_below_0, told_by_name};
use std::path::PathBuf;

/// Pre-stack inversion for vp, vs and density, on all cores or under mpirun.
///
/// Models angle gathers of a layered section or volume, then recovers its three properties from them and a smooth background. Writes pictures (PNG) and models
/// (NumPy's .npy). LOPS_RANKS sets the number of threads where no MPI launcher does.
#[derive(Debug, Parser)]
#[command(name = "prestack")]
pub(crate) struct Arguments {
    /// Samples of a trace, 4 ms apart
    #[arg(long, value_name = "N", default_value_t = 160)]
    pub(crate) nt: usize,

    /// Traces along x; each rank has some of them
    #[arg(long, value_name = "N", default_value_t = 80)]
    pub(crate) nx: usize,

    /// Traces along y: more than 1 make a volume
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) ny: usize,

    /// Angles from 0 on
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(crate) angles: usize,

    /// The largest angle [degrees]
    #[arg(long, value_name = "DEGREES", default_value_t = 42.0)]
    pub(crate) largest: f64,

    /// The ratio of vs to vp. Without it: that of the background at each time
    #[arg(long, value_name = "RATIO")]
    pub(crate) vsvp: Option<f64>,

    /// The peak frequency of the wavelet [Hz]
    #[arg(long, value_name = "HZ", default_value_t = 18.0)]
    pub(crate) frequency: f64,

    /// Noise, as a part of the gathers' norm
    #[arg(long, value_name = "PART", default_value_t = 0.02)]
    pub(crate) noise: f64,

    /// vp, vs and density, positive: [samples, 3, x] or [samples, 3, y, x] of float64 in a .npy or .npz file or (built with the feature hdf5) a .h5 file. Without
    /// it: folded layers with a fault, made here
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,

    /// The model's array in a .npz or .h5 file; without it, the only one
    #[arg(long, value_name = "NAME")]
    pub(crate) dataset: Option<String>,

    /// Iterations of each solver
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) iterations: usize,

    /// The solvers, one after another
    #[arg(long, value_enum, value_delimiter = ',', default_value = "cgls")]
    pub(crate) solvers: Vec<Solver>,

    /// What is kept small beside the residual
    #[arg(long, value_enum, default_value_t = Roughness::Laplacian)]
    pub(crate) roughness: Roughness,

    /// Its weight, ε
    #[arg(long, value_name = "WEIGHT", default_value_t = 0.01)]
    pub(crate) epsilon: f64,

    /// Folder for pictures and models; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/prestack")]
    pub(crate) out: PathBuf,

    /// File for the figures: norms, and of every run its costs, errors and why it stopped
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) solving: SolveFlags,

    #[command(flatten)]
    pub(crate) timing: TimingFlag,
}

impl Arguments {
    /// The arguments, which every rank has; `None` if words of help are all that was asked for.
    pub(crate) fn parse(comm: &Comm) -> Result<Option<Self>> {
        lops_examples::parse::<Self>(comm)?.map(Self::check).transpose()
    }

    fn check(self) -> Result<Self> {
        not_0(&[("--nx", self.nx), ("--ny", self.ny), ("--angles", self.angles)])?;
        not_below_0(&[("--noise", self.noise), ("--epsilon", self.epsilon), ("--frequency", self.frequency)])?;
        Ok(self)
    }
}

/// How the properties are sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Solver {
    /// CGLS
    Cgls,
    /// LSQR: the same, by another recurrence
    Lsqr,
}

/// What a regularisation keeps small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Roughness {
    /// The Laplacian over time and space
    Laplacian,
    /// The second derivative along time
    Second,
    /// Nothing
    None,
}

told_by_name!(Solver);
