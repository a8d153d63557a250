//! Arrays cut along several axes over a grid of processes.

use super::axis_map::AxisMap;
use super::bounds::Bounds;
use super::cells::{Cells, Coordinates};
use super::index_set::IndexSet;
use super::region::Region;
use super::{Layout, Partition, grid_shape};
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use std::fmt;

/// How one axis is cut over the coordinates of a process grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Not at all (DistArray: `n`).
    Whole,
    /// One block a coordinate, evenly: the first `n mod P` get one index more (`b`).
    Block,
    /// Blocks of ⌈n/P⌉, of which the last may be shorter or empty: DistArray's `b`.
    CeilBlock,
    /// One block a coordinate, between these bounds: ascending, from 0 to the axis' length.
    Bounds(Vec<usize>),
    /// Index i on coordinate `i mod P` (`c`).
    Cyclic,
    /// Blocks of this length dealt out in turn (`c` with a block size).
    BlockCyclic(usize),
    /// These indices on each coordinate, in this order; each index of the axis once (`u`).
    Listed(Vec<Vec<usize>>),
}

/// A process grid for a layout, in the making: how each axis is cut, over which grid, on which ranks.
///
/// Ranks fill the grid in C order. What is not said is chosen: the grid by [`grid_shape`], the ranks
/// from 0 on. A rank outside the grid holds nothing.
///
/// # Example
/// ```
/// use lops::{Layout, launch_threads, layout::{Cut, Grid}};
///
/// launch_threads(4, |comm| {
///     let layout = Grid::cut(&[Cut::Block, Cut::Cyclic]).over(&[2, 2]).layout(comm, &[5, 9])?;
///     assert_eq!(layout.shape_of(3), [2, 4]); // rows 3 and 4, columns 1, 3, 5, 7
///     assert_eq!(layout.owner(&[4, 5]), Some(3));
///     assert_eq!(layout, Grid::parse("bc")?.over(&[2, 2]).layout(comm, &[5, 9])?);
///     Ok(())
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use = "`layout` makes the layout"]
pub struct Grid {
    cuts: Vec<Cut>,
    over: Option<Vec<usize>>,
    ranks: Option<Vec<usize>>,
}

impl Grid {
    /// One cut an axis; axes behind them are whole.
    pub fn cut(cuts: &[Cut]) -> Self {
        Self { cuts: cuts.to_vec(), over: None, ranks: None }
    }

    /// The cuts by DistArray's letters, one an axis: `n` whole, `b` block, `c` cyclic.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] for another letter.
    pub fn parse(letters: &str) -> Result<Self> {
        let cut = |letter| match letter {
            'n' => Ok(Cut::Whole),
            'b' => Ok(Cut::Block),
            'c' => Ok(Cut::Cyclic),
            _ => Err(Error::expected(ErrorKind::Parameter, "cut of an axis", "one of n, b, c", format!("{letter:?}"))),
        };
        Ok(Self::cut(&letters.chars().map(cut).collect::<Result<Vec<_>>>()?))
    }

    /// The number of coordinates on each axis; axes behind them have one.
    pub fn over(mut self, grid: &[usize]) -> Self {
        self.over = Some(grid.to_vec());
        self
    }

    /// Only these ranks, in the C order of the grid.
    pub fn on_ranks(mut self, ranks: &[usize]) -> Self {
        self.ranks = Some(ranks.to_vec());
        self
    }

    /// The layout of an array of this shape. Local. (An array without axes is [`Partition::Replicated`].)
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there are more cuts or grid axes than axes; [`ErrorKind::Layout`] if a
    /// grid has more coordinates than there are ranks, or more than one on a whole axis, if bounds or lists
    /// do not deal out every index of their axis once, or if no rank is named;
    /// [`ErrorKind::Communicator`] if a rank does not exist or is named twice; [`ErrorKind::Shape`] if the
    /// number of elements overflows.
    pub fn layout(&self, comm: &Comm, shape: &[usize]) -> Result<Layout> {
        if let Some(ranks) = &self.ranks {
            check_ranks(comm, ranks)?;
        }
        let ranks = self.ranks.as_ref().map_or(comm.size(), Vec::len);
        let filled = |what: &str, given: usize| {
            if given <= shape.len() {
                return Ok(());
            }
            let expected = format!("at most {} (shape {shape:?})", shape.len());
            Err(Error::expected(ErrorKind::Axis, what, expected, given))
        };
        filled("number of cuts", self.cuts.len())?;
        let mut cuts = self.cuts.clone();
        cuts.resize(shape.len(), Cut::Whole);
        let grid = match &self.over {
            Some(over) => {
                filled("number of grid axes", over.len())?;
                let mut grid = over.clone();
                grid.resize(shape.len(), 1);
                grid
            }
            None => chosen_grid(shape, &cuts, ranks)?,
        };
        let cells = grid.iter().try_fold(1usize, |n, &p| n.checked_mul(p));
        if cells.is_none_or(|cells| cells > ranks) || grid.contains(&0) {
            let expected = format!("1 to {ranks} coordinates, one rank each");
            return Err(Error::expected(ErrorKind::Layout, "process grid", expected, format!("{grid:?}")));
        }
        if shape.is_empty() {
            return Layout::replicated(comm, shape);
        }
        let per_axis = cuts.iter().zip(&grid).zip(shape).enumerate();
        let axes = per_axis.map(|(axis, ((cut, &p), &n))| AxisMap::new(axis, cut, p, n)).collect::<Result<Vec<_>>>()?;
        let cells = match &self.ranks {
            Some(ranks) => Cells::listed(ranks[..grid.iter().product()].to_vec(), &grid),
            None => Cells::in_order(0, &grid),
        };
        Layout::new(comm, shape, Partition::Grid(ProcessGrid { axes, shape: grid, cells }))
    }
}

/// There is a rank; every one exists and is named once.
pub(super) fn check_ranks(comm: &Comm, ranks: &[usize]) -> Result<()> {
    if ranks.is_empty() {
        return Err(Error::expected(ErrorKind::Layout, "ranks of a layout", "at least one", "none"));
    }
    if let Some(&rank) = ranks.iter().find(|&&rank| rank >= comm.size()) {
        let expected = format!("below {}", comm.size());
        return Err(Error::expected(ErrorKind::Communicator, "rank of a layout", expected, rank));
    }
    let mut seen = vec![false; comm.size()];
    let twice = ranks.iter().find(|&&rank| std::mem::replace(&mut seen[rank], true));
    twice.map_or(Ok(()), |rank| {
        let message = format!("ranks of a layout: {rank} is named twice");
        Err(Error::new(ErrorKind::Communicator, message))
    })
}

/// The grid that suits, given that bounds and lists say their own number of coordinates.
fn chosen_grid(shape: &[usize], cuts: &[Cut], ranks: usize) -> Result<Vec<usize>> {
    let said = |cut: &Cut| match cut {
        Cut::Bounds(bounds) => Some(bounds.len().saturating_sub(1)),
        Cut::Listed(lists) => Some(lists.len()),
        _ => None,
    };
    let taken = cuts.iter().filter_map(said).try_fold(1, usize::checked_mul).unwrap_or(usize::MAX);
    if taken == 0 || taken > ranks {
        let expected = format!("1 to {ranks} coordinates, one rank each");
        return Err(Error::expected(ErrorKind::Layout, "bounds and lists of a process grid", expected, taken));
    }
    let free: Vec<_> = cuts.iter().map(|cut| *cut != Cut::Whole && said(cut).is_none()).collect();
    let mut grid = grid_shape(shape, &free, ranks / taken);
    for (p, cut) in grid.iter_mut().zip(cuts) {
        *p = said(cut).unwrap_or(*p);
    }
    Ok(grid)
}

/// An array cut over a grid of processes, as it stands: every number decided.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProcessGrid {
    axes: Vec<AxisMap>,
    shape: Vec<usize>,
    cells: Cells,
}

impl ProcessGrid {
    /// One block of one axis on each rank.
    pub(super) fn scattered(shape: &[usize], axis: usize, bounds: Bounds) -> Self {
        let mut axes: Vec<_> = shape.iter().map(|&n| AxisMap::Whole(n)).collect();
        let mut grid = vec![1; shape.len()];
        grid[axis] = bounds.coordinates();
        axes[axis] = AxisMap::Blocks(bounds);
        Self { axes, cells: Cells::in_order(0, &grid), shape: grid }
    }

    /// From maps; on as many ranks as there are cells, in order.
    pub(crate) fn in_order(axes: Vec<AxisMap>) -> Self {
        let shape: Vec<_> = axes.iter().map(AxisMap::coordinates).collect();
        Self { axes, cells: Cells::in_order(0, &shape), shape }
    }

    /// Whether cell k is of rank k.
    pub(crate) fn is_in_order(&self) -> bool {
        self.cells.are_in_order()
    }

    /// From maps and the ranks of the cells, which fit.
    pub(crate) fn from_parts(axes: Vec<AxisMap>, ranks: Vec<usize>) -> Self {
        let shape: Vec<_> = axes.iter().map(AxisMap::coordinates).collect();
        Self { axes, cells: Cells::listed(ranks, &shape), shape }
    }

    /// The same grid of ranks with other maps: in order, those with several coordinates have as many as here.
    pub(crate) fn with_axes(&self, axes: Vec<AxisMap>) -> Self {
        let shape: Vec<_> = axes.iter().map(AxisMap::coordinates).collect();
        debug_assert!(shape.iter().filter(|&&p| p > 1).eq(self.shape.iter().filter(|&&p| p > 1)));
        Self { axes, shape, cells: self.cells.clone() }
    }

    /// Some coordinates of each axis as a grid of other axes: each is one of these or a new one, with a map.
    pub(crate) fn selected(&self, axes: &[Option<usize>], of: &[Coordinates], maps: Vec<AxisMap>) -> Self {
        let shape = maps.iter().map(AxisMap::coordinates).collect();
        Self { axes: maps, cells: self.cells.selected(&self.shape, axes, of), shape }
    }

    /// The same grid with its axes permuted: axis k is axis `perm[k]` of this one.
    pub(super) fn transposed(&self, perm: &[usize]) -> Self {
        let maps = perm.iter().map(|&axis| self.axes[axis].clone()).collect();
        let axes: Vec<_> = perm.iter().copied().map(Some).collect();
        self.selected(&axes, &self.all_coordinates(), maps)
    }

    /// All coordinates of each axis.
    pub(crate) fn all_coordinates(&self) -> Vec<Coordinates> {
        self.shape.iter().map(|&p| Coordinates::Run(0, p)).collect()
    }

    /// What the coordinates of each axis hold.
    pub fn axes(&self) -> &[AxisMap] {
        &self.axes
    }

    /// The number of coordinates on each axis.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The rank of each cell, in C order.
    pub fn ranks(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.cells.iter()
    }

    /// Whether both have the same ranks in the same order.
    pub(crate) fn on_ranks_of(&self, other: &Self) -> bool {
        self.cells == other.cells || self.ranks().eq(other.ranks())
    }

    /// The rank at these coordinates.
    ///
    /// # Panics
    /// If the grid does not have them.
    #[track_caller]
    pub fn rank_at(&self, coordinates: &[usize]) -> usize {
        let within = coordinates.len() == self.shape.len() && coordinates.iter().zip(&self.shape).all(|(c, p)| c < p);
        assert!(within, "coordinates: expected some within a grid {:?}, found {coordinates:?}", self.shape);
        let cell = coordinates.iter().zip(&self.shape).fold(0, |cell, (&c, &p)| cell * p + c);
        self.cells.rank(cell)
    }

    /// The coordinates of a rank; `None` if it is not in the grid.
    pub fn coordinates_of(&self, rank: usize) -> Option<Vec<usize>> {
        let cell = self.cells.cell(rank)?;
        Some((0..self.shape.len()).map(|axis| self.coordinate(cell, axis)).collect())
    }

    /// The coordinate of a rank on an axis; `None` if it is not in the grid.
    pub(crate) fn coordinate_of(&self, rank: usize, axis: usize) -> Option<usize> {
        self.cells.cell(rank).map(|cell| self.coordinate(cell, axis))
    }

    /// The coordinate of a cell on an axis.
    fn coordinate(&self, cell: usize, axis: usize) -> usize {
        cell / self.shape[axis + 1..].iter().product::<usize>() % self.shape[axis]
    }

    /// The number of elements on a rank.
    pub(super) fn len_of(&self, rank: usize) -> usize {
        let Some(cell) = self.cells.cell(rank) else { return 0 };
        let axes = self.axes.iter().enumerate();
        axes.map(|(axis, map)| map.len_of(self.coordinate(cell, axis))).product()
    }

    /// Adds ranks among which are all that hold something of a region.
    pub(super) fn meeting(&self, region: &Region, found: &mut Vec<usize>) {
        let axes = self.axes.iter().zip(region.sets());
        let per_axis: Vec<_> = axes.map(|(map, set)| map.meeting(set)).collect();
        let mut cells = vec![0];
        for (coordinates, p) in per_axis.iter().zip(&self.shape) {
            cells = cells.iter().flat_map(|cell| coordinates.iter().map(move |c| cell * p + c)).collect();
        }
        found.extend(cells.iter().map(|&cell| self.cells.rank(cell)));
    }

    /// What a rank holds: nothing, if it is not in the grid.
    pub fn region(&self, rank: usize) -> Region {
        let axes = self.axes.iter().enumerate();
        let sets = match self.cells.cell(rank) {
            Some(cell) => axes.map(|(axis, map)| map.set(self.coordinate(cell, axis))).collect(),
            None => vec![IndexSet::empty(); self.axes.len()],
        };
        Region::new(sets)
    }

    /// Where a single axis is cut into blocks for the first ranks in order: the axis.
    pub(super) fn scattered_axis(&self) -> Option<usize> {
        let mut cut = self.axes.iter().enumerate().filter(|(_, map)| !map.is_whole());
        match (cut.next(), cut.next()) {
            (Some((axis, AxisMap::Blocks(_))), None) => self.cells.are_in_order().then_some(axis),
            _ => None,
        }
    }

    /// The same cut with empty blocks for the ranks that are left, where it is of one axis: so that it is
    /// the scattered layout that it looks like.
    pub(super) fn on_all_ranks(mut self, ranks: usize) -> Self {
        if let Some(axis) = self.scattered_axis()
            && let AxisMap::Blocks(bounds) = &mut self.axes[axis]
            && bounds.coordinates() < ranks
        {
            let empty = std::iter::repeat_n(bounds.size(), ranks - bounds.coordinates());
            *bounds = bounds.iter().chain(empty).collect();
            self.shape[axis] = ranks;
            self.cells = Cells::in_order(0, &self.shape);
        }
        self
    }

    /// The letters of the cuts, as DistArray writes them.
    pub fn letters(&self) -> String {
        let letter = |map: &AxisMap| match map {
            AxisMap::Whole(_) => 'n',
            AxisMap::Blocks(_) => 'b',
            AxisMap::Cyclic { .. } => 'c',
            AxisMap::Listed(_) => 'u',
        };
        self.axes.iter().map(letter).collect()
    }
}

impl fmt::Display for ProcessGrid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cut ")?;
        for (axis, map) in self.axes.iter().enumerate() {
            write!(f, "{}", if axis > 0 { " × " } else { "" })?;
            match map {
                AxisMap::Whole(_) => f.write_str("whole")?,
                AxisMap::Blocks(bounds) if bounds.are_even() => f.write_str("block")?,
                AxisMap::Blocks(bounds) if bounds.coordinates() <= 16 => write!(f, "block {bounds:?}")?,
                AxisMap::Blocks(_) => f.write_str("uneven block")?,
                AxisMap::Cyclic { block: 1, .. } => f.write_str("cyclic")?,
                AxisMap::Cyclic { block, .. } => write!(f, "cyclic by {block}")?,
                AxisMap::Listed(_) => f.write_str("listed")?,
            }
        }
        write!(f, " over a grid {:?}", self.shape)?;
        if !self.cells.are_in_order() {
            const NAMED: usize = 64;
            let named: Vec<_> = self.ranks().take(NAMED).collect();
            write!(f, " of ranks {named:?}")?;
            if self.cells.len() > NAMED {
                write!(f, " and {} more", self.cells.len() - NAMED)?;
            }
        }
        Ok(())
    }
}
