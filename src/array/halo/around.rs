//! Ghosts all around a block: faces, edges and corners.

use super::Halo;
use crate::error::Result;
use crate::layout::{IndexSet, Layout, Region};
use crate::numbers::Element;
use std::ops::Range;

/// How many rows in front of each rank's and behind them are wanted along an axis: around whole blocks, which begin at
/// multiples of their length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Margin {
    pub(crate) axis: usize,
    pub(crate) before: usize,
    pub(crate) behind: usize,
    pub(crate) block: usize,
}

impl Margin {
    /// Those in front of some rows and behind them that an axis of this length has. Without rows there are none.
    pub(crate) fn ghosts(&self, rows: &Range<usize>, n: usize) -> [Range<usize>; 2] {
        if rows.is_empty() {
            return [rows.start..rows.start, rows.end..rows.end];
        }
        let (start, end) = (rows.start / self.block * self.block, rows.end.next_multiple_of(self.block));
        let (front, back) = (start.saturating_sub(self.before), end.saturating_add(self.behind));
        [front.min(rows.start)..rows.start, rows.end..back.min(n)]
    }

    /// Those rows and what is wanted around them.
    fn widened(&self, rows: &Range<usize>, n: usize) -> Range<usize> {
        let [front, back] = self.ghosts(rows, n);
        front.start..back.end
    }
}

impl<T: Element> Halo<T> {
    /// What lies around each rank's block within these margins, as far as the array goes: two regions for each margin, in
    /// front and behind. They are as wide as block and margins are along the axes of margins before theirs, and as the block
    /// is along those after it, so that no cell is in two of them. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) if an axis with a margin is neither whole nor cut into blocks, and of
    /// chunks.
    pub(crate) fn around(layout: &Layout, margins: &[Margin]) -> Result<Self> {
        margins.iter().try_for_each(|margin| layout.check_rows(margin.axis))?;
        let me = layout.comm().rank();
        let mirrored: Vec<_> = margins
            .iter()
            .map(|&Margin { axis, before, behind, block }| {
                let (before, behind) = (behind + block - 1, before + block - 1);
                Margin { axis, before, behind, block: 1 }
            })
            .collect();
        let askers = layout.near(&[widened(layout, me, &mirrored)]);
        Self::of_regions(layout, &askers, |rank| shell(layout, rank, margins))
    }
}

/// What a rank has, with these margins.
fn widened(layout: &Layout, rank: usize, margins: &[Margin]) -> Region {
    let mut sets = layout.regions(rank)[0].sets().to_vec();
    for margin in margins {
        let rows = margin.widened(&layout.rows_of(margin.axis, rank), layout.shape()[margin.axis]);
        sets[margin.axis] = IndexSet::range(rows);
    }
    Region::new(sets)
}

fn shell(layout: &Layout, rank: usize, margins: &[Margin]) -> Vec<Region> {
    let sides = margins.iter().enumerate().flat_map(|(k, margin)| {
        let sets = widened(layout, rank, &margins[..k]).sets().to_vec();
        let ghosts = margin.ghosts(&layout.rows_of(margin.axis, rank), layout.shape()[margin.axis]);
        ghosts.map(|rows| {
            let mut sets = sets.clone();
            sets[margin.axis] = IndexSet::range(rows);
            Region::new(sets)
        })
    });
    sides.collect()
}
