//! An operand of a product: what its axes are, and how it may lie while it stays.

use crate::error::Result;
use crate::layout::{AxisMap, IndexSet, Layout, Partition, Region};
use std::ops::Range;

/// The axes of an operand: those in front, along which there are several products, are the first ones; the
/// left one has its free axes before those summed over, the right one behind.
#[derive(Clone, Debug)]
pub(super) struct FactorAxes {
    pub(super) shape: Vec<usize>,
    batch: usize,
    pub(super) free: Range<usize>,
    pub(super) summed: Range<usize>,
}

impl FactorAxes {
    pub(super) fn left(shape: &[usize], batch: usize, summed: usize) -> Self {
        let free = batch..shape.len() - summed;
        Self { shape: shape.to_vec(), batch, summed: free.end..shape.len(), free }
    }

    pub(super) fn right(shape: &[usize], batch: usize, summed: usize) -> Self {
        let summed = batch..batch + summed;
        Self { shape: shape.to_vec(), batch, free: summed.end..shape.len(), summed }
    }

    pub(super) fn batch_shape(&self) -> &[usize] {
        &self.shape[..self.batch]
    }

    pub(super) fn free_shape(&self) -> &[usize] {
        &self.shape[self.free.clone()]
    }

    pub(super) fn summed_shape(&self) -> &[usize] {
        &self.shape[self.summed.clone()]
    }

    /// The number of elements of the free axes together.
    pub(super) fn free_len(&self) -> usize {
        self.free_shape().iter().product()
    }

    /// The number of terms of each sum.
    pub(super) fn terms(&self) -> usize {
        self.summed_shape().iter().product()
    }

    /// A layout in which it can stay: its own, where no axis is cut that is summed over or that is repeated;
    /// else even blocks of the longest other axis. `None` where there is none.
    pub(super) fn standing(&self, layout: &Layout, batch: &[usize]) -> Result<Option<Layout>> {
        let repeated = |axis: usize| self.shape[axis] != batch[axis];
        if let Some(grid) = layout.process_grid() {
            let whole = |axis: usize| grid.axes()[axis].is_whole();
            let mut kept_whole = self.summed.clone().chain((0..self.batch).filter(|&axis| repeated(axis)));
            if kept_whole.all(whole) {
                return Ok(Some(layout.clone()));
            }
        }
        let mut others = (0..self.batch).filter(|&axis| !repeated(axis)).chain(self.free.clone());
        let Some(first) = others.next() else { return Ok(None) };
        let longest = others.fold(first, |best, axis| if self.shape[axis] > self.shape[best] { axis } else { best });
        Layout::scatter(layout.comm(), &self.shape, longest).map(Some)
    }

    /// The layout of the product, cut where the operand that stays is: its axes in front and its free ones,
    /// with the free axes of the other one whole, before or behind.
    pub(super) fn product(
        &self,
        standing: &Layout,
        batch: &[usize],
        before: &[usize],
        behind: &[usize],
    ) -> Result<Layout> {
        let shape = [batch, before, self.free_shape(), behind].concat();
        let partition = match standing.partition() {
            Partition::Grid(grid) => {
                let whole = |n: &usize| AxisMap::Whole(*n);
                let map = |axis: usize| match &grid.axes()[axis] {
                    map if axis < self.batch && map.size() != batch[axis] => AxisMap::Whole(batch[axis]),
                    map => map.clone(),
                };
                let mut axes: Vec<_> = (0..self.batch).map(map).collect();
                axes.extend(before.iter().map(whole));
                axes.extend(self.free.clone().map(map));
                axes.extend(behind.iter().map(whole));
                Partition::Grid(grid.with_axes(axes))
            }
            other => other.clone(),
        };
        standing.with_partition(&shape, partition)
    }

    /// What a rank needs of the operand that does not stay, for its part of the product: of the first of the
    /// axes summed over, and of the first free one, these indices.
    pub(super) fn needed(&self, part: &Region, batch: &[usize], terms: &Range<usize>, free: &Range<usize>) -> Region {
        if part.is_empty() {
            return Region::new(vec![IndexSet::empty(); self.shape.len()]);
        }
        let set = |axis: usize| {
            if axis < self.batch {
                return if self.shape[axis] == batch[axis] { part.sets()[axis].clone() } else { IndexSet::range(0..1) };
            }
            IndexSet::range(match axis {
                first if first == self.summed.start && !self.summed.is_empty() => terms.clone(),
                first if first == self.free.start && !self.free.is_empty() => free.clone(),
                other => 0..self.shape[other],
            })
        };
        Region::new((0..self.shape.len()).map(set).collect())
    }
}
