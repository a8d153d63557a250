//! The operator that sends everything to 0.

use super::{Kernels, Operator, Put};
use crate::{Result, Scalar, Space};

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
/// use lops::{Comm, DistArray, Layout, Operator, operators::Zero};
///
/// let comm = Comm::solo();
/// let (x, y) = (Layout::scatter(&comm, &[2], 0)?, Layout::scatter(&comm, &[3], 0)?);
/// let zero: Operator<f64> = Zero::new(&x, &y)?;
/// assert_eq!((&zero * &DistArray::full(&x, 5.0)).as_slice(), [0.0; 3]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops `Zero`.
#[derive(Debug)]
pub struct Zero;

impl Zero {
    /// The zero operator from one space to another. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if the spaces are of different
    /// ones.
    #[allow(clippy::new_ret_no_self)] // users hold operators by their handle
    pub fn new<X: Scalar, Y: Scalar>(domain: impl Into<Space>, range: impl Into<Space>) -> Result<Operator<X, Y>> {
        let (domain, range) = (domain.into(), range.into());
        domain.comm().same_as(range.comm(), "range of Zero")?;
        Ok(Self.between(domain, range))
    }
}

impl<X: Scalar, Y: Scalar> Kernels<X, Y> for Zero {
    fn apply(&self, put: impl Put<Y>, _: &[X], y: &mut [Y]) {
        put.nothing(y); // y ← 0
    }

    fn apply_adjoint(&self, put: impl Put<X>, _: &[Y], x: &mut [X]) {
        put.nothing(x); // x ← 0
    }
}
