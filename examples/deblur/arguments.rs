//! The command line.

use clap::{Parser, ValueEnum};
use lops::prelude::*;
use lops_examples::{SolveFlags, TimingFlag, not_below_0, told_by_name};
use std::path::PathBuf;

/// Deblurring of an image, on all cores or under mpirun.
///
/// Blurs an image and adds noise, then recovers it. Writes pictures (PNG) and images (NumPy's .npy). LOPS_RANKS sets the number of
/// threads where no MPI launcher does.
#[derive(Debug, Parser)]
#[command(name = "deblur")]
pub(crate) struct Arguments {
    /// Rows and columns of the head phantom, where no image is given; each rank has some of the rows
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) size: usize,

    /// An image [ny, nx] instead: a .npy, .npz, HDF5 (with the feature hdf5) or SEG-Y file; of several arrays one by its name behind a colon
    #[arg(long, value_name = "FILE")]
    pub(crate) image: Option<PathBuf>,

    /// Standard deviation of the Gaussian that blurs, in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 2.0)]
    pub(crate) sigma: f64,

    /// Noise, as a part of the blurred image's root mean square
    #[arg(long, value_name = "PART", default_value_t = 0.02)]
    pub(crate) noise: f64,

    /// The weight of smoothness
    #[arg(long, value_name = "EPS", default_value_t = 0.02)]
    pub(crate) eps: f64,

    /// The weight of sparsity
    #[arg(long, value_name = "EPS", default_value_t = 2e-4)]
    pub(crate) sparse: f64,

    /// Iterations of each solver
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) iterations: usize,

    /// The solvers, one after another
    #[arg(long, value_enum, value_delimiter = ',', default_value = "cgls,smoothed,fista")]
    pub(crate) solvers: Vec<Solver>,

    /// Folder for pictures and images; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/deblur")]
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
    /// [`ErrorKind::Parameter`] of a deviation that no filter has, and of a weight or of noise that is not finite or below 0.
    pub(crate) fn check(self) -> Result<Self> {
        not_below_0(&[("--noise", self.noise), ("--eps", self.eps), ("--sparse", self.sparse)])?;
        if self.sigma > 0.0 && self.sigma <= 100.0 {
            return Ok(self);
        }
        Err(Error::expected(ErrorKind::Parameter, "--sigma", "a number above 0, at most 100", self.sigma))
    }
}

/// How the image is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Solver {
    /// CGLS: least squares
    Cgls,
    /// CGLS on the data and the gradient
    Smoothed,
    /// FISTA: many pixels are 0
    Fista,
}

told_by_name!(Solver);
