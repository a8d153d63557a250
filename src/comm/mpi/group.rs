//! The verbs over an MPI communicator.
//!
//! Small collectives are non-blocking ones that are tested until done. Large ones are slow in that
//! form (Open MPI's are not tuned), so the ranks meet first, with tests, and then make the
//! blocking call together.

use super::super::engine::{Call, Channel, Engine, Neighbour};
use super::super::reduction::{Reduction, truth};
use super::super::solo::Solo;
use super::channel::Messages;
use super::deadlock::Wait;
use super::job::{self, Calls, Job, test};
use super::wait::{self, must};
use crate::numbers::{DType, bytes_of, bytes_of_mut};
use mpi::ffi;
use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::raw::{c_int, c_void};
use std::rc::Rc;

/// Bytes from which ranks meet first and then block.
const LARGE: usize = 64 << 10;
/// The tag of all-to-all's messages; exchanges have 0.
const ALL_TO_ALL: c_int = 1;

/// The communicator and what belongs to it; an exchange may outlive the `Comm` it was made from.
pub(super) struct Group {
    pub job: Rc<Job>,
    pub comm: ffi::MPI_Comm,
    pub rank: usize,
    /// The rank in the world of each rank of the group.
    pub members: Vec<usize>,
    /// The same number on all its ranks, and another for each communicator of a job.
    pub id: u64,
    scratch: RefCell<Scratch>,
}

#[derive(Default)]
struct Scratch {
    counts: Vec<c_int>,
    starts: Vec<c_int>,
    messages: Messages,
}

/// The engine: a shared [`Group`].
pub(super) struct Mpi(Rc<Group>);

impl Group {
    /// All ranks of the job. Collective.
    pub(super) fn world(job: Rc<Job>) -> Mpi {
        let comm = job::duplicate_world();
        job.join(0);
        let (rank, members) = (job.rank, (0..job.size).collect());
        Mpi(Rc::new(Self { job, comm, rank, members, id: 0, scratch: RefCell::default() }))
    }

    /// Waits until the request of this collective, the rank's `number`-th here, is complete.
    pub(super) fn wait_for(&self, request: &mut ffi::MPI_Request, call: &Call, number: u64) {
        self.job.wait(|| test(request, call), || self.describe(call, number));
    }

    /// What a wait in this collective is for.
    pub(super) fn describe(&self, call: &Call, number: u64) -> (Wait, String) {
        let mut hasher = DefaultHasher::new();
        call.hash(&mut hasher);
        let calls = (self.id, Calls::Collective.to_wire());
        (Wait::Collective { calls, number, hash: hasher.finish() }, call.to_string())
    }

    fn begin(&self, call: &Call) -> u64 {
        let number = self.job.count(self.id, Calls::Collective);
        if self.job.check {
            self.meet(call, None, number);
        }
        number
    }

    /// Makes the collective, non-blocking or blocking by its size, which all ranks know.
    fn collective(
        &self,
        call: &Call,
        number: u64,
        bytes: usize,
        non_blocking: impl FnOnce(&mut ffi::MPI_Request) -> c_int,
        blocking: impl FnOnce() -> c_int,
    ) {
        if bytes < LARGE {
            let mut request = unsafe { ffi::RSMPI_REQUEST_NULL };
            must(non_blocking(&mut request), call);
            self.wait_for(&mut request, call, number);
        } else {
            self.meet(call, None, number);
            must(blocking(), call);
        }
    }

    fn broadcast(&self, call: &Call, number: u64, root: usize, buffer: &mut [u8]) {
        let (byte, root) = (unsafe { ffi::RSMPI_UINT8_T }, root as c_int);
        for piece in buffer.chunks_mut(self.job.piece) {
            let (at, n) = (piece.as_mut_ptr().cast::<c_void>(), piece.len() as c_int);
            // SAFETY: `at` has room for n bytes and lives until the call is complete.
            self.collective(
                call,
                number,
                piece.len(),
                |request| unsafe { ffi::MPI_Ibcast(at, n, byte, root, self.comm, request) },
                || unsafe { ffi::MPI_Bcast(at, n, byte, root, self.comm) },
            );
        }
    }

    /// Of elements of `size` bytes.
    fn all_gather(&self, call: &Call, number: u64, mine: &[u8], (counts, size): (&[usize], usize), all: &mut [u8]) {
        let byte = unsafe { ffi::RSMPI_UINT8_T };
        if all.len() > self.job.piece {
            // Lengths and offsets do not fit MPI's: rank after rank.
            let own = counts[..self.rank].iter().sum::<usize>() * size;
            all[own..][..mine.len()].copy_from_slice(mine);
            let mut rest = all;
            for (rank, count) in counts.iter().enumerate() {
                let part;
                (part, rest) = rest.split_at_mut(count * size);
                self.broadcast(call, number, rank, part);
            }
            return;
        }
        if all.is_empty() {
            return;
        }
        // The address of an empty slice is any number, MPI's words for "in place" among them.
        let from = if mine.is_empty() { [0u8].as_ptr() } else { mine.as_ptr() }.cast::<c_void>();
        let (n, to, bytes) = (mine.len() as c_int, all.as_mut_ptr().cast::<c_void>(), all.len());
        if counts.iter().all(|&count| count == counts[0]) {
            // SAFETY: `to` has room for n bytes of each rank; both live until the call is complete.
            self.collective(
                call,
                number,
                bytes,
                |request| unsafe { ffi::MPI_Iallgather(from, n, byte, to, n, byte, self.comm, request) },
                || unsafe { ffi::MPI_Allgather(from, n, byte, to, n, byte, self.comm) },
            );
            return;
        }
        let mut scratch = self.scratch.borrow_mut();
        let Scratch { counts: each, starts, .. } = &mut *scratch;
        each.clear();
        starts.clear();
        let mut start = 0;
        for &count in counts {
            each.push((count * size) as c_int);
            starts.push(start);
            start += (count * size) as c_int;
        }
        let (each, starts) = (each.as_ptr(), starts.as_ptr());
        // SAFETY: as above; the counts live, in the scratch, until the call is complete.
        self.collective(
            call,
            number,
            bytes,
            |request| unsafe { ffi::MPI_Iallgatherv(from, n, byte, to, each, starts, byte, self.comm, request) },
            || unsafe { ffi::MPI_Allgatherv(from, n, byte, to, each, starts, byte, self.comm) },
        );
    }

    fn reduce_scatter(&self, call: &Call, number: u64, dtype: DType, values: &[u8], counts: &[usize], mine: &mut [u8]) {
        let (datatype, size) = native(dtype, false);
        let of_one = dtype.size() / size; // a complex number is two
        // SAFETY: constants of a running MPI.
        let op = unsafe { if dtype == DType::Bool { ffi::RSMPI_MAX } else { ffi::RSMPI_SUM } };
        if values.len() > self.job.piece {
            // Lengths do not fit MPI's: part after part, each reduced to its rank.
            let mut rest = values;
            for (rank, count) in counts.iter().enumerate() {
                let (part, mut at) = (rest.split_off(..count * dtype.size()).unwrap_or_default(), 0);
                for piece in part.chunks(self.job.piece) {
                    let room = if rank == self.rank { &mut mine[at..at + piece.len()] } else { &mut [] };
                    at += piece.len();
                    let (from, to) = (piece.as_ptr().cast::<c_void>(), room.as_mut_ptr().cast::<c_void>());
                    let (n, root) = ((piece.len() / size) as c_int, rank as c_int);
                    // SAFETY: both have n values, `to` on the root alone, and live until the call is complete.
                    self.collective(
                        call,
                        number,
                        piece.len(),
                        |request| unsafe { ffi::MPI_Ireduce(from, to, n, datatype, op, root, self.comm, request) },
                        || unsafe { ffi::MPI_Reduce(from, to, n, datatype, op, root, self.comm) },
                    );
                }
            }
            return;
        }
        if values.is_empty() {
            return;
        }
        let mut scratch = self.scratch.borrow_mut();
        let each = &mut scratch.counts;
        each.clear();
        each.extend(counts.iter().map(|&count| (count * of_one) as c_int));
        let each = each.as_ptr();
        let mut none = [0u64; 2];
        // The address of an empty slice is any number, MPI's words for "in place" among them.
        let to = if mine.is_empty() { none.as_mut_ptr().cast() } else { mine.as_mut_ptr() }.cast::<c_void>();
        let from = values.as_ptr().cast::<c_void>();
        // SAFETY: `to` has room for this rank's count; all, the counts in the scratch too, live until the call is complete.
        self.collective(
            call,
            number,
            values.len(),
            |request| unsafe { ffi::MPI_Ireduce_scatter(from, to, each, datatype, op, self.comm, request) },
            || unsafe { ffi::MPI_Reduce_scatter(from, to, each, datatype, op, self.comm) },
        );
    }
}

impl Engine for Mpi {
    fn rank(&self) -> usize {
        self.0.rank
    }

    fn size(&self) -> usize {
        self.0.members.len()
    }

    fn name(&self) -> &'static str {
        "MPI"
    }

    #[cfg(feature = "hdf5")]
    fn mpi_comm(&self) -> Option<ffi::MPI_Comm> {
        Some(self.0.comm)
    }

    fn compares(&self) -> bool {
        self.0.job.check
    }

    fn meet(&self, call: &Call, words: &str) {
        let number = self.0.job.count(self.0.id, Calls::Collective);
        self.0.meet(call, Some(words), number);
    }

    fn barrier(&self, call: &Call) {
        let number = self.0.job.count(self.0.id, Calls::Collective);
        self.0.meet(call, None, number);
    }

    fn broadcast(&self, call: &Call, root: usize, buffer: &mut [u8]) {
        let number = self.0.begin(call);
        self.0.broadcast(call, number, root, buffer);
        wait::must_be_values(call.dtype, buffer, call);
    }

    fn all_gather(&self, call: &Call, mine: &[u8], counts: &[usize], all: &mut [u8]) {
        let number = self.0.begin(call);
        self.0.all_gather(call, number, mine, (counts, call.dtype.map_or(1, DType::size)), all);
        wait::must_be_values(call.dtype, all, call);
    }

    fn all_reduce(&self, call: &Call, dtype: DType, reduction: Reduction, values: &mut [u8]) {
        let number = self.0.begin(call);
        // Of zeros and ones "and" is the minimum and "or" the maximum.
        truth(dtype, reduction, values);
        // SAFETY: constants of a running MPI.
        let op = unsafe {
            match (reduction, dtype) {
                (Reduction::Sum, DType::Bool) | (Reduction::Max | Reduction::Or, _) => ffi::RSMPI_MAX,
                (Reduction::Sum, _) => ffi::RSMPI_SUM,
                (Reduction::Min | Reduction::And, _) => ffi::RSMPI_MIN,
            }
        };
        let compared = matches!(reduction, Reduction::Min | Reduction::Max);
        let shifted = compared && matches!(dtype, DType::U8 | DType::U16 | DType::U32 | DType::U64);
        if shifted {
            shift(dtype, values);
        }
        let (datatype, size) = native(dtype, shifted);
        let (group, own) = (&self.0, self.0.job.in_place);
        for piece in values.chunks_mut(group.job.piece) {
            let (at, n) = (piece.as_mut_ptr().cast::<c_void>(), (piece.len() / size) as c_int);
            // SAFETY: `at` has n values of the type and lives until the call is complete.
            group.collective(
                call,
                number,
                piece.len(),
                |request| unsafe { ffi::MPI_Iallreduce(own, at, n, datatype, op, group.comm, request) },
                || unsafe { ffi::MPI_Allreduce(own, at, n, datatype, op, group.comm) },
            );
        }
        if shifted {
            shift(dtype, values);
        }
        wait::must_be_values(Some(dtype), values, call);
    }

    fn reduce_scatter(&self, call: &Call, dtype: DType, values: &[u8], counts: &[usize], mine: &mut [u8]) {
        let number = self.0.begin(call);
        self.0.reduce_scatter(call, number, dtype, values, counts, mine);
        wait::must_be_values(Some(dtype), mine, call);
    }

    fn all_to_all(
        &self,
        call: &Call,
        send: &[u8],
        send_counts: &[usize],
        receive: &mut [u8],
        receive_counts: &[usize],
    ) {
        let group = &*self.0;
        let number = group.begin(call);
        let mut scratch = group.scratch.borrow_mut();
        let (mut to, mut from) = (0, 0);
        // Everybody begins with its own next rank, so that no rank is the first target of all.
        let messages = &mut scratch.messages;
        messages.clear();
        for (rank, (&sent, &received)) in send_counts.iter().zip(receive_counts).enumerate() {
            let (out, room) = (&send[to..to + sent], &mut receive[from..from + received]);
            if rank == group.rank {
                room.copy_from_slice(out);
            } else {
                messages.receive(group, rank, ALL_TO_ALL, room);
            }
            to += sent;
            from += received;
        }
        let starts = offsets(send_counts.iter().copied());
        for step in 1..send_counts.len() {
            let rank = (group.rank + step) % send_counts.len();
            messages.send(group, rank, ALL_TO_ALL, &send[starts[rank]..starts[rank + 1]]);
        }
        messages.wait(&group.job, call, |_| {
            let calls = (group.id, Calls::Collective.to_wire());
            (Wait::ManyMessages { calls, number }, call.to_string())
        });
        wait::must_be_values(call.dtype, receive, call);
    }

    fn split(&self, call: &Call, colour: usize) -> Box<dyn Engine> {
        let group = &*self.0;
        let number = group.job.count(group.id, Calls::Collective);
        group.meet(call, None, number);
        let mut colours = vec![0; group.members.len()];
        let counts = vec![1; group.members.len()];
        group.all_gather(call, number, bytes_of(&[colour]), (&counts, size_of::<usize>()), bytes_of_mut(&mut colours));
        let ranks: Vec<_> = (0..colours.len()).filter(|&rank| colours[rank] == colour).collect();
        // The colour may be any number, MPI's is a small one: the group's first rank.
        let alone = ranks.len() == 1;
        let first = if alone { unsafe { ffi::RSMPI_UNDEFINED } } else { ranks[0] as c_int };
        let mut comm = unsafe { ffi::RSMPI_COMM_NULL };
        // SAFETY: all ranks have met and make this call.
        must(unsafe { ffi::MPI_Comm_split(group.comm, first, group.rank as c_int, &raw mut comm) }, "split");
        if alone {
            return Box::new(Solo);
        }
        // SAFETY: a communicator that was just made.
        must(unsafe { ffi::MPI_Comm_set_errhandler(comm, ffi::RSMPI_ERRORS_RETURN) }, "MPI_Comm_set_errhandler");
        let mut id = DefaultHasher::new();
        (group.id, number, first).hash(&mut id);
        let id = id.finish();
        group.job.join(id);
        Box::new(Mpi(Rc::new(Group {
            job: group.job.clone(),
            comm,
            rank: ranks.iter().position(|&rank| rank == group.rank).unwrap_or(0),
            members: ranks.iter().map(|&rank| group.members[rank]).collect(),
            id,
            scratch: RefCell::default(),
        })))
    }

    fn channel(&self, dtype: DType, neighbours: &[Neighbour]) -> Box<dyn Channel> {
        Box::new(super::channel::Persistent::new(self.0.clone(), dtype, neighbours))
    }
}

impl Drop for Group {
    /// In unwinding the communicator is left to the end of the job: freeing may wait for others.
    fn drop(&mut self) {
        if !self.job.is_over() && !std::thread::panicking() {
            // SAFETY: nothing is under way on it: channels hold the group.
            must(unsafe { ffi::MPI_Comm_free(&raw mut self.comm) }, "MPI_Comm_free");
        }
    }
}

/// MPI's type to reduce this one as, and its size: a complex number is two real ones, and an
/// unsigned one is signed after a [`shift`].
fn native(dtype: DType, shifted: bool) -> (ffi::MPI_Datatype, usize) {
    // SAFETY: constants of a running MPI.
    unsafe {
        match dtype {
            DType::U8 if !shifted => (ffi::RSMPI_UINT8_T, 1),
            DType::U16 if !shifted => (ffi::RSMPI_UINT16_T, 2),
            DType::U32 if !shifted => (ffi::RSMPI_UINT32_T, 4),
            DType::U64 if !shifted => (ffi::RSMPI_UINT64_T, 8),
            DType::Bool => (ffi::RSMPI_UINT8_T, 1),
            DType::I8 | DType::U8 => (ffi::RSMPI_INT8_T, 1),
            DType::I16 | DType::U16 => (ffi::RSMPI_INT16_T, 2),
            DType::I32 | DType::U32 => (ffi::RSMPI_INT32_T, 4),
            DType::I64 | DType::U64 => (ffi::RSMPI_INT64_T, 8),
            DType::F32 | DType::C64 => (ffi::RSMPI_FLOAT, 4),
            DType::F64 | DType::C128 => (ffi::RSMPI_DOUBLE, 8),
        }
    }
}

/// Flips the highest bit: unsigned numbers become signed ones in the same order, and back.
///
/// MPICH 4.0 compares unsigned numbers as signed ones, so they are made to be that first.
fn shift(dtype: DType, values: &mut [u8]) {
    let size = dtype.size();
    let highest = if cfg!(target_endian = "little") { size - 1 } else { 0 };
    values.iter_mut().skip(highest).step_by(size).for_each(|byte| *byte ^= 0x80);
}

/// Start of each part when parts of these lengths lie one after another, and the total.
fn offsets(lengths: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut at = 0;
    let mut offsets = vec![0];
    for length in lengths {
        at += length;
        offsets.push(at);
    }
    offsets
}
