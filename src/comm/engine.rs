//! What stands behind a [`Comm`](super::Comm): the verbs over bytes, once per way of talking.
//!
//! An engine trusts its caller: [`Comm`](super::Comm) has checked every length. All verbs are
//! collective over the group. A rank that cannot go on (another rank failed, left, or is in a
//! different collective) does not return from a verb: the engine ends the job.

use super::of_rank::Within;
use super::reduction::Reduction;
use super::traffic::Verb;
use crate::numbers::{Buffer, DType};
use std::fmt;

/// One collective call as its rank sees it: equal on all ranks, or the program is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Call {
    pub verb: Verb,
    pub dtype: Option<DType>,
    /// Elements, where all ranks must pass the same number.
    pub count: Option<usize>,
    pub detail: Detail,
    /// The operation that the program is in.
    pub within: Within,
}

/// What else must be the same on every rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Detail {
    None,
    Root(usize),
    Reduction(Reduction),
    /// No verb: the beginning of an operation.
    Operation,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.detail == Detail::Operation {
            return self.within.fmt(f);
        }
        if !self.within.is_none() {
            write!(f, "{}: ", self.within)?;
        }
        write!(f, "{}(", self.verb.name())?;
        let mut comma = "";
        match self.detail {
            Detail::None | Detail::Operation => {}
            Detail::Root(root) => {
                write!(f, "from rank {root}")?;
                comma = ", ";
            }
            Detail::Reduction(reduction) => {
                write!(f, "{}", reduction.name())?;
                comma = ", ";
            }
        }
        match (self.count, self.dtype) {
            (Some(count), Some(dtype)) => write!(f, "{comma}{count} × {dtype}")?,
            (None, Some(dtype)) => write!(f, "{comma}{dtype}")?,
            _ => {}
        }
        f.write_str(")")
    }
}

/// A way of talking among the ranks of one group.
pub(super) trait Engine {
    fn rank(&self) -> usize;
    fn size(&self) -> usize;
    /// `"one rank"`, `"threads"`, `"MPI"`.
    fn name(&self) -> &'static str;
    /// Whether operations are compared as they begin.
    fn compares(&self) -> bool;
    /// Waits until all ranks begin the same operation, told the same; ends the job if one does not.
    fn meet(&self, call: &Call, words: &str);
    fn barrier(&self, call: &Call);
    /// The root's bytes into everybody's buffer, all of one length.
    fn broadcast(&self, call: &Call, root: usize, buffer: &mut [u8]);
    /// `counts[r]` elements of each rank r, one after another, into `all`; `mine` has `counts[rank]`.
    fn all_gather(&self, call: &Call, mine: &[u8], counts: &[usize], all: &mut [u8]);
    /// Elementwise reduction over ranks, in place. Supported pairs are checked by `Comm`.
    fn all_reduce(&self, call: &Call, dtype: DType, reduction: Reduction, values: &mut [u8]);
    /// Elementwise sum over ranks, of which rank r gets `counts[r]` elements, in order of ranks.
    fn reduce_scatter(&self, call: &Call, dtype: DType, values: &[u8], counts: &[usize], mine: &mut [u8]);
    /// `send_counts[r]` bytes to each rank r, `receive_counts[r]` bytes from it, both in rank order.
    fn all_to_all(&self, call: &Call, send: &[u8], send_counts: &[usize], receive: &mut [u8], receive_counts: &[usize]);
    /// A group of the ranks that gave the same colour, in this group's order.
    fn split(&self, call: &Call, colour: usize) -> Box<dyn Engine>;
    /// A lasting channel to these neighbours (bytes to send and to receive for each, both may be 0) for
    /// elements of one type.
    ///
    /// Making one is local. Messages between two ranks match in the order of their starts.
    fn channel(&self, dtype: DType, neighbours: &[Neighbour]) -> Box<dyn Channel>;
    /// The communicator of an engine that talks through MPI, for libraries that do so themselves.
    #[cfg(all(feature = "hdf5", feature = "mpi"))]
    fn mpi_comm(&self) -> Option<::mpi::ffi::MPI_Comm> {
        None
    }
}

/// One neighbour of an exchange and how much goes each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// The neighbour's rank; one's own rank is a plain copy and no message.
    pub rank: usize,
    /// Elements sent to it.
    pub send: usize,
    /// Elements received from it.
    pub receive: usize,
}

/// The buffers of an exchange and the messages between them.
///
/// A channel owns its buffers, so whatever its user forgets, no message outlives its memory.
/// Dropping a channel in flight finishes it first.
pub(super) trait Channel {
    /// What goes out to a neighbour; what it holds after a start is anybody's. Only between `finish` and
    /// `start`.
    fn send(&mut self, neighbour: usize) -> &mut Buffer;
    /// What came in from a neighbour. Valid after `finish`.
    fn received(&self, neighbour: usize) -> &Buffer;
    /// Sends everything and begins to receive; returns at once. The call is for words, and for a look whether it is the
    /// sender's as well.
    fn start(&mut self, call: &Call);
    /// Waits until everything is received and the send buffer is free again. A second call is idle.
    fn finish(&mut self);
    /// Bytes of buffers that this end has brought beside those of what it sends and receives.
    fn beside(&self) -> usize {
        0
    }
}
