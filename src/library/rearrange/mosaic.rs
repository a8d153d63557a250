//! An array put together from parts of others, wherever they lie: one exchange.

use super::result_layout::once;
use crate::array::DistArray;
use crate::error::Result;
use crate::layout::{ExchangePlan, IndexSet, Layout, Overlap, Region, Regions};
use crate::library::Index;
use crate::numbers::Element;
use std::borrow::Cow;

/// What goes into a new array: blocks of layouts of their own, each with its place.
pub(super) struct Mosaic<'a, T: Element>(Vec<Tile<'a, T>>);

/// A block that lies on the ranks as its layout says, which is not chunked.
struct Tile<'a, T: Element> {
    layout: Layout,
    values: Cow<'a, [T]>,
    /// The index in the new array of its first element.
    at: Vec<usize>,
}

/// What is picked of an axis, and where on the axis of the new array it begins.
#[derive(Clone, Debug)]
pub(super) struct AxisPiece {
    pub(super) at: usize,
    pub(super) index: Index,
}

impl AxisPiece {
    /// The whole axis.
    pub(super) fn all(at: usize) -> Self {
        Self { at, index: Index::from(..) }
    }
}

impl<'a, T: Element> Mosaic<'a, T> {
    pub(super) fn new() -> Self {
        Self(vec![])
    }

    /// Adds an array, which is not chunked.
    pub(super) fn add(&mut self, array: Cow<'a, DistArray<T>>, at: Vec<usize>) -> Result<()> {
        let layout = array.layout()?.clone();
        let values = match array {
            Cow::Borrowed(array) => Cow::Borrowed(array.as_slice()),
            Cow::Owned(array) => Cow::Owned(array.into_vec()),
        };
        self.0.push(Tile { layout, values, at });
        Ok(())
    }

    /// Puts everything into an array, what is there elsewhere being left as it is: each element that is not
    /// on its rank is sent once.
    ///
    /// # Communication
    /// One exchange; none where nothing changes its rank.
    pub(super) fn put_into(self, target: &mut DistArray<T>) -> Result<()> {
        let layout = target.layout()?.clone();
        let (everywhere, once): (Vec<_>, Vec<_>) = self.0.into_iter().partition(|tile| tile.layout.is_replicated());
        let own = layout.regions(layout.comm().rank());
        for tile in everywhere {
            let all = shifted(&Region::whole(tile.layout.shape()), &tile.at);
            let mut start = 0;
            for region in &*own {
                if let Some(overlap) = Overlap::of(&all, region) {
                    overlap.copy(&tile.values, &mut target.as_mut_slice()[start..]);
                }
                start += region.len();
            }
        }
        if once.is_empty() {
            return Ok(());
        }
        let comm = layout.comm();
        let values = match &once[..] {
            [tile] => Cow::Borrowed(&tile.values[..]),
            tiles => Cow::Owned(tiles.iter().flat_map(|tile| tile.values.iter().copied()).collect()),
        };
        let plan = ExchangePlan::new(comm, &Placed(&once), &layout);
        plan.run(&mut plan.exchange(comm)?, &values, target.as_mut_slice());
        Ok(())
    }
}

/// What the ranks have of the new array, tile after tile.
struct Placed<'a, T: Element>(&'a [Tile<'a, T>]);

impl<T: Element> Regions for Placed<'_, T> {
    fn of(&self, rank: usize) -> Cow<'_, [Region]> {
        let of_tile = |tile: &Tile<T>| {
            let regions = tile.layout.regions(rank);
            regions.iter().map(|region| shifted(region, &tile.at)).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(of_tile).collect()
    }

    fn near(&self, regions: &[Region]) -> Vec<usize> {
        let of_tile = |tile: &Tile<T>| {
            let within = |region: &Region| within(region, &tile.at, tile.layout.shape());
            tile.layout.near(&regions.iter().flat_map(within).collect::<Vec<_>>())
        };
        let mut all: Vec<_> = self.0.iter().flat_map(of_tile).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Puts into an array every combination of one piece an axis of another.
///
/// # Communication
/// As [`Mosaic::put_into`]; of chunks first that of [`once`].
pub(super) fn put_pieces<T: Element>(
    source: &DistArray<T>,
    pieces: &[Vec<AxisPiece>],
    target: &mut DistArray<T>,
) -> Result<()> {
    let source = once(source)?;
    let mut mosaic = Mosaic::new();
    let mut chosen = vec![0; pieces.len()];
    if pieces.iter().any(Vec::is_empty) {
        return Ok(());
    }
    loop {
        let one: Vec<_> = pieces.iter().zip(&chosen).map(|(axis, &k)| &axis[k]).collect();
        let index: Vec<_> = one.iter().map(|piece| piece.index.clone()).collect();
        let whole = index.iter().all(|index| *index == Index::from(..));
        let part = if whole { Cow::Borrowed(&*source) } else { Cow::Owned(source.slice(&index)?) };
        mosaic.add(part, one.iter().map(|piece| piece.at).collect())?;
        let Some(axis) = (0..pieces.len()).rev().find(|&axis| chosen[axis] + 1 < pieces[axis].len()) else { break };
        chosen[axis] += 1;
        chosen[axis + 1..].fill(0);
    }
    mosaic.put_into(target)
}

/// The same region elsewhere.
fn shifted(region: &Region, by: &[usize]) -> Region {
    let moved = |(set, &by): (&IndexSet, &usize)| match set.as_blocks() {
        _ if by == 0 => set.clone(),
        Some(blocks) => IndexSet::blocks(blocks.start + by, blocks.block, blocks.period, blocks.stop + by),
        None => IndexSet::list(set.iter().map(|index| index + by).collect()),
    };
    Region::new(region.sets().iter().zip(by).map(moved).collect())
}

/// What of a region lies in a block of this shape that begins at `at`, seen from there.
fn within(region: &Region, at: &[usize], shape: &[usize]) -> Vec<Region> {
    let block = Region::new(at.iter().zip(shape).map(|(&at, &n)| IndexSet::range(at..at + n)).collect());
    let moved = |(set, &by): (&IndexSet, &usize)| match set.as_blocks() {
        Some(blocks) => IndexSet::blocks(blocks.start - by, blocks.block, blocks.period, blocks.stop - by),
        None => IndexSet::list(set.iter().map(|index| index - by).collect()),
    };
    let back = |part: Region| Region::new(part.sets().iter().zip(at).map(moved).collect());
    region.shared(&block).into_iter().filter(|part| !part.is_empty()).map(back).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set() -> impl Strategy<Value = IndexSet> {
        let list = prop::sample::subsequence((0..12).collect::<Vec<_>>(), 0..6).prop_shuffle().prop_map(IndexSet::list);
        let blocks = (0usize..5, 1usize..4, 0usize..3, 0usize..12)
            .prop_map(|(start, block, gap, stop)| IndexSet::blocks(start, block, block + gap, stop));
        prop_oneof![list, blocks]
    }

    proptest! {
        #[test]
        fn what_lies_in_a_block_is_seen_from_there(
            axes in prop::collection::vec((set(), 0usize..6, 0usize..7), 0..3),
        ) {
            let region = Region::new(axes.iter().map(|axis| axis.0.clone()).collect());
            let (at, shape): (Vec<_>, Vec<_>) = axes.iter().map(|axis| (axis.1, axis.2)).unzip();
            let mut expected = vec![];
            region.for_each_index(|index| {
                let seen = index.iter().zip(&at).map(|(i, at)| i.checked_sub(*at)).collect::<Option<Vec<_>>>();
                expected.extend(seen.filter(|seen| seen.iter().zip(&shape).all(|(i, n)| i < n)));
            });
            let mut found = vec![];
            for part in &within(&region, &at, &shape) {
                part.for_each_index(|index| found.push(index.to_vec()));
            }
            expected.sort_unstable();
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn regions_are_shifted_set_by_set() {
        let sets = vec![IndexSet::blocks(1, 2, 5, 14), IndexSet::list(vec![3, 0, 4]), IndexSet::empty()];
        let moved = shifted(&Region::new(sets.clone()), &[3, 7, 2]);
        for ((set, moved), by) in sets.iter().zip(moved.sets()).zip([3, 7, 2]) {
            assert!(moved.iter().eq(set.iter().map(|index| index + by)), "{set} by {by}: {moved}");
        }
    }
}
