//! `α A`.

use crate::numbers::{Scalar, kernels};
use crate::operators::by_rows::{AnySweep, Multiple, Slab};
use crate::operators::{Add, Communication, Form, Kernels, LinearOperator, Operator, Put};

struct Scaled<X: Scalar, Y: Scalar> {
    inner: Operator<X, Y>,
    /// `α` as the range's scalar, and its conjugate as the domain's.
    alpha: Y,
    conjugate: X,
}

impl<X: Scalar, Y: Scalar<Real = X::Real>> Operator<X, Y> {
    /// `α A` with a real factor.
    #[must_use]
    pub fn scale_real(&self, alpha: X::Real) -> Self {
        let (alpha, conjugate) = (Y::from_real(alpha), X::from_real(alpha));
        Scaled { inner: self.clone(), alpha, conjugate }.between(self.domain(), self.range())
    }
}

impl<T: Scalar> Operator<T> {
    /// `α A`.
    #[must_use]
    pub fn scale(&self, alpha: T) -> Self {
        Scaled { inner: self.clone(), alpha, conjugate: alpha.conj() }.between(self.domain(), self.range())
    }
}

impl<X: Scalar, Y: Scalar> Kernels<X, Y> for Scaled<X, Y> {
    fn apply(&self, put: impl Put<Y>, x: &[X], y: &mut [Y]) {
        if let Some(alpha) = put.alpha() {
            return Add(alpha * self.alpha).through(&self.inner, x, y, &mut []); // y ← y + α α' A x
        }
        self.inner.apply(x, y); // y ← A x
        self.inner.range().comm().moves(0, size_of_val(y));
        kernels::scale(y, self.alpha); // y ← α y
    }

    fn apply_adjoint(&self, put: impl Put<X>, y: &[Y], x: &mut [X]) {
        if let Some(alpha) = put.alpha() {
            return Add(alpha * self.conjugate).through_adjoint(&self.inner, y, x, &mut []); // x ← x + α ᾱ' Aᴴ y
        }
        self.inner.apply_adjoint(y, x); // x ← Aᴴ y
        self.inner.domain().comm().moves(0, size_of_val(x));
        kernels::scale(x, self.conjugate); // x ← ᾱ x
    }

    fn adds(&self) -> bool {
        self.inner.accumulate().is_some()
    }

    fn communication(&self) -> Communication {
        self.inner.communication()
    }

    fn scratch(&self) -> usize {
        self.inner.scratch()
    }

    fn name(&self) -> String {
        format!("{} {}", self.alpha, self.inner.name_in_expression())
    }

    fn forward_sweep(&self, slab: &Slab, _: [usize; 2]) -> Option<AnySweep<X, Y>> {
        Multiple::of(self.alpha, self.inner.forward_sweep(slab))
    }

    fn adjoint_sweep(&self, slab: &Slab, _: [usize; 2]) -> Option<AnySweep<Y, X>> {
        Multiple::of(self.conjugate, self.inner.adjoint_sweep(slab))
    }

    fn gains_by_rows(&self) -> bool {
        true
    }

    fn form(&self) -> Form<'_, X, Y> {
        Form::MultipleOf(&self.inner)
    }
}
