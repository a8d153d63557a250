//! Reductions along an axis whose result is left in chunks that are to be combined.

use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Folding, IndexSet, Layout, Mode, Region, check_axis};
use crate::numbers::Element;

impl<T: Element> DistArray<T> {
    /// The sums, products or extrema along an axis, as chunks in that mode: each chunk is reduced where it
    /// lies, and chunks that differed only along the axis now overlap. Combined when somebody needs it
    /// ([`change_mode`](Self::change_mode), [`redistribute`](Self::redistribute), a reduction).
    ///
    /// Each chunk's part is a left fold along the axis in the order of its indices, in the type of the
    /// elements: integers wrap. What no chunk covers does not contribute. Parts are then combined as
    /// [`Mode`] says, in any order; but as each part is rounded, sums and products of floating-point numbers depend on
    /// where the axis is cut ([`over`](Self::over) has those that do not).
    ///
    /// # Communication
    /// None, of arrays in [`Mode::Replica`] or the mode of the reduction, and of those that are not in
    /// chunks; otherwise that of [`change_mode`](Self::change_mode).
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Parameter`] for [`Mode::Replica`], or if
    /// the mode is not defined for the type; [`ErrorKind::Layout`] of a stack or a layout with a mask.
    ///
    /// # Source
    /// CuPy, `DistributedArray.sum`, `prod`, `min` and `max`.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, layout::Mode};
    ///
    /// launch_threads(3, |comm| {
    ///     let rows = Layout::scatter(comm, &[6, 2], 0)?;
    ///     let x = DistArray::from_fn(&rows, |i| (i[0] * 2 + i[1]) as f64);
    ///     let sums = x.reduce_axis(Mode::Sum, 0)?; // each rank's part: nothing is sent
    ///     assert_eq!(sums.layout()?.mode(), Mode::Sum);
    ///     assert_eq!(sums.gather_all().into_raw_vec_and_offset().0, [30.0, 36.0]);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn reduce_axis(&self, mode: Mode, axis: usize) -> Result<Self> {
        let _operation = self.operation("reduce_axis", format_args!(", {mode:?} of axis {axis}"));
        let source = self.layout()?;
        check_axis(source.shape(), axis)?;
        if !mode.combines() {
            let expected = "sum, product, min or max";
            return Err(Error::expected(ErrorKind::Parameter, "mode of a reduction", expected, mode));
        }
        let folding: Folding<T> = mode.folding()?;
        // What holds an element several times counts once in sums and products, and may do so in extrema.
        let operand = if source.mode() == mode || (!mode.counts() && source.mode() == Mode::Replica) {
            None
        } else if mode.counts() {
            Some(self.change_mode(mode)?)
        } else {
            Some(self.change_mode(Mode::Replica)?)
        };
        let operand = operand.as_ref().unwrap_or(self);
        let target = without(source, axis, mode)?;
        let mut data = Vec::with_capacity(target.local_len());
        for (region, values) in operand.chunks().into_iter().filter(|(region, _)| !region.is_empty()) {
            let shape = region.shape();
            let behind: usize = shape[axis + 1..].iter().product();
            for block in values.as_slice().unwrap_or(&[]).chunks(shape[axis] * behind) {
                along(block, behind, &folding, &mut data);
            }
        }
        Ok(Self::from_parts(target.into(), data))
    }
}

/// The rows of a block folded into one.
fn along<T: Element>(block: &[T], width: usize, folding: &Folding<T>, result: &mut Vec<T>) {
    if width == 1 {
        return result.push((folding.line)(block));
    }
    let start = result.len();
    let (first, others) = block.split_at(width);
    result.extend_from_slice(first);
    others.chunks(width).for_each(|row| (folding.slices)(&mut result[start..], row));
}

/// The chunks without one of their axes.
fn without(source: &Layout, axis: usize, mode: Mode) -> Result<Layout> {
    if source.mask().is_some() {
        return Err(Error::expected(ErrorKind::Layout, "layout to reduce along an axis", "one without mask", source));
    }
    let shorter = |region: &Region| {
        let mut sets: Vec<IndexSet> = region.sets().to_vec();
        sets.remove(axis);
        Region::new(sets)
    };
    let of_rank = |rank| {
        let regions = source.regions(rank);
        regions.iter().filter(|region| !region.is_empty()).map(shorter).collect()
    };
    let regions = (0..source.comm().size()).map(of_rank).collect();
    let mut shape = source.shape().to_vec();
    shape.remove(axis);
    Layout::in_chunks(source.comm(), &shape, regions, mode)
}
