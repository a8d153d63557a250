//! The identity.

use super::{Accumulate, LinearOperator, Operator};
use crate::{Scalar, Space, array::kernels};

/// `y = x`.
///
/// # Spaces
/// `X = Y`: any. Real or complex.
///
/// # Communication
/// None.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, Operator, operators::Identity};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2, 2], 0)?;
/// let x = DistArray::from_fn(&layout, |i| (i[0] + 2 * i[1]) as f32);
/// assert_eq!(&Identity::new(&layout) * &x, x);
/// # Ok::<(), lops::Error>(())
/// ```
#[derive(Debug)]
pub struct Identity(Space);

impl Identity {
    /// The identity of a space.
    #[allow(clippy::new_ret_no_self)] // users hold operators by their handle
    pub fn new<T: Scalar>(space: impl Into<Space>) -> Operator<T> {
        Operator::new(Self(space.into()))
    }
}

impl<T: Scalar> LinearOperator<T> for Identity {
    fn domain(&self) -> &Space {
        &self.0
    }

    fn range(&self) -> &Space {
        &self.0
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        y.copy_from_slice(x); // y ← x
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        x.copy_from_slice(y); // x ← y
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<T>> {
        Some(self)
    }
}

impl<T: Scalar> Accumulate<T> for Identity {
    fn apply_add(&self, alpha: T, x: &[T], y: &mut [T]) {
        kernels::axpy(y, alpha, x); // y ← y + α x
    }

    fn apply_adjoint_add(&self, alpha: T, y: &[T], x: &mut [T]) {
        kernels::axpy(x, alpha, y); // x ← x + α y
    }
}
