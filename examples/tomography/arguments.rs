//! The command line.

use clap::{Parser, ValueEnum};
use lops::prelude::*;
use lops_examples::{SolveFlags, TimingFlag, not_below_0, told_by_name};
use std::path::PathBuf;

/// Computerized tomography, on all cores or under mpirun.
///
/// Measures an image along rays, then recovers it from them. Writes pictures (PNG) and images (NumPy's .npy). LOPS_RANKS sets the
/// number of threads where no MPI launcher does.
#[derive(Debug, Parser)]
#[command(name = "tomography")]
pub(crate) struct Arguments {
    /// Rows and columns of the head phantom, where no image is given
    #[arg(long, value_name = "N", default_value_t = 128)]
    pub(crate) size: usize,

    /// An image [ny, nx] instead: a .npy, .npz, HDF5 (with the feature hdf5) or SEG-Y file; of several arrays one by its name behind a colon
    #[arg(long, value_name = "FILE")]
    pub(crate) image: Option<PathBuf>,

    /// Angles, evenly over half a turn, of a fan over a whole one; each rank has some of them
    #[arg(long, value_name = "N", default_value_t = 120)]
    pub(crate) angles: usize,

    /// Detectors, a pixel apart; without it as many as see all of the image
    #[arg(long, value_name = "N")]
    pub(crate) detectors: Option<usize>,

    /// A fan of rays from a source as far away as one and a half diagonals
    #[arg(long)]
    pub(crate) fan: bool,

    /// Noise, as a part of the data's root mean square
    #[arg(long, value_name = "PART", default_value_t = 0.03)]
    pub(crate) noise: f64,

    /// The weight of smoothness
    #[arg(long, value_name = "EPS", default_value_t = 2.0)]
    pub(crate) eps: f64,

    /// The weight of the total variation
    #[arg(long, value_name = "MU", default_value_t = 0.2)]
    pub(crate) mu: f64,

    /// Few views: 40 angles, inverted by LSQR and with the total variation
    #[arg(long, conflicts_with_all = ["angles", "solvers"])]
    pub(crate) tv: bool,

    /// Iterations of each solver
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub(crate) iterations: usize,

    /// The solvers, one after another
    #[arg(long, value_enum, value_delimiter = ',', default_value = "lsqr,smoothed")]
    pub(crate) solvers: Vec<Solver>,

    /// Folder for pictures and images; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/tomography")]
    pub(crate) out: PathBuf,

    /// File for the figures: of every run its costs, errors and why it stopped
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) solving: SolveFlags,

    #[command(flatten)]
    pub(crate) timing: TimingFlag,
}

impl Arguments {
    /// # Errors
    /// [`ErrorKind::Parameter`] of a weight or of noise that is not finite or below 0.
    pub(crate) fn check(self) -> Result<Self> {
        not_below_0(&[("--noise", self.noise), ("--eps", self.eps), ("--mu", self.mu)])?;
        let views = if self.tv { Self { angles: 40, solvers: vec![Solver::Lsqr, Solver::Tv], ..self } } else { self };
        Ok(views)
    }
}

/// How the image is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Solver {
    /// LSQR: least squares
    Lsqr,
    /// CGLS: the same, by another recurrence
    Cgls,
    /// LSQR on the data and the gradient
    Smoothed,
    /// ADMM with the total variation, each iteration with 10 of CGLS
    Tv,
}

told_by_name!(Solver);
