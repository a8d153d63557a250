//! How the arrays of a sweep lie in memory.

use crate::array::Space;
use crate::layout::{AxisMap, Layout};
use std::ops::Range;

/// The fewest elements of a row that are worth a step.
const FEWEST: usize = 128;

/// A rank's rows of the first axis of arrays of one layout. A row is some lines: those of the second axis where there
/// is a third one, otherwise a single line.
#[derive(Clone, Debug)]
pub(in crate::operators) struct Slab {
    layout: Layout,
    /// Rows of the whole array, and this rank's.
    pub(in crate::operators) total: usize,
    pub(in crate::operators) own: Range<usize>,
    /// Lines of a row, and elements of a line.
    pub(in crate::operators) lines: usize,
    pub(in crate::operators) line: usize,
}

impl Slab {
    /// That of a space, if its members are all of one layout, which is cut along the first axis into blocks of rows or
    /// not at all, and if the rows are long enough. The same on all ranks.
    pub(super) fn of(space: &Space) -> Option<Self> {
        let layouts = space.layouts();
        let (&layout, others) = layouts.split_first()?;
        let shape = layout.shape();
        let fits = shape.len() > 1
            && shape[1..].iter().product::<usize>() >= FEWEST
            && layout.mask().is_none()
            && layout.check_rows(0).is_ok()
            && layout.process_grid().is_none_or(|grid| grid.axes()[1..].iter().all(AxisMap::is_whole))
            && others.iter().all(|&other| other == layout);
        fits.then(|| {
            let lines = if shape.len() > 2 { shape[1] } else { 1 };
            Self {
                layout: layout.clone(),
                total: shape[0],
                own: layout.rows_of(0, layout.comm().rank()),
                lines,
                line: shape[1..].iter().product::<usize>() / lines.max(1),
            }
        })
    }

    /// The members of a space of such arrays.
    pub(in crate::operators) fn members(&self, space: &Space) -> Option<usize> {
        let layouts = space.layouts();
        layouts.iter().all(|&layout| *layout == self.layout).then_some(layouts.len())
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Elements of a row.
    pub(super) fn row(&self) -> usize {
        self.lines * self.line
    }

    /// Where a line of one of this rank's rows begins, within a member.
    pub(super) fn start_of(&self, row: usize, line: usize) -> usize {
        (row - self.own.start) * self.row() + line * self.line
    }

    /// Elements of a member on this rank.
    pub(super) fn member(&self) -> usize {
        self.own.len() * self.row()
    }
}
