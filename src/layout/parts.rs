//! A part of every rank's block at a time.

use super::Layout;
use super::index_set::IndexSet;
use super::plan::Regions;
use super::region::Region;
use std::borrow::Cow;
use std::ops::Range;

/// Of every rank's block the same places along an axis, as far as it has them.
pub(crate) struct Parts<'a> {
    layout: &'a Layout,
    axis: usize,
    places: Range<usize>,
}

impl Layout {
    /// These places along an axis of every rank's block.
    pub(crate) fn parts(&self, axis: usize, places: Range<usize>) -> Parts<'_> {
        Parts { layout: self, axis, places }
    }
}

impl Regions for Parts<'_> {
    fn of(&self, rank: usize) -> Cow<'_, [Region]> {
        let part = |region: &Region| {
            let mut sets = region.sets().to_vec();
            sets[self.axis] = taken(&sets[self.axis], &self.places);
            Region::new(sets)
        };
        self.layout.regions(rank).iter().map(part).collect()
    }

    fn near(&self, regions: &[Region]) -> Vec<usize> {
        self.layout.near(regions)
    }
}

/// The indices at these places of a set.
fn taken(set: &IndexSet, places: &Range<usize>) -> IndexSet {
    let (start, end) = (places.start.min(set.len()), places.end.min(set.len()));
    match set.as_range() {
        Some(range) => IndexSet::range(range.start + start..range.start + end),
        None => IndexSet::list((start..end).map(|place| set.get(place)).collect()),
    }
}
