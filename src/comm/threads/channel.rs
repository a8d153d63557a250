//! Messages: a mailbox for each ordered pair of ranks in a group, and the channels that use them.

use super::{
    group::{Group, Handle},
    world::{Standing, State, Wait, Wake, World},
};
use crate::comm::{
    element::Buffer,
    engine::{Channel, Neighbour, offsets},
};
use std::{collections::VecDeque, rc::Rc, sync::MutexGuard, thread};

/// Messages from one rank to another, numbered by the sender's starts. A receiver's start takes
/// the next number as its ticket, so channels may finish in another order than they started in.
pub(super) struct Mailbox {
    /// World ranks.
    pub(super) source: usize,
    destination: usize,
    /// The ticket of the front of the queue.
    front: u64,
    queue: VecDeque<Option<Vec<u8>>>,
    tickets: u64,
    /// Buffers to use again.
    free: Vec<Vec<u8>>,
}

impl Mailbox {
    fn new(source: usize, destination: usize) -> Self {
        Self { source, destination, front: 0, queue: VecDeque::new(), tickets: 0, free: Vec::new() }
    }

    fn put(&mut self, message: Vec<u8>) -> u64 {
        self.queue.push_back(Some(message));
        self.front + self.queue.len() as u64 - 1
    }

    fn take(&mut self, ticket: u64) -> Option<Vec<u8>> {
        let message = self.queue.get_mut((ticket - self.front) as usize)?.take();
        while self.queue.front().is_some_and(Option::is_none) {
            self.queue.pop_front();
            self.front += 1;
        }
        message
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
        let bytes: usize = self.queue.iter().flatten().map(Vec::len).sum();
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

/// One rank's end of a channel.
pub(super) struct Mail {
    member: Rc<Handle>,
    links: Vec<Link>,
    send: Buffer,
    received: Buffer,
    in_flight: bool,
}

/// One neighbour of a channel.
struct Link {
    neighbour: Neighbour,
    send_at: usize,
    receive_at: usize,
    /// Mailboxes to and from the neighbour.
    to: usize,
    from: usize,
    ticket: u64,
    /// A message between the mailbox and this channel's buffers.
    message: Option<Vec<u8>>,
}

/// The job was over before a message came.
struct Over;

impl Mail {
    pub(super) fn new(member: Rc<Handle>, neighbours: &[Neighbour]) -> Self {
        let send_at = offsets(neighbours.iter().map(|n| n.send));
        let receive_at = offsets(neighbours.iter().map(|n| n.receive));
        let mut state = member.world.lock();
        let me = member.world_rank;
        let mut link = |k: usize, &neighbour: &Neighbour| {
            let other = member.members[neighbour.rank];
            Link {
                neighbour,
                send_at: send_at[k],
                receive_at: receive_at[k],
                to: Group::mailbox(&mut state, member.group, me, other),
                from: Group::mailbox(&mut state, member.group, other, me),
                ticket: 0,
                message: None,
            }
        };
        let links = neighbours.iter().enumerate().map(|(k, neighbour)| link(k, neighbour)).collect();
        drop(state);
        Self {
            member,
            links,
            send: Buffer::zeroed(send_at[neighbours.len()]),
            received: Buffer::zeroed(receive_at[neighbours.len()]),
            in_flight: false,
        }
    }

    fn receive(&mut self) -> Result<(), Over> {
        if !std::mem::take(&mut self.in_flight) {
            return Ok(());
        }
        let Self { member, links, received, .. } = self;
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
            let length = message.as_ref().map_or(0, Vec::len);
            if length != link.neighbour.receive {
                let (source, expected) = (state.mailboxes[link.from].source, link.neighbour.receive);
                let words =
                    format!("rank {source} sent rank {me} a message of {length} bytes, which expects {expected}");
                world.misuse(state, words);
            }
            link.message = message;
        }
        drop(state);
        for link in links.iter_mut().filter(receives) {
            let room = &mut received.bytes_mut()[link.receive_at..][..link.neighbour.receive];
            room.copy_from_slice(link.message.as_deref().unwrap_or_default());
        }
        let mut state = world.lock();
        for link in links.iter_mut().filter(receives) {
            state.mailboxes[link.from].free.extend(link.message.take());
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
    fn send(&mut self) -> &mut Buffer {
        &mut self.send
    }

    fn received(&self) -> &Buffer {
        &self.received
    }

    fn start(&mut self) {
        self.finish();
        let Self { member, links, send, received, in_flight } = self;
        let world = &*member.world;
        let mut state = world.enter();
        for link in links.iter_mut().filter(|link| link.neighbour.rank != member.rank) {
            if link.neighbour.receive > 0 {
                link.ticket = state.mailboxes[link.from].ticket();
            }
            if link.neighbour.send > 0 {
                link.message = Some(state.mailboxes[link.to].free.pop().unwrap_or_default());
            }
        }
        drop(state);
        for link in links.iter_mut() {
            let bytes = &send.bytes()[link.send_at..][..link.neighbour.send];
            if link.neighbour.rank == member.rank {
                received.bytes_mut()[link.receive_at..][..link.neighbour.receive].copy_from_slice(bytes);
            } else if let Some(message) = &mut link.message {
                message.clear();
                message.extend_from_slice(bytes);
            }
        }
        let mut state = world.lock();
        for link in links.iter_mut() {
            let Some(message) = link.message.take() else { continue };
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
        if !thread::panicking() {
            let _ = self.receive();
        }
    }
}
