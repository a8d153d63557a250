//! The gradient: the first derivatives along all axes, stacked.

use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::Operator;
use crate::operators::stencil::{Bands, Derivative, PerAxis, Stencil};

/// Gradient: the [first derivatives](crate::operators::FirstDerivative) along all axes, as a stack.
///
/// ```text
/// y = [∂x/∂a₀, ∂x/∂a₁, …]
/// ```
///
/// The input is read once for all derivatives; the adjoint, `x = Σₖ ∂ₖᴴ yₖ`, is one pass too.
///
/// An axis may have any length: a row is 0 where a row that its formula reads is not there. Of a section stored as
/// `[1, nx, nz]`, the derivative along axis 0 is 0.
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
/// let gradient = Gradient::new().stencil(Stencil::Forward).sampling(&[1.0, 0.5]).on::<f64>(&layout)?;
/// let x = DistArray::from_fn(&layout, |i| (3 * i[0] + i[1]) as f64);
/// let y = &gradient * &x;
/// assert_eq!(y.member(0).as_slice(), [3.0, 3.0, 0.0, 0.0]);
/// assert_eq!(y.member(1).as_slice(), [2.0, 0.0, 2.0, 0.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `MPIGradient` of pylops-mpi and `Gradient` of pylops.
#[derive(Clone, Debug, Default)]
#[must_use = "`on` makes the operator"]
pub struct Gradient {
    stencil: Stencil,
    sampling: PerAxis,
}

impl Gradient {
    /// Centered, 3 points, without edges, at steps 1.
    pub fn new() -> Self {
        Self::default()
    }

    /// Which rows the derivatives are computed from.
    pub fn stencil(mut self, stencil: Stencil) -> Self {
        self.stencil = stencil;
        self
    }

    /// The step of each axis, or one step for all.
    pub fn sampling(mut self, steps: &[f64]) -> Self {
        self.sampling = PerAxis::new(steps);
        self
    }

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if the array has no axis; [`ErrorKind::Shape`] if there is neither one
    /// step nor one for each axis; [`ErrorKind::Parameter`] if a step is 0 or not finite;
    /// [`ErrorKind::Layout`] if an axis is cut but not into blocks, and of chunks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { stencil, sampling } = self;
        let axes = layout.ndim();
        if axes == 0 {
            return Err(Error::expected(ErrorKind::Axis, "axes of a gradient", "at least one", 0));
        }
        let steps = sampling.of("sampling of a gradient", axes)?;
        let along = |(axis, &h): (usize, &f64)| Derivative::first(axis, stencil, h);
        let derivatives: Vec<_> = steps.iter().enumerate().map(along).collect();
        Bands::stack(format!("Gradient({stencil}, h {sampling})"), layout, &derivatives)
    }
}
