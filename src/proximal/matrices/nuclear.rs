//! The sum of singular values.

use super::super::ProximalOperator;
use super::super::parameter::positive;
use super::{Rule, on_matrices};
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;

/// f(x) = σ Σ s, the sum of the singular values of matrices: what lies along the last two axes of an array, at each index of the
/// others. Its prox makes each singular value less, max(s − τσ, 0): matrices of low rank.
///
/// # Spaces
/// An array of two axes or more, the last two whole on every rank: each matrix is one rank's own.
///
/// # Communication
/// The value: one all-reduce of 456 bytes, and one of 8. The prox: one of 8.
///
/// # Same bits
/// On any number of ranks and in any layout. Singular values are computed in double precision.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::Nuclear};
///
/// let layout = Layout::scatter(&Comm::solo(), &[1, 2, 2], 0)?;
/// let x = DistArray::from_fn(&layout, |i| [[3.0, 0.0], [0.0, 1.0]][i[1]][i[2]]);
/// let f = Nuclear::new(2.0).on::<f64>(&layout)?;
/// assert!((f.value(&x)? - 8.0).abs() < 1e-12);
/// assert!((f.prox(&x, 0.5)?.get(&[0, 0, 0])? - 2.0).abs() < 1e-12);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// J.-F. Cai, E. Candès and Z. Shen, SIAM J. Optim. 20 (2010) 1956. Behaviour: `Nuclear` of pyproximal, of one matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`on` makes the proximal operator"]
pub struct Nuclear {
    sigma: f64,
}

impl Nuclear {
    /// σ times the sum of singular values.
    pub fn new(sigma: f64) -> Self {
        Self { sigma }
    }

    /// On arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if σ is not a finite number above 0; [`ErrorKind::Axis`](crate::ErrorKind::Axis) of less than two axes; [`ErrorKind::Layout`](crate::ErrorKind::Layout)
    /// if one of the last two is cut, and of chunks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<ProximalOperator<T>> {
        positive("sigma of Nuclear", self.sigma)?;
        on_matrices(layout, Rule::Sum(self.sigma))
    }
}
