//! Who sends what to whom, computed on each rank from what all ranks know.

use super::Layout;
use super::modes::{FoldPlan, Folding, Run};
use super::overlap::Overlap;
use super::region::Region;
use crate::comm::{Comm, Exchange, InFlight, Neighbour, Received};
use crate::error::Result;
use crate::numbers::{Element, Number};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::{Rc, Weak};

/// This rank's part of a redistribution: what it keeps, sends and receives.
#[derive(Debug)]
pub(crate) struct ExchangePlan {
    kept: Vec<SharedRegion>,
    /// To each other rank, in order of ranks; parts lie in the message one after another.
    sends: Vec<Message>,
    receives: Vec<Message>,
}

/// All that goes from one rank to another.
#[derive(Debug)]
struct Message {
    rank: usize,
    /// Which of the exchange's neighbours that is.
    neighbour: usize,
    elements: usize,
    parts: Vec<SharedRegion>,
}

/// What a region of the source gives to a region of the target.
#[derive(Debug)]
struct SharedRegion {
    /// Where the regions start in their ranks' buffers.
    from: usize,
    to: usize,
    overlap: Overlap,
}

/// The regions of each rank.
pub(crate) trait Regions {
    fn of(&self, rank: usize) -> Cow<'_, [Region]>;
    /// Ranks, in order, among which are all that have something of these regions.
    fn near(&self, regions: &[Region]) -> Vec<usize>;
}

impl Regions for Layout {
    fn of(&self, rank: usize) -> Cow<'_, [Region]> {
        self.regions(rank)
    }

    fn near(&self, regions: &[Region]) -> Vec<usize> {
        self.near(regions)
    }
}

impl ExchangePlan {
    /// From regions that have each element once to any others: everything that they share. Local.
    pub(crate) fn new(comm: &Comm, from: &dyn Regions, to: &dyn Regions) -> Self {
        let me = comm.rank();
        let (mine_from, mine_to) = (from.of(me), to.of(me));
        let others = |near: Vec<usize>| near.into_iter().filter(|&rank| rank != me);
        let message = |rank: usize, parts: Vec<SharedRegion>| {
            let elements = parts.iter().map(|part| part.overlap.len()).sum();
            (elements > 0).then_some(Message { rank, neighbour: 0, elements, parts })
        };
        let mut plan = Self {
            kept: shared(&mine_from, &mine_to),
            sends: others(to.near(&mine_from))
                .filter_map(|rank| message(rank, shared(&mine_from, &to.of(rank))))
                .collect(),
            receives: others(from.near(&mine_to))
                .filter_map(|rank| message(rank, shared(&from.of(rank), &mine_to)))
                .collect(),
        };
        let neighbours = plan.neighbours();
        for message in plan.sends.iter_mut().chain(&mut plan.receives) {
            message.neighbour = neighbours.partition_point(|neighbour| neighbour.rank < message.rank);
        }
        plan
    }

    /// The ranks that this one talks to, and how much goes each way.
    pub(crate) fn neighbours(&self) -> Vec<Neighbour> {
        let mut all: Vec<_> = self.sends.iter().chain(&self.receives).map(|message| message.rank).collect();
        all.sort_unstable();
        all.dedup();
        let length = |messages: &[Message], rank: usize| {
            messages.binary_search_by_key(&rank, |message| message.rank).map_or(0, |at| messages[at].elements)
        };
        all.into_iter()
            .map(|rank| Neighbour { rank, send: length(&self.sends, rank), receive: length(&self.receives, rank) })
            .collect()
    }

    /// An exchange with the buffers that this plan needs; it may be used again. Local.
    pub(crate) fn exchange<T: Element>(&self, comm: &Comm) -> Result<Exchange<T>> {
        comm.exchange(&self.neighbours())
    }

    /// The ranks that this one sends to, and how many elements.
    pub(crate) fn sends(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.sends.iter().map(|message| (message.rank, message.elements))
    }

    /// Moves the elements: one message for each pair of ranks; what stays is copied while they fly.
    ///
    /// # Communication
    /// One exchange; none where this rank neither sends nor receives.
    pub(crate) fn run<T: Element>(&self, exchange: &mut Exchange<T>, from: &[T], to: &mut [T]) {
        let flight = self.start(exchange, from);
        self.finish(flight, from, to);
    }

    /// The first half of [`run`](Self::run): the messages are on their way; none where nothing is sent or received.
    pub(crate) fn start<'e, T: Element>(&self, exchange: &'e mut Exchange<T>, from: &[T]) -> Option<InFlight<'e, T>> {
        if exchange.neighbours().is_empty() {
            return None;
        }
        self.pack(exchange, from);
        Some(exchange.start())
    }

    /// The second half: what stays is copied, what has come is put in its place.
    pub(crate) fn finish<T: Element>(&self, flight: Option<InFlight<'_, T>>, from: &[T], to: &mut [T]) {
        self.keep(from, to);
        let Some(flight) = flight else { return };
        self.unpack(&flight.finish(), to);
    }

    /// The sum, at each element of the target, of all that the source's regions have of it, whichever order it comes
    /// in; 0 where they have nothing. The source may have elements several times, or not at all. `folds` are the
    /// [`folds`](Self::folds) of this plan.
    ///
    /// # Communication
    /// That of [`run`](Self::run).
    pub(crate) fn sum<T: Number>(
        &self,
        exchange: &mut Exchange<T>,
        from: &[T],
        to: &mut [T],
        folding: &Folding<T>,
        folds: &FoldPlan,
    ) {
        to.fill(T::zero());
        if exchange.neighbours().is_empty() {
            return folds.run(folding, |_| from, to);
        }
        self.pack(exchange, from);
        let received = exchange.start().finish();
        folds.run(folding, |k| if k == 0 { from } else { received.from(k - 1) }, to);
    }

    /// What of this rank's buffer and of the messages comes together in each element.
    pub(crate) fn folds(&self) -> FoldPlan {
        let mut runs = vec![];
        for part in &self.kept {
            Run::direct(&part.overlap, 0, part.from, part.to, &mut runs);
        }
        for message in &self.receives {
            let mut at = 0;
            for part in &message.parts {
                Run::of_message(&part.overlap, 1 + message.neighbour, at, part.to, &mut runs);
                at += part.overlap.len();
            }
        }
        FoldPlan::new(runs)
    }

    /// Fills the messages.
    pub(crate) fn pack<T: Element>(&self, exchange: &mut Exchange<T>, from: &[T]) {
        for message in &self.sends {
            let mut room = exchange.send_mut(message.neighbour);
            for part in &message.parts {
                part.overlap.pack(&from[part.from..], room);
                room = &mut room[part.overlap.len()..];
            }
        }
    }

    /// Copies what stays.
    pub(crate) fn keep<T: Element>(&self, from: &[T], to: &mut [T]) {
        for part in &self.kept {
            part.overlap.copy(&from[part.from..], &mut to[part.to..]);
        }
    }

    /// Puts what has come in its place.
    pub(crate) fn unpack<T: Element>(&self, received: &Received<'_, T>, to: &mut [T]) {
        for message in &self.receives {
            let mut rest = received.from(message.neighbour);
            for part in &message.parts {
                part.overlap.unpack(rest, &mut to[part.to..]);
                rest = &rest[part.overlap.len()..];
            }
        }
    }
}

/// What regions of one rank share with regions of another, in order.
fn shared(from: &[Region], to: &[Region]) -> Vec<SharedRegion> {
    let mut parts = vec![];
    let mut from_at = 0;
    for source in from {
        let mut to_at = 0;
        for target in to {
            if let Some(overlap) = Overlap::of(source, target) {
                if parts.is_empty() {
                    parts.reserve_exact(1); // mostly there is one, and there may be very many messages
                }
                parts.push(SharedRegion { from: from_at, to: to_at, overlap });
            }
            to_at += target.len();
        }
        from_at += source.len();
    }
    parts
}

/// So many plans are kept with a layout.
const KEPT: usize = 4;

/// The last few plans from a layout.
#[derive(Debug)]
/// Plans to targets of type `K`, which are not kept alive by them.
pub(crate) struct PlanCache<K>(RefCell<Vec<(Weak<K>, Rc<ExchangePlan>)>>);

impl<K> Default for PlanCache<K> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<K> PlanCache<K> {
    /// The plan to this target, made if there is none to one that is the same.
    pub(crate) fn plan(
        &self,
        target: &Rc<K>,
        same: impl Fn(&Rc<K>) -> bool,
        make: impl FnOnce() -> ExchangePlan,
    ) -> Rc<ExchangePlan> {
        let mut plans = self.0.borrow_mut();
        plans.retain(|(target, _)| target.strong_count() > 0);
        if let Some(at) = plans.iter().position(|(known, _)| known.upgrade().is_some_and(|known| same(&known))) {
            let found = plans.remove(at);
            let plan = found.1.clone();
            plans.push(found); // the one used last is the last to go
            return plan;
        }
        let plan = Rc::new(make());
        plans.push((Rc::downgrade(target), plan.clone()));
        if plans.len() > KEPT {
            plans.remove(0);
        }
        plan
    }
}
