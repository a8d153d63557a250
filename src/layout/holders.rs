//! Which chunk is the first, or the last, to hold an element.

use super::Layout;
use super::chunks::Mode;
use super::difference::beyond_all;
use super::overlap::Overlap;
use super::region::Region;
use std::ops::Range;

/// Which of the chunks that cover an element are given its value; the others get the mode's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placing {
    /// All of them. (An element comes to a rank once; from there it goes to the other chunks that have it.)
    All,
    /// The first in the order of chunks.
    First,
    /// The last in the order of chunks.
    Last,
}

impl Placing {
    /// How a global array is put into chunks of a mode.
    pub(crate) fn of(mode: Mode) -> Self {
        if mode.counts() { Self::First } else { Self::All }
    }
}

/// A chunk in a rank's buffer that is to be filled.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Where in the buffer it begins.
    pub(crate) at: usize,
    pub(crate) region: Region,
    /// The parts that values come to; `None`: all of it.
    pub(crate) parts: Option<Vec<Region>>,
}

impl Place {
    /// The parts that values come to.
    pub(crate) fn parts(&self) -> &[Region] {
        self.parts.as_deref().unwrap_or(std::slice::from_ref(&self.region))
    }

    /// The stretches of the buffer that are given values, in order.
    fn stretches(&self) -> Vec<Range<usize>> {
        let mut stretches = vec![];
        for overlap in self.parts().iter().filter_map(|part| Overlap::of(part, &self.region)) {
            overlap.for_each_piece(|piece| {
                for k in 0..piece.count {
                    let start = self.at + piece.to + k * piece.to_step;
                    stretches.push(start..start + piece.len);
                }
            });
        }
        stretches.sort_unstable_by_key(|range| range.start);
        stretches
    }
}

/// What values come to on a rank.
pub(crate) fn places(layout: &Layout, placing: Placing, rank: usize) -> Vec<Place> {
    let regions = layout.regions(rank);
    let mut at = 0;
    let mut place = |(k, region): (usize, &Region)| {
        let start = at;
        at += region.len();
        Place { at: start, region: region.clone(), parts: parts(layout, placing, rank, k, region) }
    };
    regions.iter().enumerate().map(&mut place).collect()
}

/// The parts of the k-th chunk of a rank that no chunk before it, or behind it, has; before it on the rank,
/// where all get values.
fn parts(layout: &Layout, placing: Placing, rank: usize, k: usize, region: &Region) -> Option<Vec<Region>> {
    let chunks = layout.chunks()?;
    let own = chunks.of(rank);
    let of = |ranks: Range<usize>| chunks.near(region, ranks).into_iter().flat_map(|rank| chunks.of(rank));
    let rest = match placing {
        Placing::All => beyond_all(region, &own[..k]),
        Placing::First => beyond_all(region, of(0..rank).chain(&own[..k])),
        Placing::Last => beyond_all(region, own[k + 1..].iter().chain(of(rank + 1..layout.comm().size()))),
    };
    (rest != [region.clone()]).then_some(rest)
}

/// The stretches of this rank's buffer that are given values, in order, those that touch joined.
pub(crate) fn stretches(layout: &Layout, placing: Placing) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = vec![];
    for place in places(layout, placing, layout.comm().rank()) {
        for range in place.stretches().into_iter().filter(|range| !range.is_empty()) {
            match joined.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => joined.push(range),
            }
        }
    }
    joined
}
