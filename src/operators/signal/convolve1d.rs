//! Convolution along an axis.

use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::Operator;
use crate::operators::stencil::Convolution;

/// Convolution with a filter h along one axis; outside the array there are zeros.
///
/// ```text
/// yᵢ = Σₖ hₖ xᵢ₋ₖ₊ₒ      with o the offset, the place of the filter's sample of time 0
/// ```
///
/// The adjoint is the correlation with the conjugate of h, `xⱼ = Σₖ h̄ₖ yⱼ₊ₖ₋ₒ`. The filter may be
/// longer than the axis.
///
/// # Spaces
/// `X = Y`: one array, replicated or on any grid on which the axis is whole or cut into blocks, the
/// other axes being cut as one likes. Cyclic and listed cuts of the axis are refused, and chunks. Real
/// or complex.
///
/// # Communication
/// Where the axis is cut: one message to each rank that needs rows of this one (up to
/// o rows towards the front, up to as many as the filter has samples after its offset towards the back;
/// the other way round for the adjoint), which flies while the inside is computed. Otherwise none.
///
/// # Arithmetic
/// Taps are summed in one order, those of a symmetric real filter from both ends. From 128 taps on (where the axis has as
/// many rows), blocks of outputs that begin at fixed places of the whole axis are transformed instead: then errors are some units
/// in the last place of the largest of a block's outputs, a number that is not finite spreads over its block, and where the
/// axis is cut, whole blocks of rows are sent.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::Convolve1D};
///
/// let layout = Layout::scatter(&Comm::solo(), &[5], 0)?;
/// let w = Convolve1D::new(&[1.0, 2.0, 3.0], 1).along(0).on(&layout)?;
/// let spike = DistArray::from_fn(&layout, |i| f64::from(i[0] == 2));
/// assert_eq!((&w * &spike).as_slice(), [0.0, 1.0, 2.0, 3.0, 0.0]);
/// assert_eq!((&w.adjoint() * &spike).as_slice(), [0.0, 3.0, 2.0, 1.0, 0.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `Convolve1D` of pylops; its adjoint does not conjugate a complex filter, this one does.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Convolve1D<T> {
    filter: Vec<T>,
    offset: usize,
    axis: usize,
}

impl<T: Scalar> Convolve1D<T> {
    /// With this filter, whose sample of time 0 is at `offset`; along axis 0.
    pub fn new(filter: &[T], offset: usize) -> Self {
        Self { filter: filter.to_vec(), offset, axis: 0 }
    }

    /// Along this axis.
    pub fn along(mut self, axis: usize) -> Self {
        self.axis = axis;
        self
    }

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if there is no such axis;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) if it is cut but not into blocks, and of chunks;
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if the filter is empty;
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if the offset is not in the filter, or a
    /// value of it is not finite.
    pub fn on(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { filter, offset, axis } = self;
        let name = format!("Convolve1D(axis {axis}, {} taps, offset {offset})", filter.len());
        Convolution { taps: &filter, offset, axis, derivative: None }.on(layout, name)
    }
}
