//! What a step reads and what it writes: rows of some members, wherever they lie.

use super::frame::Frame;
use super::slab::Slab;
use super::tile::Tile;
use crate::array::{Ghosts, GhostsMut};
use std::ops::Range;

/// Rows to be read: a rank's own, with ghosts in front and behind, or those of a ring.
#[derive(Clone, Copy, Debug)]
pub(in crate::operators) struct Rows<'a, T> {
    values: &'a [T],
    frame: Frame,
    first_member: usize,
    /// Where rows are a rank's own: the row after them, and the ghosts.
    ghosts: Option<(usize, Ghosts<'a, T>)>,
}

impl<'a, T> Rows<'a, T> {
    /// A rank's own, and the ghosts in front of and behind each member, if they are there.
    pub(in crate::operators) fn own(slab: &Slab, values: &'a [T], ghosts: Option<Ghosts<'a, T>>) -> Self {
        let ghosts = ghosts.map(|ghosts| (slab.own.end, ghosts));
        Self { values, frame: own_frame(slab), first_member: 0, ghosts }
    }

    pub(super) fn of(values: &'a [T], frame: Frame) -> Self {
        Self { values, frame, first_member: 0, ghosts: None }
    }

    /// These members from another one on.
    pub(super) fn starting_at(self, member: usize) -> Self {
        Self { first_member: self.first_member + member, ..self }
    }

    /// Lines of a row of a member.
    #[inline]
    pub(in crate::operators) fn lines(&self, member: usize, row: usize, lines: Range<usize>) -> &'a [T] {
        let (member, frame) = (self.first_member + member, &self.frame);
        let length = lines.len() * frame.line;
        if let Some((end, ghosts)) = &self.ghosts {
            let among = |region: &'a [T], row: usize| &region[row * frame.row + lines.start * frame.line..][..length];
            if row < frame.first_row {
                let front = ghosts.region(2 * member);
                return among(front, row + front.len() / frame.row - frame.first_row);
            }
            if row >= *end {
                return among(ghosts.region(2 * member + 1), row - end);
            }
        }
        &self.values[frame.at(member, row, lines.start)..][..length]
    }
}

/// Rows to be written: a rank's own, perhaps with ghosts in front and behind, or those of a ring.
#[derive(Debug)]
pub(in crate::operators) struct RowsMut<'a, T> {
    values: &'a mut [T],
    frame: Frame,
    first_member: usize,
    /// Where rows are a rank's own: the row after them, and the ghosts.
    ghosts: Option<(usize, GhostsMut<'a, T>)>,
}

impl<'a, T> RowsMut<'a, T> {
    pub(super) fn own(slab: &Slab, values: &'a mut [T]) -> Self {
        Self { values, frame: own_frame(slab), first_member: 0, ghosts: None }
    }

    pub(super) fn own_and_ghosts(slab: &Slab, values: &'a mut [T], ghosts: GhostsMut<'a, T>) -> Self {
        Self { values, frame: own_frame(slab), first_member: 0, ghosts: Some((slab.own.end, ghosts)) }
    }

    pub(super) fn of(values: &'a mut [T], frame: Frame) -> Self {
        Self { values, frame, first_member: 0, ghosts: None }
    }

    /// These members from another one on.
    pub(super) fn starting_at(&mut self, member: usize) -> RowsMut<'_, T> {
        let ghosts = self.ghosts.as_mut().map(|(end, ghosts)| (*end, ghosts.again()));
        RowsMut { values: self.values, frame: self.frame, first_member: self.first_member + member, ghosts }
    }

    /// Lines of a row of a member.
    #[inline]
    pub(in crate::operators) fn lines(&mut self, member: usize, row: usize, lines: Range<usize>) -> &mut [T] {
        let (member, frame) = (self.first_member + member, self.frame);
        let length = lines.len() * frame.line;
        if let Some((end, ghosts)) = &mut self.ghosts {
            let start = lines.start * frame.line;
            if row < frame.first_row {
                let front = ghosts.region(2 * member);
                let row = row + front.len() / frame.row - frame.first_row;
                return &mut front[row * frame.row + start..][..length];
            }
            if row >= *end {
                return &mut ghosts.region(2 * member + 1)[(row - *end) * frame.row + start..][..length];
            }
        }
        &mut self.values[frame.at(member, row, lines.start)..][..length]
    }

    /// Calls `f` with the pieces of a tile of a rank's own rows, and where they lie among its elements.
    pub(super) fn each_piece(&mut self, members: usize, tile: &Tile, f: &mut impl FnMut(Range<usize>, &mut [T])) {
        for member in 0..members {
            for row in tile.rows.clone() {
                let start = self.frame.at(member, row, tile.lines.start);
                let piece = start..start + tile.lines.len() * self.frame.line;
                f(piece.clone(), &mut self.values[piece]);
            }
        }
    }
}

fn own_frame(slab: &Slab) -> Frame {
    let (line, row, member) = (slab.line, slab.row(), slab.member());
    Frame { first_row: slab.own.start, slots: 0, first_line: 0, line, row, member }
}
