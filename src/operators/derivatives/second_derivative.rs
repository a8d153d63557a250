//! The second derivative along an axis.

use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::Operator;
use crate::operators::stencil::{Bands, Derivative, Stencil};

/// Second derivative along one axis, by finite differences at steps h.
///
/// ```text
/// forward               yᵢ = (xᵢ - 2 xᵢ₊₁ + xᵢ₊₂) / h²                                  yₙ₋₂ = yₙ₋₁ = 0
/// backward              yᵢ = (xᵢ₋₂ - 2 xᵢ₋₁ + xᵢ) / h²                                  y₀ = y₁ = 0
/// centered, 3 points    yᵢ = (xᵢ₋₁ - 2 xᵢ + xᵢ₊₁) / h²                                  y₀ = yₙ₋₁ = 0
/// centered, 5 points    yᵢ = (-xᵢ₋₂ + 16 xᵢ₋₁ - 30 xᵢ + 16 xᵢ₊₁ - xᵢ₊₂) / 12h²          y₀ = y₁ = yₙ₋₂ = yₙ₋₁ = 0
/// ```
///
/// With `edge`, the rows at the ends of a centered derivative are not 0 but `y₀ = (x₀ - 2 x₁ + x₂) / h²`,
/// of 5 points also `y₁ = (x₀ - 2 x₁ + x₂) / h²`, and their mirror images.
///
/// # Spaces
/// `X = Y`: one array, replicated or on any grid on which the axis is whole or cut into blocks, the
/// other axes being cut as one likes. Cyclic and listed cuts of the axis are refused, and chunks. Real
/// or complex.
///
/// # Communication
/// Where the axis is cut: one message to each neighbour that needs rows of this rank
/// (2 rows one way for forward and backward, 1 or 2 rows both ways for centered of 3 and 5 points; with
/// `edge`, up to 1 more for an adjoint), which flies while the inside is computed. Otherwise none.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::{Points, SecondDerivative, Stencil}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[4], 0)?;
/// let to_the_ends = Stencil::Centered { points: Points::Three, edge: true };
/// let d = SecondDerivative::along(0).stencil(to_the_ends).on::<f64>(&layout)?;
/// let x = DistArray::from_fn(&layout, |i| (i[0] * i[0]) as f64);
/// assert_eq!((&d * &x).as_slice(), [2.0; 4]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `MPISecondDerivative` of pylops-mpi and `SecondDerivative` of pylops. Formula of 5 points, which they
/// do not have: Fornberg, Math. Comp. 51 (1988), Table 1.
#[derive(Clone, Copy, Debug)]
#[must_use = "`on` makes the operator"]
pub struct SecondDerivative {
    axis: usize,
    stencil: Stencil,
    sampling: f64,
}

impl SecondDerivative {
    /// Along this axis: centered, 3 points, without edges, at steps 1.
    pub fn along(axis: usize) -> Self {
        Self { axis, stencil: Stencil::default(), sampling: 1.0 }
    }

    /// Which rows it is computed from.
    pub fn stencil(mut self, stencil: Stencil) -> Self {
        self.stencil = stencil;
        self
    }

    /// The step h.
    pub fn sampling(mut self, h: f64) -> Self {
        self.sampling = h;
        self
    }

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if there is no such axis;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) if it is cut but not into blocks, and of chunks;
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if h is 0 or not finite;
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if the axis is shorter than the formula
    /// (3 rows; centered of 5 points, 5).
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { axis, stencil, sampling } = self;
        let derivative = Derivative::second(axis, stencil, sampling);
        derivative.check_length(layout)?;
        Bands::sum(format!("SecondDerivative(axis {axis}, {stencil}, h {sampling})"), layout, &[derivative])
    }
}
