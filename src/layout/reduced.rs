//! What becomes of a layout when axes of its array are reduced.

use super::axis_map::AxisMap;
use super::cells::Coordinates;
use super::grid::ProcessGrid;
use super::{Layout, Partition, check_axis};
use crate::error::{Error, ErrorKind, Result};
use std::fmt;

/// The axes along which a reduction runs, of all axes of an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Axes(Vec<bool>);

impl Axes {
    /// # Errors
    /// [`ErrorKind::Axis`] if an array of this shape does not have one of them, or if one is named twice.
    pub(crate) fn new(shape: &[usize], axes: &[usize]) -> Result<Self> {
        let mut reduced = vec![false; shape.len()];
        for &axis in axes {
            check_axis(shape, axis)?;
            if std::mem::replace(&mut reduced[axis], true) {
                let found = format!("{axis} twice");
                return Err(Error::expected(ErrorKind::Axis, format!("axes {axes:?}"), "each once", found));
            }
        }
        Ok(Self(reduced))
    }

    /// Whether the reduction runs along this axis.
    pub(crate) fn has(&self, axis: usize) -> bool {
        self.0[axis]
    }

    /// Whether it runs along all axes.
    pub(crate) fn are_all(&self) -> bool {
        self.0.iter().all(|&reduced| reduced)
    }

    /// What belongs to the axes that stay.
    pub(crate) fn kept<V: Clone>(&self, of_axes: &[V]) -> Vec<V> {
        self.picked(of_axes, false)
    }

    /// What belongs to the axes that are reduced.
    pub(crate) fn reduced<V: Clone>(&self, of_axes: &[V]) -> Vec<V> {
        self.picked(of_axes, true)
    }

    fn picked<V: Clone>(&self, of_axes: &[V], reduced: bool) -> Vec<V> {
        let own = self.0.iter().zip(of_axes).filter(|(own, _)| **own == reduced);
        own.map(|(_, value)| value.clone()).collect()
    }
}

impl fmt::Display for Axes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own: Vec<_> = (0..self.0.len()).filter(|&axis| self.0[axis]).collect();
        write!(f, "axes {own:?}")
    }
}

impl Layout {
    /// The layout of what remains when these axes are reduced: the same cut of the axes that stay, of a grid
    /// on the ranks at its first coordinates; replicated (in each mask group) where only reduced axes were cut.
    pub(crate) fn without(&self, axes: &Axes) -> Result<Self> {
        let shape = axes.kept(self.shape());
        let partition = match self.partition() {
            Partition::Chunks(_) if shape.is_empty() => Partition::Replicated,
            Partition::Chunks(_) => return self.with_whole(axes)?.without(axes),
            Partition::Grid(grid) => {
                let (maps, kept) = (axes.kept(grid.axes()), axes.kept(&all(grid)));
                let stays_cut = maps.iter().any(|map| !map.is_whole());
                let was_cut = axes.reduced(grid.axes()).iter().any(|map| !map.is_whole());
                if stays_cut || !(was_cut || maps.is_empty()) {
                    Partition::Grid(at_first_coordinates(grid, axes, &kept, maps))
                } else if self.mask().is_some() {
                    Partition::Unsynced
                } else {
                    Partition::Replicated
                }
            }
            replicated => replicated.clone(),
        };
        self.with_partition(&shape, partition)
    }

    /// The layout of what remains, with an axis of length 1 in the place of each that is reduced.
    pub(crate) fn with_ones(&self, axes: &Axes) -> Result<Self> {
        let without = self.without(axes)?;
        let shape: Vec<_> =
            self.shape().iter().enumerate().map(|(axis, &n)| if axes.has(axis) { 1 } else { n }).collect();
        let partition = match without.partition() {
            Partition::Grid(grid) => {
                let mut kept = grid.axes().iter().cloned();
                let map = |axis| if axes.has(axis) { None } else { kept.next() }.unwrap_or(AxisMap::Whole(1));
                Partition::Grid(grid.with_axes((0..shape.len()).map(map).collect()))
            }
            replicated => replicated.clone(),
        };
        without.with_partition(&shape, partition)
    }

    /// A layout in which each rank has what it has of these axes in full: of a grid that cuts others too, on
    /// the ranks at its first coordinates; otherwise scattered on an axis that stays, the first that is long
    /// enough, or the longest.
    pub(crate) fn with_whole(&self, axes: &Axes) -> Result<Self> {
        if let Partition::Grid(grid) = self.partition()
            && axes.kept(grid.axes()).iter().any(|map| !map.is_whole())
        {
            let whole = |(axis, map): (usize, &AxisMap)| {
                if axes.has(axis) { AxisMap::Whole(map.size()) } else { map.clone() }
            };
            let maps = grid.axes().iter().enumerate().map(whole).collect();
            let grid = at_first_coordinates(grid, axes, &all(grid), maps);
            return self.with_partition(self.shape(), Partition::Grid(grid));
        }
        let kept: Vec<_> = (0..self.ndim()).filter(|&axis| !axes.has(axis)).collect();
        let long = kept.iter().find(|&&axis| self.shape()[axis] >= self.comm().size());
        let longest = kept.iter().max_by_key(|&&axis| self.shape()[axis]);
        match long.or(longest) {
            Some(&axis) => Self::scatter(self.comm(), self.shape(), axis),
            None => Err(Error::new(ErrorKind::Layout, format!("{self}: no axis stays that could be cut"))),
        }
    }
}

/// All axes of a grid.
fn all(grid: &ProcessGrid) -> Vec<Option<usize>> {
    (0..grid.axes().len()).map(Some).collect()
}

/// A grid of some axes, on the ranks at the first coordinate of those that are reduced.
fn at_first_coordinates(grid: &ProcessGrid, reduced: &Axes, kept: &[Option<usize>], maps: Vec<AxisMap>) -> ProcessGrid {
    let of = |(axis, &p): (usize, &usize)| Coordinates::Run(0, if reduced.has(axis) { 1 } else { p });
    let of: Vec<_> = grid.shape().iter().enumerate().map(of).collect();
    grid.selected(kept, &of, maps)
}
