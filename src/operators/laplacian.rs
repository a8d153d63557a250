//! The Laplacian: a weighted sum of second derivatives.

use super::{
    Operator,
    stencil::{Banded, Degree, Derivative, Stencil},
};
use crate::{Error, ErrorKind, Layout, Result, Scalar};

/// Laplacian over some axes, a weighted sum of [second derivatives](super::SecondDerivative).
///
/// ```text
/// y = Σₖ wₖ ∂²x / ∂aₖ²
/// ```
///
/// An axis named twice counts twice. All axes are done in one pass over memory.
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
    weights: Vec<f64>,
    sampling: Vec<f64>,
    kind: Stencil,
    edge: bool,
}

impl Laplacian {
    /// Over these axes: centered, without edges, with weights 1, at steps 1.
    pub fn over(axes: &[usize]) -> Self {
        let ones = vec![1.0; axes.len()];
        Self { axes: axes.to_vec(), weights: ones.clone(), sampling: ones, kind: Stencil::Centered, edge: false }
    }

    /// The weight of each axis.
    pub fn weights(mut self, weights: &[f64]) -> Self {
        self.weights = weights.to_vec();
        self
    }

    /// The step of each axis.
    pub fn sampling(mut self, steps: &[f64]) -> Self {
        self.sampling = steps.to_vec();
        self
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

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no axis, or one that the array does not have;
    /// [`ErrorKind::Shape`] if there is not one weight and one step for each axis, or an axis has
    /// fewer than 3 rows; [`ErrorKind::Parameter`] if a step is 0 or a number is not finite;
    /// [`ErrorKind::Layout`] if one of the axes is cut but not into blocks, and of chunks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { axes, weights, sampling, kind, edge } = self;
        if axes.is_empty() {
            return Err(Error::expected(ErrorKind::Axis, "axes of a Laplacian", "at least one", 0));
        }
        for (what, found) in [("weights", weights.len()), ("sampling", sampling.len())] {
            if found != axes.len() {
                let (what, expected) = (format!("{what} of a Laplacian"), format!("{}, one for each axis", axes.len()));
                return Err(Error::expected(ErrorKind::Shape, what, expected, found));
            }
        }
        let edge_words = if edge { ", edge" } else { "" };
        let name = format!("Laplacian(axes {axes:?}, {kind}{edge_words}, weights {weights:?}, h {sampling:?})");
        let derivatives: Vec<_> = axes
            .iter()
            .zip(weights.iter().zip(&sampling))
            .map(|(&axis, (&weight, &sampling))| Derivative {
                axis,
                kind,
                degree: Degree::Second { weight },
                edge,
                sampling,
            })
            .collect();
        Banded::sum(name, layout, &derivatives)
    }
}
