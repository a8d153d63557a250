//! Ghosts all around a block: faces, edges and corners.

use super::Halo;
use crate::error::Result;
use crate::layout::{IndexSet, Layout, Margin, Region};
use crate::numbers::Element;

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
