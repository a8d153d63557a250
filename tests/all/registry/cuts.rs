//! How the operators of the registry are laid out over the ranks.

use lops::{
    Comm, Layout, Result,
    layout::{self, Chunk, Grid, Mode, by},
};

/// How some axes of an array, or the parts of a stack, are dealt out to the ranks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cut {
    /// Evenly over a grid that suits.
    Even,
    /// The same on the ranks in reverse order.
    Reversed,
    /// The same without rank 0, where there are others.
    Subset,
    /// In blocks of all lengths, none among them.
    Uneven,
    /// All on the last rank.
    Last,
    /// One by one in turn.
    Cyclic,
    /// Index i on coordinate i² + 1, last one first.
    Listed,
    /// The whole on every rank.
    Replicated,
    /// Two chunks on each rank, which overlap those of others and one another.
    Chunks(Mode),
}
use Cut::{Chunks, Cyclic, Even, Last, Listed, Replicated, Reversed, Subset, Uneven};

/// What an operator takes that works element by element, or moves whole ones.
pub(crate) const EVERYTHING: &[Cut] =
    &[Even, Reversed, Subset, Uneven, Last, Cyclic, Listed, Replicated, Chunks(Mode::Replica), Chunks(Mode::Sum)];
/// Where every element has one place, or one on each rank.
pub(crate) const GRIDS: &[Cut] = &[Even, Reversed, Subset, Uneven, Last, Cyclic, Listed, Replicated];
/// The same, and chunks that hold copies.
pub(crate) const COPIES: &[Cut] =
    &[Even, Reversed, Subset, Uneven, Last, Cyclic, Listed, Replicated, Chunks(Mode::Replica)];
/// Where every element has one place.
pub(crate) const ONE_PLACE: &[Cut] = &[Even, Reversed, Subset, Uneven, Last, Cyclic, Listed];
/// What an operator takes that needs rows of its neighbours.
pub(crate) const BLOCKS: &[Cut] = &[Even, Reversed, Subset, Uneven, Last, Replicated];
/// What one takes that copies cells of its neighbours into its own array.
pub(crate) const HALOS: &[Cut] = &[Even, Reversed, Subset, Uneven, Last];
/// How parts are dealt out.
pub(crate) const SHARES: &[Cut] = &[Even, Uneven, Last];

impl Cut {
    /// A layout in which these axes are cut.
    pub(crate) fn layout(self, comm: &Comm, shape: &[usize], axes: &[usize]) -> Result<Layout> {
        match self {
            Replicated => return Layout::replicated(comm, shape),
            Chunks(mode) => return Layout::chunked(comm, shape, &overlapping(comm, shape), mode),
            _ => {}
        }
        let ranks: Vec<_> = match self {
            Reversed => (0..comm.size()).rev().collect(),
            Subset if comm.size() > 1 => (1..comm.size()).collect(),
            _ => (0..comm.size()).collect(),
        };
        let cut: Vec<_> = (0..shape.len()).map(|axis| axes.contains(&axis)).collect();
        let grid = layout::grid_shape(shape, &cut, ranks.len());
        let cut = |axis: usize| {
            let last = grid[axis] - 1;
            let bounds = |bound: &dyn Fn(usize) -> usize| {
                let inner = (0..last).map(bound);
                layout::Cut::Bounds([0].into_iter().chain(inner).chain([shape[axis]]).collect())
            };
            match self {
                _ if !cut[axis] => layout::Cut::Whole,
                Cyclic => layout::Cut::Cyclic,
                // the first coordinate has nothing, the others more and more
                Uneven => bounds(&|k| shape[axis] * k * k / (last * last)),
                Last => bounds(&|_| 0),
                Listed => {
                    let mut lists = vec![vec![]; grid[axis]];
                    (0..shape[axis]).rev().for_each(|i| lists[(i * i + 1) % grid[axis]].push(i));
                    layout::Cut::Listed(lists)
                }
                _ => layout::Cut::Block,
            }
        };
        let cuts: Vec<_> = (0..shape.len()).map(cut).collect();
        Grid::cut(&cuts).over(&grid).on_ranks(&ranks).layout(comm, shape)
    }

    /// How many of n parts each rank has.
    pub(crate) fn sizes(self, comm: &Comm, n: usize) -> Vec<usize> {
        let ranks = comm.size();
        let mut sizes = vec![0; ranks];
        for k in 0..n {
            let rank = match self {
                Uneven => (k * k + 1) % ranks,
                Last => ranks - 1,
                _ => k % ranks,
            };
            sizes[rank] += 1;
        }
        sizes
    }

    /// Which of n parts are this rank's.
    pub(crate) fn own(self, comm: &Comm, n: usize) -> std::ops::Range<usize> {
        let sizes = self.sizes(comm, n);
        let start = sizes[..comm.rank()].iter().sum();
        start..start + sizes[comm.rank()]
    }
}

/// Chunks of all ranks that cover every element, some of them often.
fn overlapping(comm: &Comm, shape: &[usize]) -> Vec<Vec<Chunk>> {
    let ranks = comm.size();
    let chunks = |rank: usize| {
        let (start, end) = (shape[0] * rank / ranks, (shape[0] * (rank + 1) / ranks + 1).min(shape[0]));
        vec![Chunk::from(start..end), Chunk::from(by((rank % shape[0])..shape[0], 2))]
    };
    (0..ranks).map(chunks).collect()
}
