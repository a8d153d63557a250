//! Indices picked along one axis, axes added and left out: slices by other names.

use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::check_axis;
use crate::library::Index;
use crate::numbers::Element;

impl<T: Element> DistArray<T> {
    /// These indices of an axis, in this order, each as often as it stands; negative ones count from the
    /// end. Local: every rank keeps what it holds of them, as [`slice`](Self::slice) by a list.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis or index; [`ErrorKind::Layout`] of a stack.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(2, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[4, 2], 0)?, |i| 10 * i[0] + i[1]);
    ///     let y = x.take(&[3, -1, 0], 0)?;
    ///     assert_eq!(y.gather_all().into_raw_vec_and_offset().0, [30, 31, 30, 31, 0, 1]);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy, `take`.
    pub fn take<I: TryInto<isize> + Copy>(&self, indices: &[I], axis: usize) -> Result<Self> {
        self.layout_with_axis(axis)?;
        let mut index = vec![Index::from(..); axis];
        index.push(Index::list(indices.iter().copied()));
        self.slice(&index)
    }

    /// The array with an axis of length 1 more, before the given one or behind all. Local: copies.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if the axis is beyond the number of axes; [`ErrorKind::Layout`] of a stack.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout};
    ///
    /// let x = DistArray::<f64>::zeros(Layout::scatter(&Comm::solo(), &[3, 2], 0)?);
    /// assert_eq!(x.expand_dims(1)?.shape(), [3, 1, 2]);
    /// assert_eq!(x.expand_dims(1)?.squeeze(&[1])?, x);
    /// # Ok::<(), lops::Error>(())
    /// ```
    ///
    /// # Source
    /// NumPy, `expand_dims`.
    pub fn expand_dims(&self, axis: usize) -> Result<Self> {
        let ndim = self.layout()?.ndim();
        if axis > ndim {
            return Err(Error::expected(ErrorKind::Axis, "new axis", format!("at most {ndim}"), axis));
        }
        let mut index = vec![Index::from(..); axis];
        index.push(Index::NewAxis);
        self.slice(&index)
    }

    /// The array without these axes of length 1. Local: copies; of an axis that is cut the result stays on
    /// the ranks that hold its one index.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Shape`] if its length is not 1;
    /// [`ErrorKind::Layout`] of a stack.
    ///
    /// # Source
    /// NumPy, `squeeze` with axes.
    pub fn squeeze(&self, axes: &[usize]) -> Result<Self> {
        let shape = self.layout()?.shape();
        let mut index = vec![Index::from(..); shape.len()];
        for &axis in axes {
            check_axis(shape, axis)?;
            if shape[axis] != 1 {
                let what = format!("length of axis {axis}, to be squeezed, of shape {shape:?}");
                return Err(Error::expected(ErrorKind::Shape, what, 1, shape[axis]));
            }
            index[axis] = Index::from(0);
        }
        self.slice(&index)
    }
}
