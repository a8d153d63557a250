//! Axes in another order, every element on its rank.

use super::permuted_copy::{Walk, inverse};
use crate::array::DistArray;
use crate::error::Result;
use crate::layout::check_axis;
use crate::numbers::{Element, memory};

impl<T: Element> DistArray<T> {
    /// The array with its axes in another order: axis k of the result is axis `perm[k]` of this one.
    ///
    /// The layout follows: every rank keeps what it has, and axes stay cut as they were wherever they go;
    /// chunks are transposed one by one, in their mode. Local: one copy. (For an axis that is whole on
    /// every rank: [`redistribute`](Self::redistribute).)
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if `perm` does not name every axis once;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of a stack.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[4, 5, 2], 0)?, |i| 100 * i[0] + 10 * i[1] + i[2]);
    ///     let y = x.transpose(&[2, 0, 1])?;
    ///     assert_eq!(y.layout()?, &Layout::scatter(comm, &[2, 4, 5], 1)?);
    ///     assert_eq!(y.get(&[1, 3, 4])?, 341);
    ///     assert_eq!(y.swap_axes(0, 1)?.move_axis(2, 1)?, x);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy, `transpose`.
    #[doc(alias = "permuted_axes")]
    pub fn transpose(&self, perm: &[usize]) -> Result<Self> {
        let layout = self.layout()?;
        inverse(layout.ndim(), perm)?;
        let target = layout.transposed(perm)?;
        let mut data = memory::filled(target.local_len(), T::default());
        let mut at = 0;
        for region in &*layout.regions(layout.comm().rank()) {
            let walk = Walk::new(&region.shape(), perm);
            let block = at..at + walk.len;
            walk.run(&self.as_slice()[block.clone()], &mut data[block], |to, from| *to = from);
            at += walk.len;
        }
        Ok(Self::from_parts(target.into(), data))
    }

    /// The array with all axes in reverse order: `.T` in NumPy. Local: as [`transpose`](Self::transpose).
    ///
    /// # Errors
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of a stack.
    #[doc(alias = "T")]
    pub fn t(&self) -> Result<Self> {
        self.transpose(&(0..self.layout()?.ndim()).rev().collect::<Vec<_>>())
    }

    /// The array with two axes exchanged. Local: as [`transpose`](Self::transpose).
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if there is no such axis;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of a stack.
    #[doc(alias = "swapaxes")]
    pub fn swap_axes(&self, a: usize, b: usize) -> Result<Self> {
        let shape = self.layout()?.shape();
        check_axis(shape, a)?;
        check_axis(shape, b)?;
        let mut perm: Vec<_> = (0..shape.len()).collect();
        perm.swap(a, b);
        self.transpose(&perm)
    }

    /// The array with one axis moved to another place, the others staying in their order. Local: as
    /// [`transpose`](Self::transpose).
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if there is no such axis;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of a stack.
    #[doc(alias = "moveaxis")]
    pub fn move_axis(&self, from: usize, to: usize) -> Result<Self> {
        let shape = self.layout()?.shape();
        check_axis(shape, from)?;
        check_axis(shape, to)?;
        let mut perm: Vec<_> = (0..shape.len()).collect();
        perm.remove(from);
        perm.insert(to, from);
        self.transpose(&perm)
    }
}
