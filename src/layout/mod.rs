//! Which rank owns which part of a global array.

mod along; // a block seen along one axis
mod axis_map; // one axis over the coordinates of a grid
mod bounds; // where the blocks of an axis begin and end
mod boxes; // which ranks have chunks near a region
mod cells; // the ranks of a process grid
mod checks; // what shapes and indices have to be
mod chunk; // how one chunk is written down
mod chunks; // maps of chunks, and modes
mod copy; // copying what two regions share
mod difference; // what two regions share, and what one has beyond others
mod display;
mod grid; // axes cut over a grid of ranks
mod grid_shape; // the grid that suits a shape
mod holders; // which chunk is the first, or the last, to hold an element
mod index_map; // chunks of a matrix, block by block
mod index_set; // the indices of one axis
mod joined_axes; // consecutive axes as one
mod margin; // what is wanted around a block
mod modes; // what modes do to elements
mod overlap; // what two regions share, as pieces of their buffers
mod owners; // who owns an index
mod parts; // a part of every rank's block at a time
mod plan; // who sends what to whom in a redistribution
mod reduced; // what remains of a layout when axes are reduced
mod region; // a product of index sets
mod runs; // regions as stretches of the global array

use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
pub(crate) use along::AlongAxis;
pub use axis_map::AxisMap;
pub use bounds::Bounds;
pub(crate) use cells::Coordinates;
pub(crate) use checks::{check_axes, check_axis, check_index};
pub use chunk::{Along, Chunk, by};
pub use chunks::{Chunks, Mode};
pub use grid::{Cut, Grid, ProcessGrid};
pub use grid_shape::grid_shape;
pub(crate) use holders::{Place, Placing, places, stretches};
pub use index_map::index_map_2d;
pub use index_set::IndexSet;
pub(crate) use joined_axes::{AxisGroups, GroupedAxes};
pub(crate) use margin::Margin;
pub(crate) use modes::{FoldPlan, Folding, Run};
pub(crate) use overlap::{Overlap, Piece, pieces};
pub(crate) use plan::{ExchangePlan, PlanCache, Regions};
pub(crate) use reduced::Axes;
pub use region::Region;
use std::{cell::OnceCell, ops::Range, rc::Rc};

/// How a global array of this shape lies on the ranks of a communicator.
///
/// A layout is plain data that every rank holds in full: who owns an index, and what a neighbour's
/// block looks like, is computed and never asked for. A clone copies a pointer; two layouts are
/// equal when they say the same of the same communicator.
///
/// Arrays lie in C order (the last axis is contiguous), globally and in every block.
///
/// # Example
/// ```
/// # use lops::{Layout, launch_threads};
/// # launch_threads(3, |comm| {
/// let rows = Layout::scatter(comm, &[7, 4], 0)?;
/// assert_eq!([0, 1, 2].map(|rank| rows.range(rank)), [0..3, 3..5, 5..7]);
/// assert_eq!(rows.shape_of(2), [2, 4]);
/// # Ok(()) }).unwrap();
/// ```
#[derive(Clone)]
pub struct Layout(Rc<Inner>);

struct Inner {
    comm: Comm,
    shape: Vec<usize>,
    partition: Partition,
    mask: Option<Mask>,
    local_shape: Vec<usize>,
    /// The axis of a scattered layout.
    scattered: Option<usize>,
    plans: PlanCache<Inner>,
    /// The stretches of this rank's buffer that hold elements first, once somebody has asked.
    counted: OnceCell<Vec<Range<usize>>>,
    /// All of it in words, once somebody has asked.
    words: OnceCell<String>,
}

/// What each rank holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Partition {
    /// Every rank holds the whole array; [`update`](crate::DistArray::update) and
    /// [`sync`](crate::DistArray::sync) make rank 0's values everybody's.
    Replicated,
    /// Every rank holds the whole array and nobody keeps the copies equal but the program (PyLops-MPI's "unsafe broadcast").
    Unsynced,
    /// Axes are cut over a grid of ranks, each element on one; a scattered array is cut on one axis.
    Grid(ProcessGrid),
    /// Every rank holds some chunks, which may overlap.
    Chunks(Chunks),
}

/// A colour per rank, and the ranks of this rank's colour.
#[derive(Clone)]
struct Mask {
    colours: Rc<[usize]>,
    group: Comm,
}

impl Layout {
    /// Cuts one axis evenly: the first `n mod P` ranks get one index more. Ranks may be empty.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis.
    pub fn scatter(comm: &Comm, shape: &[usize], axis: usize) -> Result<Self> {
        check_axis(shape, axis)?;
        let bounds = Bounds::even(shape[axis], comm.size());
        Self::new(comm, shape, Partition::Grid(ProcessGrid::scattered(shape, axis, bounds)))
    }

    /// Cuts one axis into given sizes, one for each rank; sizes may be 0.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis, [`ErrorKind::Layout`] if there is not one size
    /// for each rank, or if they don't add up to the axis' length.
    pub fn scatter_sizes(comm: &Comm, shape: &[usize], axis: usize, sizes: &[usize]) -> Result<Self> {
        check_axis(shape, axis)?;
        if sizes.len() != comm.size() {
            let expected = format!("{}, one for each rank", comm.size());
            return Err(Error::expected(ErrorKind::Layout, "number of local sizes", expected, sizes.len()));
        }
        let mut bounds = vec![0usize];
        for &size in sizes {
            bounds.push(bounds[bounds.len() - 1].saturating_add(size));
        }
        if bounds[sizes.len()] != shape[axis] {
            return Err(Error::expected(
                ErrorKind::Layout,
                format!("local sizes {sizes:?}"),
                format!("a sum of {} (axis {axis} of shape {shape:?})", shape[axis]),
                bounds[sizes.len()],
            ));
        }
        Self::new(comm, shape, Partition::Grid(ProcessGrid::scattered(shape, axis, bounds.into())))
    }

    /// Cuts the axes as told over a process grid that suits (see [`grid_shape`]); axes behind the cuts are
    /// whole. [`Grid`] says more: over which grid, on which ranks.
    ///
    /// # Errors
    /// Those of [`Grid::layout`].
    pub fn grid(comm: &Comm, shape: &[usize], cuts: &[Cut]) -> Result<Self> {
        Grid::cut(cuts).layout(comm, shape)
    }

    /// Every rank holds everything, kept equal: rank 0 wins.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the number of elements overflows.
    pub fn replicated(comm: &Comm, shape: &[usize]) -> Result<Self> {
        Self::new(comm, shape, Partition::Replicated)
    }

    /// Every rank holds everything, and the program keeps the copies equal, or not.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the number of elements overflows.
    pub fn unsynced(comm: &Comm, shape: &[usize]) -> Result<Self> {
        Self::new(comm, shape, Partition::Unsynced)
    }

    fn new(comm: &Comm, shape: &[usize], partition: Partition) -> Result<Self> {
        // Lengths of 0 aside, so that no stride overflows either.
        let elements = shape.iter().filter(|&&n| n > 0).try_fold(1usize, |product, &n| product.checked_mul(n));
        if elements.is_none_or(|n| isize::try_from(n).is_err()) {
            let (expected, found) =
                ("lengths whose product (of those that are not 0) is below 2⁶³", format!("{shape:?}"));
            return Err(Error::expected(ErrorKind::Shape, "shape", expected, found));
        }
        let partition = match partition {
            Partition::Grid(grid) => Partition::Grid(grid.on_all_ranks(comm.size())),
            other => other,
        };
        let mut inner = Inner {
            comm: comm.clone(),
            shape: shape.to_vec(),
            partition,
            mask: None,
            local_shape: vec![],
            scattered: None,
            plans: PlanCache::default(),
            counted: OnceCell::new(),
            words: OnceCell::new(),
        };
        if let Partition::Grid(grid) = &inner.partition {
            inner.scattered = grid.scattered_axis();
        }
        inner.local_shape = inner.shape_of(comm.rank());
        Ok(Self(Rc::new(inner)))
    }

    /// The same layout with a colour for each rank: reductions stay inside a colour, so that each
    /// group of ranks gets a value of its own. Solvers take operators that send within colours alone.
    ///
    /// # Communication
    /// One split of the communicator.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if there is not one colour for each rank.
    pub fn with_mask(&self, colours: &[usize]) -> Result<Self> {
        if colours.len() != self.comm().size() {
            let expected = format!("{} colours, one for each rank", self.comm().size());
            return Err(Error::expected(ErrorKind::Layout, "mask", expected, colours.len()));
        }
        if let Partition::Chunks(_) = self.partition() {
            return Err(Error::expected(ErrorKind::Layout, "layout to mask", "one without chunks", self));
        }
        let _operation = self.comm().operation("with_mask", format_args!("{self:#}, {colours:?}"));
        let group = self.comm().split(colours[self.comm().rank()]);
        let mut masked = Self::new(self.comm(), self.shape(), self.partition().clone())?;
        if let Some(inner) = Rc::get_mut(&mut masked.0) {
            inner.mask = Some(Mask { colours: colours.into(), group });
        }
        Ok(masked)
    }

    /// The same cut of an array of another shape: only axes that are whole may differ, or be added or
    /// left out behind the others.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if an axis that is cut would change, or of a chunked layout.
    pub fn with_shape(&self, shape: &[usize]) -> Result<Self> {
        let partition = match self.partition() {
            Partition::Grid(grid) => {
                let mut axes = grid.axes().to_vec();
                for (axis, map) in axes.iter().enumerate().filter(|(_, map)| !map.is_whole()) {
                    if shape.get(axis) != Some(&map.size()) {
                        let expected = format!("{} on axis {axis}, which is cut", map.size());
                        return Err(Error::expected(ErrorKind::Layout, "shape", expected, format!("{shape:?}")));
                    }
                }
                axes.resize(shape.len(), AxisMap::Whole(0));
                for (map, &n) in axes.iter_mut().zip(shape).filter(|(map, _)| map.is_whole()) {
                    *map = AxisMap::Whole(n);
                }
                Partition::Grid(grid.with_axes(axes))
            }
            Partition::Chunks(_) => {
                return Err(Error::expected(ErrorKind::Layout, "layout to give another shape", "no chunks", self));
            }
            replicated => replicated.clone(),
        };
        Ok(Self::new(self.comm(), shape, partition)?.masked_like(self))
    }

    /// The layout of the same array with its axes permuted, axis k being axis `perm[k]` of this one, so that
    /// each rank keeps what it has.
    pub(crate) fn transposed(&self, perm: &[usize]) -> Result<Self> {
        let shape: Vec<_> = perm.iter().map(|&axis| self.shape()[axis]).collect();
        let partition = match self.partition() {
            Partition::Grid(grid) => Partition::Grid(grid.transposed(perm)),
            Partition::Chunks(chunks) => Partition::Chunks(chunks.transposed(perm)),
            replicated => replicated.clone(),
        };
        self.with_partition(&shape, partition)
    }

    /// From a partition whose parts fit the shape, with the mask of this layout.
    pub(crate) fn with_partition(&self, shape: &[usize], partition: Partition) -> Result<Self> {
        Ok(Self::new(self.comm(), shape, partition)?.masked_like(self))
    }

    /// This layout with the mask of another, of the same communicator. Local.
    #[must_use]
    pub(crate) fn masked_like(mut self, other: &Self) -> Self {
        if let Some(inner) = Rc::get_mut(&mut self.0) {
            inner.mask.clone_from(&other.0.mask);
        }
        self
    }

    /// The ranks.
    pub fn comm(&self) -> &Comm {
        &self.0.comm
    }

    /// The stretches of this rank's buffer that hold elements first; found where nobody has asked before.
    pub(crate) fn counted_or(&self, find: impl FnOnce() -> Vec<Range<usize>>) -> &[Range<usize>] {
        self.0.counted.get_or_init(find)
    }

    /// The ranks over which this rank's reductions run: those of its colour, or all.
    pub fn group(&self) -> &Comm {
        self.0.mask.as_ref().map_or(&self.0.comm, |mask| &mask.group)
    }

    /// The colours of the ranks, where the layout has a mask.
    pub fn mask(&self) -> Option<&[usize]> {
        self.0.mask.as_ref().map(|mask| &mask.colours[..])
    }

    /// The global shape.
    pub fn shape(&self) -> &[usize] {
        &self.0.shape
    }

    /// The number of axes.
    pub fn ndim(&self) -> usize {
        self.0.shape.len()
    }

    /// The number of elements of the global array.
    pub fn size(&self) -> usize {
        self.0.shape.iter().product()
    }

    /// What each rank holds.
    pub fn partition(&self) -> &Partition {
        &self.0.partition
    }

    /// The axis of a scattered layout: one axis cut into one block for each rank in order. `None` of every
    /// other layout.
    pub fn axis(&self) -> Option<usize> {
        self.0.scattered
    }

    /// The process grid, where axes are cut over one.
    pub fn process_grid(&self) -> Option<&ProcessGrid> {
        match self.partition() {
            Partition::Grid(grid) => Some(grid),
            _ => None,
        }
    }

    /// Whether every rank holds everything, as one block.
    pub fn is_replicated(&self) -> bool {
        matches!(self.partition(), Partition::Replicated | Partition::Unsynced)
    }

    /// Whether each element is held by one rank, once.
    pub(crate) fn has_each_once(&self) -> bool {
        matches!(self.partition(), Partition::Grid(_))
    }

    /// What a rank holds of the axis of a scattered layout; of other layouts, all of axis 0.
    ///
    /// # Panics
    /// If there is no such rank.
    #[track_caller]
    pub fn range(&self, rank: usize) -> Range<usize> {
        self.expect_rank(rank);
        match self.partition() {
            Partition::Grid(grid) if let Some(AxisMap::Blocks(bounds)) = self.axis().map(|axis| &grid.axes()[axis]) => {
                bounds.block(rank)
            }
            _ => 0..self.0.shape.first().copied().unwrap_or(1),
        }
    }

    /// What a rank holds as a box, one range an axis; `None` where that is no box: cyclic and listed axes,
    /// and chunks.
    ///
    /// # Panics
    /// If there is no such rank.
    #[track_caller]
    pub fn ranges(&self, rank: usize) -> Option<Vec<Range<usize>>> {
        match &*self.regions(rank) {
            [region] => region.ranges(),
            _ => None,
        }
    }

    /// The shape of a rank's block; of a chunked layout, the number of its elements.
    ///
    /// # Panics
    /// If there is no such rank.
    #[track_caller]
    pub fn shape_of(&self, rank: usize) -> Vec<usize> {
        self.expect_rank(rank);
        self.0.shape_of(rank)
    }

    /// The shape of this rank's block; of a chunked layout, the number of its elements.
    pub fn local_shape(&self) -> Vec<usize> {
        self.0.local_shape.clone()
    }

    /// The number of elements on a rank.
    ///
    /// # Panics
    /// If there is no such rank.
    #[track_caller]
    pub fn len_of(&self, rank: usize) -> usize {
        self.expect_rank(rank);
        match self.partition() {
            Partition::Replicated | Partition::Unsynced => self.size(),
            Partition::Grid(grid) => grid.len_of(rank),
            Partition::Chunks(chunks) => chunks.len_of(rank),
        }
    }

    /// The number of elements on this rank.
    pub fn local_len(&self) -> usize {
        self.0.local_shape.iter().product()
    }

    /// The plan from this layout to another, made if it is not among the last few.
    pub(crate) fn plan_to(&self, target: &Self, make: impl FnOnce() -> ExchangePlan) -> Rc<ExchangePlan> {
        self.0.plans.plan(&target.0, |known| Self(known.clone()) == *target, make)
    }

    /// `Ok` if both are equal.
    ///
    /// # Errors
    /// [`ErrorKind::Communicator`] or [`ErrorKind::Layout`], naming both.
    pub fn same_as(&self, other: &Self, what: &str) -> Result<()> {
        self.comm().same_as(other.comm(), what)?;
        if self == other { Ok(()) } else { Err(Error::expected(ErrorKind::Layout, what, self, other)) }
    }
}

impl Inner {
    fn shape_of(&self, rank: usize) -> Vec<usize> {
        match &self.partition {
            Partition::Replicated | Partition::Unsynced => self.shape.clone(),
            Partition::Grid(grid) => match grid.coordinates_of(rank) {
                Some(at) => grid.axes().iter().zip(at).map(|(map, c)| map.set(c).len()).collect(),
                None => vec![0; self.shape.len()],
            },
            Partition::Chunks(chunks) => vec![chunks.len_of(rank)],
        }
    }
}

impl PartialEq for Layout {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
            || (self.comm() == other.comm()
                && self.shape() == other.shape()
                && self.partition() == other.partition()
                && self.mask() == other.mask())
    }
}

impl Eq for Layout {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_layouts_are_refused_with_their_figures() {
        let comm = Comm::solo();
        let axis = Layout::scatter(&comm, &[3, 4], 2).unwrap_err();
        assert_eq!(axis.to_string(), "axis: expected less than 2 (shape [3, 4]), found 2");
        let sizes = Layout::scatter_sizes(&comm, &[3, 4], 1, &[3]).unwrap_err();
        assert_eq!(sizes.to_string(), "local sizes [3]: expected a sum of 4 (axis 1 of shape [3, 4]), found 3");
        let count = Layout::scatter_sizes(&comm, &[3], 0, &[1, 2]).unwrap_err();
        assert_eq!(count.kind(), ErrorKind::Layout);
        for shape in [&[usize::MAX, 2][..], &[usize::MAX], &[0, usize::MAX, 2], &[0, 1 << 62, 2]] {
            let huge = Layout::replicated(&comm, shape).unwrap_err();
            assert_eq!(huge.kind(), ErrorKind::Shape);
            assert_eq!(Layout::scatter(&comm, shape, 0).unwrap_err(), huge);
        }
    }
}
