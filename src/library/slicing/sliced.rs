//! What is picked of an array, where it lies: the layout of the result and the places in this rank's buffer.

use super::axis::AxisCut;
use super::index::Index;
use super::positions::{self, Positions, Share};
use super::selection::{Pick, Selection};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Chunks, Coordinates, IndexSet, Layout, Partition, ProcessGrid, Region};
use crate::numbers::memory;

/// A layout with an index applied: every rank keeps what it holds of it.
#[derive(Debug)]
pub(super) struct Sliced {
    selection: Selection,
    /// The layout of the result.
    pub(super) layout: Layout,
    /// Of this rank, one for each region that it holds of the result, in order.
    pub(super) parts: Vec<SlicedPart>,
}

/// Where in one region of a rank the elements of a region of the result lie.
#[derive(Clone, Debug)]
pub(super) struct SlicedPart {
    /// Where the region starts in the rank's buffer, and its shape.
    pub(super) start: usize,
    pub(super) shape: Vec<usize>,
    /// On each axis of the region.
    pub(super) places: Vec<Positions>,
    /// What they are in the result.
    becomes: Region,
}

impl Sliced {
    pub(super) fn new(source: &Layout, index: &[Index]) -> Result<Self> {
        let selection = Selection::of(index, source.shape())?;
        let rank = source.comm().rank();
        let shape = selection.shape();
        let parts = |rank| parts_of(source, rank, &selection);
        let partition = match source.partition() {
            Partition::Grid(grid) if shape.is_empty() => {
                // No axis is left to be cut over a grid, so the rank that has the element has it as a chunk.
                let coordinates = grid.axes().iter().zip(&selection.picks).map(|(map, pick)| AxisCut::new(map, pick));
                let owner = coordinates.map(|cut| cut.map(|cut| cut.coordinates.get(0))).collect::<Option<Vec<_>>>();
                let owner = owner.map(|coordinates| grid.rank_at(&coordinates));
                let of_rank = |rank| if owner == Some(rank) { vec![Region::whole(&[])] } else { vec![] };
                Partition::Chunks(Chunks::replicas((0..source.comm().size()).map(of_rank).collect()))
            }
            Partition::Grid(grid) => Partition::Grid(sliced_grid(grid, &selection)),
            Partition::Chunks(chunks) => {
                let of_rank = |rank| parts(rank).into_iter().map(|part| part.becomes).collect();
                Partition::Chunks(chunks.with_regions((0..source.comm().size()).map(of_rank).collect()))
            }
            replicated => replicated.clone(),
        };
        let layout = source.with_partition(&shape, partition)?;
        let parts = if layout.local_len() == 0 { vec![] } else { parts(rank) };
        Ok(Self { selection, layout, parts })
    }

    /// This rank's part of the result.
    pub(super) fn take<T: Copy + 'static>(&self, buffer: &[T]) -> Vec<T> {
        let mut taken = memory::room(self.layout.local_len());
        for part in &self.parts {
            positions::take(&buffer[part.start..], &part.shape, &part.places, &mut taken);
        }
        taken
    }

    /// Sets this rank's part of the result.
    pub(super) fn put<T: Copy>(&self, buffer: &mut [T], mut values: &[T]) {
        for part in &self.parts {
            positions::put(&mut buffer[part.start..], &part.shape, &part.places, &mut values);
        }
    }

    pub(super) fn fill<T: Copy>(&self, buffer: &mut [T], value: T) {
        for part in &self.parts {
            positions::fill(&mut buffer[part.start..], &part.shape, &part.places, value);
        }
    }

    /// The axis of the source that each axis of the result is.
    pub(super) fn axes(&self) -> &[Option<usize>] {
        &self.selection.axes
    }

    /// `Ok` if on every rank the result is a strided part of one block.
    pub(super) fn check_view(&self, source: &Layout) -> Result<()> {
        let refuse = |found: String| {
            let what = "index of a view (`slice` copies instead)";
            Err(Error::expected(ErrorKind::Layout, what, "equally spaced elements on every rank", found))
        };
        if let Some(axis) = self.selection.picks.iter().position(|pick| matches!(pick, Pick::List(_))) {
            return refuse(format!("a list or mask on axis {axis}"));
        }
        match source.partition() {
            Partition::Grid(grid) => {
                for (axis, (map, pick)) in grid.axes().iter().zip(&self.selection.picks).enumerate() {
                    let strided = |c| {
                        Share::of(&map.set(c), pick).is_none_or(|share| !matches!(share.places, Positions::List(_)))
                    };
                    if !matches!(map, AxisMap::Whole(_) | AxisMap::Blocks(_) | AxisMap::Cyclic { block: 1, .. })
                        && !(0..map.coordinates()).all(strided)
                    {
                        return refuse(format!("others on axis {axis} of {source}"));
                    }
                }
                Ok(())
            }
            Partition::Chunks(_) => {
                for rank in 0..source.comm().size() {
                    let parts = parts_of(source, rank, &self.selection);
                    if parts.len() > 1 {
                        return refuse(format!("{} chunks on rank {rank}", parts.len()));
                    }
                    if parts.iter().flat_map(|part| &part.places).any(|places| matches!(places, Positions::List(_))) {
                        return refuse(format!("others in the chunk of rank {rank} of {source}"));
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// What of the selection lies in each region of a rank; regions without any are left out.
fn parts_of(source: &Layout, rank: usize, selection: &Selection) -> Vec<SlicedPart> {
    let mut start = 0;
    let mut parts = vec![];
    for region in &*source.regions(rank) {
        let shares = region.sets().iter().zip(&selection.picks).map(|(set, pick)| Share::of(set, pick));
        if let Some(shares) = shares.collect::<Option<Vec<_>>>() {
            let set =
                |axis: &Option<usize>| axis.map_or_else(|| IndexSet::range(0..1), |axis| shares[axis].becomes.clone());
            let becomes = Region::new(selection.axes.iter().map(set).collect());
            if !becomes.is_empty() {
                let places = shares.into_iter().map(|share| share.places).collect();
                parts.push(SlicedPart { start, shape: region.shape(), places, becomes });
            }
        }
        start += region.len();
    }
    parts
}

/// The grid of the ranks that hold something of a selection that leaves an axis.
fn sliced_grid(grid: &ProcessGrid, selection: &Selection) -> ProcessGrid {
    let picked = grid.axes().iter().zip(&selection.picks);
    let missing = || AxisCut { map: None, coordinates: Coordinates::Run(0, 1) };
    let cuts = picked.map(|(map, pick)| AxisCut::new(map, pick).unwrap_or_else(missing));
    let (mut maps, of): (Vec<_>, Vec<_>) = cuts.map(|cut| (cut.map, cut.coordinates)).unzip();
    let map = |axis: &Option<usize>| axis.and_then(|axis| maps[axis].take()).unwrap_or(AxisMap::Whole(1));
    let axes = selection.axes.iter().map(map).collect();
    grid.selected(&selection.axes, &of, axes)
}
