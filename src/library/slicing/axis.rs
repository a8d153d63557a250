//! How what is picked of one axis lies on the coordinates of a process grid, nothing having moved.

use super::positions::{Share, common_divisor};
use super::selection::{Pick, Steps};
use crate::layout::{AxisMap, Bounds, Coordinates, IndexSet};

/// An axis of a process grid after picking.
#[derive(Debug)]
pub(super) struct AxisCut {
    /// What each coordinate holds of the axis of the result; `None` where the axis is dropped.
    pub(super) map: Option<AxisMap>,
    /// The coordinate of the source that each coordinate of the result is.
    pub(super) coordinates: Coordinates,
}

impl AxisCut {
    /// `None` where no coordinate holds the one index that is picked.
    pub(super) fn new(map: &AxisMap, pick: &Pick) -> Option<Self> {
        let all = || Coordinates::Run(0, map.coordinates());
        let cut = match (map, pick) {
            (_, Pick::At(index)) => Self { map: None, coordinates: Coordinates::Run(map.coordinate(*index)?, 1) },
            (AxisMap::Whole(_), _) => {
                Self { map: Some(AxisMap::Whole(pick.len())), coordinates: Coordinates::Run(0, 1) }
            }
            (AxisMap::Cyclic { block, over, .. }, Pick::Steps(steps)) => match dealt_out(*steps, *block, *over) {
                Some(cut) => cut,
                None => Self { map: Some(AxisMap::Listed(shares(map, pick))), coordinates: all() },
            },
            (AxisMap::Blocks(_), _) => in_blocks(shares(map, pick)),
            _ => Self { map: Some(AxisMap::Listed(shares(map, pick))), coordinates: all() },
        };
        Some(cut)
    }
}

/// What of the result each coordinate holds.
fn shares(map: &AxisMap, pick: &Pick) -> Vec<IndexSet> {
    if let Pick::List(items) = pick {
        let mut places = vec![vec![]; map.coordinates()];
        for (k, &index) in items.iter().enumerate() {
            if let Some(coordinate) = map.coordinate(index) {
                places[coordinate].push(k);
            }
        }
        return places.into_iter().map(IndexSet::list).collect();
    }
    let share = |c| Share::of(&map.set(c), pick).map_or_else(IndexSet::empty, |share| share.becomes);
    (0..map.coordinates()).map(share).collect()
}

/// Blocks again where the coordinates, taken forwards or backwards, hold one range after another.
fn in_blocks(sets: Vec<IndexSet>) -> AxisCut {
    let all = sets.len();
    if let Some(bounds) = bounds(sets.iter()) {
        return AxisCut { map: Some(AxisMap::Blocks(bounds)), coordinates: Coordinates::Run(0, all) };
    }
    if let Some(bounds) = bounds(sets.iter().rev()) {
        let backwards = Coordinates::Listed((0..all).rev().collect());
        return AxisCut { map: Some(AxisMap::Blocks(bounds)), coordinates: backwards };
    }
    AxisCut { map: Some(AxisMap::Listed(sets)), coordinates: Coordinates::Run(0, all) }
}

/// Where one range begins after another, if they do.
fn bounds<'a>(sets: impl Iterator<Item = &'a IndexSet>) -> Option<Bounds> {
    let mut bounds = vec![0];
    for set in sets {
        let end = bounds[bounds.len() - 1];
        let range = if set.is_empty() { end..end } else { set.as_range()? };
        if range.start != end {
            return None;
        }
        bounds.push(range.end);
    }
    Some(bounds.into())
}

/// Blocks that are dealt out in turn still are, where the step is a number of blocks, or where every
/// block keeps as many indices as any other.
fn dealt_out(steps: Steps, block: usize, over: usize) -> Option<AxisCut> {
    let by = steps.step.unsigned_abs();
    // The block of the result, and the step from one such block to the next in blocks of the source.
    let (kept, stride) = if by.is_multiple_of(block) || steps.len <= 1 {
        (1, by / block)
    } else if block.is_multiple_of(by) {
        let inside = steps.first % block;
        let before = if steps.step > 0 { inside } else { block - 1 - inside };
        if before >= by {
            return None;
        }
        (block / by, 1)
    } else {
        return None;
    };
    let stride = stride % over;
    let turns = over / common_divisor(over, stride);
    let towards = if steps.step > 0 { stride } else { over - stride };
    let first = steps.first / block % over;
    let coordinates = (0..turns).map(|turn| (first + turn * towards) % over).collect();
    let coordinates = Coordinates::Listed(coordinates);
    Some(AxisCut { map: Some(AxisMap::Cyclic { block: kept, over: turns, n: steps.len }), coordinates })
}
