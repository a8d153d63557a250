//! The command line.

use clap::{Parser, ValueEnum};
use lops::prelude::*;
use lops_examples::{SolveFlags, TimingFlag, not_below_0, told_by_name};
use std::path::PathBuf;

/// Deblending: seismic sources that fired into one another, told apart again. On all cores or under mpirun.
///
/// Blends gathers of a line of sources, then recovers them by a sparse spectrum in windows. Writes pictures (PNG) and gathers (NumPy's .npy).
/// LOPS_RANKS sets the number of threads where no MPI launcher does.
#[derive(Debug, Parser)]
#[command(name = "deblending")]
pub(crate) struct Arguments {
    /// Sources, 15 m apart
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub(crate) sources: usize,

    /// Receivers, 15 m apart; each rank has some of them
    #[arg(long, value_name = "N", default_value_t = 24)]
    pub(crate) receivers: usize,

    /// Samples of a trace, 4 ms apart
    #[arg(long, value_name = "N", default_value_t = 256)]
    pub(crate) samples: usize,

    /// How sources fire into one another
    #[arg(long, value_enum, default_value = "continuous")]
    pub(crate) kind: Kind,

    /// Of continuous blending: the part of a trace in which the next source fires already, from 0 to 1
    #[arg(long, value_name = "PART", default_value_t = 0.5)]
    pub(crate) overlap: f64,

    /// Sources that share a record, where they are in groups or by halves
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) group: usize,

    /// Sources fire up to so many seconds later than planned, at random
    #[arg(long, value_name = "SECONDS", default_value_t = 0.25)]
    pub(crate) dither: f64,

    /// Sources in a window, an even number; windows overlap by halves
    #[arg(long, value_name = "N", default_value_t = 16)]
    pub(crate) window: usize,

    /// Weight of sparsity, as a part of the largest coefficient
    #[arg(long, value_name = "PART", default_value_t = 1e-2)]
    pub(crate) eps: f64,

    /// Iterations of the solver
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) iterations: usize,

    /// The solver
    #[arg(long, value_enum, default_value = "fista")]
    pub(crate) solver: Solver,

    /// Folder for pictures and gathers; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/deblending")]
    pub(crate) out: PathBuf,

    /// File for the figures: errors before and after, the costs of the run and why it stopped
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) solving: SolveFlags,

    #[command(flatten)]
    pub(crate) timing: TimingFlag,
}

impl Arguments {
    /// # Errors
    /// [`ErrorKind::Parameter`] if there is nothing to blend, sources and windows or groups do not fit, or times make no sense.
    pub(crate) fn check(&self) -> Result<()> {
        let wrong =
            |what, expected: String, found: String| Err(Error::expected(ErrorKind::Parameter, what, expected, found));
        let &Self { sources, receivers, samples, window, group, .. } = self;
        if receivers == 0 || samples < 2 {
            return wrong("--receivers and --samples", "at least 1 and 2".into(), format!("{receivers} and {samples}"));
        }
        if window < 2 || window % 2 > 0 || sources < window || sources % (window / 2) > 0 {
            let expected = "an even number, of which sources are at least one and some halves".into();
            return wrong("--window", expected, format!("{window} for {sources} sources"));
        }
        if self.kind != Kind::Continuous && (group == 0 || sources % group > 0) {
            return wrong("--group", format!("a divisor of {sources}, the sources"), group.to_string());
        }
        if !(0.0..=1.0).contains(&self.overlap) {
            return wrong("--overlap", "from 0 to 1".into(), self.overlap.to_string());
        }
        not_below_0(&[("--dither", self.dither), ("--eps", self.eps)])
    }
}

/// How sources fire into one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// One after another, into one record without an end
    Continuous,
    /// Neighbours together, each group into a record of its own
    Group,
    /// Sources far from one another together
    Half,
}

/// How the gathers are sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Solver {
    /// FISTA
    Fista,
    /// ISTA: the same without its memory, slower
    Ista,
}

told_by_name!(Kind, Solver);
