//! An array from the structures that all ranks bring.

use super::dim::{DimData, DistType};
use super::structure::Structure;
use super::wire;
use crate::array::DistArray;
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Cut, Grid, Layout};
use crate::numbers::Element;
use ndarray::ArrayD;
use std::ops::Range;

impl<T: Element> DistArray<T> {
    /// The array whose parts these structures of the Distributed Array Protocol are, one from each rank;
    /// a rank may bring `None` and hold nothing.
    ///
    /// The layout is a grid: blocks with the bounds given, cyclic, block-cyclic and listed axes; a dimension
    /// of one block on one process is whole (all of them: cut on the first, for one rank). Which rank has
    /// which coordinates of the grid is as the structures say. Values are moved, not copied, where the
    /// buffer is in C order and has no communication padding; that is left out, being a copy of what the
    /// neighbour brings. Boundary padding is part of the array and stays; that it is padding, and whether
    /// it is periodic, is forgotten.
    ///
    /// # Communication
    /// One all-reduce of a number and two all-gathers of the dictionaries: lengths, then about 8 words for
    /// each dimension, and the lists of unstructured ones. No values.
    ///
    /// # Errors
    /// On every rank [`ErrorKind::Format`] if some rank's structure breaks a rule of the protocol (see
    /// [`Structure::check`]); [`ErrorKind::Layout`] if the ranks' structures are not parts of one array:
    /// other sizes or kinds, a grid of more or fewer processes than there are parts, a cell missing or
    /// twice, blocks that leave gaps or overlap but for their padding, padding wider than what the neighbour
    /// owns, indices that are not 0 to n − 1 once each.
    pub fn from_protocol(comm: &Comm, part: impl Into<Option<Structure<ArrayD<T>>>>) -> Result<Self> {
        let part = part.into();
        let _operation = comm.operation("from_protocol", format_args!("{}", T::DTYPE));
        comm.agree(part.as_ref().map_or(Ok(()), Structure::check))?;
        let parts = wire::gather(comm, part.as_ref().map(|part| &part.dim_data[..]));
        let layout = assemble(comm, &parts)?;
        let values = part.map(Structure::into_owned_values).unwrap_or_default();
        Ok(Self::from_parts(layout.into(), values))
    }
}

/// The layout whose parts these are. All ranks pass the same, so all get the same answer.
fn assemble(comm: &Comm, parts: &[Option<Vec<DimData>>]) -> Result<Layout> {
    let held: Vec<_> = parts.iter().enumerate().filter_map(|(rank, dims)| Some((rank, dims.as_deref()?))).collect();
    let assembly = Assembly::of(&held)?;
    if assembly.shape.is_empty() && comm.size() > 1 {
        return wrong("array of no dimension".into(), "one rank", comm.size());
    }
    assembly.layout(comm)
}

/// How an array is cut that consists of these parts.
#[derive(Debug)]
pub(crate) struct Assembly {
    pub(crate) shape: Vec<usize>,
    pub(crate) cuts: Vec<Cut>,
    pub(crate) grid: Vec<usize>,
    /// The rank, or whatever else numbers the parts, of each cell of the grid.
    ranks: Vec<usize>,
}

impl Assembly {
    /// Of the dimensions of each part, every one of which has been checked by itself.
    pub(crate) fn of(held: &[(usize, &[DimData])]) -> Result<Self> {
        let Some(&(_, first)) = held.first() else {
            return wrong("structures of the protocol".into(), "one on some rank", "none");
        };
        for &(rank, dims) in held {
            same_dims(rank, dims, first)?;
        }
        let grid: Vec<_> = first.iter().map(|dim| dim.proc_grid_size).collect();
        if grid.iter().try_fold(1usize, |n, &p| n.checked_mul(p)) != Some(held.len()) {
            let expected = format!("as many processes as structures, {}", held.len());
            return wrong("product of proc_grid_size".into(), expected, format!("{grid:?}"));
        }
        let ranks = ranks_of_cells(&grid, held)?;
        let is_cut = |dim: &DimData| dim.proc_grid_size > 1 || !matches!(dim.dist_type, DistType::Block { .. });
        let nothing_cut = !first.iter().any(is_cut);
        let mut cuts = vec![];
        for (axis, dim) in first.iter().enumerate() {
            let stays_cut = nothing_cut && axis == 0;
            let along = dims_of_coordinates(axis, dim.proc_grid_size, held)?;
            let cut = cut(axis, &along)?;
            cuts.push(if is_cut(dim) || stays_cut { cut } else { Cut::Whole });
        }
        let shape = first.iter().map(|dim| dim.size).collect();
        Ok(Self { shape, cuts, grid, ranks })
    }

    /// The layout, each part on the rank of its number.
    pub(crate) fn layout(&self, comm: &Comm) -> Result<Layout> {
        Grid::cut(&self.cuts).over(&self.grid).on_ranks(&self.ranks).layout(comm, &self.shape)
    }
}

/// `Ok` if what must be the same on all ranks is.
fn same_dims(rank: usize, dims: &[DimData], first: &[DimData]) -> Result<()> {
    if dims.len() != first.len() {
        return wrong(format!("dimensions on rank {rank}"), first.len(), dims.len());
    }
    for (axis, (dim, first)) in dims.iter().zip(first).enumerate() {
        let common = |dim: &DimData| {
            let own = match &dim.dist_type {
                DistType::Block { periodic, .. } => format!("periodic {periodic}"),
                DistType::Cyclic { block_size, .. } => format!("block_size {block_size}"),
                DistType::Unstructured { one_to_one, .. } => format!("one_to_one {one_to_one}"),
            };
            let (size, over) = (dim.size, dim.proc_grid_size);
            format!("'{}', size {size}, proc_grid_size {over}, {own}", dim.dist_type.letter())
        };
        let (expected, found) = (common(first), common(dim));
        if expected != found {
            return wrong(format!("dim_data {axis} on rank {rank}"), expected, found);
        }
    }
    Ok(())
}

/// The rank of each cell of the grid, in C order.
fn ranks_of_cells(grid: &[usize], held: &[(usize, &[DimData])]) -> Result<Vec<usize>> {
    let mut ranks = vec![None; held.len()];
    for &(rank, dims) in held {
        let cell = dims.iter().zip(grid).fold(0, |cell, (dim, &p)| cell * p + dim.proc_grid_rank);
        if let Some(other) = ranks[cell].replace(rank) {
            let at: Vec<_> = dims.iter().map(|dim| dim.proc_grid_rank).collect();
            return wrong(format!("proc_grid_rank {at:?}"), "one rank", format!("ranks {other} and {rank}"));
        }
    }
    // As many ranks as cells, and no cell twice: every cell has its rank.
    Ok(ranks.into_iter().flatten().collect())
}

/// The dimension of each coordinate: the same on all ranks that have the coordinate.
fn dims_of_coordinates<'a>(axis: usize, over: usize, held: &[(usize, &'a [DimData])]) -> Result<Vec<&'a DimData>> {
    let mut along: Vec<Option<&DimData>> = vec![None; over];
    for &(rank, dims) in held {
        let dim = &dims[axis];
        let known = *along[dim.proc_grid_rank].get_or_insert(dim);
        if known != dim {
            let what = format!("dim_data {axis} on rank {rank}, at proc_grid_rank {}", dim.proc_grid_rank);
            return wrong(what, "what other ranks say there", "something else");
        }
    }
    Ok(along.into_iter().flatten().collect())
}

/// How the axis is cut, from what each coordinate holds of it.
fn cut(axis: usize, along: &[&DimData]) -> Result<Cut> {
    match &along[0].dist_type {
        DistType::Block { .. } => bounds(axis, along).map(Cut::Bounds),
        DistType::Cyclic { block_size: 1, .. } => Ok(Cut::Cyclic),
        DistType::Cyclic { block_size, .. } => Ok(Cut::BlockCyclic(*block_size)),
        DistType::Unstructured { .. } => lists(axis, along).map(Cut::Listed),
    }
}

/// What a block owns, and the width of its communication padding at either side.
fn owned(dim: &DimData) -> (Range<usize>, (usize, usize)) {
    let start = match dim.dist_type {
        DistType::Block { start, .. } => start,
        _ => 0,
    };
    let cells = dim.owned_cells();
    (start + cells.start..start + cells.end, (cells.start, dim.cells() - cells.end))
}

fn bounds(axis: usize, along: &[&DimData]) -> Result<Vec<usize>> {
    let mut bounds = vec![0];
    for (coordinate, pair) in along.windows(2).enumerate() {
        let ((left, (_, back)), (right, (front, _))) = (owned(pair[0]), owned(pair[1]));
        let what = |words| format!("dim_data {axis}, {words} of processes {coordinate} and {}", coordinate + 1);
        if left.end != right.start {
            let found = format!("{left:?} and {right:?}");
            return wrong(what("indices owned"), "ranges that meet", found);
        }
        if back != front {
            return wrong(what("padding between"), "equal widths", format!("{back} and {front}"));
        }
        if back > left.len().min(right.len()) {
            let expected = format!("at most the {} indices owned", left.len().min(right.len()));
            return wrong(what("padding between"), expected, back);
        }
        bounds.push(left.end);
    }
    // That the first starts at 0 and the last stops at the size was checked on each rank.
    bounds.push(along[0].size);
    Ok(bounds)
}

fn lists(axis: usize, along: &[&DimData]) -> Result<Vec<Vec<usize>>> {
    let size = along[0].size;
    let count: usize = along.iter().map(|dim| dim.cells()).sum();
    if count != size {
        return wrong(format!("dim_data {axis}, indices on all processes"), format!("{size}, the size"), count);
    }
    let place = |&index: &i64| match usize::try_from(index) {
        Ok(place) if place < size => Ok(place),
        _ => wrong(format!("dim_data {axis}, index"), format!("0 ≤ index < {size}"), index),
    };
    let list = |dim: &&DimData| match &dim.dist_type {
        DistType::Unstructured { indices, .. } => indices.iter().map(place).collect(),
        _ => Ok(vec![]),
    };
    along.iter().map(list).collect()
}

fn wrong<T>(what: String, expected: impl std::fmt::Display, found: impl std::fmt::Display) -> Result<T> {
    Err(Error::expected(ErrorKind::Layout, what, expected, found))
}
