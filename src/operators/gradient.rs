//! The gradient: the first derivatives along all axes, stacked.

use super::{
    Operator,
    stencil::{Banded, Degree, Derivative, Stencil},
};
use crate::{Error, ErrorKind, Layout, Result, Scalar};

/// Gradient: the [first derivatives](super::FirstDerivative) along all axes, as a stack.
///
/// ```text
/// y = [∂x/∂a₀, ∂x/∂a₁, …]
/// ```
///
/// The input is read once for all derivatives; the adjoint, `x = Σₖ ∂ₖᴴ yₖ`, is one pass too.
///
/// # Spaces
/// `X`: one array, replicated or cut into blocks along any axes. `Y`: a stack of as many of them as
/// axes. Cyclic and listed cuts are refused, and chunks. Real or complex.
///
/// # Communication
/// That of the first derivatives along the axes that are cut, in both directions, in one exchange: one
/// message to each neighbour that needs rows of this rank, none across corners. None where the array is
/// replicated.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::{Gradient, Stencil}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2, 2], 0)?;
/// let gradient = Gradient::new().kind(Stencil::Forward).sampling(&[1.0, 0.5]).on::<f64>(&layout)?;
/// let x = DistArray::from_fn(&layout, |i| (3 * i[0] + i[1]) as f64);
/// let y = &gradient * &x;
/// assert_eq!(y.member(0).as_slice(), [3.0, 3.0, 0.0, 0.0]);
/// assert_eq!(y.member(1).as_slice(), [2.0, 0.0, 2.0, 0.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `MPIGradient` of pylops-mpi and `Gradient` of pylops.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Gradient {
    kind: Stencil,
    edge: bool,
    sampling: Vec<f64>,
}

impl Default for Gradient {
    fn default() -> Self {
        Self::new()
    }
}

impl Gradient {
    /// Centered, of order 3, without edges, at steps 1.
    pub fn new() -> Self {
        Self { kind: Stencil::Centered, edge: false, sampling: vec![1.0] }
    }

    /// Forward, backward or centered.
    pub fn kind(mut self, kind: Stencil) -> Self {
        self.kind = kind;
        self
    }

    /// Whether centered derivatives have values at the ends of the axes.
    pub fn edge(mut self, edge: bool) -> Self {
        self.edge = edge;
        self
    }

    /// The step of each axis, or one step for all.
    pub fn sampling(mut self, steps: &[f64]) -> Self {
        self.sampling = steps.to_vec();
        self
    }

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if the array has no axis; [`ErrorKind::Shape`] if there is neither one
    /// step nor one for each axis, or an axis is shorter than the stencil (2 rows; centered 3);
    /// [`ErrorKind::Parameter`] if a step is 0 or not finite; [`ErrorKind::Layout`] if an axis is cut
    /// but not into blocks, and of chunks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { kind, edge, sampling } = self;
        let axes = layout.ndim();
        if axes == 0 {
            return Err(Error::expected(ErrorKind::Axis, "axes of a gradient", "at least one", 0));
        }
        if sampling.len() != 1 && sampling.len() != axes {
            let expected = format!("1, or {axes}, one for each axis");
            return Err(Error::expected(ErrorKind::Shape, "sampling of a gradient", expected, sampling.len()));
        }
        let edge_words = if edge { ", edge" } else { "" };
        let name = format!("Gradient({kind}{edge_words}, h {sampling:?})");
        let step = |axis: usize| sampling[if sampling.len() == 1 { 0 } else { axis }];
        let derivative =
            |axis| Derivative { axis, kind, degree: Degree::First { order: 3 }, edge, sampling: step(axis) };
        Banded::stack(name, layout, &(0..axes).map(derivative).collect::<Vec<_>>())
    }
}
