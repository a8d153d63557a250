//! In which layout the result lies, where its shape is not that of the source.

use crate::array::DistArray;
use crate::error::Result;
use crate::layout::{AxisMap, Bounds, IndexSet, Layout, Partition};
use crate::numbers::Element;
use std::borrow::Cow;

/// The layout of an array of another shape with as many axes, each cut as it is here: an axis that keeps
/// its length as it was, blocks of another length evenly, cyclic ones in the same blocks; what was listed
/// in even blocks. Chunks are not carried over: the first axis is cut evenly over all ranks.
pub(super) fn recut(layout: &Layout, shape: &[usize]) -> Result<Layout> {
    if layout.shape() == shape && layout.chunks().is_none() {
        return Ok(layout.clone());
    }
    let partition = match layout.partition() {
        Partition::Grid(grid) => {
            let axes = grid.axes().iter().zip(shape).map(|(map, &n)| scaled(map, n)).collect();
            Partition::Grid(grid.with_axes(axes))
        }
        Partition::Chunks(_) => return even(layout, shape),
        replicated => replicated.clone(),
    };
    layout.with_partition(shape, partition)
}

/// The same cut of an axis of another length.
fn scaled(map: &AxisMap, n: usize) -> AxisMap {
    match map {
        map if map.size() == n => map.clone(),
        AxisMap::Whole(_) => AxisMap::Whole(n),
        AxisMap::Cyclic { block, over, .. } => AxisMap::Cyclic { block: *block, over: *over, n },
        AxisMap::Blocks(_) | AxisMap::Listed(_) => AxisMap::Blocks(Bounds::even(n, map.coordinates())),
    }
}

/// The layout with an axis more, which is whole.
pub(super) fn with_axis(layout: &Layout, axis: usize, n: usize) -> Result<Layout> {
    let mut shape = layout.shape().to_vec();
    shape.insert(axis, n);
    let partition = match layout.partition() {
        Partition::Grid(grid) => {
            let mut axes = grid.axes().to_vec();
            axes.insert(axis, AxisMap::Whole(n));
            Partition::Grid(grid.with_axes(axes))
        }
        Partition::Chunks(_) => return even(layout, &shape),
        replicated => replicated.clone(),
    };
    layout.with_partition(&shape, partition)
}

/// The layout of the first n indices of an axis, each on the rank that holds it, of a layout that is not
/// chunked.
pub(super) fn truncated(layout: &Layout, axis: usize, n: usize) -> Result<Layout> {
    let mut shape = layout.shape().to_vec();
    shape[axis] = n;
    let partition = match layout.partition() {
        Partition::Grid(grid) => {
            let mut axes = grid.axes().to_vec();
            axes[axis] = match &axes[axis] {
                AxisMap::Whole(_) => AxisMap::Whole(n),
                AxisMap::Blocks(bounds) => AxisMap::Blocks(bounds.iter().map(|bound| bound.min(n)).collect()),
                AxisMap::Cyclic { block, over, .. } => AxisMap::Cyclic { block: *block, over: *over, n },
                AxisMap::Listed(sets) => {
                    let below = |set: &IndexSet| IndexSet::list(set.iter().filter(|&index| index < n).collect());
                    AxisMap::Listed(sets.iter().map(below).collect())
                }
            };
            Partition::Grid(grid.with_axes(axes))
        }
        other => other.clone(),
    };
    layout.with_partition(&shape, partition)
}

/// The array in a layout that has each element once or everywhere: chunks on an even cut of the first axis.
///
/// # Communication
/// None but of chunks: that of [`redistribute`](DistArray::redistribute).
pub(crate) fn once<T: Element>(array: &DistArray<T>) -> Result<Cow<'_, DistArray<T>>> {
    let layout = array.layout()?;
    if layout.chunks().is_none() {
        return Ok(Cow::Borrowed(array));
    }
    array.redistribute(&even(layout, layout.shape())?).map(Cow::Owned)
}

/// The first axis cut evenly over all ranks; of an array without axes a copy for each.
fn even(layout: &Layout, shape: &[usize]) -> Result<Layout> {
    if shape.is_empty() { Layout::replicated(layout.comm(), shape) } else { Layout::scatter(layout.comm(), shape, 0) }
}
