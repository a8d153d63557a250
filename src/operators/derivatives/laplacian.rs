//! The Laplacian: a weighted sum of second derivatives.

use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::Operator;
use crate::operators::stencil::{Bands, Derivative, PerAxis, Stencil};

/// Laplacian over some axes, a weighted sum of [second derivatives](crate::operators::SecondDerivative).
///
/// ```text
/// y = Σₖ wₖ ∂²x / ∂aₖ²
/// ```
///
/// An axis named twice counts twice. All axes are done in one pass over memory.
///
/// An axis may have any length: a term is 0 where a row that its formula reads is not there. Of a section stored as
/// `[1, nx, nz]`, axis 0 adds nothing.
///
/// # Spaces
/// `X = Y`: one array, replicated or on any grid on which these axes are whole or cut into blocks, the
/// others being cut as one likes. Cyclic and listed cuts of these axes are refused, and chunks. Real or
/// complex.
///
/// # Communication
/// That of the second derivatives along those of the axes that are cut, in one exchange: one message to
/// each neighbour that needs rows of this rank, none across corners. None where none of them is cut.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::Laplacian};
///
/// let layout = Layout::scatter(&Comm::solo(), &[5, 5], 0)?;
/// let laplacian = Laplacian::over(&[0, 1]).weights(&[1.0, 3.0]).on::<f64>(&layout)?;
/// let spike = DistArray::from_fn(&layout, |i| f64::from(i[0] == 2 && i[1] == 2));
/// assert_eq!((&laplacian * &spike).as_slice()[10..15], [0.0, 3.0, -8.0, 3.0, 0.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `MPILaplacian` of pylops-mpi and `Laplacian` of pylops.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Laplacian {
    axes: Vec<usize>,
    weights: PerAxis,
    sampling: PerAxis,
    stencil: Stencil,
}

impl Laplacian {
    /// Over these axes: centered, 3 points, without edges, with weights 1, at steps 1.
    pub fn over(axes: &[usize]) -> Self {
        let (weights, sampling) = (PerAxis::default(), PerAxis::default());
        Self { axes: axes.to_vec(), weights, sampling, stencil: Stencil::default() }
    }

    /// The weight of each axis, or one weight for all.
    pub fn weights(mut self, weights: &[f64]) -> Self {
        self.weights = PerAxis::new(weights);
        self
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
    /// [`ErrorKind::Axis`] if there is no axis, or one that the array does not have;
    /// [`ErrorKind::Shape`] if there is neither one weight, or step, nor one for each axis;
    /// [`ErrorKind::Parameter`] if a step is 0 or a number is not finite;
    /// [`ErrorKind::Layout`] if one of the axes is cut but not into blocks, and of chunks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { axes, weights, sampling, stencil } = self;
        if axes.is_empty() {
            return Err(Error::expected(ErrorKind::Axis, "axes of a Laplacian", "at least one", 0));
        }
        let name = format!("Laplacian(axes {axes:?}, {stencil}, weights {weights}, h {sampling})");
        let weights = weights.of("weights of a Laplacian", axes.len())?;
        let steps = sampling.of("sampling of a Laplacian", axes.len())?;
        let along = |(k, &axis): (usize, &usize)| Derivative::second(axis, stencil, steps[k]).times(weights[k]);
        let derivatives: Vec<_> = axes.iter().enumerate().map(along).collect();
        Bands::sum(name, layout, &derivatives)
    }
}
