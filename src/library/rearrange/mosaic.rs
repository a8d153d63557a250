//! An array put together from parts of others, wherever they lie: one exchange.

use super::result_layout::once;
use crate::array::DistArray;
use crate::error::Result;
use crate::layout::{ExchangePlan, IndexSet, Layout, Overlap, Region};
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
        let placed = |tile: &Tile<T>, rank| {
            tile.layout.regions(rank).iter().map(|region| shifted(region, &tile.at)).collect::<Vec<_>>()
        };
        let held: Vec<Vec<Region>> =
            (0..comm.size()).map(|rank| once.iter().flat_map(|tile| placed(tile, rank)).collect()).collect();
        let values = match &once[..] {
            [tile] => Cow::Borrowed(&tile.values[..]),
            tiles => Cow::Owned(tiles.iter().flat_map(|tile| tile.values.iter().copied()).collect()),
        };
        let plan = ExchangePlan::new(comm, &held, &layout);
        plan.run(&mut plan.exchange(comm)?, &values, target.as_mut_slice());
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_shifted_set_by_set() {
        let sets = vec![IndexSet::blocks(1, 2, 5, 14), IndexSet::list(vec![3, 0, 4]), IndexSet::empty()];
        let moved = shifted(&Region::new(sets.clone()), &[3, 7, 2]);
        for ((set, moved), by) in sets.iter().zip(moved.sets()).zip([3, 7, 2]) {
            assert!(moved.iter().eq(set.iter().map(|index| index + by)), "{set} by {by}: {moved}");
        }
    }
}
