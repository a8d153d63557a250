//! Ranks that have consecutive parts of an axis, each of which tells the next one something.

use crate::comm::{Exchange, Neighbour};
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::Sent;
use std::cell::RefCell;

/// This rank's place in a chain: whom it hears, and whom it tells.
pub(super) struct Chain<T> {
    /// Every second link of the chain is one exchange, the others are another: so a rank hears in one before it tells in the other.
    links: [RefCell<Exchange<T>>; 2],
    /// Which of them, if any.
    hears: Option<usize>,
    tells: Option<usize>,
}

impl<T: Scalar> Chain<T> {
    /// Along an axis of which each rank has consecutive indices, from the first to the last or the other way, of the ranks that have the same of all other
    /// axes. So many elements are told. Local.
    pub(super) fn new(layout: &Layout, axis: usize, reversed: bool, elements: usize) -> Result<Self> {
        let comm = layout.comm();
        let me = comm.rank();
        let members = members(layout, axis, reversed);
        let place = members.iter().position(|&rank| rank == me);
        let before = place.filter(|&place| place > 0).map(|place| place - 1);
        let after = place.filter(|&place| place + 1 < members.len());
        let link = |parity: usize| {
            let heard = before.filter(|link| link % 2 == parity);
            let told = after.filter(|link| link % 2 == parity);
            let hears = heard.map(|link| Neighbour { rank: members[link], send: 0, receive: elements });
            let tells = told.map(|link| Neighbour { rank: members[link + 1], send: elements, receive: 0 });
            let neighbours: Vec<_> = hears.into_iter().chain(tells).collect();
            Ok::<_, crate::Error>(RefCell::new(comm.exchange(&neighbours)?))
        };
        Ok(Self { links: [link(0)?, link(1)?], hears: before.map(|link| link % 2), tells: after.map(|link| link % 2) })
    }

    /// Whether there are others.
    pub(super) fn is_linked(&self) -> bool {
        self.hears.is_some() || self.tells.is_some()
    }

    /// Begins to receive what the rank before this one tells.
    pub(super) fn listen(&self) {
        if let Some(link) = self.hears {
            self.links[link].borrow_mut().send();
        }
    }

    /// Waits for it, after [`listen`](Self::listen); `false` where there is no rank before this one.
    pub(super) fn hear(&self, f: impl FnOnce(&[T])) -> bool {
        let Some(link) = self.hears else { return false };
        f(self.links[link].borrow_mut().receive().from(0));
        true
    }

    /// Tells the rank behind this one, if there is one, what `f` writes.
    pub(super) fn tell(&self, f: impl FnOnce(&mut [T])) {
        let Some(link) = self.tells else { return };
        let mut exchange = self.links[link].borrow_mut();
        f(exchange.send_mut(0));
        exchange.start().finish();
    }

    pub(super) fn sends(&self) -> Sent {
        self.links.iter().fold(Sent::NOTHING, |sent, link| sent + link.borrow().sends_if_started())
    }

    pub(super) fn bytes(&self) -> usize {
        self.links.iter().map(|link| link.borrow().buffers()).sum()
    }
}

/// The ranks that have something of this rank's lines, in the order of the axis.
fn members(layout: &Layout, axis: usize, reversed: bool) -> Vec<usize> {
    let comm = layout.comm();
    let Some(grid) = layout.process_grid() else { return vec![] };
    let Some(mine) = grid.coordinates_of(comm.rank()) else { return vec![] };
    let shares_lines = |rank: &usize| {
        let theirs = grid.coordinates_of(*rank);
        theirs.is_some_and(|theirs| (0..mine.len()).all(|other| other == axis || theirs[other] == mine[other]))
    };
    let start = |rank: usize| grid.region(rank).sets()[axis].extent().start;
    let has_some = |rank: &usize| layout.len_of(*rank) > 0;
    let mut members: Vec<_> = (0..comm.size()).filter(shares_lines).filter(has_some).collect();
    members.sort_by_key(|&rank| start(rank));
    if reversed {
        members.reverse();
    }
    members
}
