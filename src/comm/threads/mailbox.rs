//! A mailbox for each ordered pair of ranks in a group.

use super::super::of_rank::Within;
use crate::numbers::{Buffer, DType};
use std::collections::VecDeque;

/// One message: its elements, their type, and the operation that sent it.
pub(super) struct Message {
    pub(super) dtype: DType,
    pub(super) within: Within,
    pub(super) buffer: Buffer,
}

/// Messages from one rank to another, numbered by the sender's starts. A receiver's start takes
/// the next number as its ticket, so channels may finish in another order than they started in.
pub(super) struct Mailbox {
    /// World ranks.
    pub(super) source: usize,
    pub(super) destination: usize,
    /// The ticket of the front of the queue.
    front: u64,
    queue: VecDeque<Option<Message>>,
    tickets: u64,
    /// Tickets of messages that nobody waits for any more.
    given_up: Vec<u64>,
    /// Buffers on their way back, with the type of what is in them.
    pub(super) free: Vec<(DType, Buffer)>,
    /// Type and bytes of buffers that are to go when they come back: their channel is no more.
    retired: Vec<(DType, usize)>,
}

impl Mailbox {
    pub(super) fn new(source: usize, destination: usize) -> Self {
        Self {
            source,
            destination,
            front: 0,
            queue: VecDeque::new(),
            tickets: 0,
            given_up: Vec::new(),
            free: Vec::new(),
            retired: Vec::new(),
        }
    }

    pub(super) fn put(&mut self, message: Message) -> u64 {
        self.queue.push_back(Some(message));
        let ticket = self.front + self.queue.len() as u64 - 1;
        if let Some(at) = self.given_up.iter().position(|&given_up| given_up == ticket) {
            self.given_up.swap_remove(at);
            self.take(ticket);
        }
        ticket
    }

    /// The message of this ticket is for nobody, whether it has come or not.
    pub(super) fn give_up(&mut self, ticket: u64) {
        if self.take(ticket).is_none() {
            self.given_up.push(ticket);
        }
    }

    pub(super) fn take(&mut self, ticket: u64) -> Option<Message> {
        let message = self.queue.get_mut((ticket - self.front) as usize)?.take();
        while self.queue.front().is_some_and(Option::is_none) {
            self.queue.pop_front();
            self.front += 1;
        }
        message
    }

    /// A buffer of this type and length that came back.
    pub(super) fn returned(&mut self, dtype: DType, bytes: usize) -> Option<Buffer> {
        let fits = |(of, buffer): &(DType, Buffer)| *of == dtype && buffer.bytes().len() == bytes;
        self.free.iter().position(fits).map(|at| self.free.swap_remove(at).1)
    }

    /// A buffer comes back.
    pub(super) fn give_back(&mut self, dtype: DType, buffer: Buffer) {
        let retired = (dtype, buffer.bytes().len());
        match self.retired.iter().position(|&other| other == retired) {
            Some(at) => drop(self.retired.swap_remove(at)),
            None => self.free.push((dtype, buffer)),
        }
    }

    /// One buffer of this type and length less wanders between the two: one that is back, or the next.
    pub(super) fn retire(&mut self, dtype: DType, bytes: usize) {
        if self.returned(dtype, bytes).is_none() {
            self.retired.push((dtype, bytes));
        }
    }

    pub(super) fn ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.tickets - 1
    }

    pub(super) fn left_words(&self) -> String {
        format!("rank {} has returned while rank {} waits for a message from it", self.source, self.destination)
    }

    /// Words, if there are messages that nobody took.
    pub(super) fn unreceived(&self) -> Option<String> {
        let bytes: usize = self.queue.iter().flatten().map(|message| message.buffer.bytes().len()).sum();
        (bytes > 0).then(|| {
            let (source, destination) = (self.source, self.destination);
            format!("rank {source} sent rank {destination} {bytes} bytes that it never received")
        })
    }
}
