//! Arrays of one axis sorted over all ranks: sorted parts, exact splitters, one exchange.

use super::order::Sortable;
use super::splitters::{Ties, cuts};
use crate::array::DistArray;
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::{Element, memory};
use std::borrow::Cow;

impl<T: Sortable> DistArray<T> {
    /// The elements of an array of one axis in ascending order (see [`Sortable`]), in the same layout.
    ///
    /// The sort is stable: −0 and 0, and NaN of several kinds, stay in the order in which they were. Every
    /// rank sorts what it has; then splitters are found that give every rank exactly its share, however many
    /// elements are equal, and the parts are exchanged and merged.
    ///
    /// # Communication
    /// Of a replicated array none. Otherwise, on P ranks: two all-reduces of 8 bytes; at most
    /// ⌈b/4⌉ + ⌈(⌈log₂ P⌉ + ⌈log₂ (m + 1)⌉)/4⌉ (for complex numbers 1 + 2⌈b/4⌉ + …) all-reduces of at most
    /// 120 (P − 1) bytes, where b is the number of bits of a real number and m the greatest number of
    /// elements on a rank; and two all-to-alls, in which each element is sent at most once, and 8 bytes for
    /// each pair of ranks. An array that is not scattered is redistributed before and after.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the array does not have one axis ([`sort_axis`](Self::sort_axis) takes any);
    /// [`ErrorKind::Layout`] of stacks, and of masks unless the array is replicated; those of
    /// [`redistribute`](Self::redistribute).
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_global(&Layout::scatter(comm, &[7], 0)?, &[3., 1., 4., 1., 5., f64::NAN, 2.])?;
    ///     let sorted = x.sort()?.gather_all();
    ///     assert_eq!(sorted.as_slice().map(|x| &x[..6]), Some(&[1., 1., 2., 3., 4., 5.][..]));
    ///     assert_eq!(x.argsort()?.gather_all().as_slice(), Some(&[1, 3, 6, 0, 2, 4, 5][..]));
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// Splitters by counting: Solomonik and Kalé, *Highly scalable parallel sorting* (IPDPS 2010); order and
    /// stability: NumPy's `sort(kind="stable")`.
    pub fn sort(&self) -> Result<Self> {
        let _operation = self.operation("sort", format_args!(""));
        let layout = self.line_layout("array to sort")?;
        if layout.is_replicated() {
            return Ok(Self::from_parts(layout.into(), T::sorted(self.as_slice().to_vec())));
        }
        let x = self.in_order()?;
        let line = x.layout()?.clone();
        let mut sorted = T::sorted(x.into_owned().into_vec());
        if line.comm().size() > 1 {
            let route = Route::new(line.comm(), &cuts(line.comm(), &sorted, &ends(&line), Ties::Divided), sorted.len());
            sorted = T::sorted(route.run(&sorted)); // runs of all ranks in their order: merges them
        }
        DistArray::from_parts(line.into(), sorted).into_layout(layout)
    }

    /// Where in the array the elements of the [sorted](Self::sort) one come from: index k of the result is
    /// that of the k-th element in ascending order. Equal elements keep their order.
    ///
    /// # Communication
    /// That of [`sort`](Self::sort), and an all-to-all more: an index goes with each element.
    ///
    /// # Errors
    /// Those of [`sort`](Self::sort).
    pub fn argsort(&self) -> Result<DistArray<usize>> {
        let _operation = self.operation("argsort", format_args!(""));
        let layout = self.line_layout("array to sort")?;
        if layout.is_replicated() {
            let indices = ordered(self.as_slice(), 0..self.size());
            return Ok(DistArray::from_parts(layout.into(), indices));
        }
        let x = self.in_order()?;
        let line = x.layout()?.clone();
        let first = line.range(line.comm().rank()).start;
        let mut indices = ordered(x.as_slice(), first..);
        if line.comm().size() > 1 {
            let values: Vec<_> = indices.iter().map(|&index| x.as_slice()[index - first]).collect();
            drop(x);
            let route = Route::new(line.comm(), &cuts(line.comm(), &values, &ends(&line), Ties::Divided), values.len());
            let values = route.run(&values);
            indices = ordered(&values, route.run(&indices)); // merges the runs of all ranks
        }
        DistArray::from_parts(line.into(), indices).into_layout(layout)
    }

    /// The layout, if it is one that can be put into order.
    pub(super) fn line_layout(&self, what: &str) -> Result<&Layout> {
        let layout = self.layout()?;
        if layout.ndim() != 1 {
            return Err(Error::expected(ErrorKind::Shape, what, "one axis", format!("shape {:?}", layout.shape())));
        }
        if layout.mask().is_some() && !layout.is_replicated() {
            return Err(Error::expected(ErrorKind::Layout, what, "no mask", layout));
        }
        Ok(layout)
    }
}

impl<T: Element> DistArray<T> {
    /// An array of one axis whose parts lie on the ranks in their order: itself, or moved there.
    pub(super) fn in_order(&self) -> Result<Cow<'_, Self>> {
        let layout = self.layout()?;
        if layout.axis() == Some(0) {
            return Ok(Cow::Borrowed(self));
        }
        Ok(Cow::Owned(self.redistribute(&Layout::scatter(layout.comm(), layout.shape(), 0)?)?))
    }

    /// The array in this layout, moved where it is another one.
    pub(super) fn into_layout(self, layout: &Layout) -> Result<Self> {
        if self.layout()? == layout { Ok(self) } else { self.redistribute(layout) }
    }
}

/// The indices of these values in the order of the values, equal ones ascending.
fn ordered<T: Sortable>(values: &[T], indices: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut pairs: Vec<_> = values.iter().map(|x| x.rank()).zip(indices).collect();
    pairs.sort(); // not `sort_unstable`, which does not merge runs
    pairs.into_iter().map(|(_, index)| index).collect()
}

/// Where the parts of all ranks but the last one end.
fn ends(line: &Layout) -> Vec<usize> {
    (0..line.comm().size() - 1).map(|rank| line.range(rank).end).collect()
}

/// Which part of a buffer goes to which rank.
pub(super) struct Route {
    comm: Comm,
    sends: Vec<usize>,
    receives: Vec<usize>,
}

impl Route {
    /// Of a buffer of this length that is cut here, one part for each rank.
    ///
    /// # Communication
    /// One all-to-all of 8 bytes for each pair of ranks.
    pub(super) fn new(comm: &Comm, cuts: &[usize], length: usize) -> Self {
        let mut from = 0;
        let part = |&to: &usize| to - std::mem::replace(&mut from, to);
        Self::of(comm, cuts.iter().chain(&[length]).map(part).collect())
    }

    /// Of parts of these lengths.
    ///
    /// # Communication
    /// As [`new`](Self::new).
    pub(super) fn of(comm: &Comm, sends: Vec<usize>) -> Self {
        let (ones, mut receives) = (vec![1; comm.size()], vec![0; comm.size()]);
        comm.all_to_all_into(&sends, &ones, &mut receives, &ones);
        Self { comm: comm.clone(), sends, receives }
    }

    /// The parts that this rank gets, in the order of ranks.
    ///
    /// # Communication
    /// One all-to-all.
    pub(super) fn run<T: Element>(&self, values: &[T]) -> Vec<T> {
        let mut received = memory::filled(self.receives.iter().sum(), T::default());
        self.comm.all_to_all_into(values, &self.sends, &mut received, &self.receives);
        received
    }

    /// Answers to what this rank got, each to the rank that it came from, in the order in which it was sent.
    ///
    /// # Communication
    /// One all-to-all.
    pub(super) fn back<T: Element>(&self, answers: &[T]) -> Vec<T> {
        let mut received = memory::filled(self.sends.iter().sum(), T::default());
        self.comm.all_to_all_into(answers, &self.receives, &mut received, &self.sends);
        received
    }
}
