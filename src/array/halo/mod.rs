//! Ghosts: the elements of other ranks that a rank reads beside its own.

mod ghost_cells;

use crate::comm::{Exchange, Neighbour};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, IndexSet, Layout, Overlap, Partition, Region};
use crate::numbers::Element;
use std::ops::Range;

/// A lasting exchange of ghosts.
///
/// Each rank names the regions that it wants. Whose elements those are follows from the layout, so
/// they may lie on any ranks, however far: each owner sends its own directly, all in one message.
pub(crate) struct Halo<T> {
    exchange: Exchange<T>,
    sends: Vec<Part>,
    receives: Vec<Part>,
    /// The regions that this rank wants, one after another.
    ghosts: Vec<T>,
    /// Where each of them starts.
    starts: Vec<usize>,
}

/// What a message holds of a region.
struct Part {
    neighbour: usize,
    /// Where it starts in the message.
    at: usize,
    /// Where the buffer starts that it is packed from or unpacked into.
    start: usize,
    overlap: Overlap,
}

/// A region of one of the arrays that lie one after another in what is exchanged.
pub(crate) struct Wanted {
    pub(crate) member: usize,
    pub(crate) region: Region,
}

/// Rows along one axis, in front of each rank's and behind them.
pub(crate) struct Faces<'a> {
    pub(crate) axis: usize,
    pub(crate) member: usize,
    /// How many a rank with these rows wants in front and behind: none that the array does not have.
    pub(crate) reach: Box<dyn Fn(Range<usize>) -> (usize, usize) + 'a>,
}

impl<T: Element> Halo<T> {
    /// The regions that each rank wants of arrays of a layout in which each element is on one rank. Local.
    pub(crate) fn new(layout: &Layout, wanted: impl Fn(usize) -> Vec<Wanted>) -> Result<Self> {
        let comm = layout.comm();
        let me = comm.rank();
        let (mine, own) = (wanted(me), layout.regions(me));
        let mut starts = vec![];
        let mut length = 0;
        for Wanted { region, .. } in &mine {
            starts.push(length);
            length += region.len();
        }
        let (mut neighbours, mut sends, mut receives) = (vec![], vec![], vec![]);
        for rank in (0..comm.size()).filter(|&rank| rank != me) {
            let (neighbour, theirs) = (neighbours.len(), layout.regions(rank));
            let (mut send, mut receive) = (0, 0);
            for Wanted { member, region } in wanted(rank) {
                if let Some(overlap) = Overlap::of(&own[0], &region) {
                    let (at, start) = (send, member * layout.local_len());
                    send += overlap.len();
                    sends.push(Part { neighbour, at, start, overlap });
                }
            }
            for (Wanted { region, .. }, &start) in mine.iter().zip(&starts) {
                if let Some(overlap) = Overlap::of(&theirs[0], region) {
                    let at = receive;
                    receive += overlap.len();
                    receives.push(Part { neighbour, at, start, overlap });
                }
            }
            if send + receive > 0 {
                neighbours.push(Neighbour { rank, send, receive });
            }
        }
        Ok(Self { exchange: comm.exchange(&neighbours)?, sends, receives, ghosts: vec![T::default(); length], starts })
    }

    /// Rows along some axes: of each, those in front and then those behind. No corners.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if one of the axes is neither whole nor cut into blocks, and of chunks.
    pub(crate) fn faces(layout: &Layout, faces: &[Faces<'_>]) -> Result<Self> {
        let rows = faces.iter().map(|face| layout.rows_of(face.axis)).collect::<Result<Vec<_>>>()?;
        Self::new(layout, |rank| {
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

    /// What this rank sends each time: calls, messages, elements.
    pub(crate) fn sends(&self) -> (usize, usize, usize) {
        let neighbours = self.exchange.neighbours();
        let sent = neighbours.iter().filter(|neighbour| neighbour.send > 0);
        (usize::from(!neighbours.is_empty()), sent.clone().count(), sent.map(|neighbour| neighbour.send).sum())
    }

    /// Where the k-th region that this rank wants starts among its ghosts.
    pub(crate) fn start(&self, k: usize) -> usize {
        self.starts[k]
    }

    /// Sends this rank's elements to whom they concern, works, and returns the ghosts that arrived.
    ///
    /// # Communication
    /// One message to each rank that wants elements of this one; no call where nobody is a neighbour.
    pub(crate) fn overlap(&mut self, own: &[T], work: impl FnOnce()) -> &[T] {
        if self.exchange.neighbours().is_empty() {
            work();
            return &self.ghosts;
        }
        for part in &self.sends {
            part.overlap.pack(&own[part.start..], &mut self.exchange.send_mut(part.neighbour)[part.at..]);
        }
        let flight = self.exchange.start();
        work();
        let received = flight.finish();
        for part in &self.receives {
            part.overlap.unpack(&received.from(part.neighbour)[part.at..], &mut self.ghosts[part.start..]);
        }
        &self.ghosts
    }
}

impl<T> std::fmt::Debug for Halo<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Halo").field("exchange", &self.exchange).finish_non_exhaustive()
    }
}

impl Layout {
    /// The rows of an axis that each rank has; a rank outside the grid has none.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if the axis is neither whole nor cut into blocks, and of chunks.
    pub(crate) fn rows_of(&self, axis: usize) -> Result<Vec<Range<usize>>> {
        let of_rank = |rank| match self.partition() {
            Partition::Broadcast | Partition::UnsafeBroadcast => Some(0..self.shape()[axis]),
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
