//! Which tile of a matrix each rank holds, and for which columns of the vectors.

use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Bounds, IndexSet, Layout, ProcessGrid, Region};
use std::ops::Range;

/// What goes out of a rank and comes to it of an element that ranks sum up: one or two parts of the sum each way, and the sum.
const SUM: f64 = 3.5;

/// Elements of a tile of columns, of the vectors on the longer side of a rank's tile, at most where that is possible.
const ELEMENTS: usize = 1 << 21;

/// Columns of a tile: enough that the matrix comes from memory rarely, few enough for the caches.
const COLUMNS: (usize, usize) = (16, 256);

/// The indices of an axis of n that are summed on one rank, one panel. It follows from n and from whether there are several columns, not
/// from ranks: so bits do not depend on these. Wide panels cost less, narrow ones can be dealt out evenly; none is
/// wider than what faer sums in one go (512).
pub(super) fn panel(n: usize, several_columns: bool) -> usize {
    let (parts, least, most) = if several_columns { (16, 32, 256) } else { (128, 16, 128) };
    n.div_ceil(parts).next_power_of_two().clamp(least, most)
}

/// An axis of the matrix: how it is cut into panels, and those over the coordinates of a grid.
#[derive(Clone, Debug)]
pub(super) struct Side {
    pub(super) n: usize,
    pub(super) panel: usize,
    /// Ascending, from 0 to n: one block a coordinate, of whole panels.
    bounds: Vec<usize>,
}

impl Side {
    /// Over so many coordinates, evenly.
    pub(super) fn even(n: usize, panel: usize, over: usize) -> Self {
        let bounds = Bounds::even(n.div_ceil(panel), over).iter().map(|bound| (bound * panel).min(n)).collect();
        Self { n, panel, bounds }
    }

    /// As an axis is cut: blocks to the nearest panel, anything else evenly.
    fn like(map: &AxisMap, panel: usize) -> Self {
        let AxisMap::Blocks(blocks) = map else { return Self::even(map.size(), panel, map.coordinates()) };
        let n = map.size();
        let nearest = |bound: usize| if bound == n { n } else { ((bound + panel / 2) / panel * panel).min(n) };
        Self { n, panel, bounds: blocks.iter().map(nearest).collect() }
    }

    pub(super) fn coordinates(&self) -> usize {
        self.bounds.len() - 1
    }

    pub(super) fn block(&self, coordinate: usize) -> Range<usize> {
        self.bounds[coordinate]..self.bounds[coordinate + 1]
    }

    /// All panels.
    pub(super) fn panels(&self) -> usize {
        self.n.div_ceil(self.panel)
    }

    /// Those of a coordinate.
    pub(super) fn panels_of(&self, coordinate: usize) -> Range<usize> {
        let block = self.block(coordinate);
        block.start.div_ceil(self.panel)..block.end.div_ceil(self.panel) // a block may begin where the axis ends
    }

    /// The coordinate that has all of them, if one has.
    pub(super) fn with_all(&self) -> Option<usize> {
        (0..self.coordinates()).find(|&coordinate| self.block(coordinate).len() == self.n)
    }

    fn longest(&self) -> usize {
        self.bounds.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0)
    }
}

/// The columns of the vectors: the axes behind the first one, of which the longest is cut.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// The lengths of the axes behind the first one.
    shape: Vec<usize>,
    /// Which of them is cut, and over how many ranks.
    axis: Option<usize>,
    bounds: Bounds,
    /// Indices of that axis that go together.
    step: usize,
}

impl Columns {
    fn new(shape: &[usize], over: usize, rows: usize) -> Self {
        let longest = |best: usize, axis: usize| if shape[axis] > shape[best] { axis } else { best };
        let axis = (0..shape.len()).reduce(longest);
        let n = axis.map_or(1, |axis| shape[axis]);
        let others: usize = (0..shape.len()).filter(|&k| Some(k) != axis).map(|k| shape[k]).product();
        let wide = (ELEMENTS / rows.max(1)).clamp(COLUMNS.0, COLUMNS.1);
        Self { shape: shape.to_vec(), axis, bounds: Bounds::even(n, over), step: (wide / others.max(1)).max(1) }
    }

    /// The number of tiles: as many as those ranks have that have most.
    pub(super) fn tiles(&self) -> usize {
        self.bounds.block(0).len().div_ceil(self.step)
    }

    /// The axes behind the first one of a tile of a part.
    pub(super) fn sets(&self, part: usize, tile: usize) -> Vec<IndexSet> {
        let block = self.bounds.block(part);
        let start = (block.start + tile * self.step).min(block.end);
        let range = start..(start + self.step).min(block.end);
        let set = |axis: usize| if Some(axis) == self.axis { range.clone() } else { 0..self.shape[axis] };
        (0..self.shape.len()).map(|axis| IndexSet::range(set(axis))).collect()
    }
}

/// Which tile a rank has, for which part of the columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) part: usize,
}

/// A matrix in tiles over the ranks.
#[derive(Clone, Debug)]
pub(super) struct Tiling {
    pub(super) rows: Side,
    pub(super) columns: Side,
    pub(super) of_vectors: Columns,
    /// Of each rank; those outside the grid have none.
    pub(super) cells: Vec<Option<Cell>>,
}

impl Tiling {
    /// As the matrix lies on a grid.
    pub(super) fn like(grid: &ProcessGrid, panels: [usize; 2], others: &[usize], ranks: usize) -> Self {
        let [rows, columns] = [0, 1].map(|axis| Side::like(&grid.axes()[axis], panels[axis]));
        let cell = |rank| {
            let at = grid.coordinates_of(rank)?;
            Some(Cell { row: at[0], column: at[1], part: 0 })
        };
        Self::new([rows, columns], others, 1, (0..ranks).map(cell).collect())
    }

    /// Over a grid of so many tiles along rows, along columns, and of so many ranks that have the same tile.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if there are not so many ranks.
    pub(super) fn over(
        [n, k]: [usize; 2],
        panels: [usize; 2],
        others: &[usize],
        grid: [usize; 3],
        ranks: usize,
    ) -> Result<Self> {
        let cells = grid.iter().try_fold(1usize, |cells, &p| cells.checked_mul(p));
        if cells.is_none_or(|cells| cells > ranks || cells == 0) {
            let expected = format!("1 to {ranks} coordinates, one rank each");
            let what = "process grid of DistMatrixMult";
            return Err(Error::expected(ErrorKind::Layout, what, expected, format!("{grid:?}")));
        }
        let [along_rows, along_columns, parts] = grid;
        let cell = |rank: usize| {
            let (tile, part) = (rank / parts, rank % parts);
            let cell = Cell { row: tile / along_columns, column: tile % along_columns, part };
            (cell.row < along_rows).then_some(cell)
        };
        let sides = [Side::even(n, panels[0], along_rows), Side::even(k, panels[1], along_columns)];
        Ok(Self::new(sides, others, parts, (0..ranks).map(cell).collect()))
    }

    fn new([rows, columns]: [Side; 2], others: &[usize], parts: usize, mut cells: Vec<Option<Cell>>) -> Self {
        let of_vectors = Columns::new(others, parts, rows.longest().max(columns.longest()));
        // What has no axis is not cut: the first part has all of it.
        cells.iter_mut().filter(|cell| cell.is_some_and(|cell| others.is_empty() && cell.part > 0)).for_each(|cell| {
            *cell = None;
        });
        Self { rows, columns, of_vectors, cells }
    }

    /// Of the matrix, what a rank has.
    pub(super) fn tile(&self, rank: usize) -> Region {
        let Some(cell) = self.cells[rank] else { return Region::new(vec![IndexSet::empty(); 2]) };
        Region::new([self.rows.block(cell.row), self.columns.block(cell.column)].map(IndexSet::range).to_vec())
    }

    /// Of a tile of the columns of vectors, these rows: what a rank has or needs.
    pub(super) fn part_of_vectors(&self, rank: usize, rows: Range<usize>, tile: usize) -> Region {
        let first = [IndexSet::range(rows)];
        match self.cells[rank] {
            Some(cell) => Region::new(first.into_iter().chain(self.of_vectors.sets(cell.part, tile)).collect()),
            None => Region::new(vec![IndexSet::empty(); 1 + self.of_vectors.shape.len()]),
        }
    }
}

/// The grid of least communication: of all ways to write a number of ranks as a product of tiles along rows, along
/// columns, and (if `replicas` are allowed) ranks that have the same tile, that of the fewest elements which come to a
/// rank and go out of it in both directions together. The number of ranks is the largest for which there is one with a
/// panel, and a column, for each coordinate.
///
/// A. Kwasniewski et al., "Red-blue pebbling revisited: near optimal parallel matrix-matrix multiplication", SC 2019, find
/// the best grid among all; there are few enough to try them.
pub(super) fn least(
    [n, k]: [usize; 2],
    panels: [usize; 2],
    others: &[usize],
    ranks: usize,
    replicas: bool,
) -> [usize; 3] {
    let most = [n.div_ceil(panels[0]), k.div_ceil(panels[1]), others.iter().copied().max().unwrap_or(1)];
    let cost = |grid: [usize; 3]| {
        let [rows, columns, parts] = grid.map(|p| p as f64);
        let (x, y) = (k as f64 / columns, n as f64 / rows);
        let added = |over: f64, n: f64| if over > 1.0 { SUM * n } else { n };
        (x + y + added(rows, x) + added(columns, y)) / parts
    };
    let grids_of = |ranks: usize| {
        let divisors = move |n: usize| (1..=n).filter(move |p| n.is_multiple_of(*p));
        let grids = divisors(ranks).flat_map(move |parts| {
            let tiles = ranks / parts;
            divisors(tiles).map(move |rows| [rows, tiles / rows, parts])
        });
        grids.filter(|grid| (replicas || grid[2] == 1) && grid.iter().zip(&most).all(|(&p, &most)| p <= most.max(1)))
    };
    let best = |ranks: usize| grids_of(ranks).min_by(|a, b| cost(*a).total_cmp(&cost(*b)));
    let most = most.iter().fold(1, |all: usize, &most| all.saturating_mul(most.max(1)));
    (1..=ranks.min(most)).rev().find_map(best).unwrap_or([1; 3])
}

/// Whether every rank's part of a layout is that tile.
pub(super) fn lies_in_tiles(layout: &Layout, tiling: &Tiling) -> bool {
    (0..layout.comm().size()).all(|rank| {
        let (regions, tile) = (layout.regions(rank), tiling.tile(rank));
        regions.len() == 1 && (regions[0] == tile || (regions[0].is_empty() && tile.is_empty()))
    })
}
