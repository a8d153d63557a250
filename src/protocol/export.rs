//! An array as the protocol shows it, one structure a rank.

use super::{DimData, DistType, Structure};
use crate::{AxisMap, DistArray, Element, Error, ErrorKind, Layout, Region, Result};
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

    /// This rank's part of an array scattered on one axis, with copies of `width` rows of the rank before
    /// it and of the one after: the protocol's communication padding. At the two ends of the array there
    /// is none.
    ///
    /// # Communication
    /// That of [`add_ghost_cells`](Self::add_ghost_cells): one message to each neighbour.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] unless the array is scattered on one axis and, where there are several, every
    /// rank holds `width` rows to show to its neighbours.
    pub fn protocol_padded(&self, width: usize) -> Result<Structure<ArrayD<T>>> {
        let layout = self.layout()?;
        let Some(axis) = layout.axis() else {
            return Err(Error::expected(ErrorKind::Layout, "array to pad", "a scattered layout", layout));
        };
        let ranks = layout.comm().size();
        if let Some(short) = (0..ranks).find(|&rank| ranks > 1 && layout.range(rank).len() < width) {
            let what = format!("rows of rank {short} to pad its neighbours with");
            return Err(Error::expected(ErrorKind::Layout, what, width, layout.range(short).len()));
        }
        let mut dims = own_dims(layout)?.unwrap_or_default();
        if let DistType::Block { start, stop, padding, .. } = &mut dims[axis].dist_type {
            let rank = layout.comm().rank();
            let at = |is_end: bool| if is_end { 0 } else { width };
            *padding = (at(rank == 0), at(rank + 1 == ranks));
            *start -= padding.0;
            *stop += padding.1;
        }
        Ok(Structure::new(self.add_ghost_cells(width, width)?, dims))
    }
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

fn dim(map: &AxisMap, coordinate: usize) -> DimData {
    let dist_type = match map {
        AxisMap::Whole(n) => return DimData::whole(*n),
        AxisMap::Blocks(bounds) => DistType::Block {
            start: bounds[coordinate],
            stop: bounds[coordinate + 1],
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
