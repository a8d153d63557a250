//! Runs that survive being killed: what a solver goes on from, saved now and then.

mod files; //   a generation: vectors and a record
mod record; //  all but the vectors
mod saving; //  what a solver does with them
mod signals; // that ask for one

pub(super) use files::Generations;
pub(super) use record::Record;
use signals::listen;
pub(super) use signals::take;

use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where and when a solver saves what it goes on from: see [`Solver::checkpoint`](super::Solver::checkpoint).
///
/// # Example
/// ```
/// use lops::prelude::*;
/// use lops::solvers::Checkpoint;
/// use std::time::Duration;
///
/// let folder = std::env::temp_dir().join(format!("lops-doc-checkpoint-{}", std::process::id()));
/// let checkpoint = Checkpoint::to(&folder).every(10).each(Duration::from_secs(600)).on_signals();
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[50], 0)?;
///     let a = Identity.on::<f64>(&layout) - Laplacian::over(&[0]).on::<f64>(&layout)?;
///     let b = DistArray::from_fn(&layout, |i| (i[0] as f64).cos());
///     let (mut x, mut y) = (b.zeros_like(), b.zeros_like());
///     // A job that is stopped after 15 iterations, and the same one again, from the same first model: it goes on after the tenth.
///     let options = Options::exactly(30);
///     let mut solver = Cg::new(&a, &b, &mut x)?.start(&options)?.checkpoint(&checkpoint)?;
///     (0..15).try_for_each(|_| solver.step().map(|_| ()))?;
///     drop(solver);
///     let mut x = b.zeros_like();
///     let solver = Cg::new(&a, &b, &mut x)?.start(&options)?.checkpoint(&checkpoint)?;
///     assert_eq!(solver.iterations(), 10);
///     let report = solver.solve()?;
///     assert_eq!(report.iterations, 30);
///     let _ = cg(&a, &b, &mut y, &options)?;
///     assert_eq!(x, y); // to the bit
///     Ok(())
/// })
/// .unwrap();
/// # std::fs::remove_dir_all(folder).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Checkpoint {
    pub(super) folder: PathBuf,
    pub(super) every: Option<usize>,
    pub(super) each: Option<Duration>,
    pub(super) on_signals: bool,
}

impl Checkpoint {
    /// In this folder, which is made if it is not there, and which no other solve uses. When: see the other methods.
    pub fn to(folder: impl AsRef<Path>) -> Self {
        Self { folder: folder.as_ref().into(), every: None, each: None, on_signals: false }
    }

    /// After every so many iterations.
    #[must_use]
    pub fn every(self, iterations: usize) -> Self {
        Self { every: Some(iterations), ..self }
    }

    /// When so much time has gone since the last one, by the clock of rank 0.
    #[must_use]
    pub fn each(self, time: Duration) -> Self {
        Self { each: Some(time), ..self }
    }

    /// When one of the job's processes gets SIGUSR1; and at SIGTERM, after which the solver stops with
    /// [`Reason::Signal`](super::Reason::Signal). From the first solver on that is told so, to the end of the process, neither ends the process itself.
    #[must_use]
    pub fn on_signals(self) -> Self {
        Self { on_signals: true, ..self }
    }
}
