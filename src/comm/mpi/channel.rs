//! Messages between two ranks: lasting channels, and the ones of an all-to-all.

use super::super::engine::{Call, Channel, Detail, Neighbour};
use super::super::of_rank::Within;
use super::super::spares;
use super::super::traffic::Verb;
use super::deadlock::Wait;
use super::group::Group;
use super::job::{Calls, Job, UnderWay};
use super::wait::{self, must};
use crate::numbers::{Buffer, DType};
use mpi::ffi;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Display;
use std::os::raw::c_int;
use std::rc::Rc;

/// The tag of exchanges: one for all, so that messages match in the order of their starts.
const EXCHANGE: c_int = 0;

/// Requests under way or ready to start, and what each is to receive.
#[derive(Default)]
pub(super) struct Messages {
    requests: Vec<ffi::MPI_Request>,
    statuses: Vec<ffi::MPI_Status>,
    /// Of each: the world's rank at the other end, and the bytes to receive; `None` of one that is sent.
    expected: Vec<(usize, Option<usize>)>,
}

impl Messages {
    /// Forgets the requests, which are complete.
    pub(super) fn clear(&mut self) {
        self.requests.clear();
        self.expected.clear();
    }

    /// Begins to receive into `room`, which must stay until [`wait`](Self::wait) is over.
    pub(super) fn receive(&mut self, group: &Group, rank: usize, tag: c_int, room: &mut [u8]) {
        for piece in room.chunks_mut(group.job.piece) {
            let (at, n) = (piece.as_mut_ptr().cast(), piece.len() as c_int);
            self.add((group.members[rank], Some(piece.len())), |request| {
                // SAFETY: room for n bytes, kept by the caller.
                unsafe { ffi::MPI_Irecv(at, n, ffi::RSMPI_UINT8_T, rank as c_int, tag, group.comm, request) }
            });
        }
    }

    /// Begins to send `bytes`, which must stay until [`wait`](Self::wait) is over.
    pub(super) fn send(&mut self, group: &Group, rank: usize, tag: c_int, bytes: &[u8]) {
        for piece in bytes.chunks(group.job.piece) {
            let (at, n) = (piece.as_ptr().cast(), piece.len() as c_int);
            self.add((group.members[rank], None), |request| {
                // SAFETY: n bytes, kept by the caller.
                unsafe { ffi::MPI_Isend(at, n, ffi::RSMPI_UINT8_T, rank as c_int, tag, group.comm, request) }
            });
        }
    }

    fn add(&mut self, expected: (usize, Option<usize>), make: impl FnOnce(&mut ffi::MPI_Request) -> c_int) {
        let mut request = unsafe { ffi::RSMPI_REQUEST_NULL };
        must(make(&mut request), "MPI message");
        self.requests.push(request);
        self.expected.push(expected);
    }

    /// Whether all are complete.
    fn complete(&mut self) -> bool {
        // SAFETY: a status is plain numbers.
        self.statuses.resize_with(self.requests.len(), || unsafe { std::mem::zeroed() });
        let (n, mut done) = (self.requests.len() as c_int, 0);
        let (requests, statuses) = (self.requests.as_mut_ptr(), self.statuses.as_mut_ptr());
        // SAFETY: as many requests as statuses; the memory of the messages is kept.
        let code = unsafe { ffi::MPI_Testall(n, requests, &raw mut done, statuses) };
        done != 0 || code != 0
    }

    /// Frees persistent requests, which are complete.
    fn free(&mut self) {
        for request in &mut self.requests {
            // SAFETY: complete, hence inactive.
            must(unsafe { ffi::MPI_Request_free(request) }, "MPI_Request_free");
        }
        self.clear();
    }

    /// Waits for all of them and checks what came. `describe` is given those that are under way: the rank at the other
    /// end, and whether they are received.
    pub(super) fn wait(
        &mut self,
        job: &Job,
        call: impl Display,
        describe: impl Fn(Vec<(usize, bool)>) -> (Wait, String),
    ) {
        // SAFETY: a status is plain numbers.
        self.statuses.resize_with(self.requests.len(), || unsafe { std::mem::zeroed() });
        let (requests, statuses, expected) = (RefCell::new(&mut self.requests), &mut self.statuses, &self.expected);
        let mut code = 0;
        job.wait(
            || {
                let mut requests = requests.borrow_mut();
                let (n, mut done) = (requests.len() as c_int, 0);
                // SAFETY: as many requests as statuses; the memory of the messages is kept.
                code = unsafe { ffi::MPI_Testall(n, requests.as_mut_ptr(), &raw mut done, statuses.as_mut_ptr()) };
                done != 0 || code != 0
            },
            || {
                let under_way = |(&request, &(rank, bytes)): (&ffi::MPI_Request, &(usize, Option<usize>))| {
                    let mut is_over = 0;
                    // SAFETY: a question about a request that is alive.
                    let code =
                        unsafe { ffi::MPI_Request_get_status(request, &raw mut is_over, ffi::RSMPI_STATUS_IGNORE) };
                    (code == 0 && is_over == 0).then_some((rank, bytes.is_some()))
                };
                describe(requests.borrow().iter().zip(expected).filter_map(under_way).collect())
            },
        );
        for (status, &expected) in statuses.iter().zip(&self.expected) {
            let (rank, Some(bytes)) = expected else { continue };
            let mut found = 0;
            // SAFETY: the status of a complete reception.
            unsafe { ffi::MPI_Get_count(status, ffi::RSMPI_UINT8_T, &raw mut found) };
            let too_long = code != 0 && status.MPI_ERROR != 0;
            if too_long || found as usize != bytes {
                let found = if too_long { "more".to_owned() } else { found.to_string() };
                wait::end_job(format!("{call}: expected {bytes} bytes from rank {rank}, found {found}"));
            }
        }
        must(code, &call);
    }
}

/// Messages under way of a channel that is no more, and the memory that MPI may still use for them.
struct GivenUp {
    messages: Messages,
    _buffers: [Vec<Buffer>; 2],
    _group: Rc<Group>,
}

impl UnderWay for GivenUp {
    fn is_over(&mut self) -> bool {
        let over = self.messages.complete();
        if over {
            self.messages.free();
        }
        over
    }
}

/// For each neighbour, by its rank in the world: which message to it, and from it, the one under way is.
type Numbers = HashMap<usize, (u64, u64)>;

/// A lasting channel: persistent requests over buffers of its own.
pub(super) struct Persistent {
    group: Rc<Group>,
    dtype: DType,
    neighbours: Vec<Neighbour>,
    /// For each neighbour.
    send: Vec<Buffer>,
    received: Vec<Buffer>,
    messages: Messages,
    /// Which neighbour is this rank itself.
    own: Option<usize>,
    numbers: Numbers,
    /// The exchange that was started last.
    call: Call,
    in_flight: bool,
}

impl Persistent {
    pub(super) fn new(group: Rc<Group>, dtype: DType, neighbours: &[Neighbour]) -> Self {
        let mut send: Vec<_> = neighbours.iter().map(|n| spares::take(dtype, n.send)).collect();
        let mut received: Vec<_> = neighbours.iter().map(|n| spares::take(dtype, n.receive)).collect();
        let (mut messages, mut own) = (Messages::default(), None);
        let (piece, comm) = (group.job.piece, group.comm);
        for (k, neighbour) in neighbours.iter().enumerate() {
            let rank = neighbour.rank as c_int;
            if neighbour.rank == group.rank {
                own = Some(k);
                continue;
            }
            for part in received[k].bytes_mut().chunks_mut(piece) {
                let (at, n) = (part.as_mut_ptr().cast(), part.len() as c_int);
                messages.add((group.members[neighbour.rank], Some(part.len())), |request| {
                    // SAFETY: memory of the channel's buffers, which is never moved and outlives the request.
                    unsafe { ffi::MPI_Recv_init(at, n, ffi::RSMPI_UINT8_T, rank, EXCHANGE, comm, request) }
                });
            }
            for part in send[k].bytes_mut().chunks_mut(piece) {
                let (at, n) = (part.as_mut_ptr().cast(), part.len() as c_int);
                messages.add((group.members[neighbour.rank], None), |request| {
                    // SAFETY: as above.
                    unsafe { ffi::MPI_Send_init(at, n, ffi::RSMPI_UINT8_T, rank, EXCHANGE, comm, request) }
                });
            }
        }
        let within = Within::default();
        let call = Call { verb: Verb::Exchange, dtype: Some(dtype), count: None, detail: Detail::None, within };
        let numbers = neighbours.iter().map(|n| (group.members[n.rank], (0, 0))).collect();
        Self {
            group,
            dtype,
            neighbours: neighbours.to_vec(),
            send,
            received,
            messages,
            own,
            numbers,
            call,
            in_flight: false,
        }
    }

    /// What a wait for these messages is for.
    fn describe(group: &Group, numbers: &Numbers, call: &Call, under_way: &[(usize, bool)]) -> (Wait, String) {
        let need = |&(other, receives): &(usize, bool)| {
            let (sent, received) = numbers.get(&other).copied().unwrap_or_default();
            let (calls, number) =
                if receives { (Calls::ReceivedFrom(other), received) } else { (Calls::SentTo(other), sent) };
            (other, (group.id, calls.seen_by(group.job.rank).to_wire()), number)
        };
        (Wait::Messages(under_way.iter().map(need).collect()), call.to_string())
    }
}

impl Channel for Persistent {
    fn send(&mut self, neighbour: usize) -> &mut Buffer {
        self.finish(); // a flight that was dropped still reads here
        &mut self.send[neighbour]
    }

    fn received(&self, neighbour: usize) -> &Buffer {
        &self.received[neighbour]
    }

    fn start(&mut self, call: &Call) {
        self.finish();
        self.call = *call;
        let (job, id) = (&self.group.job, self.group.id);
        for neighbour in &self.neighbours {
            let other = self.group.members[neighbour.rank];
            let Some(numbers) = self.numbers.get_mut(&other) else { continue };
            if neighbour.rank != self.group.rank && neighbour.send > 0 {
                numbers.0 = job.count(id, Calls::SentTo(other));
            }
            if neighbour.rank != self.group.rank && neighbour.receive > 0 {
                numbers.1 = job.count(id, Calls::ReceivedFrom(other));
            }
        }
        let requests = &mut self.messages.requests;
        if !requests.is_empty() {
            // SAFETY: none of them is under way any more.
            must(unsafe { ffi::MPI_Startall(requests.len() as c_int, requests.as_mut_ptr()) }, "MPI_Startall");
        }
        self.in_flight = true;
        if let Some(own) = self.own {
            std::mem::swap(&mut self.send[own], &mut self.received[own]); // no request is over these
        }
    }

    fn finish(&mut self) {
        if self.in_flight && !self.messages.requests.is_empty() {
            let (group, numbers, call) = (&self.group, &self.numbers, &self.call);
            let describe = |under_way: Vec<_>| Self::describe(group, numbers, call, &under_way);
            self.messages.wait(&group.job, call, describe);
            for received in &self.received {
                wait::must_be_values(Some(self.dtype), received.bytes(), Verb::Exchange.name());
            }
        }
        self.in_flight = false;
    }
}

impl Drop for Persistent {
    fn drop(&mut self) {
        if self.group.job.is_over() {
            return;
        }
        if self.in_flight && std::thread::panicking() {
            // Waiting might be for ever, and MPI may still write here: the memory is left to it.
            std::mem::forget((std::mem::take(&mut self.send), std::mem::take(&mut self.received)));
            return;
        }
        if self.in_flight && !self.messages.complete() {
            // The messages may never come, and then it is not here that the job should say why.
            let buffers = [std::mem::take(&mut self.send), std::mem::take(&mut self.received)];
            let (messages, group) = (std::mem::take(&mut self.messages), self.group.clone());
            self.group.job.give_up(Box::new(GivenUp { messages, _buffers: buffers, _group: group }));
            return;
        }
        self.messages.free();
        for buffer in self.send.drain(..).chain(self.received.drain(..)) {
            spares::give(self.dtype, buffer);
        }
    }
}
