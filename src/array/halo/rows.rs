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
    /// The most that any rank wants in front and behind.
    pub(crate) most: (usize, usize),
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
        Self::faces(layout, &[Faces { axis, member: 0, reach: Box::new(reach), most: (before, after) }])
    }

    /// Rows along some axes: of each, those in front and then those behind. No corners.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if one of the axes is neither whole nor cut into blocks, and of chunks.
    pub(crate) fn faces(layout: &Layout, faces: &[Faces<'_>]) -> Result<Self> {
        let me = layout.comm().rank();
        faces.iter().try_for_each(|face| layout.check_rows(face.axis))?;
        // Who wants rows of this rank's lies beside it.
        let asked = |face: &Faces<'_>| {
            let (rows, n) = (layout.rows_of(face.axis, me), layout.shape()[face.axis]);
            let (front, back) = face.most;
            let reached = rows.start.saturating_sub(back)..rows.end.saturating_add(front).min(n);
            layout.beside(me, face.axis, if rows.is_empty() { rows } else { reached })
        };
        let askers = layout.near(&faces.iter().map(asked).collect::<Vec<_>>());
        Self::of_members(layout, &askers, |rank| {
            let sides = faces.iter().flat_map(|face| {
                let Range { start, end } = layout.rows_of(face.axis, rank);
                let (front, back) = (face.reach)(start..end);
                debug_assert!(front <= face.most.0 && back <= face.most.1);
                [(face, start - front..start), (face, end..end + back)]
            });
            sides
                .map(|(face, rows)| Wanted { member: face.member, region: layout.beside(rank, face.axis, rows) })
                .collect()
        })
    }
}

impl Layout {
    /// `Ok` if each rank has consecutive rows of an axis.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if the axis is neither whole nor cut into blocks, and of chunks.
    pub(crate) fn check_rows(&self, axis: usize) -> Result<()> {
        let in_rows = match self.partition() {
            Partition::Replicated | Partition::Unsynced => true,
            Partition::Grid(grid) => match &grid.axes()[axis] {
                AxisMap::Whole(_) | AxisMap::Blocks(_) => true,
                // a block for each coordinate and no second one
                AxisMap::Cyclic { block, over, n } => *over == 1 || n.div_ceil(*block) <= *over,
                AxisMap::Listed(sets) => sets.iter().all(|set| set.as_range().is_some()),
            },
            Partition::Chunks(_) => false,
        };
        if in_rows {
            return Ok(());
        }
        let what = format!("layout for ghosts along axis {axis}");
        Err(Error::expected(ErrorKind::Layout, what, "that axis whole or cut into blocks", self))
    }

    /// The rows that a rank has of an axis of which [`check_rows`](Self::check_rows) is satisfied; a rank outside the
    /// grid has none.
    pub(crate) fn rows_of(&self, axis: usize, rank: usize) -> Range<usize> {
        let Some(grid) = self.process_grid() else { return 0..self.shape()[axis] };
        match (&grid.axes()[axis], grid.coordinate_of(rank, axis)) {
            (_, None) => 0..0,
            // a set without an index does not say where it is
            (AxisMap::Blocks(bounds), Some(at)) => bounds.block(at),
            (map, Some(at)) => map.set(at).as_range().unwrap_or(0..0),
        }
    }

    /// What a rank has, with other rows of an axis.
    fn beside(&self, rank: usize, axis: usize, rows: Range<usize>) -> Region {
        let mut sets = self.regions(rank)[0].sets().to_vec();
        sets[axis] = IndexSet::range(rows);
        Region::new(sets)
    }
}
