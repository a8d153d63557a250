//! Where a product lies, if nothing is said.

use crate::error::Result;
use crate::layout::{AxisMap, Bounds, Layout, Partition};

/// The layout of as many columns with n rows, which lies as this one does: the first axis cut evenly over as many
/// coordinates, and over all ranks where this one is replicated.
pub(super) fn lying_as(layout: &Layout, n: usize) -> Result<Layout> {
    let shape = [&[n], &layout.shape()[1..]].concat();
    let Some(grid) = layout.process_grid() else { return Layout::scatter(layout.comm(), &shape, 0) };
    let mut axes = grid.axes().to_vec();
    axes[0] =
        if axes[0].is_whole() { AxisMap::Whole(n) } else { AxisMap::Blocks(Bounds::even(n, axes[0].coordinates())) };
    layout.with_partition(&shape, Partition::Grid(grid.with_axes(axes)))
}
