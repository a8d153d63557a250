//! An axis in the other direction.

use super::taken;
use super::weights::Weights;
use crate::error::Result;
use crate::layout::{Layout, check_axis};
use crate::numbers::Scalar;
use crate::operators::Operator;

/// `y[…, k, …] = x[…, n − 1 − k, …]`: one axis of n in the other direction. It is its own adjoint, and its own inverse.
///
/// # Spaces
/// `X = Y`: one array, replicated or on any grid. Chunks and masks are refused. Real or complex.
///
/// # Communication
/// One exchange where the axis is cut, in which each element that changes its rank is sent once; otherwise none.
///
/// # Same bits
/// On any number of ranks and in any layout: nothing is computed.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Flip};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[3], 0)?;
///     let flip = Flip::along(0).on(&layout)?;
///     let y = &flip * &DistArray::from_global(&layout, &[1.0, 2.0, 3.0])?;
///     assert_eq!(y.gather_all().as_slice(), Some(&[3.0, 2.0, 1.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `Flip`.
#[derive(Clone, Copy, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Flip {
    axis: usize,
}

impl Flip {
    /// Along this axis.
    pub fn along(axis: usize) -> Self {
        Self { axis }
    }

    /// The operator on arrays of this layout. All ranks call it; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if there is no such axis, [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks and
    /// masks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let axis = self.axis;
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        check_axis(layout.shape(), axis)?;
        let n = layout.shape()[axis];
        taken::operator(format!("Flip(axis {axis})"), &Weights::places(n, (0..n).rev()), axis, layout)
    }
}
