//! Convolution over several axes.

use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::Operator;
use crate::operators::stencil::ConvolutionND;
use ndarray::{ArrayD, ArrayView, Dimension};

/// Convolution with a filter h over one or more axes; outside the array there are zeros.
///
/// ```text
/// yₙ = Σₖ hₖ xₙ₋ₖ₊ₒ      n, k and o an index along each axis; o the place of the filter's sample 0
/// ```
///
/// The adjoint is the correlation with the conjugate of h, `xₙ = Σₖ h̄ₖ yₙ₊ₖ₋ₒ`. The filter may be longer than the axes.
///
/// # Spaces
/// `X = Y`: one array, replicated or on any grid on which the filter's axes are whole or cut into blocks, the other axes
/// being cut as one likes. Cyclic and listed cuts of the filter's axes are refused, and chunks. Real or complex.
///
/// # Communication
/// Where axes of the filter are cut: one message to each rank that needs cells of this one, corners among them (up to o rows
/// towards the front of an axis, up to as many as the filter has samples after its offset towards the back; the other way
/// round for the adjoint), which flies while the inside is computed. Otherwise none.
///
/// # Arithmetic
/// Taps are summed in one order; those that are 0 are left out. Where there are many (some hundreds), blocks of outputs that
/// begin at fixed places of the whole array are transformed instead: then errors are some units in the last place of the
/// largest of a block's outputs, a number that is not finite spreads over its block, and where axes are cut, what whole blocks
/// read is sent.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::ndarray::array;
/// use lops::{DistArray, Layout, launch_threads, operators::ConvolveND};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4, 3], 0)?;
///     let w = ConvolveND::new(&array![[1.0, 2.0], [3.0, 4.0]]).offset(&[0, 0]).on(&layout)?;
///     let spike = DistArray::from_fn(&layout, |i| f64::from(i == [1, 1]));
///     let y = (&w * &spike).gather_all();
///     assert_eq!(y, array![[0.0, 0.0, 0.0], [0.0, 1.0, 2.0], [0.0, 3.0, 4.0], [0.0, 0.0, 0.0]].into_dyn());
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `ConvolveND` and `Convolve2D` of pylops; their adjoints do not conjugate a complex filter, this one does.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct ConvolveND<T> {
    filter: ArrayD<T>,
    axes: Vec<usize>,
    offset: Vec<usize>,
}

impl<T: Scalar> ConvolveND<T> {
    /// With this filter, centred (its sample 0 is in the middle, of an even length the one behind it), over the first axes
    /// of the array, as many as it has.
    pub fn new<'a, D: Dimension>(filter: impl Into<ArrayView<'a, T, D>>) -> Self {
        let filter = filter.into().into_dyn().to_owned();
        let (axes, offset) = ((0..filter.ndim()).collect(), filter.shape().iter().map(|n| n / 2).collect());
        Self { filter, axes, offset }
    }

    /// Over these axes of the array, in the order of the filter's.
    pub fn along(mut self, axes: &[usize]) -> Self {
        self.axes = axes.to_vec();
        self
    }

    /// With sample 0 at this index of the filter.
    pub fn offset(mut self, offset: &[usize]) -> Self {
        self.offset = offset.to_vec();
        self
    }

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if there is no axis, no such axis, one twice, or not as many as the filter
    /// has; [`ErrorKind::Layout`](crate::ErrorKind::Layout) if one is cut but not into blocks, and of chunks;
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if the filter is empty, or the offset is not one number for each axis;
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if the offset is not in the filter, or a value of it is not
    /// finite.
    pub fn on(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { filter, axes, offset } = &self;
        let name = format!("ConvolveND(axes {axes:?}, {:?} taps, offset {offset:?})", filter.shape());
        ConvolutionND { filter: filter.view(), offset, axes }.on(layout, name)
    }
}
