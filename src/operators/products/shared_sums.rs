//! Sums whose terms several ranks have: parts of them go to the rank that forms the rest.

use super::tree::{Joins, Node, Stack};
use crate::comm::{Comm, Exchange, Neighbour, Sent};
use crate::error::Result;
use crate::numbers::{Scalar, memory};
use std::ops::Range;

/// Elements that are added together, so that they stay in cache.
const TOGETHER: usize = 2048;

/// A rank that has terms of the same sums as others.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) rank: usize,
    /// What it has formed of each sum, in ascending order.
    pub(super) nodes: Vec<Node>,
    /// The rows whose sums it finishes.
    pub(super) share: Range<usize>,
}

/// The sums of some ranks, with their messages: of elements in rows of one width.
pub(super) struct SharedSums<T: Scalar> {
    exchange: Exchange<T>,
    /// The elements that each neighbour finishes, and those of this rank.
    of_neighbours: Vec<Range<usize>>,
    own: Range<usize>,
    /// Which neighbour has each term (none: this rank), and which of its terms that is.
    terms: Vec<(Option<usize>, usize)>,
    joins: Joins,
    room: Vec<T>,
}

impl<T: Scalar> SharedSums<T> {
    /// Of ranks in the order of the panels they have. Local.
    pub(super) fn new(comm: &Comm, members: &[Member], panels: usize, width: usize) -> Result<Self> {
        let elements = |share: &Range<usize>| share.start * width..share.end * width;
        let (me, others): (Vec<_>, Vec<_>) = members.iter().partition(|member| member.rank == comm.rank());
        let (nodes, own) = me.first().map_or((0, 0..0), |me| (me.nodes.len(), elements(&me.share)));
        let neighbour = |other: &Member| {
            let (send, receive) = (nodes * elements(&other.share).len(), other.nodes.len() * own.len());
            Neighbour { rank: other.rank, send, receive }
        };
        let talks = |other: &&Member| (neighbour(other).send, neighbour(other).receive) != (0, 0);
        let others: Vec<_> = others.into_iter().filter(talks).collect();
        let neighbours: Vec<_> = others.iter().copied().map(neighbour).collect();
        let place = |rank: usize| neighbours.iter().position(|neighbour| neighbour.rank == rank);
        let terms = members.iter().flat_map(|member| (0..member.nodes.len()).map(move |k| (place(member.rank), k)));
        let joins = Joins::of(members.iter().flat_map(|member| member.nodes.iter().copied()), panels);
        Ok(Self {
            exchange: comm.exchange(&neighbours)?,
            of_neighbours: others.iter().map(|other| elements(&other.share)).collect(),
            terms: terms.collect(),
            room: memory::filled(joins.room(TOGETHER.min(own.len())), T::zero()),
            own,
            joins,
        })
    }

    /// This rank's share of the sums, of what ranks have formed of them: of each so many elements.
    pub(super) fn finish(&mut self, formed: &[T], whole: usize, share: &mut [T]) {
        let Self { exchange, of_neighbours, own, terms, joins, room } = self;
        for (k, elements) in of_neighbours.iter().enumerate().filter(|(_, elements)| !elements.is_empty()) {
            let message = exchange.send_mut(k).chunks_exact_mut(elements.len());
            for (to, from) in message.zip(formed.chunks_exact(whole)) {
                to.copy_from_slice(&from[elements.clone()]);
            }
        }
        let received = (!of_neighbours.is_empty()).then(|| exchange.start().finish());
        let len = own.len();
        for start in (0..len).step_by(TOGETHER) {
            let stretch = start..len.min(start + TOGETHER);
            let mut stack = Stack::new(share, len, stretch.clone(), room);
            for (&(neighbour, k), &joins) in terms.iter().zip(joins.after()) {
                let of_rank = match (neighbour, &received) {
                    (Some(neighbour), Some(received)) => &received.from(neighbour)[k * len..][..len],
                    _ => &formed[k * whole..][own.clone()],
                };
                stack.push().copy_from_slice(&of_rank[stretch.clone()]);
                stack.join(joins);
            }
        }
    }

    pub(super) fn sends(&self) -> Sent {
        self.exchange.sends_if_started()
    }

    /// Bytes of memory that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.exchange.buffers() + size_of_val(&self.room[..])
    }
}
