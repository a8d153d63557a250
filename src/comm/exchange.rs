//! Messages between neighbours, non-blocking: start, work, finish.

use super::engine::{Channel, Detail, Neighbour};
use super::traffic::Verb;
use super::{Comm, Sent};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Element;
use std::{fmt, marker::PhantomData};

/// A lasting exchange of messages with a fixed set of neighbours.
///
/// Made once ([`Comm::exchange`]), used as often as wanted; nothing is allocated by its use. The
/// exchange owns its buffers, and [`start`](Self::start) lends it out until the messages have
/// arrived, so touching a buffer under way does not compile:
///
/// ```compile_fail,E0499
/// # lops::launch_threads(1, |comm| {
/// let mut halo = comm.exchange::<f64>(&[])?;
/// let flight = halo.start();
/// halo.send_mut(0)[0] = 1.0; // still in flight
/// flight.finish();
/// # Ok(()) }).unwrap();
/// ```
///
/// # Example
/// ```
/// use lops::{comm::Neighbour, launch_threads};
///
/// launch_threads(3, |comm| {
///     let next = (comm.rank() + 1) % 3;
///     let last = (comm.rank() + 2) % 3;
///     let mut ring = comm.exchange::<f64>(&[
///         Neighbour { rank: next, send: 1, receive: 0 },
///         Neighbour { rank: last, send: 0, receive: 1 },
///     ])?;
///     ring.send_mut(0)[0] = comm.rank() as f64;
///     let flight = ring.start();
///     // work that needs no neighbour goes here
///     let received = flight.finish();
///     assert_eq!(received.from(1), [last as f64]);
///     Ok(())
/// })
/// .unwrap();
/// ```
pub struct Exchange<T> {
    comm: Comm,
    neighbours: Vec<Neighbour>,
    channel: Box<dyn Channel>,
    element: PhantomData<T>,
}

impl<T: Element> Exchange<T> {
    pub(super) fn new(comm: &Comm, neighbours: &[Neighbour]) -> Result<Self> {
        for neighbour in neighbours {
            if neighbour.rank >= comm.size() {
                return Err(Error::expected(
                    ErrorKind::Communicator,
                    "neighbour",
                    format!("a rank below {}", comm.size()),
                    neighbour.rank,
                ));
            }
            if neighbour.rank == comm.rank() && neighbour.send != neighbour.receive {
                return Err(Error::expected(
                    ErrorKind::Shape,
                    "exchange of a rank with itself",
                    format!("{} elements to receive", neighbour.send),
                    neighbour.receive,
                ));
            }
        }
        if let Some(rank) = named_twice(neighbours) {
            let words = format!("exchange: rank {rank} is named twice as a neighbour");
            return Err(Error::new(ErrorKind::Communicator, words));
        }
        let size = T::DTYPE.size();
        let in_bytes: Vec<_> = neighbours
            .iter()
            .map(|n| Neighbour { rank: n.rank, send: n.send * size, receive: n.receive * size })
            .collect();
        Ok(Self {
            comm: comm.clone(),
            neighbours: neighbours.to_vec(),
            channel: comm.engine().channel(T::DTYPE, &in_bytes),
            element: PhantomData,
        })
    }

    /// The neighbours, in the order given.
    pub fn neighbours(&self) -> &[Neighbour] {
        &self.neighbours
    }

    /// What this rank sends each time.
    pub fn sends(&self) -> Sent {
        let sent = self.neighbours.iter().filter(|n| n.rank != self.comm.rank() && n.send > 0);
        let (messages, elements) = sent.fold((0, 0), |(m, e), n| (m + 1, e + n.send));
        Sent { calls: 1, messages, bytes: (elements * T::DTYPE.size()) as u64 }
    }

    /// The same where it is not even started if there are no neighbours, as plans do: nothing then.
    pub(crate) fn sends_if_started(&self) -> Sent {
        if self.neighbours.is_empty() { Sent::NOTHING } else { self.sends() }
    }

    /// Bytes of the buffers of all messages, of those sent and those received; where ranks are threads, of one more for each that is received, for a
    /// sender who is ahead.
    pub fn buffers(&self) -> usize {
        let of_messages: usize = self.neighbours.iter().map(|n| (n.send + n.receive) * T::DTYPE.size()).sum();
        of_messages + self.channel.beside()
    }

    /// The buffer of what goes to the k-th neighbour, to be filled before every start: messages take
    /// their buffers with them where that saves a copy, and others come back.
    pub fn send_mut(&mut self, k: usize) -> &mut [T] {
        self.channel.send(k).elements_mut()
    }

    /// Sends all send buffers and begins to receive. Collective among neighbours; returns at once.
    ///
    /// # Communication
    /// One message to each neighbour that is sent something.
    pub fn start(&mut self) -> InFlight<'_, T> {
        self.send();
        InFlight { exchange: self }
    }

    /// [`start`](Self::start) without a guard, for those who have several exchanges under way: until
    /// [`receive`](Self::receive) they leave the buffers alone.
    pub(crate) fn send(&mut self) {
        let _mark = self.comm.mark(Verb::Exchange.name());
        let Sent { messages, bytes, .. } = self.sends();
        self.comm.counters().count(Verb::Exchange, messages as usize, bytes as usize);
        let others = self.neighbours.iter().map(|neighbour| neighbour.rank);
        self.comm.colours().exchange(self.comm.rank(), self.comm.size(), others);
        self.channel.start(&self.comm.call::<T>(Verb::Exchange, None, Detail::None));
    }

    /// Waits until everything that the last [`send`](Self::send) began has arrived.
    pub(crate) fn receive(&mut self) -> Received<'_, T> {
        let _mark = self.comm.mark_more(Verb::Exchange.name());
        self.channel.finish();
        Received { exchange: self }
    }

    fn received(&self, k: usize) -> &[T] {
        self.channel.received(k).elements()
    }
}

/// A rank that occurs twice; in order, as plans name them, they are only looked through.
fn named_twice(neighbours: &[Neighbour]) -> Option<usize> {
    if neighbours.is_sorted_by(|a, b| a.rank < b.rank) {
        return None;
    }
    let mut ranks: Vec<_> = neighbours.iter().map(|neighbour| neighbour.rank).collect();
    ranks.sort_unstable();
    ranks.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

impl<T> fmt::Debug for Exchange<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("neighbours", &self.neighbours).finish_non_exhaustive()
    }
}

/// An [`Exchange`] whose messages are under way; dropping it waits for them.
#[must_use = "the messages arrive in `finish`"]
#[derive(Debug)]
pub struct InFlight<'a, T: Element> {
    exchange: &'a mut Exchange<T>,
}

impl<'a, T: Element> InFlight<'a, T> {
    /// Waits until everything has arrived.
    pub fn finish(self) -> Received<'a, T> {
        self.exchange.receive()
    }
}

/// What an [`Exchange`] brought.
#[derive(Debug)]
pub struct Received<'a, T: Element> {
    exchange: &'a Exchange<T>,
}

impl<'a, T: Element> Received<'a, T> {
    /// What came from the k-th neighbour.
    pub fn from(&self, k: usize) -> &'a [T] {
        self.exchange.received(k)
    }
}
