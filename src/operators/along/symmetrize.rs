//! An axis with its mirror image before it.

use super::taken;
use super::weights::Weights;
use crate::error::Result;
use crate::layout::{Layout, check_axis};
use crate::numbers::Scalar;
use crate::operators::Operator;

/// `y = […, x₂, x₁, x₀, x₁, x₂, …]` along one axis: its mirror image before it, the first sample once.
///
/// ```text
/// y[…, k, …] = x[…, |k − (n − 1)|, …],  k = 0 … 2n − 2
/// x[…, j, …] = y[…, n − 1 − j, …] + y[…, n − 1 + j, …],  j > 0;  x[…, 0, …] = y[…, n − 1, …]
/// ```
///
/// # Spaces
/// `X`: one array, replicated or on any grid, with n samples along the axis. `Y`: the same with 2n − 1 of them, cut evenly where the
/// axis of `X` is cut. Chunks and masks are refused. Real or complex.
///
/// # Communication
/// One exchange where the axis is cut, in which a rank gets each element that it needs of others once; otherwise none.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Symmetrize};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[3], 0)?;
///     let both_sides = Symmetrize::along(0).on(&layout)?;
///     let y = &both_sides * &DistArray::from_global(&layout, &[1.0, 2.0, 3.0])?;
///     assert_eq!(y.gather_all().as_slice(), Some(&[3.0, 2.0, 1.0, 2.0, 3.0][..]));
///     let x = both_sides.adjoint() * &y;
///     assert_eq!(x.gather_all().as_slice(), Some(&[1.0, 4.0, 6.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `Symmetrize`.
#[derive(Clone, Copy, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Symmetrize {
    axis: usize,
}

impl Symmetrize {
    /// Along this axis.
    pub fn along(axis: usize) -> Self {
        Self { axis }
    }

    /// The operator on arrays of this layout. All ranks call it; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if there is no such axis, [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks and
    /// masks, [`ErrorKind::Shape`](crate::ErrorKind::Shape) if the longer array has too many elements.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let axis = self.axis;
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        check_axis(layout.shape(), axis)?;
        let n = layout.shape()[axis];
        let places = (1..n).rev().chain(0..n);
        taken::operator(format!("Symmetrize(axis {axis})"), &Weights::places(n, places), axis, layout)
    }
}
