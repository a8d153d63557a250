//! Collectives: everybody posts where its data are, and when all have arrived it is moved from
//! memory to memory. Little data is moved by the last to arrive while the others wait; of much
//! data each rank moves a part, and nobody goes on before all have.

use super::super::engine::{Call, Channel, Detail, Engine, Neighbour};
use super::super::reduction::Reduction;
use super::super::solo::Solo;
use super::super::traffic::Verb;
use super::channel::Mail;
use super::group::Group;
use super::member::Member;
use super::post::{Post, move_part};
use super::world::{State, Wait, Wake};
use crate::numbers::{DType, bytes_of, bytes_of_mut};
use std::sync::MutexGuard;

/// Up to this many bytes in all, one rank moves them faster than many.
const FEW_BYTES: usize = 16 << 10;

impl Engine for Member {
    fn rank(&self) -> usize {
        self.0.rank
    }

    fn size(&self) -> usize {
        self.0.members.len()
    }

    fn name(&self) -> &'static str {
        "threads"
    }

    fn compares(&self) -> bool {
        self.0.world.compares
    }

    fn meet(&self, call: &Call, words: &str) {
        self.collective(Post::new(call, words.as_bytes(), &mut []));
    }

    fn barrier(&self, call: &Call) {
        self.collective(Post::new(call, &[], &mut []));
    }

    fn broadcast(&self, call: &Call, _: usize, buffer: &mut [u8]) {
        self.collective(Post::new(call, &[], buffer));
    }

    fn all_gather(&self, call: &Call, mine: &[u8], counts: &[usize], all: &mut [u8]) {
        let mut receive_at = self.0.receive_at.borrow_mut();
        fill_offsets(&mut receive_at, counts, size_of_one(call));
        self.collective(Post::new(call, mine, all).with_offsets(&[], &receive_at));
    }

    fn all_reduce(&self, call: &Call, _: DType, _: Reduction, values: &mut [u8]) {
        self.collective(Post::new(call, &[], values));
    }

    fn reduce_scatter(&self, call: &Call, dtype: DType, values: &[u8], counts: &[usize], mine: &mut [u8]) {
        let mut send_at = self.0.send_at.borrow_mut();
        fill_offsets(&mut send_at, counts, dtype.size());
        self.collective(Post::new(call, values, mine).with_offsets(&send_at, &[]));
    }

    fn all_to_all(
        &self,
        call: &Call,
        send: &[u8],
        send_counts: &[usize],
        receive: &mut [u8],
        receive_counts: &[usize],
    ) {
        let (mut send_at, mut receive_at) = (self.0.send_at.borrow_mut(), self.0.receive_at.borrow_mut());
        fill_offsets(&mut send_at, send_counts, 1);
        fill_offsets(&mut receive_at, receive_counts, 1);
        self.collective(Post::new(call, send, receive).with_offsets(&send_at, &receive_at));
    }

    fn split(&self, call: &Call, colour: usize) -> Box<dyn Engine> {
        let colours = self.gather_numbers(call, colour);
        let members: Vec<_> = (0..colours.len()).filter(|&member| colours[member] == colour).collect();
        let first = members[0];
        let handle = &*self.0;
        let mut number = usize::MAX;
        if members.len() > 1 && first == handle.rank {
            let ranks = members.iter().map(|&member| handle.members[member]).collect();
            number = handle.world.enter().groups.insert(Group::of_some(ranks));
        }
        let numbers = self.gather_numbers(call, number);
        if members.len() == 1 {
            return Box::new(Solo);
        }
        Box::new(Self::new(&handle.world, numbers[first], handle.world_rank, &handle.world.lock()))
    }

    fn channel(&self, dtype: DType, neighbours: &[Neighbour]) -> Box<dyn Channel> {
        Box::new(Mail::new(self.0.clone(), dtype, neighbours))
    }
}

impl Member {
    /// One collective, from posting to the end of moving data.
    fn collective(&self, post: Post) {
        let handle = &*self.0;
        let (world, size) = (&*handle.world, handle.members.len());
        let mut state = world.enter();
        let group = &mut state.groups[handle.group];
        if let Some(gone) = group.left {
            group.posts[handle.rank] = Some(post);
            let words = group.left_words(gone, handle.world_rank);
            world.misuse(state, words);
        }
        if group.arrived == 0 {
            group.first = handle.rank;
        } else if let Some(words) = self.differs(group, &post) {
            world.misuse(state, words);
        }
        group.posts[handle.rank] = Some(post);
        group.arrived += 1;
        if group.arrived < size {
            let wait = Wait::Arrival { group: handle.group };
            match world.wait(state, handle.world_rank, wait) {
                Wake::Done => {}
                Wake::Part => self.part_of(world.lock()),
                Wake::Over => world.leave(world.lock()),
            }
            return;
        }
        if let Some(words) = self.counts_differ(group) {
            world.misuse(state, words);
        }
        group.arrived = 0;
        let bytes: usize = group.posts.iter().flatten().map(|post| post.send.length + post.receive.length).sum();
        let few = bytes <= FEW_BYTES;
        if few {
            let posts = &mut *handle.posts.borrow_mut();
            posts.clear();
            posts.extend(group.posts.iter_mut().filter_map(Option::take));
            // SAFETY: all are in this collective until they are woken, below; this rank moves all.
            (0..size).for_each(|part| unsafe { move_part(posts, part) });
        }
        for &rank in handle.members.iter().filter(|&&rank| rank != handle.world_rank) {
            world.wake(&mut state, rank, if few { Wake::Done } else { Wake::Part });
        }
        if !few {
            self.part_of(state);
        }
    }

    /// Every member's number, to all.
    fn gather_numbers(&self, call: &Call, number: usize) -> Vec<usize> {
        let size = self.0.members.len();
        let mut all = vec![0; size];
        self.all_gather(call, bytes_of(&[number]), &vec![size_of::<usize>(); size], bytes_of_mut(&mut all));
        all
    }

    /// Moves this rank's part of the data, and waits until all have moved theirs.
    fn part_of(&self, state: MutexGuard<'_, State>) {
        let handle = &*self.0;
        let posts = &mut *handle.posts.borrow_mut();
        posts.clear();
        posts.extend(state.groups[handle.group].posts.iter().flatten());
        drop(state);
        // SAFETY: all are in this collective until all have moved their parts, and no two ranks
        // move the same part.
        unsafe { move_part(posts, handle.rank) };
        let mut state = handle.world.lock();
        let group = &mut state.groups[handle.group];
        group.moved += 1;
        if group.moved < handle.members.len() {
            handle.world.wait(state, handle.world_rank, Wait::Parts);
            return;
        }
        group.moved = 0;
        group.posts.fill(None);
        for &rank in handle.members.iter().filter(|&&rank| rank != handle.world_rank) {
            handle.world.wake(&mut state, rank, Wake::Done);
        }
    }

    /// Words, if this post is not of the collective that the first member is in.
    fn differs(&self, group: &Group, mine: &Post) -> Option<String> {
        let first = group.posts[group.first].as_ref()?;
        let (me, other) = (self.0.world_rank, self.0.members[group.first]);
        // SAFETY: both members are in this collective.
        let (told, first_told) = unsafe { (mine.told(), first.told()) };
        if first.call != mine.call || told != first_told {
            let words = |call: &Call, told: &[u8]| match call.detail {
                Detail::Operation => group.in_group(&String::from_utf8_lossy(told)),
                _ => group.in_group(call),
            };
            let calls = (words(&mine.call, told), words(&first.call, first_told));
            // The same words whoever came first.
            let ((a, call_a), (b, call_b)) =
                if me > other { ((me, calls.0), (other, calls.1)) } else { ((other, calls.1), (me, calls.0)) };
            return Some(format!("rank {a} is in {call_a} while rank {b} is in {call_b}"));
        }
        // SAFETY: the first member waits in this collective.
        let (mine_at, first_at) = unsafe { (mine.offsets(), first.offsets()) };
        let (mine_at, first_at) = match mine.call.verb {
            Verb::AllGather => (mine_at.1, first_at.1),
            Verb::ReduceScatter => (mine_at.0, first_at.0),
            _ => return None,
        };
        let at = (1..mine_at.len()).find(|&at| mine_at[at] != first_at[at])?;
        let count = |offsets: &[usize]| elements(&mine.call, offsets[at] - offsets[at - 1]);
        Some(format!(
            "in {} rank {me} counts {} of rank {} where rank {other} counts {}",
            group.in_group(&mine.call),
            count(mine_at),
            self.0.members[at - 1],
            count(first_at)
        ))
    }

    /// Words, if two members of an all-to-all do not expect what the other sends.
    fn counts_differ(&self, group: &Group) -> Option<String> {
        let call = group.posts[0].as_ref()?.call;
        if call.verb != Verb::AllToAll {
            return None;
        }
        // SAFETY: all members are in this collective.
        let at = |member: usize| group.posts[member].as_ref().map(|post| unsafe { post.offsets() });
        for a in 0..group.posts.len() {
            for b in 0..group.posts.len() {
                let (sent, expected) = (at(a)?.0, at(b)?.1);
                let (sent, expected) = (sent[b + 1] - sent[b], expected[a + 1] - expected[a]);
                if sent != expected {
                    let (from, to) = (self.0.members[a], self.0.members[b]);
                    return Some(format!(
                        "in {} rank {from} sends {} to rank {to}, which expects {}",
                        group.in_group(&call),
                        elements(&call, sent),
                        elements(&call, expected)
                    ));
                }
            }
        }
        None
    }
}

fn elements(call: &Call, bytes: usize) -> String {
    call.dtype.map_or_else(|| format!("{bytes} bytes"), |dtype| format!("{} × {dtype}", bytes / dtype.size()))
}

/// The size of an element of this call in bytes; bytes are counted where it names no type.
fn size_of_one(call: &Call) -> usize {
    call.dtype.map_or(1, DType::size)
}

/// The bytes at which each part begins, and all, of counts of elements of this size.
fn fill_offsets(offsets: &mut Vec<usize>, counts: &[usize], size: usize) {
    offsets.clear();
    offsets.push(0);
    offsets.extend(counts.iter().scan(0, |at, count| {
        *at += count * size;
        Some(*at)
    }));
}
