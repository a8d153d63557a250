//! Operators, and compositions of them, that go through their input once.
//!
//! `A B x` computed factor by factor writes the vector B x to memory and reads it back. Rows of the first axis, computed
//! in ascending order, need not: a row of `A (B x)` reads only the few rows of B x around it, which are kept in a [ring]
//! that stays in cache. A [`Sweep`] is one direction of an operator that can do so; sums, products, multiples, adjoints
//! and stacks make theirs of those of their parts ([compositions]). A [pass] lets a sweep go over what a rank holds:
//! there is one exchange of ghost rows, as deep as the whole composition reads, and rows of B x that belong to other
//! ranks are computed anew with the owner's arithmetic, so that the bits are the same.
//!
//! Rows are worked on in [columns of tiles](tile): some lines of each row, as many as let everything that is used again
//! stay in the second cache.

mod compositions;
mod frame;
mod leaves;
mod pass;
mod ring;
mod round_trip;
mod rows;
mod slab;
mod tile;

pub(in crate::operators) use compositions::{Arrangement, Chain, Multiple, Together};
pub(in crate::operators) use leaves::Copied;
pub(in crate::operators) use pass::{Pass, ghosts_of};
pub(in crate::operators) use round_trip::Trip;
pub(crate) use round_trip::{PIECE, Places, Update};
pub(in crate::operators) use rows::{Rows, RowsMut};
pub(in crate::operators) use slab::Slab;
pub(in crate::operators) use tile::{Reach, Tile};

use crate::numbers::{Scalar, kernels};
use std::ops::Range;

/// One direction of an operator, by rows. Its input and its output are members of one layout.
pub(in crate::operators) trait Sweep<I: Scalar, O: Scalar> {
    /// The most that it reads beside the rows that it writes.
    fn reach(&self) -> Reach;

    /// The rows that it reads to write some: those and as many beside them as [`reach`](Self::reach) says, or fewer.
    fn reads(&self, rows: Range<usize>) -> Range<usize>;

    /// The members that it reads and those that it writes.
    fn members(&self) -> [usize; 2];

    /// Takes memory for tiles of at most so many rows and lines.
    fn prepare(&mut self, rows: usize, lines: usize);

    /// Gets what it needs beside its input for rows of other ranks that it will be asked to write: of the ranks' own
    /// rows, `asked` makes all that are asked for, at most `margin` more. All ranks do so once, before the first tile.
    fn begin(&mut self, _asked: &dyn Fn(Range<usize>) -> Range<usize>, _margin: Reach) {}

    /// Begins a new column of tiles; their rows will come in ascending order, without gaps.
    fn start(&mut self);

    /// Writes a tile of the output.
    fn advance(&mut self, put: Putting<O>, tile: &Tile, input: Rows<'_, I>, output: &mut RowsMut<'_, O>);

    /// Multiplications for each element that it writes, about: what computing something twice costs.
    fn multiplications(&self) -> usize;

    /// Elements of a line that it keeps for each line of a tile, beside input and output.
    fn kept(&self) -> usize {
        0
    }

    /// Bytes that it keeps.
    fn bytes(&self) -> usize {
        0
    }
}

/// A sweep of whatever operator.
pub(in crate::operators) type AnySweep<I, O> = Box<dyn Sweep<I, O>>;

/// Where a sweep puts its result: what a `Put` is to kernels, without type parameters.
#[derive(Clone, Copy, Debug)]
pub(in crate::operators) enum Putting<T> {
    /// `y ← s`
    Set,
    /// `y ← y + α s`
    Add(T),
}

impl<T: Scalar> Putting<T> {
    /// How a further term is put.
    fn further(self) -> Self {
        match self {
            Self::Set => Self::Add(T::one()),
            add @ Self::Add(_) => add,
        }
    }

    /// Puts elements as they are.
    fn all(self, y: &mut [T], s: &[T]) {
        match self {
            Self::Set => y.copy_from_slice(s),
            Self::Add(alpha) => kernels::axpy(y, alpha, s),
        }
    }
}
