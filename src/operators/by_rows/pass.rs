//! A sweep over what a rank holds: its own rows, and ghosts of those beside them.

use super::rows::{Rows, RowsMut};
use super::slab::Slab;
use super::tile::{Reach, Tile};
use super::{AnySweep, Putting};
use crate::array::{Faces, Ghosts, Halo, Space};
use crate::comm::Sent;
use crate::numbers::{Element, Scalar};
use std::ops::Range;

/// Bytes of what is used again within a column of tiles: half of a second cache of 512 KB.
const BYTES_IN_CACHE: usize = 256 << 10;

/// Elements of a member in a tile, at least: enough for a step to be worth its calls.
const TILE: usize = 1024;

/// Lines of a tile for each line that is reached on one side: what is computed twice is that small a part.
const LINES_PER_REACH: usize = 8;

/// Rows and lines of tiles, at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tiles {
    pub(super) rows: usize,
    pub(super) lines: usize,
}

impl Tiles {
    /// Such that what is used again, so many bytes for each line, stays in cache. `None` where ranks have so few rows
    /// that computing those of others anew costs more than it saves.
    pub(super) fn new(slab: &Slab, reach: Reach, again: usize) -> Option<Self> {
        if slab.total / slab.layout().comm().size() < 4 * (reach.before + reach.after) {
            return None;
        }
        let of_reach = reach.lines.saturating_mul(LINES_PER_REACH);
        let lines = (BYTES_IN_CACHE / again.max(1)).max(of_reach).clamp(1, slab.lines.max(1));
        let rows = TILE.div_ceil((lines * slab.line).max(1)).max(1);
        Some(Self { rows, lines })
    }

    /// Calls `f` with the lines of each column of tiles.
    pub(super) fn each_column(self, slab: &Slab, mut f: impl FnMut(&Range<usize>)) {
        for first in (0..slab.lines).step_by(self.lines) {
            f(&(first..slab.lines.min(first + self.lines)));
        }
    }

    /// Calls `f` with the tiles of a column, of these rows.
    pub(super) fn each(self, rows: Range<usize>, lines: &Range<usize>, mut f: impl FnMut(&Tile)) {
        for start in rows.clone().step_by(self.rows) {
            f(&Tile { rows: start..rows.end.min(start + self.rows), lines: lines.clone() });
        }
    }
}

/// The ghosts of each member that a rank reads, front and back; `reads` gives the rows that are read to write some.
pub(in crate::operators) fn ghosts_of<T: Element>(
    slab: &Slab,
    members: usize,
    reach: Reach,
    reads: impl Fn(Range<usize>) -> Range<usize>,
) -> Option<Halo<T>> {
    let beside = |rows: Range<usize>| {
        let read = if rows.is_empty() { rows.clone() } else { reads(rows.clone()) };
        (rows.start - read.start, read.end - rows.end)
    };
    let most = (reach.before, reach.after);
    let face = |member| Faces { axis: 0, member, reach: Box::new(beside), most };
    Halo::faces(slab.layout(), &(0..members).map(face).collect::<Vec<_>>()).ok()
}

/// The rows that can be written without ghosts.
pub(super) fn without_ghosts(slab: &Slab, reads: impl Fn(Range<usize>) -> Range<usize>) -> Range<usize> {
    let (own, mut rows) = (&slab.own, slab.own.clone());
    while !rows.is_empty() && reads(rows.clone()).start < own.start {
        rows.start += 1;
    }
    while !rows.is_empty() && reads(rows.clone()).end > own.end {
        rows.end -= 1;
    }
    if rows.is_empty() { own.start..own.start } else { rows }
}

/// One direction of an operator, ready to be applied.
pub(in crate::operators) struct Pass<I: Scalar, O: Scalar> {
    slab: Slab,
    sweep: AnySweep<I, O>,
    tiles: Tiles,
    halo: Halo<I>,
    begun: bool,
}

impl<I: Scalar, O: Scalar> Pass<I, O> {
    /// That of an operator with this input; `sweep` makes the sweep for arrays that lie so. `None` where the operator
    /// cannot go by rows. The same on all ranks; local.
    pub(in crate::operators) fn new(
        input: &Space,
        sweep: impl FnOnce(&Slab) -> Option<AnySweep<I, O>>,
    ) -> Option<Self> {
        let slab = Slab::of(input)?;
        let mut sweep = sweep(&slab)?;
        let (reach, [inputs, outputs]) = (sweep.reach(), sweep.members());
        let read = inputs * slab.line * (1 + reach.before + reach.after) + sweep.kept();
        let again = read * size_of::<I>() + outputs * slab.line * size_of::<O>();
        let tiles = Tiles::new(&slab, reach, again)?;
        sweep.prepare(tiles.rows, tiles.lines);
        let halo = ghosts_of(&slab, inputs, reach, |rows| sweep.reads(rows))?;
        Some(Self { slab, sweep, tiles, halo, begun: false })
    }

    /// Puts the operator's result. Sends ghosts, computes what needs none while they fly, then the rest; `each` is given
    /// every piece of the output as it is there, and where it lies among this rank's elements.
    pub(in crate::operators) fn run(
        &mut self,
        put: Putting<O>,
        x: &[I],
        y: &mut [O],
        mut each: impl FnMut(Range<usize>, &mut [O]),
    ) {
        let Self { slab, sweep, tiles, halo, begun } = self;
        if !std::mem::replace(begun, true) {
            sweep.begin(&|rows| rows, Reach::default());
        }
        let (outputs, inside) = (sweep.members()[1], without_ghosts(slab, |rows| sweep.reads(rows)));
        let mut run = |part: Range<usize>, ghosts: Option<Ghosts<'_, I>>, y: &mut [O]| {
            let (input, mut output) = (Rows::own(slab, x, ghosts), RowsMut::own(slab, y));
            tiles.each_column(slab, |lines| {
                sweep.start();
                tiles.each(part.clone(), lines, |tile| {
                    sweep.advance(put, tile, input, &mut output);
                    output.each_piece(outputs, tile, &mut each);
                });
            });
        };
        let ghosts = halo.overlap(x, || run(inside.clone(), None, y));
        run(slab.own.start..inside.start, Some(ghosts), y);
        run(inside.end..slab.own.end, Some(ghosts), y);
    }

    /// What this rank sends each time.
    pub(in crate::operators) fn sends(&self) -> Sent {
        self.halo.sends()
    }

    /// Bytes that it keeps.
    pub(in crate::operators) fn bytes(&self) -> usize {
        self.halo.buffers() + self.sweep.bytes()
    }
}
