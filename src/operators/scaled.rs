//! `α A`.

use super::{Accumulate, Communication, LinearOperator, Operator, adjoint::parenthesised};
use crate::{Scalar, Space, array::kernels};

pub(super) struct Scaled<X: Scalar, Y: Scalar> {
    inner: Operator<X, Y>,
    /// `α` as the range's scalar, and its conjugate as the domain's.
    alpha: Y,
    conjugate: X,
}

impl<X: Scalar, Y: Scalar<Real = X::Real>> Operator<X, Y> {
    /// `α A` with a real factor.
    #[must_use]
    pub fn scale_real(&self, alpha: X::Real) -> Self {
        Self::new(Scaled { inner: self.clone(), alpha: Y::from_real(alpha), conjugate: X::from_real(alpha) })
    }
}

impl<T: Scalar> Operator<T> {
    /// `α A`.
    #[must_use]
    pub fn scale(&self, alpha: T) -> Self {
        Self::new(Scaled { inner: self.clone(), alpha, conjugate: alpha.conj() })
    }
}

impl<X: Scalar, Y: Scalar> LinearOperator<X, Y> for Scaled<X, Y> {
    fn domain(&self) -> &Space {
        self.inner.domain()
    }

    fn range(&self) -> &Space {
        self.inner.range()
    }

    fn apply(&self, x: &[X], y: &mut [Y]) {
        self.inner.apply(x, y); // y ← A x
        kernels::scale(y, self.alpha); // y ← α y
    }

    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        self.inner.apply_adjoint(y, x); // x ← Aᴴ y
        kernels::scale(x, self.conjugate); // x ← ᾱ x
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<X, Y>> {
        self.inner.accumulate().is_some().then_some(self)
    }

    fn communication(&self) -> Communication {
        self.inner.communication()
    }

    fn name(&self) -> String {
        format!("{} {}", self.alpha, parenthesised(&self.inner.name()))
    }
}

impl<X: Scalar, Y: Scalar> Accumulate<X, Y> for Scaled<X, Y> {
    fn apply_add(&self, alpha: Y, x: &[X], y: &mut [Y]) {
        if let Some(inner) = self.inner.accumulate() {
            inner.apply_add(alpha * self.alpha, x, y); // y ← y + α α' A x
        }
    }

    fn apply_adjoint_add(&self, alpha: X, y: &[Y], x: &mut [X]) {
        if let Some(inner) = self.inner.accumulate() {
            inner.apply_adjoint_add(alpha * self.conjugate, y, x);
        }
    }
}
