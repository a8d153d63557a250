//! Messages: a mailbox for each ordered pair of ranks in a group, and the channels that use them.

use super::super::engine::{Channel, Neighbour};
use super::super::spares;
use super::group::{Group, Handle};
use super::world::{Standing, State, Wait, Wake, World};
use crate::numbers::{Buffer, DType};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::MutexGuard;
use std::thread;

/// Messages from one rank to another, numbered by the sender's starts. A receiver's start takes
/// the next number as its ticket, so channels may finish in another order than they started in.
pub(super) struct Mailbox {
    /// World ranks.
    pub(super) source: usize,
    destination: usize,
    /// The ticket of the front of the queue.
    front: u64,
    queue: VecDeque<Option<Buffer>>,
    tickets: u64,
    /// Buffers on their way back, with the type of what is in them.
    free: Vec<(DType, Buffer)>,
    /// Type and bytes of buffers that are to go when they come back: their channel is no more.
    retired: Vec<(DType, usize)>,
}

impl Mailbox {
    fn new(source: usize, destination: usize) -> Self {
        Self {
            source,
            destination,
            front: 0,
            queue: VecDeque::new(),
            tickets: 0,
            free: Vec::new(),
            retired: Vec::new(),
        }
    }

    fn put(&mut self, message: Buffer) -> u64 {
        self.queue.push_back(Some(message));
        self.front + self.queue.len() as u64 - 1
    }

    fn take(&mut self, ticket: u64) -> Option<Buffer> {
        let message = self.queue.get_mut((ticket - self.front) as usize)?.take();
        while self.queue.front().is_some_and(Option::is_none) {
            self.queue.pop_front();
            self.front += 1;
        }
        message
    }

    /// A buffer of this type and length that came back.
    fn returned(&mut self, dtype: DType, bytes: usize) -> Option<Buffer> {
        let fits = |(of, buffer): &(DType, Buffer)| *of == dtype && buffer.bytes().len() == bytes;
        self.free.iter().position(fits).map(|at| self.free.swap_remove(at).1)
    }

    /// A buffer comes back.
    fn give_back(&mut self, dtype: DType, buffer: Buffer) {
        let retired = (dtype, buffer.bytes().len());
        match self.retired.iter().position(|&other| other == retired) {
            Some(at) => drop(self.retired.swap_remove(at)),
            None => self.free.push((dtype, buffer)),
        }
    }

    /// One buffer of this type and length less wanders between the two: one that is back, or the next.
    fn retire(&mut self, dtype: DType, bytes: usize) {
        if self.returned(dtype, bytes).is_none() {
            self.retired.push((dtype, bytes));
        }
    }

    fn ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.tickets - 1
    }

    pub(super) fn left_words(&self) -> String {
        format!("rank {} has returned while rank {} waits for a message from it", self.source, self.destination)
    }

    /// Words, if there are messages that nobody took.
    pub(super) fn unreceived(&self) -> Option<String> {
        let bytes: usize = self.queue.iter().flatten().map(|message| message.bytes().len()).sum();
        (bytes > 0).then(|| {
            let (source, destination) = (self.source, self.destination);
            format!("rank {source} sent rank {destination} {bytes} bytes that it never received")
        })
    }
}

impl Group {
    /// The number of the mailbox between these world ranks, which is made if it is not there.
    fn mailbox(state: &mut State, group: usize, source: usize, destination: usize) -> usize {
        if let Some(&number) = state.groups[group].mailboxes.get(&(source, destination)) {
            return number;
        }
        let number = state.mailboxes.insert(Mailbox::new(source, destination));
        state.groups[group].mailboxes.insert((source, destination), number);
        number
    }
}

/// One rank's end of a channel. Buffers wander: a message is the sender's buffer, which takes the place of
/// the receiver's, and that one goes back.
pub(super) struct Mail {
    member: Rc<Handle>,
    dtype: DType,
    links: Vec<Link>,
    in_flight: bool,
}

/// One neighbour of a channel.
struct Link {
    neighbour: Neighbour,
    /// Mailboxes to and from the neighbour.
    to: usize,
    from: usize,
    ticket: u64,
    /// `None` after it was sent, until it is asked for.
    send: Option<Buffer>,
    /// Buffers to send in that this end has brought, wherever they are.
    brought: usize,
    received: Buffer,
}

/// The job was over before a message came.
struct Over;

impl Mail {
    pub(super) fn new(member: Rc<Handle>, dtype: DType, neighbours: &[Neighbour]) -> Self {
        let mut state = member.world.lock();
        let me = member.world_rank;
        let mut link = |&neighbour: &Neighbour| {
            let other = member.members[neighbour.rank];
            let to = Group::mailbox(&mut state, member.group, me, other);
            let from = Group::mailbox(&mut state, member.group, other, me);
            // One more than both ends hold, so that a sender who is ahead of the receiver finds one.
            if neighbour.rank != member.rank && neighbour.receive > 0 {
                state.mailboxes[from].free.push((dtype, Buffer::zeroed(neighbour.receive)));
            }
            let (send, received) = (Some(spares::take(dtype, neighbour.send)), Buffer::zeroed(neighbour.receive));
            Link { neighbour, to, from, ticket: 0, send, brought: 1, received }
        };
        let links = neighbours.iter().map(&mut link).collect();
        drop(state);
        Self { member, dtype, links, in_flight: false }
    }

    fn receive(&mut self) -> Result<(), Over> {
        if !std::mem::take(&mut self.in_flight) {
            return Ok(());
        }
        let Self { member, dtype, links, .. } = self;
        let (world, me) = (&*member.world, member.world_rank);
        let receives = |link: &&mut Link| link.neighbour.rank != member.rank && link.neighbour.receive > 0;
        let mut state = world.lock();
        for link in links.iter_mut().filter(receives) {
            if state.is_over() {
                return Err(Over);
            }
            let mut message = state.mailboxes[link.from].take(link.ticket);
            if message.is_none() {
                state = await_message(world, state, me, link)?;
                message = state.mailboxes[link.from].take(link.ticket);
            }
            let message = message.unwrap_or_default();
            let (length, expected) = (message.bytes().len(), link.neighbour.receive);
            if length != expected {
                let source = state.mailboxes[link.from].source;
                let words =
                    format!("rank {source} sent rank {me} a message of {length} bytes, which expects {expected}");
                world.misuse(state, words);
            }
            let back = std::mem::replace(&mut link.received, message);
            state.mailboxes[link.from].give_back(*dtype, back);
        }
        Ok(())
    }
}

/// Waits until the message of this link's ticket is there.
fn await_message<'a>(
    world: &'a World,
    state: MutexGuard<'a, State>,
    me: usize,
    link: &Link,
) -> Result<MutexGuard<'a, State>, Over> {
    let mailbox = &state.mailboxes[link.from];
    if state.standing[mailbox.source] == Standing::Ended {
        let words = mailbox.left_words();
        world.misuse(state, words);
    }
    match world.wait(state, me, Wait::Message { mailbox: link.from, ticket: link.ticket }) {
        Wake::Over => Err(Over),
        _ => Ok(world.lock()),
    }
}

impl Channel for Mail {
    fn send(&mut self, neighbour: usize) -> &mut Buffer {
        let Self { member, dtype, links, .. } = self;
        let link = &mut links[neighbour];
        link.send.get_or_insert_with(|| {
            let bytes = link.neighbour.send;
            let returned = member.world.lock().mailboxes[link.to].returned(*dtype, bytes);
            returned.unwrap_or_else(|| {
                link.brought += 1;
                spares::take(*dtype, bytes)
            })
        })
    }

    fn received(&self, neighbour: usize) -> &Buffer {
        &self.links[neighbour].received
    }

    fn start(&mut self) {
        self.finish();
        for link in 0..self.links.len() {
            self.send(link);
        }
        let Self { member, links, in_flight, .. } = self;
        let world = &*member.world;
        let mut state = world.enter();
        for link in links.iter_mut() {
            if link.neighbour.rank == member.rank {
                link.send = link.send.take().map(|send| std::mem::replace(&mut link.received, send));
                continue;
            }
            if link.neighbour.receive > 0 {
                link.ticket = state.mailboxes[link.from].ticket();
            }
            let Some(message) = link.send.take_if(|message| !message.bytes().is_empty()) else { continue };
            let mailbox = &mut state.mailboxes[link.to];
            let (destination, ticket) = (mailbox.destination, mailbox.put(message));
            if state.standing[destination] == Standing::Waiting(Wait::Message { mailbox: link.to, ticket }) {
                world.wake(&mut state, destination, Wake::Done);
            }
        }
        *in_flight = true;
    }

    fn finish(&mut self) {
        if self.receive().is_err() {
            let world = &*self.member.world;
            world.leave(world.lock());
        }
    }
}

impl Drop for Mail {
    /// Takes what is under way to it, so that later messages match; not where the job is ending,
    /// for then they may never come.
    fn drop(&mut self) {
        if thread::panicking() || self.receive().is_err() {
            return;
        }
        let Self { member, dtype, links, .. } = self;
        let mut state = member.world.lock();
        for link in links {
            // Each end takes out of circulation what it brought and does not hold: a receiver brought the
            // one that it began with and the one in the mailbox.
            if link.neighbour.rank != member.rank {
                if link.neighbour.receive > 0 {
                    state.mailboxes[link.from].retire(*dtype, link.neighbour.receive);
                }
                if link.neighbour.send > 0 {
                    let elsewhere = link.brought - usize::from(link.send.is_some());
                    (0..elsewhere).for_each(|_| state.mailboxes[link.to].retire(*dtype, link.neighbour.send));
                }
            }
            let send = link.send.take().unwrap_or_default();
            for buffer in [send, std::mem::take(&mut link.received)] {
                spares::give(*dtype, buffer);
            }
        }
    }
}
