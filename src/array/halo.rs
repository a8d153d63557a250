//! Ghost cells: the rows of other ranks that a rank's block needs beside it.

use super::{DistArray, Layout};
use crate::{Element, Error, ErrorKind, Exchange, Neighbour, Result};
use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn, concatenate};
use std::ops::Range;

/// A lasting exchange of ghost rows along the cut axis of a layout.
///
/// Each rank names how many rows it wants in front of its block and behind it; rows outside the
/// array don't exist. Whose rows those are follows from the layout, so widths may be larger than a
/// neighbour's block: each owner sends its rows directly, in one message.
pub(crate) struct Halo<T> {
    exchange: Exchange<T>,
    /// Product of the axes before the cut one, and of those after it.
    outer: usize,
    inner: usize,
    rows: usize,
    sends: Vec<Piece>,
    receives: Vec<Piece>,
    front: Vec<T>,
    back: Vec<T>,
}

/// Some rows of the message to or from a neighbour.
struct Piece {
    neighbour: usize,
    /// Where the piece starts in the message, in elements.
    at: usize,
    side: Side,
    /// Rows of the sender's block, or of the receiver's ghosts.
    rows: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Front,
    Back,
}

/// The ghost rows of a block, each as `[outer, rows, inner]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ghosts<'a, T> {
    pub(crate) front: &'a [T],
    pub(crate) back: &'a [T],
}

impl<T: Element> Halo<T> {
    /// `front[r]` and `back[r]` rows for each rank r of a scattered layout. Local.
    pub(crate) fn new(layout: &Layout, front: &[usize], back: &[usize]) -> Result<Self> {
        let Some(axis) = layout.axis() else {
            return Err(Error::expected(ErrorKind::Layout, "ghost cells", "a scattered layout", layout));
        };
        let (comm, shape) = (layout.comm(), layout.shape());
        for widths in [front, back] {
            if widths.len() != comm.size() {
                let expected = format!("{}, one for each rank", comm.size());
                return Err(Error::expected(ErrorKind::Layout, "number of ghost widths", expected, widths.len()));
            }
        }
        let (outer, inner) = (shape[..axis].iter().product(), shape[axis + 1..].iter().product());
        let wanted = |rank: usize, side: Side| {
            let own = layout.range(rank);
            match side {
                Side::Front => own.start.saturating_sub(front[rank])..own.start,
                Side::Back => own.end..own.end.saturating_add(back[rank]).min(shape[axis]),
            }
        };
        let me = comm.rank();
        let mine = layout.range(me);
        let row = outer * inner;
        let (mut neighbours, mut sends, mut receives) = (vec![], vec![], vec![]);
        for rank in (0..comm.size()).filter(|&rank| rank != me) {
            let (k, theirs) = (neighbours.len(), layout.range(rank));
            let (mut send, mut receive) = (0, 0);
            for side in [Side::Front, Side::Back] {
                let out = common(&wanted(rank, side), &mine);
                if !out.is_empty() {
                    let rows = out.start - mine.start..out.end - mine.start;
                    sends.push(Piece { neighbour: k, at: send * row, side, rows });
                    send += out.len();
                }
                let ghosts = wanted(me, side);
                let into = common(&ghosts, &theirs);
                if !into.is_empty() {
                    let rows = into.start - ghosts.start..into.end - ghosts.start;
                    receives.push(Piece { neighbour: k, at: receive * row, side, rows });
                    receive += into.len();
                }
            }
            if send + receive > 0 {
                neighbours.push(Neighbour { rank, send: send * row, receive: receive * row });
            }
        }
        Ok(Self {
            exchange: comm.exchange(&neighbours)?,
            outer,
            inner,
            rows: mine.len(),
            sends,
            receives,
            front: vec![T::default(); wanted(me, Side::Front).len() * row],
            back: vec![T::default(); wanted(me, Side::Back).len() * row],
        })
    }

    /// What this rank sends each time: calls, messages, elements.
    pub(crate) fn sends(&self) -> (usize, usize, usize) {
        let neighbours = self.exchange.neighbours();
        let sent = neighbours.iter().filter(|neighbour| neighbour.send > 0);
        (usize::from(!neighbours.is_empty()), sent.clone().count(), sent.map(|neighbour| neighbour.send).sum())
    }

    /// Sends this rank's rows to whom they concern, works, and returns the ghosts that arrived.
    ///
    /// # Communication
    /// One message to each rank that wants rows of this one; no call where nobody is a neighbour.
    pub(crate) fn overlap(&mut self, block: &[T], work: impl FnOnce()) -> Ghosts<'_, T> {
        if self.exchange.neighbours().is_empty() {
            work();
            return Ghosts { front: &self.front, back: &self.back };
        }
        for piece in &self.sends {
            let length = piece.rows.len() * self.inner;
            let message = &mut self.exchange.send_mut(piece.neighbour)[piece.at..];
            for outer in 0..self.outer {
                let from = (outer * self.rows + piece.rows.start) * self.inner;
                message[outer * length..][..length].copy_from_slice(&block[from..from + length]);
            }
        }
        let flight = self.exchange.start();
        work();
        let received = flight.finish();
        for piece in &self.receives {
            let length = piece.rows.len() * self.inner;
            let message = &received.from(piece.neighbour)[piece.at..];
            let ghosts = if piece.side == Side::Front { &mut self.front } else { &mut self.back };
            let stride = ghosts.len() / self.outer.max(1);
            for outer in 0..self.outer {
                let into = outer * stride + piece.rows.start * self.inner;
                ghosts[into..into + length].copy_from_slice(&message[outer * length..][..length]);
            }
        }
        Ghosts { front: &self.front, back: &self.back }
    }
}

impl<T> std::fmt::Debug for Halo<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Halo").field("exchange", &self.exchange).finish_non_exhaustive()
    }
}

fn common(a: &Range<usize>, b: &Range<usize>) -> Range<usize> {
    let start = a.start.max(b.start);
    start..a.end.min(b.end).max(start)
}

impl<T: Element> DistArray<T> {
    /// This rank's block with `front` rows of the ranks before it and `back` rows of those after
    /// it, along the cut axis. At the ends of the array there are none.
    ///
    /// # Communication
    /// One message to each rank that wants rows of this one: with widths up to the neighbours'
    /// blocks, one to each neighbour.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] unless the array is scattered on one axis.
    pub fn add_ghost_cells(&self, front: usize, back: usize) -> Result<ArrayD<T>> {
        let ranks = self.comm().size();
        self.add_ghost_cells_each(&vec![front; ranks], &vec![back; ranks])
    }

    /// As [`add_ghost_cells`](Self::add_ghost_cells), with widths for each rank; all ranks pass all.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] unless the array is scattered on one axis and there is one width for
    /// each rank.
    pub fn add_ghost_cells_each(&self, front: &[usize], back: &[usize]) -> Result<ArrayD<T>> {
        let layout = self.layout()?;
        let mut halo = Halo::new(layout, front, back)?;
        let axis = layout.axis().unwrap_or(0);
        let ghosts = halo.overlap(self.as_slice(), || {});
        let (outer, inner) = (layout.shape()[..axis].iter(), layout.shape()[axis + 1..].iter());
        let row: usize = outer.chain(inner).product();
        let shape_of = |ghosts: &[T]| {
            let mut shape = layout.local_shape();
            shape[axis] = ghosts.len().checked_div(row).unwrap_or(0);
            shape
        };
        let (before, after) = (shape_of(ghosts.front), shape_of(ghosts.back));
        let parts = [view(&before, ghosts.front), self.local(), view(&after, ghosts.back)];
        concatenate(Axis(axis), &parts).map_err(|error| Error::new(ErrorKind::Shape, error.to_string()))
    }
}

fn view<'a, T>(shape: &[usize], data: &'a [T]) -> ArrayViewD<'a, T> {
    #[allow(clippy::expect_used)] // the shape was made from the length
    ArrayViewD::from_shape(IxDyn(shape), data).expect("ghosts of the block's shape")
}
