//! Ghosts along an axis: rows in front of each rank's and behind them.

use super::{Halo, Wanted};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, IndexSet, Layout, Partition, Region, check_axis};
use crate::numbers::Element;
use std::ops::Range;

/// Rows along one axis, in front of each rank's and behind them.
pub(crate) struct Faces<'a> {
    pub(crate) axis: usize,
    pub(crate) member: usize,
    /// How many a rank with these rows wants in front and behind: none that the array does not have.
    pub(crate) reach: Box<dyn Fn(Range<usize>) -> (usize, usize) + 'a>,
}

impl<T: Element> Halo<T> {
    /// `before` rows before each rank's own along an axis, and `after` rows after them, as far as the array has
    /// them: two regions, of the other axes what the rank has itself. Local.
    ///
    /// Rows come from whoever has them, however few rows a rank has; one without rows gets none.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Layout`] if it is neither whole nor cut into
    /// blocks, and of chunks.
    pub fn along(layout: &Layout, axis: usize, before: usize, after: usize) -> Result<Self> {
        check_axis(layout.shape(), axis)?;
        let n = layout.shape()[axis];
        let reach = move |rows: Range<usize>| {
            if rows.is_empty() { (0, 0) } else { (before.min(rows.start), after.min(n - rows.end)) }
        };
        Self::faces(layout, &[Faces { axis, member: 0, reach: Box::new(reach) }])
    }

    /// Rows along some axes: of each, those in front and then those behind. No corners.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if one of the axes is neither whole nor cut into blocks, and of chunks.
    pub(crate) fn faces(layout: &Layout, faces: &[Faces<'_>]) -> Result<Self> {
        let rows = faces.iter().map(|face| layout.rows_of(face.axis)).collect::<Result<Vec<_>>>()?;
        Self::of_members(layout, |rank| {
            let sides = faces.iter().zip(&rows).flat_map(|(face, rows)| {
                let Range { start, end } = rows[rank];
                let (front, back) = (face.reach)(start..end);
                [(face, start - front..start), (face, end..end + back)]
            });
            sides
                .map(|(face, rows)| Wanted { member: face.member, region: layout.beside(rank, face.axis, rows) })
                .collect()
        })
    }
}

impl Layout {
    /// The rows of an axis that each rank has; a rank outside the grid has none.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if the axis is neither whole nor cut into blocks, and of chunks.
    pub(crate) fn rows_of(&self, axis: usize) -> Result<Vec<Range<usize>>> {
        let of_rank = |rank| match self.partition() {
            Partition::Replicated | Partition::Unsynced => Some(0..self.shape()[axis]),
            Partition::Grid(grid) => match (&grid.axes()[axis], grid.coordinates_of(rank)) {
                (_, None) => Some(0..0),
                // a set without an index does not say where it is
                (AxisMap::Blocks(bounds), Some(at)) => Some(bounds[at[axis]]..bounds[at[axis] + 1]),
                (map, Some(at)) => map.set(at[axis]).as_range(),
            },
            Partition::Chunks(_) => None,
        };
        let rows: Option<Vec<_>> = (0..self.comm().size()).map(of_rank).collect();
        rows.ok_or_else(|| {
            let what = format!("layout for ghosts along axis {axis}");
            Error::expected(ErrorKind::Layout, what, "that axis whole or cut into blocks", self)
        })
    }

    /// What a rank has, with other rows of an axis.
    fn beside(&self, rank: usize, axis: usize, rows: Range<usize>) -> Region {
        let mut sets = self.regions(rank)[0].sets().to_vec();
        sets[axis] = IndexSet::range(rows);
        Region::new(sets)
    }
}
