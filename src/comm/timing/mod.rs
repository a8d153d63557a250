//! Where the time goes: marks that nest, and one tree of them for all ranks.
//!
//! Every operation that communicates is a mark, and so are the verbs of a [`Comm`] inside it, operators and their parts, and
//! solvers with what they do; a program adds its own ([`Comm::mark`]). A rank that records nothing looks at one flag.
//! Ranks are not made to wait for one another at marks, as that would change what is measured: who comes late shows as
//! the difference of least and most, and as the time that the others spend in the verb where they wait.

mod mark;
mod record;
mod report;

pub use mark::Mark;
pub use report::{Spread, TimingNode, TimingReport};

pub(super) use record::{Counts, Recorder};

use super::Comm;
use crate::error::{Error, ErrorKind, Result};
use std::fmt;

/// A timing under way: this rank records its marks, until it [ends](Self::finish) or is dropped.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, LinearOperator, Options, comm::Timing, launch_threads, operators::Laplacian, solvers::cgls};
///
/// launch_threads(3, |comm| {
///     let layout = Layout::scatter(comm, &[12, 5], 0)?;
///     let a = Laplacian::over(&[0, 1]).on::<f64>(&layout)?;
///     let (b, mut x) = (DistArray::full(&layout, 1.0), DistArray::zeros(&layout));
///     let timing = Timing::start(comm)?;
///     let solved = cgls(&a, &b, &mut x, &Options::exactly(10))?;
///     let tree = timing.finish();
///     if comm.rank() == 0 {
///         println!("{tree}");
///     }
///     assert_eq!(solved.iterations, 10);
///     let forward = tree.node(&["CGLS", "iterate", &a.name()]).unwrap();
///     assert_eq!(forward.calls, 10..=10); // on every rank
///     assert_eq!(forward.sent.messages, 10 * 4); // of all ranks: each sends to its neighbours
///     assert!(forward.seconds.least <= forward.seconds.mean);
///     Ok(())
/// })
/// .unwrap();
/// ```
#[must_use = "the timing ends when this is dropped"]
pub struct Timing(Comm);

impl Timing {
    /// Begins to record on every rank of a communicator.
    ///
    /// # Communication
    /// One all-reduce of a number, so all begin together.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if this rank records already: one timing at a time, inside which marks nest.
    pub fn start(comm: &Comm) -> Result<Self> {
        let _operation = comm.name_operation("timing");
        let of_rank = &comm.0.of_rank;
        let is_on = of_rank.recorder.is_on();
        comm.agree(if is_on {
            Err(Error::new(ErrorKind::Parameter, "timing: one is under way already; marks nest, timings do not"))
        } else {
            Ok(())
        })?;
        of_rank.recorder.start(&of_rank.counters);
        Ok(Self(comm.clone()))
    }

    /// Ends, and puts the trees of all ranks together: the same report on each. Marks that are open end here.
    ///
    /// Ranks may have different marks; the tree has all of them, in the order in which rank 0 first met them, then
    /// the next ranks.
    ///
    /// # Communication
    /// Two all-gathers: of a length, and of 64 bytes and a name for each node of a rank's tree.
    pub fn finish(self) -> TimingReport {
        let nodes = self.stop();
        let _operation = self.0.name_operation("timing");
        let (all, lengths) = self.0.all_gather_uneven(&report::in_bytes(&nodes));
        TimingReport::of_ranks(&all, &lengths)
    }

    fn stop(&self) -> Vec<record::Node> {
        let of_rank = &self.0.0.of_rank;
        of_rank.recorder.stop(&of_rank.counters)
    }
}

/// Without a report.
impl Drop for Timing {
    fn drop(&mut self) {
        if self.0.0.of_rank.recorder.is_on() {
            self.stop();
        }
    }
}

impl fmt::Debug for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timing of {:?}", self.0)
    }
}
