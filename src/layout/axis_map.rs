//! What each coordinate of a process grid holds of one axis.

use super::bounds::Bounds;
use super::grid::Cut;
use super::index_set::IndexSet;
use crate::error::{Error, ErrorKind, Result};
use std::ops::Range;

/// What each coordinate of a process grid holds of one axis.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AxisMap {
    /// The only coordinate holds all n indices.
    Whole(usize),
    /// Coordinate p holds block p.
    Blocks(Bounds),
    /// Blocks of `block` indices of n are dealt out to `over` coordinates in turn.
    Cyclic {
        /// The length of a block.
        block: usize,
        /// The number of coordinates.
        over: usize,
        /// The axis' length.
        n: usize,
    },
    /// Coordinate p holds the p-th set, in its order.
    Listed(Vec<IndexSet>),
}

impl AxisMap {
    /// An axis of which each coordinate has a list of indices: in blocks, where that makes blocks.
    pub(crate) fn dealt(lists: Vec<Vec<usize>>) -> Self {
        let all = lists.iter().map(Vec::len).sum();
        if lists.iter().flatten().copied().eq(0..all) {
            let ends = lists.iter().scan(0, |end, list| {
                *end += list.len();
                Some(*end)
            });
            return Self::Blocks([0].into_iter().chain(ends).collect());
        }
        Self::Listed(lists.into_iter().map(IndexSet::list).collect())
    }

    /// An axis of n indices, cut over so many coordinates.
    pub(crate) fn new(axis: usize, cut: &Cut, over: usize, n: usize) -> Result<Self> {
        let coordinates = |expected: usize| {
            if over == expected {
                return Ok(());
            }
            let what = format!("grid coordinates on axis {axis}");
            Err(Error::expected(ErrorKind::Layout, what, expected, over))
        };
        match cut {
            Cut::Whole => coordinates(1).map(|()| Self::Whole(n)),
            Cut::Block => Ok(Self::Blocks(Bounds::even(n, over))),
            Cut::CeilBlock => {
                let block = n.div_ceil(over);
                Ok(Self::Blocks((0..=over).map(|p| (p.saturating_mul(block)).min(n)).collect()))
            }
            Cut::Bounds(bounds) => {
                let ascends = bounds.windows(2).all(|pair| pair[0] <= pair[1]);
                if bounds.first() != Some(&0) || bounds.last() != Some(&n) || !ascends {
                    let what = format!("bounds of axis {axis}");
                    let expected = format!("ascending ones from 0 to {n}");
                    return Err(Error::expected(ErrorKind::Layout, what, expected, format!("{bounds:?}")));
                }
                coordinates(bounds.len() - 1)?;
                Ok(Self::Blocks(bounds.clone().into()))
            }
            Cut::Cyclic => Ok(Self::Cyclic { block: 1, over, n }),
            Cut::BlockCyclic(0) => {
                let what = format!("block size on axis {axis}");
                Err(Error::expected(ErrorKind::Parameter, what, "at least 1", 0))
            }
            Cut::BlockCyclic(block) => Ok(Self::Cyclic { block: *block, over, n }),
            Cut::Listed(lists) => {
                coordinates(lists.len())?;
                check_lists(axis, lists, n)?;
                Ok(Self::Listed(lists.iter().cloned().map(IndexSet::list).collect()))
            }
        }
    }

    /// The number of coordinates.
    pub fn coordinates(&self) -> usize {
        match self {
            Self::Whole(_) => 1,
            Self::Blocks(bounds) => bounds.coordinates(),
            Self::Cyclic { over, .. } => *over,
            Self::Listed(sets) => sets.len(),
        }
    }

    /// The axis' length.
    pub fn size(&self) -> usize {
        match self {
            Self::Whole(n) | Self::Cyclic { n, .. } => *n,
            Self::Blocks(bounds) => bounds.size(),
            Self::Listed(sets) => sets.iter().map(IndexSet::len).sum(),
        }
    }

    /// What a coordinate holds.
    ///
    /// # Panics
    /// If there is no such coordinate.
    #[track_caller]
    pub fn set(&self, coordinate: usize) -> IndexSet {
        let over = self.coordinates();
        assert!(coordinate < over, "coordinate of an axis: expected below {over}, found {coordinate}");
        match self {
            Self::Whole(n) => IndexSet::range(0..*n),
            Self::Blocks(bounds) => IndexSet::range(bounds.block(coordinate)),
            Self::Cyclic { block, over, n } => {
                let (start, period) = (coordinate.saturating_mul(*block), over.saturating_mul(*block));
                IndexSet::blocks(start, *block, period, *n)
            }
            Self::Listed(sets) => sets[coordinate].clone(),
        }
    }

    /// The coordinate that holds an index.
    pub fn coordinate(&self, index: usize) -> Option<usize> {
        if index >= self.size() {
            return None;
        }
        match self {
            Self::Whole(_) => Some(0),
            Self::Blocks(bounds) => bounds.coordinate(index),
            Self::Cyclic { block, over, .. } => Some(index / block % over),
            Self::Listed(sets) => sets.iter().position(|set| set.contains(index)),
        }
    }

    /// Coordinates, ascending, among which are all that hold some of these indices.
    pub(super) fn meeting(&self, set: &IndexSet) -> Vec<usize> {
        let (over, extent) = (self.coordinates(), set.extent());
        let near = |other: Range<usize>| other.start < extent.end && extent.start < other.end;
        if set.is_empty() {
            return vec![];
        }
        if let Self::Listed(sets) = self {
            return (0..over).filter(|&coordinate| near(sets[coordinate].extent())).collect();
        }
        // Run by run, unless there are so many that most coordinates hold some.
        let mut found = vec![];
        match set.as_blocks() {
            _ if over == 1 => found.push(0),
            Some(blocks) if (blocks.stop - blocks.start).div_ceil(blocks.period) <= over => {
                for start in (blocks.start..blocks.stop).step_by(blocks.period) {
                    self.meeting_run(start..blocks.stop.min(start + blocks.block), &mut found);
                }
            }
            None if set.len() <= over => set.iter().for_each(|index| self.meeting_run(index..index + 1, &mut found)),
            _ => self.meeting_run(extent, &mut found),
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Adds those for a range; some may come twice.
    fn meeting_run(&self, range: Range<usize>, found: &mut Vec<usize>) {
        let over = self.coordinates();
        if found.len() > 2 * over {
            found.sort_unstable();
            found.dedup();
        }
        match self {
            Self::Blocks(bounds) => found.extend(bounds.meeting(range)),
            Self::Cyclic { block, .. } if (range.end - 1) / block - range.start / block < over => {
                found.extend((range.start / block..=(range.end - 1) / block).map(|block| block % over));
            }
            _ => found.extend(0..over),
        }
    }

    /// How many indices a coordinate holds.
    pub(super) fn len_of(&self, coordinate: usize) -> usize {
        match self {
            Self::Blocks(bounds) => bounds.block(coordinate).len(),
            Self::Listed(sets) => sets[coordinate].len(),
            _ => self.set(coordinate).len(),
        }
    }

    /// Whether all indices are on the only coordinate by being whole, not by chance.
    pub fn is_whole(&self) -> bool {
        matches!(self, Self::Whole(_))
    }
}

/// Every index of the axis stands once in all lists together.
fn check_lists(axis: usize, lists: &[Vec<usize>], n: usize) -> Result<()> {
    let wrong = |expected: String, found: usize| {
        Err(Error::expected(ErrorKind::Layout, format!("index in the lists of axis {axis}"), expected, found))
    };
    // Sorted, not ticked off in a table of n entries: what is wrong with the lists may be n.
    let mut all: Vec<_> = lists.iter().flatten().copied().collect();
    all.sort_unstable();
    if let Some(&index) = all.last().filter(|&&index| index >= n) {
        return wrong(format!("below {n}"), index);
    }
    if let Some(pair) = all.windows(2).find(|pair| pair[0] == pair[1]) {
        return wrong("each once".into(), pair[0]);
    }
    if all.len() < n {
        let missing = all.iter().enumerate().position(|(at, &index)| at != index).unwrap_or(all.len());
        let message = format!("lists of axis {axis}: index {missing} of {n} is in none");
        return Err(Error::new(ErrorKind::Layout, message));
    }
    Ok(())
}
