//! An array as the protocol shows it, one structure a rank.

use super::dim::{DimData, DistType};
use super::structure::Structure;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Layout, Region};
use crate::numbers::Element;
use ndarray::{ArrayD, ArrayViewD, IxDyn};

impl<T: Element> DistArray<T> {
    /// This rank's part of the array by the Distributed Array Protocol, its values borrowed. Local.
    ///
    /// An axis that is whole is one block on one process, as in DistArray. On a rank outside the process
    /// grid there is no part: `None`. The processes of the protocol are the cells of the grid, whichever
    /// ranks they are on; [`from_protocol`](Self::from_protocol) brings each back to where it was. A mask
    /// has no place in the protocol.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`], on every rank, of what the protocol has no words for: several ranks that each
    /// hold the whole array, chunks (unless they are the whole array on one rank), stacks.
    pub fn protocol(&self) -> Result<Option<Structure<ArrayViewD<'_, T>>>> {
        let Some(dims) = own_dims(self.layout()?)? else { return Ok(None) };
        let shape: Vec<_> = dims.iter().map(DimData::cells).collect();
        let buffer = ArrayViewD::from_shape(IxDyn(&shape), self.as_slice())
            .map_err(|error| Error::new(ErrorKind::Shape, error.to_string()))?;
        Ok(Some(Structure::new(buffer, dims)))
    }

    /// This rank's part of an array cut into blocks, with copies of the neighbours' cells around it, as many
    /// on either side of each axis as `widths` says: the protocol's communication padding. At the ends of the
    /// array, and on axes that are not cut, there is none. `None` on a rank outside the process grid.
    ///
    /// # Communication
    /// That of [`add_ghost_cells_along`](Self::add_ghost_cells_along): one message to each neighbour, those
    /// across corners too.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is not one width for each axis; [`ErrorKind::Layout`] of a replicated or
    /// chunked array, and if an axis with a width is cut but not into blocks at least so long each.
    pub fn protocol_padded(&self, widths: &[usize]) -> Result<Option<Structure<ArrayD<T>>>> {
        let layout = self.layout()?;
        let Some(grid) = layout.process_grid() else {
            return Err(Error::expected(ErrorKind::Layout, "array to pad", "blocks over a process grid", layout));
        };
        if widths.len() != layout.ndim() {
            let expected = format!("{}, one for each axis", layout.ndim());
            return Err(Error::expected(ErrorKind::Axis, "number of widths of padding", expected, widths.len()));
        }
        for (axis, (map, &width)) in grid.axes().iter().zip(widths).enumerate() {
            check_width(axis, map, width)?;
        }
        let both: Vec<_> = widths.iter().map(|&width| (width, width)).collect();
        let buffer = self.add_ghost_cells_along(&both)?;
        let Some(mut dims) = own_dims(layout)? else { return Ok(None) };
        for (dim, &width) in dims.iter_mut().zip(widths) {
            if let DistType::Block { start, stop, padding, .. } = &mut dim.dist_type {
                let at = |is_end: bool| if is_end { 0 } else { width };
                *padding = (at(dim.proc_grid_rank == 0), at(dim.proc_grid_rank + 1 == dim.proc_grid_size));
                *start -= padding.0;
                *stop += padding.1;
            }
        }
        Ok(Some(Structure::new(buffer, dims)))
    }
}

/// `Ok` if the blocks of the axis can show so many cells to their neighbours.
fn check_width(axis: usize, map: &AxisMap, width: usize) -> Result<()> {
    let shortest = match map {
        _ if width == 0 || map.coordinates() == 1 => return Ok(()),
        AxisMap::Blocks(bounds) => (0..bounds.coordinates()).map(|p| bounds.block(p).len()).min().unwrap_or(0),
        _ => 0,
    };
    if shortest >= width {
        return Ok(());
    }
    let expected = format!("blocks of {width} or more");
    Err(Error::expected(ErrorKind::Layout, format!("axis {axis} to pad"), expected, shortest))
}

/// What this rank holds of each axis; `None` outside the process grid.
fn own_dims(layout: &Layout) -> Result<Option<Vec<DimData>>> {
    let comm = layout.comm();
    if let Some(grid) = layout.process_grid() {
        let Some(at) = grid.coordinates_of(comm.rank()) else { return Ok(None) };
        let dims = grid.axes().iter().zip(at).map(|(map, coordinate)| dim(map, coordinate));
        return Ok(Some(dims.collect()));
    }
    let is_all = comm.size() == 1 && *layout.regions(0) == [Region::whole(layout.shape())];
    if is_all {
        return Ok(Some(layout.shape().iter().map(|&n| DimData::whole(n)).collect()));
    }
    let expected = "axes cut over a process grid, or all on one rank";
    Err(Error::expected(ErrorKind::Layout, "array for the Distributed Array Protocol", expected, layout))
}

/// What a coordinate holds of an axis.
pub(crate) fn dim(map: &AxisMap, coordinate: usize) -> DimData {
    let dist_type = match map {
        AxisMap::Whole(n) => return DimData::whole(*n),
        AxisMap::Blocks(bounds) => DistType::Block {
            start: bounds.block(coordinate).start,
            stop: bounds.block(coordinate).end,
            padding: (0, 0),
            periodic: false,
        },
        AxisMap::Cyclic { block, .. } => {
            DistType::Cyclic { start: coordinate.saturating_mul(*block), block_size: *block }
        }
        AxisMap::Listed(sets) => {
            let indices = sets[coordinate].iter().map(|index| index as i64).collect();
            DistType::Unstructured { indices, one_to_one: true }
        }
    };
    DimData { size: map.size(), proc_grid_rank: coordinate, proc_grid_size: map.coordinates(), dist_type }
}
