//! The command line.

use clap::Parser;
use lops::prelude::*;
use lops_examples::{SolveFlags, TimingFlag, not_0, not_below_0};
use std::path::PathBuf;

/// Denoising of an image and of a volume by total variation, on all cores or under mpirun.
///
/// Adds noise, then takes it away. Writes pictures (PNG) and arrays (NumPy's .npy). LOPS_RANKS sets the number of threads where no MPI
/// launcher does.
#[derive(Debug, Parser)]
#[command(name = "denoise")]
pub(crate) struct Arguments {
    /// Rows and columns of the head phantom, where no image is given
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) size: usize,

    /// An image [ny, nx] instead: a .npy, .npz, HDF5 (with the feature hdf5) or SEG-Y file; of several arrays one by its name behind a colon
    #[arg(long, value_name = "FILE")]
    pub(crate) image: Option<PathBuf>,

    /// Slices, rows and columns of the solid phantom; 0 for none
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub(crate) volume: usize,

    /// The axis along which arrays are cut over the ranks
    #[arg(long, value_name = "AXIS", default_value_t = 0)]
    pub(crate) cut: usize,

    /// The weight of total variation, as a part of the noise's standard deviation
    #[arg(long, value_name = "PART", default_value_t = 0.5)]
    pub(crate) sigma: f64,

    /// Standard deviation of the noise, as a part of the root mean square
    #[arg(long, value_name = "PART", default_value_t = 0.4)]
    pub(crate) noise: f64,

    /// The lengths of gradients are added up: edges in all directions cost the same (unless --anisotropic)
    #[arg(long, conflicts_with = "anisotropic")]
    pub(crate) isotropic: bool,

    /// The moduli of differences along the axes are added up: edges along axes cost less
    #[arg(long)]
    pub(crate) anisotropic: bool,

    /// Iterations, at most
    #[arg(long, value_name = "N", default_value_t = 300)]
    pub(crate) iterations: usize,

    /// Enough when an iteration changes what is sought by this part of what the first one changed
    #[arg(long, value_name = "PART", default_value_t = 1e-4)]
    pub(crate) tolerance: f64,

    /// Folder for pictures and arrays; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/denoise")]
    pub(crate) out: PathBuf,

    /// File for the figures: of every run its objectives, errors and why it stopped
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) solving: SolveFlags,

    #[command(flatten)]
    pub(crate) timing: TimingFlag,
}

impl Arguments {
    /// # Errors
    /// [`ErrorKind::Parameter`] of a number that is not finite or below 0, of no weight, no noise and no iterations; [`ErrorKind::Axis`] of an
    /// axis that an image has not.
    pub(crate) fn check(self) -> Result<Self> {
        let numbers = [("--noise", self.noise), ("--sigma", self.sigma), ("--tolerance", self.tolerance)];
        not_below_0(&numbers)?;
        not_0(&[("--iterations", self.iterations)])?;
        if let Some((flag, number)) = numbers[..2].iter().find(|(_, number)| *number == 0.0) {
            return Err(Error::expected(ErrorKind::Parameter, flag, "a number above 0", number));
        }
        if self.cut > 1 {
            return Err(Error::expected(ErrorKind::Axis, "--cut", "0 or 1", self.cut));
        }
        Ok(self)
    }
}
