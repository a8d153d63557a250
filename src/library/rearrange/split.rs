//! An array in several parts, each where it was.

use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Bounds;
use crate::library::Index;
use crate::numbers::Element;

impl<T: Element> DistArray<T> {
    /// The array in so many equal parts along an axis. Local: each part stays on the ranks that hold it, as
    /// [`slice`](Self::slice) leaves it. ([`redistribute_axis`](Self::redistribute_axis) cuts a part anew;
    /// [`view`](Self::view) looks into one without copying.)
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if the number of parts is 0 or does not divide the axis; otherwise those of
    /// [`split_at`](Self::split_at).
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(2, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[6, 2], 0)?, |i| i[0]);
    ///     let parts = x.split(3, 0)?;
    ///     assert_eq!(parts.iter().map(|part| part.sum()).collect::<Vec<_>>(), [2, 10, 18]);
    ///     assert!(x.split(4, 0).is_err());
    ///     assert_eq!(x.array_split(4, 0)?[3].shape(), [1, 2]); // 2, 2, 1, 1 rows
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy, `split` with a number.
    pub fn split(&self, parts: usize, axis: usize) -> Result<Vec<Self>> {
        let n = self.layout_with_axis(axis)?.shape()[axis];
        if parts == 0 || !n.is_multiple_of(parts) {
            let what = format!("number of equal parts of axis {axis} of length {n}");
            return Err(Error::expected(ErrorKind::Parameter, what, "one that divides it", parts));
        }
        self.array_split(parts, axis)
    }

    /// The array in so many parts along an axis, of which the first `n mod parts` are one longer. Local: as
    /// [`split`](Self::split).
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] for no parts; otherwise those of [`split_at`](Self::split_at).
    ///
    /// # Source
    /// NumPy, `array_split` with a number.
    pub fn array_split(&self, parts: usize, axis: usize) -> Result<Vec<Self>> {
        let n = self.layout_with_axis(axis)?.shape()[axis];
        if parts == 0 {
            return Err(Error::expected(ErrorKind::Parameter, "number of parts", "at least 1", 0));
        }
        self.split_at(&Bounds::even(n, parts).iter().take(parts).skip(1).collect::<Vec<_>>(), axis)
    }

    /// The array in parts that end before these indices of an axis; the last one ends with it. Bounds beyond
    /// the axis are its end, and a part whose bounds descend is empty. Local: as [`split`](Self::split).
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Layout`] of a stack.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout};
    ///
    /// let x = DistArray::from_fn(&Layout::scatter(&Comm::solo(), &[5], 0)?, |i| i[0]);
    /// let parts = x.split_at(&[1, 4], 0)?;
    /// assert_eq!([parts[0].as_slice(), parts[1].as_slice(), parts[2].as_slice()], [&[0][..], &[1, 2, 3], &[4]]);
    /// # Ok::<(), lops::Error>(())
    /// ```
    ///
    /// # Source
    /// NumPy, `split` with indices.
    pub fn split_at(&self, bounds: &[usize], axis: usize) -> Result<Vec<Self>> {
        let n = self.layout_with_axis(axis)?.shape()[axis];
        let mut parts = Vec::with_capacity(bounds.len() + 1);
        let mut start = 0;
        for &bound in bounds.iter().chain([&n]) {
            let end = bound.min(n);
            let mut index = vec![Index::from(..); axis];
            index.push(Index::from(start..end.max(start)));
            parts.push(self.slice(&index)?);
            start = end;
        }
        Ok(parts)
    }
}
