//! Elements several times: each where it is, or the whole array again and again.

use super::mosaic::{AxisPiece, put_pieces};
use super::result_layout::recut;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, IndexSet, Partition, Region};
use crate::library::Index;
use crate::numbers::{Element, memory};

impl<T: Element> DistArray<T> {
    /// Every index of an axis so many times in a row. Local: each rank repeats what it holds, and the layout
    /// follows; blocks are so many times as long.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Shape`] if the result is too large;
    /// [`ErrorKind::Layout`] of a stack.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(2, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[3], 0)?, |i| i[0]);
    ///     assert_eq!(x.repeat(2, 0)?.gather_all().as_slice().unwrap(), [0, 0, 1, 1, 2, 2]);
    ///     assert_eq!(x.tile(&[2])?.gather_all().as_slice().unwrap(), [0, 1, 2, 0, 1, 2]);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy, `repeat` with one number.
    pub fn repeat(&self, times: usize, axis: usize) -> Result<Self> {
        let layout = self.layout_with_axis(axis)?;
        let mut shape = layout.shape().to_vec();
        let Some(longer) = shape[axis].checked_mul(times) else {
            let what = format!("times that axis {axis} of shape {shape:?} is repeated");
            return Err(Error::expected(ErrorKind::Shape, what, "a length below 2⁶³", times));
        };
        shape[axis] = longer;
        let partition = match layout.partition() {
            Partition::Grid(grid) => {
                let mut axes = grid.axes().to_vec();
                axes[axis] = repeated_map(&axes[axis], times);
                Partition::Grid(grid.with_axes(axes))
            }
            Partition::Chunks(chunks) => {
                let longer = |region: &Region| {
                    let mut sets = region.sets().to_vec();
                    sets[axis] = repeated(&sets[axis], times);
                    Region::new(sets)
                };
                let of_rank =
                    |regions: &Vec<Region>| regions.iter().map(longer).filter(|region| !region.is_empty()).collect();
                Partition::Chunks(chunks.with_regions(chunks.map().iter().map(of_rank).collect()))
            }
            replicated => replicated.clone(),
        };
        let target = layout.with_partition(&shape, partition)?;
        let mut data = memory::room(target.local_len());
        let mut at = 0;
        for region in &*layout.regions(layout.comm().rank()) {
            let row: usize = region.shape()[axis + 1..].iter().product();
            for row in self.as_slice()[at..at + region.len()].chunks(row.max(1)) {
                (0..times).for_each(|_| data.extend_from_slice(row));
            }
            at += region.len();
        }
        Ok(Self::from_parts(target.into(), data))
    }

    /// The array side by side with itself, so many times along each axis; of fewer axes than numbers, new
    /// ones come first, and of more, the first ones are left alone.
    ///
    /// The result is cut as the array is, axes that grow evenly again, as in [`pad`](Self::pad).
    ///
    /// # Communication
    /// One exchange, in which each element of the result that is not on the rank that it comes from is sent
    /// once. Of chunks one more before it.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the result is too large; [`ErrorKind::Layout`] of a stack.
    ///
    /// # Source
    /// NumPy, `tile`.
    pub fn tile(&self, times: &[usize]) -> Result<Self> {
        let _operation = self.operation("tile", format_args!(", {times:?} times"));
        let ndim = self.layout()?.ndim();
        if times.len() > ndim {
            return self.slice(&vec![Index::NewAxis; times.len() - ndim])?.tile(times);
        }
        let layout = self.layout()?;
        let all: Vec<_> = std::iter::repeat_n(1, ndim - times.len()).chain(times.iter().copied()).collect();
        // What overflows is a length that no layout takes.
        let shape: Vec<_> = layout.shape().iter().zip(&all).map(|(n, &times)| n.saturating_mul(times)).collect();
        let mut result = Self::zeros(recut(layout, &shape)?);
        let axis = |(&n, &times): (&usize, &usize)| {
            if times <= MANY || (n >= times && n.saturating_mul(times) > LONG) {
                return (0..times).map(|k| AxisPiece::all(k * n)).collect();
            }
            vec![AxisPiece { at: 0, index: Index::list((0..times).flat_map(|_| 0..n)) }]
        };
        let pieces: Vec<_> = layout.shape().iter().zip(&all).map(axis).collect();
        put_pieces(self, &pieces, &mut result)?;
        Ok(result)
    }
}

/// As one list of indices rather than so many pieces.
const MANY: usize = 8;

/// Longer lists are not made, as every rank would hold all of them.
const LONG: usize = 1 << 20;

fn repeated_map(map: &AxisMap, times: usize) -> AxisMap {
    match map {
        AxisMap::Whole(n) => AxisMap::Whole(n * times),
        AxisMap::Blocks(bounds) => AxisMap::Blocks(bounds.iter().map(|bound| bound * times).collect()),
        AxisMap::Cyclic { block, over, n } => {
            AxisMap::Cyclic { block: block.saturating_mul(times).max(1), over: *over, n: n * times }
        }
        AxisMap::Listed(sets) => AxisMap::Listed(sets.iter().map(|set| repeated(set, times)).collect()),
    }
}

fn repeated(set: &IndexSet, times: usize) -> IndexSet {
    if times == 0 {
        return IndexSet::empty();
    }
    match set.as_blocks() {
        Some(blocks) => {
            let [start, block, period, stop] =
                [blocks.start, blocks.block, blocks.period, blocks.stop].map(|one| one.saturating_mul(times));
            IndexSet::blocks(start, block, period, stop)
        }
        None => IndexSet::list(set.iter().flat_map(|index| index * times..(index + 1) * times).collect()),
    }
}
