//! By which layouts the axes of a transform become whole on their ranks, and which are transformed in each.

use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Bounds, Cut, Grid, IndexSet, Layout, Partition, grid_shape};

/// Whether every rank that has something has all of an axis, in order.
pub(in crate::operators) fn is_whole(layout: &Layout, axis: usize) -> bool {
    match layout.partition() {
        Partition::Replicated | Partition::Unsynced => true,
        Partition::Grid(grid) => {
            let map = &grid.axes()[axis];
            map.coordinates() == 1 && map.set(0) == IndexSet::range(0..layout.shape()[axis])
        }
        Partition::Chunks(_) => false,
    }
}

/// The layout with another length of some axes: those that are cut are cut evenly over as many coordinates.
pub(in crate::operators) fn with_lengths(layout: &Layout, lengths: &[(usize, usize)]) -> Result<Layout> {
    let mut shape = layout.shape().to_vec();
    for &(axis, n) in lengths {
        shape[axis] = n;
    }
    if shape == layout.shape() {
        return Ok(layout.clone());
    }
    let Some(grid) = layout.process_grid() else { return layout.with_shape(&shape) };
    let mut axes = grid.axes().to_vec();
    for &(axis, n) in lengths.iter().filter(|&&(axis, n)| layout.shape()[axis] != n) {
        axes[axis] = match &axes[axis] {
            AxisMap::Whole(_) => AxisMap::Whole(n),
            cut => AxisMap::Blocks(Bounds::even(n, cut.coordinates())),
        };
    }
    layout.with_partition(&shape, Partition::Grid(grid.with_axes(axes)))
}

/// A layout in which the first of these axes is whole, and of those behind it as many as leave as many ranks something to
/// do: all, where slabs do; other axes are cut evenly over all ranks.
pub(in crate::operators) fn gathered(layout: &Layout, axes: &[usize]) -> Result<Layout> {
    let ranks = layout.comm().size();
    let busy = |whole: &[usize]| cuts(layout.shape(), whole, ranks).iter().product::<usize>();
    let most = busy(&axes[..1]);
    let whole = (1..=axes.len()).rev().find(|&count| busy(&axes[..count]) >= most).unwrap_or(1);
    all_whole(layout, &axes[..whole])
}

/// A layout in which all of these axes are whole; other axes are cut evenly over all ranks.
pub(in crate::operators) fn all_whole(layout: &Layout, axes: &[usize]) -> Result<Layout> {
    let over = cuts(layout.shape(), axes, layout.comm().size());
    let kinds: Vec<_> = over.iter().map(|&p| if p > 1 { Cut::Block } else { Cut::Whole }).collect();
    Ok(Grid::cut(&kinds).over(&over).layout(layout.comm(), layout.shape())?.masked_like(layout))
}

/// Over how many coordinates each axis is cut: of those that are not whole the first that deals out its indices best, if it
/// has one for each rank; else several.
fn cuts(shape: &[usize], whole: &[usize], ranks: usize) -> Vec<usize> {
    let free: Vec<_> = (0..shape.len()).map(|axis| !whole.contains(&axis)).collect();
    // Indices that ranks would wait for: those of the longest share beyond an even one.
    let waste = |axis: usize| (shape[axis].div_ceil(ranks) * ranks) as f64 / shape[axis] as f64;
    let enough = (0..shape.len()).filter(|&axis| free[axis] && shape[axis] >= ranks);
    let one = enough.min_by(|&a, &b| waste(a).total_cmp(&waste(b)));
    one.map_or_else(
        || grid_shape(shape, &free, ranks),
        |axis| (0..shape.len()).map(|other| if other == axis { ranks } else { 1 }).collect(),
    )
}

/// The most indices of an axis that a rank has.
pub(super) fn longest(layout: &Layout, axis: usize) -> usize {
    match layout.process_grid() {
        Some(grid) => {
            let map = &grid.axes()[axis];
            (0..map.coordinates()).map(|p| map.set(p).len()).max().unwrap_or(0)
        }
        None => layout.shape()[axis],
    }
}

/// `Ok` if it is a layout that can be transformed.
pub(super) fn check(layout: &Layout) -> Result<()> {
    if layout.chunks().is_none() {
        return Ok(());
    }
    Err(Error::expected(ErrorKind::Layout, "layout of a Fourier transform", "one without chunks", layout))
}
