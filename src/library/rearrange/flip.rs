//! Axes backwards.

use super::mosaic::{AxisPiece, put_pieces};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::check_axis;
use crate::library::Index;
use crate::numbers::Element;

impl<T: Element> DistArray<T> {
    /// The array with these axes backwards, in its own layout.
    ///
    /// To leave every element on its rank instead, with the order of ranks turned, take the slice
    /// `index![..;-1]`.
    ///
    /// # Communication
    /// One exchange, in which each element that changes its rank is sent once: none where the axes are whole.
    /// Of chunks two more, to an even cut of the first axis and back.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis, or one is named twice; [`ErrorKind::Layout`] of a stack.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[4], 0)?, |i| i[0]);
    ///     let y = x.flip(&[0])?;
    ///     assert_eq!(y.gather_all().as_slice().unwrap(), [3, 2, 1, 0]);
    ///     assert_eq!(y.layout()?, x.layout()?);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy, `flip`.
    pub fn flip(&self, axes: &[usize]) -> Result<Self> {
        let _operation = self.operation("flip", format_args!(", axes {axes:?}"));
        let layout = self.layout()?;
        for (k, &axis) in axes.iter().enumerate() {
            check_axis(layout.shape(), axis)?;
            if axes[..k].contains(&axis) {
                return Err(Error::expected(ErrorKind::Axis, "axes to flip", "each once", format!("{axes:?}")));
            }
        }
        let step = |axis: usize| if axes.contains(&axis) { -1 } else { 1 };
        let pieces: Vec<_> =
            (0..layout.ndim()).map(|axis| vec![AxisPiece { at: 0, index: Index::stepped(.., step(axis)) }]).collect();
        self.rearranged(&pieces)
    }

    /// Pieces of the array that together are one of the same shape, in its layout.
    pub(super) fn rearranged(&self, pieces: &[Vec<AxisPiece>]) -> Result<Self> {
        let layout = self.layout()?;
        let mut result = Self::zeros(super::result_layout::recut(layout, layout.shape())?);
        put_pieces(self, pieces, &mut result)?;
        if layout.chunks().is_some() { result.redistribute(layout) } else { Ok(result) }
    }
}
