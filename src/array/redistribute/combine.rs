//! Redistribution where chunks overlap, in the source or in the target: one exchange, and what chunks have of an
//! element is combined where it is wanted.

use super::contributions::{Contribution, parts};
use super::way::Way;
use crate::array::chunks::only;
use crate::comm::Neighbour;
use crate::error::Result;
use crate::layout::{FoldPlan, Folding, Layout, Placing, Run, places, stretches};
use crate::numbers::{Element, memory};
use std::collections::BTreeMap;

/// This rank's part: what it sends, and what it gets of each rank, itself among them.
#[derive(Debug)]
pub(crate) struct Combination {
    /// To each rank, in order of ranks.
    sends: Vec<(usize, Vec<Contribution>)>,
    gets: Vec<Contribution>,
    neighbours: Vec<Neighbour>,
    /// Whether elements have several contributions.
    folds: bool,
    /// From chunks of the target to others on this rank that have the same elements.
    echoes: Vec<Echo>,
}

/// What comes to one chunk of the target and is copied to another.
#[derive(Debug)]
struct Echo {
    from: usize,
    to: usize,
    way: Way,
}

impl Combination {
    /// Local.
    pub(crate) fn new(source: &Layout, target: &Layout, placing: Placing) -> Self {
        let me = source.comm().rank();
        // Only those that want something of what this rank has.
        let others = target.near(&source.regions(me)).into_iter().filter(|&rank| rank != me);
        let sends: Vec<_> = others.map(|rank| (rank, parts(source, target, placing, rank, Some(me)))).collect();
        let gets = parts(source, target, placing, me, None);
        let mut counts = BTreeMap::<usize, (usize, usize)>::new();
        for (rank, parts) in &sends {
            counts.entry(*rank).or_default().0 = parts.iter().map(|part| part.way.len()).sum();
        }
        for part in gets.iter().filter(|part| part.rank != me) {
            counts.entry(part.rank).or_default().1 += part.way.len();
        }
        let neighbours = counts.into_iter().filter(|&(_, (send, receive))| send + receive > 0);
        let neighbours = neighbours.map(|(rank, (send, receive))| Neighbour { rank, send, receive }).collect();
        let several = || {
            let mut places: Vec<_> = gets.iter().map(|part| part.to).collect();
            places.sort_unstable();
            places.windows(2).any(|pair| pair[0] == pair[1])
        };
        let folds = source.mode().combines() && several();
        let echoes = if placing == Placing::All { echoes(target, me) } else { vec![] };
        Self { sends, gets, neighbours, folds, echoes }
    }

    /// Moves and folds; `to` holds what elements without contribution are.
    ///
    /// # Communication
    /// One exchange; none where this rank neither sends nor gets anything of others.
    pub(crate) fn run<T: Element>(
        &self,
        source: &Layout,
        from: &[T],
        to: &mut [T],
        folding: &Folding<T>,
    ) -> Result<()> {
        self.bring(source, from, to, folding)?;
        for echo in &self.echoes {
            let mut between = vec![T::default(); echo.way.len()];
            echo.way.pack(&to[echo.from..], &mut between);
            echo.way.unpack(&between, &mut to[echo.to..]);
        }
        Ok(())
    }

    fn bring<T: Element>(&self, source: &Layout, from: &[T], to: &mut [T], folding: &Folding<T>) -> Result<()> {
        let me = source.comm().rank();
        let copy = |to: &mut [T]| {
            for part in self.gets.iter().filter(|part| part.rank == me) {
                part.way.copy(&from[part.from..], &mut to[part.to..]);
            }
        };
        if self.neighbours.is_empty() {
            if self.folds {
                self.fold(me, from, to, folding, &[]);
            } else {
                copy(to);
            }
            return Ok(());
        }
        let mut exchange = source.comm().exchange(&self.neighbours)?;
        for (k, neighbour) in self.neighbours.iter().enumerate() {
            let mut room = exchange.send_mut(k);
            let sends = self.sends.binary_search_by_key(&neighbour.rank, |(rank, _)| *rank);
            for part in sends.map_or(&[][..], |at| &self.sends[at].1) {
                part.way.pack(&from[part.from..], room);
                room = &mut room[part.way.len()..];
            }
        }
        let flight = exchange.start();
        if !self.folds {
            copy(to);
        }
        let received = flight.finish();
        let mut messages: Vec<_> = (0..self.neighbours.len()).map(|k| received.from(k)).collect();
        if self.folds {
            self.fold(me, from, to, folding, &messages);
            return Ok(());
        }
        for part in self.gets.iter().filter(|part| part.rank != me) {
            let message = &mut messages[self.neighbour(part.rank)];
            part.way.unpack(message, &mut to[part.to..]);
            *message = &message[part.way.len()..];
        }
        Ok(())
    }

    /// Combines what this rank has and what has come, whichever element by element.
    fn fold<T: Element>(&self, me: usize, from: &[T], to: &mut [T], folding: &Folding<T>, messages: &[&[T]]) {
        let (mut own, mut ends, mut runs) = (vec![], vec![0; messages.len()], vec![]);
        for part in &self.gets {
            if part.rank != me {
                let k = self.neighbour(part.rank);
                part.way.of_message(2 + k, ends[k], part.to, &mut runs);
                ends[k] += part.way.len();
            } else if let Way::Direct(overlap) = &part.way {
                Run::direct(overlap, 0, part.from, part.to, &mut runs);
            } else {
                let at = own.len();
                own.resize(at + part.way.len(), T::default());
                part.way.pack(&from[part.from..], &mut own[at..]);
                part.way.of_message(1, at, part.to, &mut runs);
            }
        }
        let buffer = |k: usize| match k {
            0 => from,
            1 => &own,
            _ => messages[k - 2],
        };
        FoldPlan::new(runs).run(folding, buffer, to);
    }

    #[allow(clippy::expect_used)] // neighbours are the ranks of the parts
    fn neighbour(&self, rank: usize) -> usize {
        self.neighbours.binary_search_by_key(&rank, |neighbour| neighbour.rank).expect("a neighbour")
    }
}

fn echoes(target: &Layout, rank: usize) -> Vec<Echo> {
    let places = places(target, Placing::All, rank);
    let mut echoes = vec![];
    for (k, place) in places.iter().enumerate().filter(|(_, place)| place.parts.is_some()) {
        for first in &places[..k] {
            for part in first.parts().iter().filter(|part| part.touches(&place.region)) {
                let all = part.shared(&place.region);
                let ways = all.iter().filter_map(|all| Way::through(&first.region, all, &place.region));
                echoes.extend(ways.map(|way| Echo { from: first.at, to: place.at, way }));
            }
        }
    }
    echoes
}

/// This rank's buffer of the target, from that of the source.
///
/// # Communication
/// One exchange at most; two where so many chunks hold the same elements that to combine each on one rank
/// first moves less.
pub(crate) fn combined<T: Element>(source: &Layout, from: &[T], target: &Layout, placing: Placing) -> Result<Vec<T>> {
    let (of_source, of_target) = (source.folding::<T>()?, target.folding::<T>()?);
    if source.mode().combines() && placing == Placing::All && many(source, target) {
        let longest = (0..source.ndim()).max_by_key(|&axis| (source.shape()[axis], source.ndim() - axis));
        let once = Layout::scatter(source.comm(), source.shape(), longest.unwrap_or(0))?;
        let each = combined(source, from, &once, Placing::All)?;
        return combined(&once, &each, target, placing);
    }
    let mut to = memory::filled(target.local_len(), of_source.identity);
    if target.mode().combines() && placing != Placing::All {
        to = only(&to, &stretches(target, placing), of_target.identity);
    }
    Combination::new(source, target, placing).run(source, from, &mut to, &of_source)?;
    Ok(to)
}

/// Whether elements have so many holders in both that k · l messages of each are more than k + l.
fn many(source: &Layout, target: &Layout) -> bool {
    let (k, l, n) = (source.held(), target.held(), source.size() as u128);
    source.ndim() > 0 && k * l > n * (k + l)
}
