//! Norms along an axis.

use super::norm::{Fold, all_reduce_folds};
use super::{AxisMap, DistArray, Layout, Norm, Partition, ProcessGrid};
use crate::{Error, ErrorKind, Result, Scalar};
use ndarray::Axis;

impl<T: Scalar> DistArray<T> {
    /// A norm along an axis: an array without it, of the same cut where another axis is cut, else
    /// broadcast (to each mask group, where there is one); of an array in chunks, scattered on its first
    /// axis. What no chunk covers is 0 in its line; of an array of one axis it does not count.
    ///
    /// # Communication
    /// None where each rank has the axis whole. Of a scattered array of which it is the cut one, and of
    /// arrays of one axis, one all-reduce of 456 bytes (8 for orders ±∞ and 0) for each element of the
    /// result, in pieces of 2048 of them. Otherwise one exchange, which gives some ranks whole lines; of
    /// chunks that are to be combined as [`redistribute`](Self::redistribute), and one exchange more where
    /// their mode is neither replica nor sum.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Layout`] of a stack, and of a mask where
    /// the axis is cut beside others; [`ErrorKind::Parameter`] for p = 0 or NaN.
    pub fn norm_axis(&self, norm: Norm, axis: usize) -> Result<DistArray<T::Real>> {
        norm.check()?;
        let layout = self.layout_with_axis(axis)?;
        if layout.ndim() == 1 && !layout.is_replicated() && layout.axis().is_none() {
            return self.one_norm(norm);
        }
        if layout.has_whole(axis) {
            return Ok(DistArray::from_parts(layout.without_axis(axis)?.into(), self.norms_of_lines(norm, axis)));
        }
        if layout.axis() == Some(axis) {
            return self.norms_of_parts(norm, axis, layout);
        }
        if layout.mask().is_some() {
            let what = format!("masked layout of a norm along axis {axis}, which is cut");
            return Err(Error::expected(ErrorKind::Layout, what, "a scattered one", layout));
        }
        let target = layout.with_whole(axis)?;
        if layout.mode().identity::<T>()? == T::zero() {
            return self.redistribute(&target)?.norm_axis(norm, axis);
        }
        // What no chunk covers is to be 0 in the lines, not the identity of a product or an extreme.
        self.try_settled()?.redistribute(&target)?.norm_axis(norm, axis)
    }

    /// The norms of lines that are whole on their ranks.
    fn norms_of_lines(&self, norm: Norm, axis: usize) -> Vec<T::Real> {
        self.folds_of_lines(norm, axis).iter().map(|fold| fold.finish(norm)).collect()
    }

    /// The norms of lines of which every rank has a part.
    fn norms_of_parts(&self, norm: Norm, axis: usize, layout: &Layout) -> Result<DistArray<T::Real>> {
        let mut folds = self.folds_of_lines(norm, axis);
        let mut values = Vec::with_capacity(folds.len());
        for piece in folds.chunks_mut(2048) {
            all_reduce_folds(self.space(), piece);
            values.extend(piece.iter().map(|fold| fold.finish::<T::Real>(norm)));
        }
        Ok(DistArray::from_parts(layout.without_axis(axis)?.into(), values))
    }

    fn folds_of_lines(&self, norm: Norm, axis: usize) -> Vec<Fold> {
        let local = self.local();
        let mut line = Vec::with_capacity(local.len_of(Axis(axis)));
        let fold_of = |lane: ndarray::ArrayView1<'_, T>| {
            line.clear();
            line.extend(lane.iter().copied());
            let mut fold = Fold::new(norm);
            fold.add(&line, norm);
            fold
        };
        local.lanes(Axis(axis)).into_iter().map(fold_of).collect()
    }

    /// The norm of an array of one axis, of whatever layout, on every rank.
    fn one_norm(&self, norm: Norm) -> Result<DistArray<T::Real>> {
        let x = self.try_settled()?;
        let mut fold = [Fold::new(norm)];
        x.space().for_each_counted(|range| fold[0].add(&x.as_slice()[range], norm));
        all_reduce_folds(x.space(), &mut fold);
        let result = match x.layout()?.mask() {
            Some(_) => Layout::unsafe_broadcast(self.comm(), &[])?.masked_like(x.layout()?),
            None => Layout::broadcast(self.comm(), &[])?,
        };
        Ok(DistArray::from_parts(result.into(), vec![fold[0].finish(norm)]))
    }
}

impl Layout {
    /// Whether what ranks have of the axis is all of it.
    fn has_whole(&self, axis: usize) -> bool {
        match self.partition() {
            Partition::Broadcast | Partition::UnsafeBroadcast => true,
            Partition::Grid(grid) => grid.shape()[axis] == 1,
            Partition::Chunks(_) => false,
        }
    }

    /// A layout in which ranks have the axis whole: of a grid those at its first coordinate.
    fn with_whole(&self, axis: usize) -> Result<Self> {
        let Partition::Grid(grid) = self.partition() else {
            return Self::scatter(self.comm(), self.shape(), usize::from(axis == 0));
        };
        let mut axes = grid.axes().to_vec();
        axes[axis] = AxisMap::Whole(self.shape()[axis]);
        let grid = ProcessGrid::from_parts(axes, first_coordinate(grid, axis));
        self.with_partition(self.shape(), Partition::Grid(grid))
    }

    /// The layout of what remains when this axis is reduced.
    fn without_axis(&self, axis: usize) -> Result<Self> {
        let mut shape = self.shape().to_vec();
        shape.remove(axis);
        let masked = self.mask().is_some();
        match self.partition() {
            Partition::Grid(grid) if self.axis() != Some(axis) => {
                let mut axes = grid.axes().to_vec();
                axes.remove(axis);
                let grid = ProcessGrid::from_parts(axes, first_coordinate(grid, axis));
                self.with_partition(&shape, Partition::Grid(grid))
            }
            Partition::Grid(_) if masked => self.with_partition(&shape, Partition::UnsafeBroadcast),
            Partition::UnsafeBroadcast => self.with_partition(&shape, Partition::UnsafeBroadcast),
            _ => self.with_partition(&shape, Partition::Broadcast),
        }
    }
}

/// The ranks at the first coordinate of an axis.
fn first_coordinate(grid: &ProcessGrid, axis: usize) -> Vec<usize> {
    let first = |&cell: &usize| grid.coordinate(cell, axis) == 0;
    (0..grid.ranks().len()).filter(first).map(|cell| grid.ranks()[cell]).collect()
}
