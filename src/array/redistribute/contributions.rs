//! Who gives what where several ranks hold an element: selected on each rank from what all know.
//!
//! Where chunks are to be combined, every chunk that covers an element gives what it holds. Where they are
//! replicas one gives: of the rank itself if it has one, else of ranks that take turns.

use super::way::Way;
use crate::layout::{Layout, Overlap, Place, Placing, Region, places};

/// What a chunk of a rank gives to a chunk of the target.
#[derive(Debug)]
pub(super) struct Contribution {
    /// The rank, and where in its buffer the chunk starts.
    pub(super) rank: usize,
    pub(super) from: usize,
    /// Where in its rank's buffer the target's chunk starts.
    pub(super) to: usize,
    pub(super) way: Way,
}

/// What rank `to` gets, in the order of the source's ranks and chunks where that matters; of rank `only`
/// alone, where one is asked for, in the same order.
pub(super) fn parts(
    source: &Layout,
    target: &Layout,
    placing: Placing,
    to: usize,
    only: Option<usize>,
) -> Vec<Contribution> {
    let places = places(target, placing, to);
    let mut parts = vec![];
    if source.mode().combines() || source.process_grid().is_some() {
        let wanted: Vec<_> = places.iter().map(|place| place.region.clone()).collect();
        for rank in only.map_or_else(|| source.near(&wanted), |only| vec![only]) {
            for place in &places {
                everything(source, rank, place, &mut parts);
            }
        }
        return parts;
    }
    for (k, place) in places.iter().enumerate() {
        if only.is_none_or(|only| holds_some(source, only, &place.region)) {
            one_of_each(source, place, to, k, only, &mut parts);
        }
    }
    parts
}

/// All that the chunks of a rank share with a place.
fn everything(source: &Layout, rank: usize, place: &Place, parts: &mut Vec<Contribution>) {
    for (from, chunk) in chunks(&source.regions(rank)) {
        if place.parts.is_none() {
            let way = Overlap::of(chunk, &place.region).map(Way::Direct);
            parts.extend(way.map(|way| Contribution { rank, from, to: place.at, way }));
            continue;
        }
        for part in place.parts().iter().filter(|part| part.touches(chunk)) {
            let through = chunk.shared(part).into_iter().filter_map(|all| Way::through(chunk, &all, &place.region));
            parts.extend(through.map(|way| Contribution { rank, from, to: place.at, way }));
        }
    }
}

/// Each element of a place from one chunk that holds it.
fn one_of_each(
    source: &Layout,
    place: &Place,
    to: usize,
    k: usize,
    only: Option<usize>,
    parts: &mut Vec<Contribution>,
) {
    let mut others = source.near(std::slice::from_ref(&place.region));
    others.retain(|&rank| rank != to && holds_some(source, rank, &place.region));
    if !others.is_empty() {
        let turn = (to + k) % others.len();
        others.rotate_left(turn);
    }
    let mut wanted = place.parts().to_vec();
    let mut whole = place.parts.is_none();
    for rank in [to].into_iter().chain(others) {
        for (from, chunk) in chunks(&source.regions(rank)) {
            if wanted.is_empty() {
                return;
            }
            if !wanted.iter().any(|part| part.touches(chunk)) {
                continue;
            }
            if only.is_none_or(|only| only == rank) {
                let ways = if whole {
                    Overlap::of(chunk, &place.region).map(Way::Direct).into_iter().collect()
                } else {
                    let both = wanted.iter().filter(|part| part.touches(chunk)).flat_map(|part| chunk.shared(part));
                    both.filter_map(|all| Way::through(chunk, &all, &place.region)).collect::<Vec<_>>()
                };
                parts.extend(ways.into_iter().map(|way| Contribution { rank, from, to: place.at, way }));
            }
            wanted = wanted.iter().flat_map(|part| part.beyond(chunk)).collect();
            whole = false;
        }
    }
}

fn holds_some(source: &Layout, rank: usize, region: &Region) -> bool {
    source.regions(rank).iter().any(|chunk| chunk.touches(region))
}

/// The chunks and where in their rank's buffer they start.
fn chunks(regions: &[Region]) -> impl Iterator<Item = (usize, &Region)> {
    regions.iter().scan(0, |at, region| {
        let start = *at;
        *at += region.len();
        Some((start, region))
    })
}
