//! `Ā`: `x ↦ conj(A conj(x))`; with the adjoint it makes the transpose.

use crate::numbers::Scalar;
use crate::operators::{Communication, Kernels, LinearOperator, Operator, Put, Room};

struct Conjugate<X: Scalar, Y: Scalar> {
    inner: Operator<X, Y>,
    x: Room<X>,
    y: Room<Y>,
}

impl<X: Scalar, Y: Scalar> Operator<X, Y> {
    /// `Ā`: `x ↦ conj(A conj(x))`. The operator itself where it is real.
    #[must_use]
    pub fn conj(&self) -> Self {
        if !X::IS_COMPLEX && !Y::IS_COMPLEX {
            return self.clone();
        }
        let (x, y) = (Room::new(self.domain().local_len()), Room::new(self.range().local_len()));
        Conjugate { inner: self.clone(), x, y }.between(self.domain(), self.range())
    }

    /// `Aᵀ`, the conjugate of `Aᴴ`.
    #[must_use]
    pub fn transpose(&self) -> Operator<Y, X> {
        self.adjoint().conj()
    }
}

impl<X: Scalar, Y: Scalar> Kernels<X, Y> for Conjugate<X, Y> {
    fn apply(&self, put: impl Put<Y>, x: &[X], y: &mut [Y]) {
        let (mut from, mut into) = (self.x.lend(), self.y.lend());
        self.tells_copies(x, y);
        copy_conj(x, &mut from); // x̄
        self.inner.apply(&from, &mut into); // A x̄
        put_conj(put, y, &into); // y ← conj(A x̄)
    }

    fn apply_adjoint(&self, put: impl Put<X>, y: &[Y], x: &mut [X]) {
        let (mut from, mut into) = (self.y.lend(), self.x.lend());
        self.tells_copies(x, y);
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

impl<X: Scalar, Y: Scalar> Conjugate<X, Y> {
    /// The input's copy and the output's, beside what the operator moves itself.
    fn tells_copies(&self, x: &[X], y: &[Y]) {
        let bytes = size_of_val(x) + size_of_val(y);
        self.inner.domain().comm().moves(bytes, bytes);
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
