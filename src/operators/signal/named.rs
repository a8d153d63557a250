//! Compositions that are called by a name of their own.

use crate::array::Space;
use crate::numbers::Scalar;
use crate::operators::{Communication, LinearOperator, Operator};

/// A composition with a name.
pub(in crate::operators) struct Named<T: Scalar> {
    pub(in crate::operators) name: String,
    pub(in crate::operators) inner: Operator<T>,
}

impl<T: Scalar> LinearOperator<T> for Named<T> {
    fn domain(&self) -> &Space {
        self.inner.domain()
    }

    fn range(&self) -> &Space {
        self.inner.range()
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        self.inner.apply(x, y);
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        self.inner.apply_adjoint(y, x);
    }

    fn communication(&self) -> Communication {
        self.inner.communication()
    }

    fn scratch(&self) -> usize {
        self.inner.scratch()
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}
