//! An axis that goes around.

use super::taken;
use super::weights::Weights;
use crate::error::Result;
use crate::layout::{Layout, check_axis};
use crate::numbers::Scalar;
use crate::operators::Operator;

/// `y[…, (k + s) mod n, …] = x[…, k, …]`: samples shifted along one axis towards its end by s of them; those that leave come in at
/// the front. The adjoint shifts back, which is the inverse. By fractions of a sample: [`Shift`](crate::operators::Shift).
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
/// use lops::{DistArray, Layout, launch_threads, operators::Roll};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let roll = Roll::by(-1).on(&layout)?;
///     let y = &roll * &DistArray::from_global(&layout, &[1.0, 2.0, 3.0, 4.0])?;
///     assert_eq!(y.gather_all().as_slice(), Some(&[2.0, 3.0, 4.0, 1.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `Roll`, NumPy's `roll`.
#[derive(Clone, Copy, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Roll {
    shift: isize,
    axis: usize,
}

impl Roll {
    /// By so many samples, towards the front if it is negative, as far around as it goes; along axis 0.
    pub fn by(shift: isize) -> Self {
        Self { shift, axis: 0 }
    }

    /// Along this axis.
    pub fn along(mut self, axis: usize) -> Self {
        self.axis = axis;
        self
    }

    /// The operator on arrays of this layout. All ranks call it; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if there is no such axis, [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks and
    /// masks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { shift, axis } = self;
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        check_axis(layout.shape(), axis)?;
        let n = layout.shape()[axis];
        let first = if n == 0 { 0 } else { (-(shift as i128)).rem_euclid(n as i128) as usize };
        let places = (first..n).chain(0..first);
        taken::operator(format!("Roll(axis {axis}, by {shift})"), &Weights::places(n, places), axis, layout)
    }
}
