//! Every line along an axis sorted by itself.

use super::order::Sortable;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Cut, Layout, Partition, Region, check_axis};
use crate::library::Index;
use crate::numbers::Element;
use ndarray::Axis;
use std::borrow::Cow;

impl<T: Sortable> DistArray<T> {
    /// Every line along an axis in ascending order (see [`Sortable`]), in the same layout. Stable.
    ///
    /// # Communication
    /// None where each rank has the axis whole. Otherwise one exchange gives the ranks whole lines, as even a
    /// share as the other axes can be cut into, and one more takes them back. Of fewer lines than ranks each
    /// is [sorted](Self::sort) by all ranks together, one after another, so that no rank has to hold a line.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Layout`] of stacks, and of masks where the
    /// axis is cut; those of [`redistribute`](Self::redistribute).
    ///
    /// # Example
    /// ```
    /// # use lops::{DistArray, Layout, launch_threads, ndarray::array};
    /// # launch_threads(2, |comm| {
    /// let x = DistArray::from_global(&Layout::scatter(comm, &[3, 2], 0)?, &array![[3, 1], [2, 5], [1, 0]])?;
    /// assert_eq!(x.sort_axis(0)?.gather_all(), array![[1, 0], [2, 1], [3, 5]].into_dyn());
    /// assert_eq!(x.argsort_axis(0)?.gather_all(), array![[2, 2], [1, 0], [0, 1]].into_dyn());
    /// # Ok(()) }).unwrap();
    /// ```
    pub fn sort_axis(&self, axis: usize) -> Result<Self> {
        let _operation = self.operation("sort_axis", format_args!(", axis {axis}"));
        let layout = self.layout_with_axis(axis)?;
        let Some(whole) = whole_lines(layout, axis)? else { return line_by_line(self, axis, Self::sort) };
        let mut x = if *layout == whole { self.clone() } else { self.redistribute(&whole)? };
        let mut line = vec![];
        for mut values in x.local_mut().lanes_mut(Axis(axis)) {
            if let Some(values) = values.as_slice_mut() {
                values.sort_by(T::order);
                continue;
            }
            line.clear();
            line.extend(values.iter().copied());
            line.sort_by(T::order);
            values.iter_mut().zip(&line).for_each(|(value, &sorted)| *value = sorted);
        }
        x.into_layout(layout)
    }

    /// Where in its line every element of the [sorted](Self::sort_axis) lines comes from. Equal elements keep
    /// their order.
    ///
    /// # Communication
    /// That of [`sort_axis`](Self::sort_axis); the way back with indices for elements.
    ///
    /// # Errors
    /// Those of [`sort_axis`](Self::sort_axis).
    pub fn argsort_axis(&self, axis: usize) -> Result<DistArray<usize>> {
        let _operation = self.operation("argsort_axis", format_args!(", axis {axis}"));
        let layout = self.layout_with_axis(axis)?;
        let Some(whole) = whole_lines(layout, axis)? else { return line_by_line(self, axis, Self::argsort) };
        let x = if *layout == whole { Cow::Borrowed(self) } else { Cow::Owned(self.redistribute(&whole)?) };
        let mut indices = DistArray::<usize>::zeros(&whole);
        let (mut line, mut order) = (Vec::<T>::new(), Vec::new());
        for (values, mut indices) in
            x.local().lanes(Axis(axis)).into_iter().zip(indices.local_mut().lanes_mut(Axis(axis)))
        {
            line.clear();
            line.extend(values.iter().copied());
            order.clear();
            order.extend(0..line.len());
            order.sort_by(|&i: &usize, &j| line[i].order(&line[j]));
            indices.iter_mut().zip(&order).for_each(|(index, &sorted)| *index = sorted);
        }
        indices.into_layout(layout)
    }
}

/// Sorts lines that are cut and fewer than ranks, each by all ranks.
fn line_by_line<T: Element, U: Element>(
    x: &DistArray<T>,
    axis: usize,
    sort: impl Fn(&DistArray<T>) -> Result<DistArray<U>>,
) -> Result<DistArray<U>> {
    let layout = x.layout()?;
    if layout.ndim() == 1 {
        return sort(x);
    }
    let mut sorted = DistArray::zeros(layout);
    let mut firsts = layout.shape().to_vec();
    firsts[axis] = firsts[axis].min(1);
    let mut lines = vec![];
    Region::whole(&firsts).for_each_index(|index| lines.push(index.to_vec()));
    for line in lines {
        let along = |(k, i): (usize, usize)| if k == axis { Index::from(..) } else { Index::from(i as isize) };
        let line: Vec<_> = line.into_iter().enumerate().map(along).collect();
        sorted.assign(&line, &sort(&x.slice(&line)?)?)?;
    }
    Ok(sorted)
}

/// A layout in which ranks have whole lines along the axis: the layout itself where they have; `None` where
/// there are fewer lines than ranks.
fn whole_lines(layout: &Layout, axis: usize) -> Result<Option<Layout>> {
    check_axis(layout.shape(), axis)?;
    let whole = match layout.partition() {
        Partition::Replicated | Partition::Unsynced => true,
        Partition::Grid(grid) => grid.axes()[axis].coordinates() == 1,
        Partition::Chunks(_) => false,
    };
    if whole && ascending(layout, axis) {
        return Ok(Some(layout.clone()));
    }
    if layout.mask().is_some() {
        let what = format!("masked layout of lines along axis {axis}");
        return Err(Error::expected(ErrorKind::Layout, what, "an axis that is not cut", layout));
    }
    let others = layout.shape().iter().enumerate().filter(|&(k, _)| k != axis).map(|(_, &n)| n);
    if layout.ndim() == 1 || layout.has_each_once() && others.product::<usize>() < layout.comm().size() {
        return Ok(None);
    }
    let cuts: Vec<_> = (0..layout.ndim()).map(|k| if k == axis { Cut::Whole } else { Cut::Block }).collect();
    Layout::grid(layout.comm(), layout.shape(), &cuts).map(Some)
}

/// Whether the indices of an axis that is whole lie in their order: a list may have them in any.
fn ascending(layout: &Layout, axis: usize) -> bool {
    let Partition::Grid(grid) = layout.partition() else { return true };
    grid.axes()[axis].set(0).as_range().is_some()
}
