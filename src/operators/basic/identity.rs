//! The identity.

use crate::array::Space;
use crate::numbers::Scalar;
use crate::operators::by_rows::{AnySweep, Copied, Slab};
use crate::operators::{Kernels, Operator, Put};

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
/// assert_eq!(&Identity.on(&layout) * &x, x);
/// # Ok::<(), lops::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Identity;

impl Identity {
    /// The identity of a space.
    pub fn on<T: Scalar>(self, space: impl Into<Space>) -> Operator<T> {
        let space = space.into();
        self.between(space.clone(), space)
    }
}

impl<T: Scalar> Kernels<T> for Identity {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        put.all(y, x); // y ← x
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        put.all(x, y); // x ← y
    }

    fn forward_sweep(&self, _: &Slab, members: [usize; 2]) -> Option<AnySweep<T, T>> {
        Some(Copied::of(members[0]))
    }

    fn adjoint_sweep(&self, _: &Slab, members: [usize; 2]) -> Option<AnySweep<T, T>> {
        Some(Copied::of(members[0]))
    }
}
