//! The second derivative along an axis.

use super::{
    Operator,
    stencil::{Banded, Degree, Derivative, Stencil},
};
use crate::{Layout, Result, Scalar};

/// Second derivative along one axis, by finite differences at steps h.
///
/// ```text
/// forward     yᵢ = (xᵢ - 2 xᵢ₊₁ + xᵢ₊₂) / h²      yₙ₋₂ = yₙ₋₁ = 0
/// backward    yᵢ = (xᵢ₋₂ - 2 xᵢ₋₁ + xᵢ) / h²      y₀ = y₁ = 0
/// centered    yᵢ = (xᵢ₋₁ - 2 xᵢ + xᵢ₊₁) / h²      y₀ = yₙ₋₁ = 0
/// ```
///
/// With `edge`, the ends of a centered derivative are not 0 but `y₀ = (x₀ - 2 x₁ + x₂) / h²` and
/// `yₙ₋₁ = (xₙ₋₃ - 2 xₙ₋₂ + xₙ₋₁) / h²`.
///
/// # Spaces
/// `X = Y`: one array, replicated or on any grid on which the axis is whole or cut into blocks, the
/// other axes being cut as one likes. Cyclic and listed cuts of the axis are refused, and chunks. Real
/// or complex.
///
/// # Communication
/// Where the axis is cut: one message to each neighbour that needs rows of this rank
/// (2 rows one way for forward and backward, 1 row both ways for centered; with `edge`, up to 1 more
/// for an adjoint), which flies while the inside is computed. Otherwise none.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::SecondDerivative};
///
/// let layout = Layout::scatter(&Comm::solo(), &[4], 0)?;
/// let d = SecondDerivative::along(0).edge(true).on::<f64>(&layout)?;
/// let x = DistArray::from_fn(&layout, |i| (i[0] * i[0]) as f64);
/// assert_eq!((&d * &x).as_slice(), [2.0; 4]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `MPISecondDerivative` of pylops-mpi and `SecondDerivative` of pylops.
#[derive(Clone, Copy, Debug)]
#[must_use = "`on` makes the operator"]
pub struct SecondDerivative {
    axis: usize,
    kind: Stencil,
    edge: bool,
    sampling: f64,
}

impl SecondDerivative {
    /// Along this axis: centered, without edges, at steps 1.
    pub fn along(axis: usize) -> Self {
        Self { axis, kind: Stencil::Centered, edge: false, sampling: 1.0 }
    }

    /// Forward, backward or centered.
    pub fn kind(mut self, kind: Stencil) -> Self {
        self.kind = kind;
        self
    }

    /// Whether a centered derivative has values at the ends of the axis.
    pub fn edge(mut self, edge: bool) -> Self {
        self.edge = edge;
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
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if the axis has fewer than 3 rows.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { axis, kind, edge, sampling } = self;
        let edge_words = if edge { ", edge" } else { "" };
        let name = format!("SecondDerivative(axis {axis}, {kind}{edge_words}, h {sampling})");
        let derivative = Derivative { axis, kind, degree: Degree::Second { weight: 1.0 }, edge, sampling };
        Banded::sum(name, layout, &[derivative])
    }
}
