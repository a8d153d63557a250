//! Convolution over two or three axes with filters that change along them.

use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::Operator;
use crate::operators::stencil::VaryingND;
use ndarray::{ArrayD, ArrayView4, ArrayView6};

/// Convolution over two axes with a filter that changes from place to place; outside the array there are zeros.
///
/// Filters are given on a grid of places, in equal steps along each axis. The filter of a place between them is their
/// bilinear interpolation; outside the grid it is that of the nearest place on its border.
///
/// ```text
/// yᵢ = Σⱼ hⱼ[i − j + r] xⱼ      |i − j| ≤ r along both axes, with hⱼ the filter at j, of 2r + 1 samples
/// ```
///
/// So each number is spread out by its own filter, centred there: point spread functions. The adjoint gathers by it:
/// `xⱼ = Σᵢ h̄ⱼ[i − j + r] yᵢ`, with the conjugate of h. Filters may be longer than the axes.
///
/// # Spaces
/// `X = Y`: one array, replicated or on any grid on which the filters' axes are whole or cut into blocks, the other axes
/// being cut as one likes. Cyclic and listed cuts of the filters' axes are refused, and chunks. Real or complex, and so are
/// the filters.
///
/// # Communication
/// Where the filters' axes are cut: one message to each rank that needs cells of this one, corners among them (up to r rows
/// both ways along each axis), which flies while the inside is computed. Otherwise none.
///
/// # Same bits
/// On any number of ranks and in any layout: terms are added in one order.
///
/// # Example
/// ```
/// use lops::ndarray::Array4;
/// use lops::{DistArray, Layout, launch_threads, operators::NonStationaryConvolve2D};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[5, 6], 0)?;
///     // From spikes at row 0 to crosses at row 4, the same along the other axis.
///     let filters = Array4::from_shape_fn((2, 1, 3, 3), |(row, _, i, j)| {
///         let (center, cross) = (i == 1 && j == 1, i == 1 || j == 1);
///         f64::from(if row == 0 { center } else { cross })
///     });
///     let blur = NonStationaryConvolve2D::new(&filters, [&[0, 4], &[2]]).on(&layout)?;
///     let x = DistArray::from_fn(&layout, |i| f64::from(i == [2, 3]));
///     let y = &blur * &x;
///     assert_eq!([y.get(&[2, 3])?, y.get(&[1, 3])?, y.get(&[2, 4])?, y.get(&[1, 2])?], [1.0, 0.5, 0.5, 0.0]);
///     assert_eq!((blur.adjoint() * &x).get(&[1, 3])?, 0.25); // row 1 has its own filter
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `NonStationaryConvolve2D` of pylops, whose adjoint does not conjugate complex filters; this one does. There at
/// least two filters are needed along each axis; here one will do.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct NonStationaryConvolve2D<T>(Description<T>);

/// Convolution over three axes with a filter that changes from place to place: as [`NonStationaryConvolve2D`], with
/// trilinear interpolation.
///
/// # Example
/// ```
/// use lops::ndarray::Array6;
/// use lops::{DistArray, Layout, launch_threads, operators::NonStationaryConvolve3D};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4, 5, 6], 0)?;
///     let filters = Array6::from_shape_fn((2, 1, 2, 1, 1, 1), |(i, _, k, ..)| (10 * i + k) as f64);
///     let scale = NonStationaryConvolve3D::new(&filters, [&[0, 2], &[0], &[1, 5]]).on(&layout)?;
///     let y = &scale * &DistArray::full(&layout, 1.0);
///     assert_eq!(y.get(&[1, 3, 2])?, 5.25);
///     assert_eq!(y.get(&[3, 0, 0])?, 10.0);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `NonStationaryConvolve3D` of pylops, with the differences of [`NonStationaryConvolve2D`].
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct NonStationaryConvolve3D<T>(Description<T>);

#[derive(Clone, Debug)]
struct Description<T> {
    filters: ArrayD<T>,
    positions: Vec<Vec<usize>>,
    axes: Vec<usize>,
}

impl<T: Scalar> Description<T> {
    fn new(filters: ArrayD<T>, positions: &[&[usize]]) -> Self {
        let axes = (0..positions.len()).collect();
        Self { filters, positions: positions.iter().map(|positions| positions.to_vec()).collect(), axes }
    }

    fn on(&self, layout: &Layout) -> Result<Operator<T>> {
        let Self { filters, positions, axes } = self;
        let (numbers, lengths) = filters.shape().split_at(positions.len());
        let name = format!(
            "NonStationaryConvolve{}D(axes {axes:?}, {numbers:?} filters of {lengths:?} taps)",
            positions.len()
        );
        VaryingND { filters: filters.view(), positions, axes }.on(layout, name)
    }
}

impl<T: Scalar> NonStationaryConvolve2D<T> {
    /// With these filters, `[along the first axis, along the second one, samples, samples]`, centred at these places of
    /// both axes; over axes 0 and 1.
    pub fn new<'a>(filters: impl Into<ArrayView4<'a, T>>, positions: [&[usize]; 2]) -> Self {
        Self(Description::new(filters.into().to_owned().into_dyn(), &positions))
    }

    /// Over these axes.
    pub fn along(mut self, axes: [usize; 2]) -> Self {
        self.0.axes = axes.to_vec();
        self
    }

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if there is no such axis, or one twice;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) if one is cut but not into blocks, and of chunks;
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if along an axis there is no filter, or not one for each position, or
    /// filters have an even length; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if the positions along an axis do
    /// not rise in equal steps or leave it, or a value of a filter, or twice it, is not finite.
    pub fn on(self, layout: &Layout) -> Result<Operator<T>> {
        self.0.on(layout)
    }
}

impl<T: Scalar> NonStationaryConvolve3D<T> {
    /// With these filters, `[along the first axis, second, third, samples, samples, samples]`, centred at these places of
    /// the axes; over axes 0, 1 and 2.
    pub fn new<'a>(filters: impl Into<ArrayView6<'a, T>>, positions: [&[usize]; 3]) -> Self {
        Self(Description::new(filters.into().to_owned().into_dyn(), &positions))
    }

    /// Over these axes.
    pub fn along(mut self, axes: [usize; 3]) -> Self {
        self.0.axes = axes.to_vec();
        self
    }

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// Those of [`NonStationaryConvolve2D::on`].
    pub fn on(self, layout: &Layout) -> Result<Operator<T>> {
        self.0.on(layout)
    }
}
