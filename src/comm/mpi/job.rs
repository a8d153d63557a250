//! What the communicators of one process share: start, end, and who has left.
//!
//! A rank whose program returns waits for the others, and is one of those whom the [`watch`](super::watch) knows. A rank
//! that left after its part was done disturbs nobody.

use super::super::operation::comparing_is_wanted;
use super::deadlock::{Key, Wait};
use super::wait::{self, must};
use super::watch::{Counting, Watch};
use mpi::ffi;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Display;
use std::os::raw::c_void;

/// The largest single message; `LOPS_MPI_PIECE_BYTES` makes it smaller, for tests.
const PIECE_BYTES: usize = 1 << 30;
/// Pieces hold whole elements of every type.
const LARGEST_ELEMENT: usize = 16;

/// What is counted: calls on a communicator, by its [`Group::id`](super::group::Group).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Calls {
    Collective,
    /// Messages started to this rank of the world.
    SentTo(usize),
    /// Receptions started from this rank of the world.
    ReceivedFrom(usize),
}

impl Calls {
    pub(super) fn to_wire(self) -> u64 {
        match self {
            Self::Collective => 0,
            Self::SentTo(rank) => 1 + 2 * rank as u64,
            Self::ReceivedFrom(rank) => 2 + 2 * rank as u64,
        }
    }

    /// The same event as the rank at the other end counts it.
    pub(super) fn seen_by(self, rank: usize) -> Self {
        match self {
            Self::Collective => Self::Collective,
            Self::SentTo(_) => Self::ReceivedFrom(rank),
            Self::ReceivedFrom(_) => Self::SentTo(rank),
        }
    }
}

/// How often, by communicator and by [`Calls`] on the wire.
type Counts = HashMap<Key, u64>;

/// Messages, and the memory that MPI may use for them until they are over.
pub(super) trait UnderWay {
    /// Frees them if they have come.
    fn is_over(&mut self) -> bool;
}

pub(super) struct Job {
    pub rank: usize,
    pub size: usize,
    /// Bytes in one MPI message or call at most; a multiple of every element's size.
    pub piece: usize,
    /// Whether ranks compare their calls before each collective (`LOPS_CHECK=1`, or a debug build).
    pub check: bool,
    pub in_place: *const c_void,
    over: Cell<bool>,
    /// For the watch and the last barrier only.
    control: ffi::MPI_Comm,
    /// How many calls this rank has made, by communicator (a few bytes for each there ever was).
    calls: RefCell<Counts>,
    watch: Watch,
    /// Messages that nobody waits for.
    given_up: RefCell<Vec<Box<dyn UnderWay>>>,
}

impl Job {
    /// Collective over the world.
    pub(super) fn new() -> Self {
        let (rank, size) = rank_and_size(unsafe { ffi::RSMPI_COMM_WORLD });
        wait::set_rank(rank);
        let control = duplicate_world();
        // What rank 0 was told holds for all: they must do the same calls.
        let mut settings = [0u64; 2];
        if rank == 0 {
            settings = [piece_bytes() as u64, u64::from(comparing_is_wanted())];
        }
        // SAFETY: two values of the named type on each rank.
        must(unsafe { ffi::MPI_Bcast(settings.as_mut_ptr().cast(), 2, ffi::RSMPI_UINT64_T, 0, control) }, "MPI_Bcast");
        Self {
            rank,
            size,
            piece: settings[0] as usize,
            check: settings[1] != 0,
            in_place: in_place(),
            over: Cell::new(false),
            control,
            calls: RefCell::default(),
            watch: Watch::new(rank, size, control),
            given_up: RefCell::default(),
        }
    }

    /// Keeps messages under way until they are over.
    pub(super) fn give_up(&self, messages: Box<dyn UnderWay>) {
        let mut given_up = self.given_up.borrow_mut();
        given_up.retain_mut(|earlier| !earlier.is_over());
        given_up.push(messages);
    }

    /// Whether MPI may no longer be called.
    pub(super) fn is_over(&self) -> bool {
        self.over.get()
    }

    /// Counts one more call; which one it is, from 1.
    pub(super) fn count(&self, group: u64, calls: Calls) -> u64 {
        assert!(!self.is_over(), "a communicator was used after `launch` had returned");
        let mut counts = self.calls.borrow_mut();
        let count = counts.entry((group, calls.to_wire())).or_default();
        *count += 1;
        *count
    }

    /// This rank is in a communicator: it is counted there from 0.
    pub(super) fn join(&self, group: u64) {
        self.calls.borrow_mut().entry((group, Calls::Collective.to_wire())).or_default();
    }

    /// Waits until it is done; ends the job where that will never be.
    pub(super) fn wait(&self, done: impl FnMut() -> bool, describe: impl Fn() -> (Wait, String)) {
        self.watch.wait(self, done, describe);
    }

    /// This rank's program has returned: waits until that of every other rank has.
    pub(super) fn wait_for_all_to_return(&self) {
        let mut request = unsafe { ffi::RSMPI_REQUEST_NULL };
        // SAFETY: the request lives until it is complete.
        must(unsafe { ffi::MPI_Ibarrier(self.control, &raw mut request) }, "MPI_Ibarrier");
        self.wait(|| test(&mut request, "MPI_Ibarrier"), || (Wait::Returned, String::new()));
        self.watch.settle();
    }

    /// Frees what is left and shuts MPI down, if it was ours to start.
    pub(super) fn finish(&self, ours: bool) {
        let mut control = self.control;
        for mut messages in self.given_up.take() {
            if !messages.is_over() {
                std::mem::forget(messages); // the memory is left to MPI
            }
        }
        self.over.set(true);
        // SAFETY: all ranks are here and nothing is under way.
        unsafe {
            must(ffi::MPI_Comm_free(&raw mut control), "MPI_Comm_free");
            if ours {
                ffi::MPI_Finalize();
            }
        }
    }
}

impl Counting for Job {
    fn counted(&self, key: Key) -> Option<u64> {
        self.calls.borrow().get(&key).copied()
    }
}

/// Whether this request is complete.
pub(super) fn test(request: &mut ffi::MPI_Request, call: impl Display) -> bool {
    let mut done = 0;
    // SAFETY: the caller keeps the request's memory until this says that it is complete.
    must(unsafe { ffi::MPI_Test(request, &raw mut done, ffi::RSMPI_STATUS_IGNORE) }, call);
    done != 0
}

pub(super) fn rank_and_size(comm: ffi::MPI_Comm) -> (usize, usize) {
    let (mut rank, mut size) = (0, 0);
    // SAFETY: local questions to a communicator that is alive.
    unsafe {
        must(ffi::MPI_Comm_rank(comm, &raw mut rank), "MPI_Comm_rank");
        must(ffi::MPI_Comm_size(comm, &raw mut size), "MPI_Comm_size");
    }
    (rank as usize, size as usize)
}

/// A communicator of all ranks whose errors come back as codes. Collective.
pub(super) fn duplicate_world() -> ffi::MPI_Comm {
    let mut comm = unsafe { ffi::RSMPI_COMM_NULL };
    // SAFETY: every rank makes this call, in the same order.
    unsafe {
        must(ffi::MPI_Comm_dup(ffi::RSMPI_COMM_WORLD, &raw mut comm), "MPI_Comm_dup");
        must(ffi::MPI_Comm_set_errhandler(comm, ffi::RSMPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
    }
    comm
}

fn piece_bytes() -> usize {
    let wanted = std::env::var("LOPS_MPI_PIECE_BYTES").ok().and_then(|text| text.parse::<usize>().ok());
    let bytes = wanted.unwrap_or(PIECE_BYTES).clamp(LARGEST_ELEMENT, PIECE_BYTES);
    bytes - bytes % LARGEST_ELEMENT
}

/// `MPI_IN_PLACE`, which the bindings lack: a cast in a macro, another one in each family.
fn in_place() -> *const c_void {
    let (mut words, mut length) = ([0u8; 16384], 0); // more than any MPI_MAX_LIBRARY_VERSION_STRING
    // SAFETY: the buffer is longer than the longest version string.
    unsafe { ffi::MPI_Get_library_version(words.as_mut_ptr().cast(), &raw mut length) };
    let open_mpi = String::from_utf8_lossy(&words[..length as usize]).contains("Open MPI");
    std::ptr::without_provenance(if open_mpi { 1 } else { usize::MAX })
}
