//! `Ā`: `x ↦ conj(A conj(x))`; with the adjoint it makes the transpose.

use super::{Communication, LinearOperator, Operator, adjoint::parenthesised};
use crate::{Scalar, Space};
use std::cell::RefCell;

pub(super) struct Conjugate<X: Scalar, Y: Scalar> {
    inner: Operator<X, Y>,
    x: RefCell<Vec<X>>,
    y: RefCell<Vec<Y>>,
}

impl<X: Scalar, Y: Scalar> Conjugate<X, Y> {
    pub(super) fn new(inner: Operator<X, Y>) -> Self {
        let x = RefCell::new(vec![X::zero(); inner.domain().local_len()]);
        let y = RefCell::new(vec![Y::zero(); inner.range().local_len()]);
        Self { inner, x, y }
    }
}

impl<X: Scalar, Y: Scalar> LinearOperator<X, Y> for Conjugate<X, Y> {
    fn domain(&self) -> &Space {
        self.inner.domain()
    }

    fn range(&self) -> &Space {
        self.inner.range()
    }

    fn apply(&self, x: &[X], y: &mut [Y]) {
        let mut conjugated = self.x.borrow_mut();
        copy_conj(x, &mut conjugated); // x̄
        self.inner.apply(&conjugated, y); // y ← A x̄
        conj_in_place(y); // y ← ȳ
    }

    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        let mut conjugated = self.y.borrow_mut();
        copy_conj(y, &mut conjugated); // ȳ
        self.inner.apply_adjoint(&conjugated, x); // x ← Aᴴ ȳ
        conj_in_place(x); // x ← x̄
    }

    fn communication(&self) -> Communication {
        self.inner.communication()
    }

    fn name(&self) -> String {
        format!("conj({})", parenthesised(&self.inner.name()))
    }
}

fn copy_conj<T: Scalar>(from: &[T], into: &mut [T]) {
    for (into, from) in into.iter_mut().zip(from) {
        *into = from.conj();
    }
}

fn conj_in_place<T: Scalar>(values: &mut [T]) {
    for value in values {
        *value = value.conj();
    }
}
