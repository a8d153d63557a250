//! Polynomials at given places.

use super::taken;
use super::weights::Weights;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, check_axis};
use crate::numbers::Scalar;
use crate::operators::Operator;

/// `y[…, k, …] = Σₙ x[…, n, …] tₖⁿ`: values at places tₖ of the polynomials whose coefficients lie along one axis, n = 0, 1, …, order.
///
/// Inverted, it fits polynomials to values, by least squares; values at other places are those of another `Regression`.
///
/// # Spaces
/// `X`: one array with order + 1 coefficients along the axis, replicated or on any grid: other axes are columns, a polynomial each. `Y`: the same with the
/// axis as long as the list of places, cut evenly where that of `X` is cut. Chunks and masks are refused. Real or complex; places are real.
///
/// # Communication
/// None where the axis is whole, as coefficients are where columns are cut. Where it is cut, one exchange, in which each rank gets all coefficients, or,
/// in the adjoint, a rank that has coefficients all values.
///
/// # Same bits
/// On any number of ranks and in any layout: each value is one sum on one rank, in ascending order of powers; of the adjoint, of places.
///
/// # Memory
/// A weight of 16 bytes for each place and power, twice.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::Regression, solvers::{Options, cgls}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let parabola = Regression::new(&[0.0, 1.0, 2.0, 3.0], 2).on(&layout)?;
/// let x = DistArray::from_global(&layout, &[1.0, -2.0, 0.5])?;
/// let y = &parabola * &x;
/// assert_eq!(y.as_slice(), [1.0, -0.5, -1.0, -0.5]);
/// let mut fitted = DistArray::zeros(&layout);
/// cgls(&parabola, &y, &mut fitted, &Options::default())?;
/// assert!((&fitted - &x).norm() < 1e-5);
/// # Ok::<(), lops::Error>(())
/// ```
/// More places than one rank is to have, and one polynomial, which every rank has: the places in blocks, which are shared out.
/// ```
/// use lops::operators::{Regression, VStack};
/// use lops::{DistArray, Layout, launch_threads};
///
/// launch_threads(3, |comm| {
///     let coefficients = Layout::replicated(&comm.alone(), &[2])?;
///     let block = |k: usize| Regression::new(&[2.0 * k as f64, 2.0 * k as f64 + 1.0], 1).on::<f64>(&coefficients);
///     let line = VStack::over(comm, 4, block)?;
///     let y = &line * &DistArray::from_global(line.domain().layout()?, &[1.0, 0.5])?;
///     assert_eq!(y.gather_all().as_slice(), Some(&[1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5][..]));
///     Ok(())
/// })
/// .unwrap();
/// # use lops::LinearOperator;
/// ```
///
/// # Source
/// Behaviour: pylops `Regression`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Regression {
    places: Vec<f64>,
    order: usize,
    axis: usize,
}

/// `y[…, k, …] = x[…, 0, …] + x[…, 1, …] tₖ`: values at places tₖ of lines, of which intercept and slope lie along one axis. It is the
/// [`Regression`] of order 1, in all else too.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::LinearRegression};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let line = LinearRegression::new(&[0.0, 1.0, 4.0]).on(&layout)?;
/// let y = &line * &DistArray::from_global(&layout, &[3.0, -0.5])?;
/// assert_eq!(y.as_slice(), [3.0, 2.5, 1.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops `LinearRegression`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct LinearRegression(Regression);

impl Regression {
    /// At these places, of polynomials of this order, with coefficients along axis 0.
    pub fn new(places: &[f64], order: usize) -> Self {
        Self { places: places.to_vec(), order, axis: 0 }
    }

    /// With coefficients along this axis.
    pub fn along(mut self, axis: usize) -> Self {
        self.axis = axis;
        self
    }

    /// The operator on arrays of this layout. All ranks call it with the same places; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Shape`] if it does not have order + 1 elements; [`ErrorKind::Parameter`] of a
    /// place of which a power is not finite; [`ErrorKind::Layout`] of chunks and masks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        self.named("Regression", layout)
    }

    fn named<T: Scalar>(self, kind: &str, layout: &Layout) -> Result<Operator<T>> {
        let Self { places, order, axis } = &self;
        let _operation = layout.comm().operation("Operator::on", format_args!("{kind} of {self:?}, {layout:#}"));
        check_axis(layout.shape(), *axis)?;
        if layout.shape()[*axis].checked_sub(1) != Some(*order) {
            let expected = format!("order + 1 on axis {axis}, with order {order}");
            return Err(Error::expected(ErrorKind::Shape, format!("coefficients of {kind}"), expected, layout));
        }
        let powers = |place: f64| {
            let powers = std::iter::successors(Some(1.0), move |power| Some(power * place));
            powers.take(order + 1).enumerate().collect::<Vec<_>>()
        };
        let rows: Vec<_> = places.iter().map(|&place| powers(place)).collect();
        if let Some(k) = rows.iter().position(|row| row.iter().any(|(_, power)| !power.is_finite())) {
            let what = format!("place {k} of {kind}");
            let expected = format!("one whose powers up to {order} are finite");
            return Err(Error::expected(ErrorKind::Parameter, what, expected, places[k]));
        }
        let name = format!("{kind}(order {order}, {} places, axis {axis})", places.len());
        taken::operator(name, &Weights::new(order + 1, rows), *axis, layout)
    }
}

impl LinearRegression {
    /// At these places, with intercept and slope along axis 0.
    pub fn new(places: &[f64]) -> Self {
        Self(Regression::new(places, 1))
    }

    /// With intercept and slope along this axis.
    pub fn along(self, axis: usize) -> Self {
        Self(self.0.along(axis))
    }

    /// The operator on arrays of this layout. All ranks call it with the same places; nothing is sent.
    ///
    /// # Errors
    /// Those of [`Regression::on`].
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        self.0.named("LinearRegression", layout)
    }
}
