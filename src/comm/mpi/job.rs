//! What the communicators of one process share: start, end, and who has left.
//!
//! A rank whose program returns waits for the others. If that takes long it sends everybody a
//! notice with how many calls it has made on each communicator. A rank that has waited long reads
//! the notices: if one of them is of a rank that has *not* made the call it waits in, it never
//! will, and the job ends. A rank that left after its part was done disturbs nobody.

use super::wait::{self, must};
use mpi::ffi;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::mem::MaybeUninit;
use std::os::raw::{c_int, c_void};
use std::time::Duration;

/// Returned ranks give the others this long before they send notices.
const GRACE: Duration = Duration::from_millis(300);
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
    fn to_wire(self) -> u64 {
        match self {
            Self::Collective => 0,
            Self::SentTo(rank) => 1 + 2 * rank as u64,
            Self::ReceivedFrom(rank) => 2 + 2 * rank as u64,
        }
    }

    /// The same event as the rank at the other end counts it.
    fn seen_by(self, rank: usize) -> Self {
        match self {
            Self::Collective => Self::Collective,
            Self::SentTo(_) => Self::ReceivedFrom(rank),
            Self::ReceivedFrom(_) => Self::SentTo(rank),
        }
    }
}

/// How often, by communicator and by [`Calls`] on the wire.
type Counts = HashMap<(u64, u64), u64>;

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
    /// For notices and the last barrier only.
    control: ffi::MPI_Comm,
    /// How many calls this rank has made, by communicator (a few bytes for each there ever was).
    calls: RefCell<Counts>,
    /// The same of the ranks that have told that they have returned.
    returned: RefCell<HashMap<usize, Counts>>,
    notices: RefCell<Vec<(Vec<u64>, ffi::MPI_Request)>>,
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
            settings = [piece_bytes() as u64, u64::from(check_is_wanted())];
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
            returned: RefCell::default(),
            notices: RefCell::default(),
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

    /// Ends the job if one of these ranks has returned without having made its part of our call.
    pub(super) fn look_for_returned(
        &self,
        group: u64,
        parts: impl Iterator<Item = (usize, Calls, u64)>,
        call: impl std::fmt::Display,
    ) {
        self.read_notices();
        let returned = self.returned.borrow();
        if returned.is_empty() {
            return;
        }
        for (other, calls, number) in parts {
            let Some(made) = returned.get(&other) else { continue };
            let made = made.get(&(group, calls.seen_by(self.rank).to_wire())).copied().unwrap_or(0);
            if made < number {
                wait::end_job(format!("rank {other} has returned while rank {} waits for it in {call}", self.rank));
            }
        }
    }

    fn read_notices(&self) {
        loop {
            let (mut found, mut status) = (0, MaybeUninit::zeroed());
            // SAFETY: `status` is for MPI to write.
            let code =
                unsafe { ffi::MPI_Iprobe(ffi::RSMPI_ANY_SOURCE, 0, self.control, &raw mut found, status.as_mut_ptr()) };
            must(code, "MPI_Iprobe");
            if found == 0 {
                return;
            }
            // SAFETY: a probe that found a message has written the status.
            let status: ffi::MPI_Status = unsafe { status.assume_init() };
            self.read_notice_of(status);
        }
    }

    fn read_notice_of(&self, status: ffi::MPI_Status) {
        let mut length: c_int = 0;
        // SAFETY: the message described by `status` is received whole: there is room for its length.
        let words = unsafe {
            must(ffi::MPI_Get_count(&raw const status, ffi::RSMPI_UINT64_T, &raw mut length), "MPI_Get_count");
            let mut words = vec![0u64; length as usize];
            let (buffer, source) = (words.as_mut_ptr().cast(), status.MPI_SOURCE);
            let code =
                ffi::MPI_Recv(buffer, length, ffi::RSMPI_UINT64_T, source, 0, self.control, ffi::RSMPI_STATUS_IGNORE);
            must(code, "MPI_Recv");
            words
        };
        let calls = words.chunks_exact(3).map(|entry| ((entry[0], entry[1]), entry[2])).collect();
        self.returned.borrow_mut().insert(status.MPI_SOURCE as usize, calls);
    }

    /// This rank's program has returned: waits until that of every other rank has.
    pub(super) fn wait_for_all_to_return(&self) {
        let mut request = unsafe { ffi::RSMPI_REQUEST_NULL };
        // SAFETY: the request lives until it is complete.
        must(unsafe { ffi::MPI_Ibarrier(self.control, &raw mut request) }, "MPI_Ibarrier");
        wait::until(
            || test(&mut request, "MPI_Ibarrier"),
            |waited| {
                if waited >= GRACE && self.notices.borrow().is_empty() {
                    self.send_notices();
                }
            },
        );
        self.settle_notices();
    }

    fn send_notices(&self) {
        let mut notices = self.notices.borrow_mut();
        let words: Vec<u64> =
            self.calls.borrow().iter().flat_map(|(&(group, calls), &count)| [group, calls, count]).collect();
        for other in (0..self.size).filter(|&other| other != self.rank) {
            let (mut request, words) = (unsafe { ffi::RSMPI_REQUEST_NULL }, words.clone());
            // SAFETY: the words' heap memory is kept in `notices` until the request is complete.
            let code = unsafe {
                let (buffer, length) = (words.as_ptr().cast(), words.len() as c_int);
                ffi::MPI_Isend(buffer, length, ffi::RSMPI_UINT64_T, other as c_int, 0, self.control, &raw mut request)
            };
            must(code, "MPI_Isend");
            notices.push((words, request));
        }
    }

    /// All ranks are here: those notices that nobody has read yet are read.
    fn settle_notices(&self) {
        let sent = [u8::from(!self.notices.borrow().is_empty())];
        let mut senders = vec![0u8; self.size];
        // SAFETY: one byte of each rank; all ranks have passed the barrier and make this call.
        let code = unsafe {
            let byte = ffi::RSMPI_UINT8_T;
            ffi::MPI_Allgather(sent.as_ptr().cast(), 1, byte, senders.as_mut_ptr().cast(), 1, byte, self.control)
        };
        must(code, "MPI_Allgather");
        for other in (0..self.size).filter(|&other| other != self.rank && senders[other] == 1) {
            if !self.returned.borrow().contains_key(&other) {
                let mut status = MaybeUninit::zeroed();
                // SAFETY: `other` has sent its notice, so the probe finds it and writes the status.
                let status = unsafe {
                    must(ffi::MPI_Probe(other as c_int, 0, self.control, status.as_mut_ptr()), "MPI_Probe");
                    status.assume_init()
                };
                self.read_notice_of(status);
            }
        }
        for (_words, mut request) in self.notices.take() {
            // SAFETY: its memory `_words` is still there.
            must(unsafe { ffi::MPI_Wait(&raw mut request, ffi::RSMPI_STATUS_IGNORE) }, "MPI_Wait");
        }
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

/// Whether this request is complete.
pub(super) fn test(request: &mut ffi::MPI_Request, call: &str) -> bool {
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

/// What `LOPS_CHECK` says; a debug build checks if it says nothing.
fn check_is_wanted() -> bool {
    match std::env::var("LOPS_CHECK") {
        Ok(text) => text == "1",
        Err(_) => cfg!(debug_assertions),
    }
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
