//! Convolution along an axis with a filter that changes along it.

use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::Operator;
use crate::operators::stencil::Varying;
use ndarray::{Array2, ArrayView2};

/// Convolution along one axis with a filter that changes from row to row; outside the array there are zeros.
///
/// Filters are given at positions in equal steps. The filter of a row between two of them is their linear interpolation,
/// before the first and after the last it is that one.
///
/// ```text
/// yᵢ = Σⱼ hⱼ[i − j + r] xⱼ      |i − j| ≤ r, with hⱼ the filter at row j, of 2r + 1 samples
/// ```
///
/// So each row is spread out by its own filter, centred there. The adjoint gathers by it:
/// `xⱼ = Σᵢ h̄ⱼ[i − j + r] yᵢ`, with the conjugate of h. Filters may be longer than the axis.
///
/// # Spaces
/// `X = Y`: one array, replicated or on any grid on which the axis is whole or cut into blocks, the
/// other axes being cut as one likes. Cyclic and listed cuts of the axis are refused, and chunks. Real
/// or complex, and so are the filters.
///
/// # Communication
/// Where the axis is cut: one message to each rank that needs rows of this one (up to r rows both ways), which flies while
/// the inside is computed. Otherwise none.
///
/// # Same bits
/// On any number of ranks and in any layout: terms are added in the order of the rows.
///
/// # Example
/// ```
/// use lops::ndarray::array;
/// use lops::{Comm, DistArray, Layout, operators::NonStationaryConvolve1D};
///
/// let layout = Layout::scatter(&Comm::solo(), &[5], 0)?;
/// // From a spike at row 0 to a box at row 4.
/// let filters = array![[0.0, 1.0, 0.0], [1.0, 1.0, 1.0]];
/// let blur = NonStationaryConvolve1D::new(&filters, &[0, 4]).along(0).on(&layout)?;
/// let x = DistArray::from_fn(&layout, |i| f64::from(i[0] == 2));
/// assert_eq!((&blur * &x).as_slice(), [0.0, 0.5, 1.0, 0.5, 0.0]);
/// assert_eq!((&blur.adjoint() * &x).as_slice(), [0.0, 0.25, 1.0, 0.75, 0.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `MPINonStationaryConvolve1D` of pylops-mpi and `NonStationaryConvolve1D` of pylops, whose adjoint does not
/// conjugate complex filters; this one does.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct NonStationaryConvolve1D<T> {
    filters: Array2<T>,
    positions: Vec<usize>,
    axis: usize,
}

impl<T: Scalar> NonStationaryConvolve1D<T> {
    /// With these filters, the rows of a matrix, centred at these rows of the axis; along axis 0.
    pub fn new<'a>(filters: impl Into<ArrayView2<'a, T>>, positions: &[usize]) -> Self {
        Self { filters: filters.into().to_owned(), positions: positions.to_vec(), axis: 0 }
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
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if there is no filter, or not one for each position, or their length is
    /// even; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if the positions do not rise in equal steps or leave the
    /// axis, or a value of a filter is not finite.
    pub fn on(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { filters, positions, axis } = &self;
        let (number, taps) = filters.dim();
        let name = format!("NonStationaryConvolve1D(axis {axis}, {number} filters of {taps} taps)");
        Varying { filters: filters.view(), positions, axis: *axis }.on(layout, name)
    }
}
