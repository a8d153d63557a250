//! Channels: messages between the ranks of a group, by way of their mailboxes.

use super::super::engine::{Call, Channel, Neighbour};
use super::super::of_rank::Within;
use super::super::spares;
use super::group::Group;
use super::mailbox::{Mailbox, Message};
use super::member::Handle;
use super::world::{Standing, State, Wait, Wake, World};
use crate::numbers::{Buffer, DType};
use std::rc::Rc;
use std::sync::MutexGuard;
use std::thread;

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
    /// The operation of the exchange under way.
    within: Within,
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
            if has_one_more(&member, neighbour) {
                state.mailboxes[from].free.push((dtype, Buffer::zeroed(neighbour.receive)));
            }
            let (send, received) = (Some(spares::take(dtype, neighbour.send)), Buffer::zeroed(neighbour.receive));
            Link { neighbour, to, from, ticket: 0, send, brought: 1, received }
        };
        let links = neighbours.iter().map(&mut link).collect();
        drop(state);
        Self { member, dtype, links, within: Within::default(), in_flight: false }
    }

    fn receive(&mut self) -> Result<(), Over> {
        if !std::mem::take(&mut self.in_flight) {
            return Ok(());
        }
        let Self { member, dtype, links, within, .. } = self;
        let (world, me, within) = (&*member.world, member.world_rank, *within);
        let receives = |link: &&mut Link| link.neighbour.rank != member.rank && link.neighbour.receive > 0;
        let mut state = world.lock();
        for link in links.iter_mut().filter(receives) {
            if state.is_over() {
                return Err(Over);
            }
            let mut message = state.mailboxes[link.from].take(link.ticket);
            if message.is_none() {
                state = await_message(world, state, me, link, within)?;
                message = state.mailboxes[link.from].take(link.ticket);
            }
            let Some(message) = message else { return Err(Over) };
            if let Some(words) = differs(&message, *dtype, within, link.neighbour.receive) {
                let source = state.mailboxes[link.from].source;
                world.misuse(state, format!("rank {source} sent rank {me} {words}"));
            }
            let message = message.buffer;
            let back = std::mem::replace(&mut link.received, message);
            state.mailboxes[link.from].give_back(*dtype, back);
        }
        Ok(())
    }
}

/// Whether there is one buffer more for messages from a neighbour.
fn has_one_more(member: &Handle, neighbour: Neighbour) -> bool {
    neighbour.rank != member.rank && neighbour.receive > 0
}

/// What is wrong with a message, if anything is, by what is expected.
fn differs(message: &Message, dtype: DType, within: Within, expected: usize) -> Option<String> {
    if message.within != within {
        let name = |within: Within| if within.is_none() { "exchange".into() } else { within.to_string() };
        return Some(format!("a message in {}, which expects one in {}", name(message.within), name(within)));
    }
    if message.dtype != dtype {
        return Some(format!("a message of {}, which expects {dtype}", message.dtype));
    }
    let length = message.buffer.bytes().len();
    (length != expected).then(|| format!("a message of {length} bytes, which expects {expected}"))
}

/// Waits until the message of this link's ticket is there.
fn await_message<'a>(
    world: &'a World,
    state: MutexGuard<'a, State>,
    me: usize,
    link: &Link,
    within: Within,
) -> Result<MutexGuard<'a, State>, Over> {
    let mailbox = &state.mailboxes[link.from];
    if state.standing[mailbox.source] == Standing::Ended {
        let words = mailbox.left_words();
        world.misuse(state, words);
    }
    match world.wait(state, me, Wait::Message { mailbox: link.from, ticket: link.ticket, within }) {
        Wake::Over => Err(Over),
        _ => Ok(world.lock()),
    }
}

impl Channel for Mail {
    fn beside(&self) -> usize {
        let neighbours = self.links.iter().map(|link| link.neighbour);
        neighbours.filter(|&neighbour| has_one_more(&self.member, neighbour)).map(|neighbour| neighbour.receive).sum()
    }

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

    fn start(&mut self, call: &Call) {
        self.finish();
        for link in 0..self.links.len() {
            self.send(link);
        }
        let Self { member, dtype, links, within, in_flight } = self;
        *within = call.within;
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
            let Some(buffer) = link.send.take_if(|buffer| !buffer.bytes().is_empty()) else { continue };
            let message = Message { dtype: *dtype, within: *within, buffer };
            let mailbox = &mut state.mailboxes[link.to];
            let (destination, ticket) = (mailbox.destination, mailbox.put(message));
            if let Standing::Waiting(Wait::Message { mailbox, ticket: wanted, .. }) = state.standing[destination]
                && (mailbox, wanted) == (link.to, ticket)
            {
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
    /// Takes or gives up what is under way to it, so that later messages match. It does not wait: messages may never
    /// come, and then it is not here that the job should say why.
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        let Self { member, dtype, links, in_flight, .. } = self;
        let mut state = member.world.lock();
        if state.is_over() {
            return;
        }
        if *in_flight {
            for link in links.iter().filter(|link| link.neighbour.rank != member.rank && link.neighbour.receive > 0) {
                state.mailboxes[link.from].give_up(link.ticket);
            }
        }
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

#[cfg(test)]
mod tests {
    use crate::comm::{Comm, Neighbour, launch_threads};
    use crate::numbers::Element;

    #[test]
    fn messages_of_the_wrong_type_are_named() {
        fn message<T: Element>(comm: &Comm) {
            let to_other = Neighbour { rank: 1 - comm.rank(), send: 4, receive: 4 };
            let _ = comm.exchange::<T>(&[to_other]).unwrap().start().finish();
        }
        let words = launch_threads(2, |comm| {
            if comm.rank() == 0 {
                message::<u8>(comm);
            } else {
                message::<bool>(comm);
            }
            Ok(())
        });
        let words = words.unwrap_err().to_string();
        let of_rank_0 = "rank 0 sent rank 1 a message of uint8, which expects bool";
        let of_rank_1 = "rank 1 sent rank 0 a message of bool, which expects uint8";
        assert!(words == of_rank_0 || words == of_rank_1, "{words}");
    }
}
