//! The operator that sends everything to 0.

use crate::array::Space;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{Kernels, Operator, Put};

/// `y = 0`, between any two spaces.
///
/// # Spaces
/// Any `X` and `Y` of one communicator. Real or complex.
///
/// # Communication
/// None.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::Zero};
///
/// let comm = Comm::solo();
/// let (x, y) = (Layout::scatter(&comm, &[2], 0)?, Layout::scatter(&comm, &[3], 0)?);
/// let zero = Zero::to(&y).on::<f64, f64>(&x)?;
/// assert_eq!((&zero * &DistArray::full(&x, 5.0)).as_slice(), [0.0; 3]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops `Zero`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Zero {
    range: Space,
}

struct Nothing;

impl Zero {
    /// Into this space.
    pub fn to(range: impl Into<Space>) -> Self {
        Self { range: range.into() }
    }

    /// The operator from this space. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if the spaces are of different
    /// ones.
    pub fn on<X: Scalar, Y: Scalar>(self, domain: impl Into<Space>) -> Result<Operator<X, Y>> {
        let domain = domain.into();
        domain.comm().same_as(self.range.comm(), "range of Zero")?;
        Ok(Nothing.between(domain, self.range))
    }
}

impl<X: Scalar, Y: Scalar> Kernels<X, Y> for Nothing {
    fn apply(&self, put: impl Put<Y>, _: &[X], y: &mut [Y]) {
        put.nothing(y); // y ← 0
    }

    fn apply_adjoint(&self, put: impl Put<X>, _: &[Y], x: &mut [X]) {
        put.nothing(x); // x ← 0
    }

    fn name(&self) -> String {
        "Zero".into()
    }
}
