//! `Ā`: `x ↦ conj(A conj(x))`; with the adjoint it makes the transpose.

use super::{Communication, Kernels, LinearOperator, Operator, Put, Room};
use crate::Scalar;

pub(super) struct Conjugate<X: Scalar, Y: Scalar> {
    inner: Operator<X, Y>,
    x: Room<X>,
    y: Room<Y>,
}

impl<X: Scalar, Y: Scalar> Conjugate<X, Y> {
    pub(super) fn of(inner: &Operator<X, Y>) -> Operator<X, Y> {
        let (x, y) = (Room::new(inner.domain().local_len()), Room::new(inner.range().local_len()));
        Self { inner: inner.clone(), x, y }.between(inner.domain(), inner.range())
    }
}

impl<X: Scalar, Y: Scalar> Kernels<X, Y> for Conjugate<X, Y> {
    fn apply(&self, put: impl Put<Y>, x: &[X], y: &mut [Y]) {
        let (mut from, mut into) = (self.x.lend(), self.y.lend());
        copy_conj(x, &mut from); // x̄
        self.inner.apply(&from, &mut into); // A x̄
        put_conj(put, y, &into); // y ← conj(A x̄)
    }

    fn apply_adjoint(&self, put: impl Put<X>, y: &[Y], x: &mut [X]) {
        let (mut from, mut into) = (self.y.lend(), self.x.lend());
        copy_conj(y, &mut from); // ȳ
        self.inner.apply_adjoint(&from, &mut into); // Aᴴ ȳ
        put_conj(put, x, &into); // x ← conj(Aᴴ ȳ)
    }

    fn communication(&self) -> Communication {
        self.inner.communication()
    }

    fn scratch(&self) -> usize {
        self.inner.scratch() + self.x.bytes() + self.y.bytes()
    }

    fn name(&self) -> String {
        format!("conj({})", self.inner.name())
    }
}

fn copy_conj<T: Scalar>(from: &[T], into: &mut [T]) {
    for (into, from) in into.iter_mut().zip(from) {
        *into = from.conj();
    }
}

fn put_conj<T: Scalar>(put: impl Put<T>, y: &mut [T], s: &[T]) {
    for (y, s) in y.iter_mut().zip(s) {
        put.one(y, s.conj());
    }
}
