//! Many exchanges one after another, of which a few are under way.

use crate::comm::{Comm, Exchange};
use crate::error::Result;
use crate::layout::ExchangePlan;
use crate::numbers::Scalar;
use crate::operators::Sent;

/// So many are under way at most.
const UNDER_WAY: usize = 3;

/// How many exchanges later one is [received](Stream::receive).
pub(super) const LAG: usize = UNDER_WAY - 1;

/// Exchanges in their order. They share buffers where they have the same messages and are never under way together.
pub(super) struct Stream<T: Scalar> {
    plans: Vec<ExchangePlan>,
    /// Which exchange each plan goes by; `None` where this rank neither sends nor receives.
    goes_by: Vec<Option<usize>>,
    exchanges: Vec<Exchange<T>>,
}

impl<T: Scalar> Stream<T> {
    /// Local.
    pub(super) fn new(comm: &Comm, plans: Vec<ExchangePlan>) -> Result<Self> {
        let (mut exchanges, mut last_used): (Vec<Exchange<T>>, Vec<usize>) = (vec![], vec![]);
        let mut goes_by = vec![];
        for (k, plan) in plans.iter().enumerate() {
            let neighbours = plan.neighbours();
            if neighbours.is_empty() {
                goes_by.push(None);
                continue;
            }
            let free = |at: &usize| last_used[*at] + UNDER_WAY <= k && exchanges[*at].neighbours() == neighbours;
            let at = (0..exchanges.len()).find(free).unwrap_or(exchanges.len());
            if at == exchanges.len() {
                exchanges.push(plan.exchange(comm)?);
                last_used.push(k);
            }
            last_used[at] = k;
            goes_by.push(Some(at));
        }
        Ok(Self { plans, goes_by, exchanges })
    }

    /// The messages of the k-th exchange are on their way; the one [`LAG`] before the last is received.
    pub(super) fn send(&mut self, k: usize, from: &[T]) {
        let Some(at) = self.goes_by[k] else { return };
        self.plans[k].pack(&mut self.exchanges[at], from);
        self.exchanges[at].send();
    }

    /// Copies what stays on this rank.
    pub(super) fn keep(&self, k: usize, from: &[T], to: &mut [T]) {
        self.plans[k].keep(from, to);
    }

    /// Waits for the messages of the k-th exchange and puts what they bring in its place.
    pub(super) fn receive(&mut self, k: usize, to: &mut [T]) {
        let Some(at) = self.goes_by[k] else { return };
        self.plans[k].unpack(&self.exchanges[at].receive(), to);
    }

    /// All that this rank sends.
    pub(super) fn sent(&self) -> Sent {
        let each = self.goes_by.iter().flatten().map(|&at| self.exchanges[at].sends());
        each.fold(Sent::NOTHING, |sum, sent| sum + sent)
    }

    /// Bytes of the buffers.
    pub(super) fn bytes(&self) -> usize {
        self.exchanges.iter().map(Exchange::buffers).sum()
    }
}
