//! Where a result goes: over what was there, or on top of it.

use super::{LinearOperator, Operator};
use crate::numbers::{Scalar, kernels};

/// Where a kernel puts its result s: [`Set`], `y ← s`, or [`Add`], `y ← y + α s`.
///
/// A kernel is written once, generic over this, and is compiled for both.
pub(crate) trait Put<T: Scalar>: Copy {
    /// `y ← s` or `y ← y + α s`, for one element.
    fn one(self, y: &mut T, s: T);

    /// The same for every element.
    fn all(self, y: &mut [T], s: &[T]);

    /// `y ← 0` or `y ← y`: s is 0.
    fn nothing(self, y: &mut [T]);

    /// `y ← y + s` or `y ← y + α s`: a further term of a sum of which one, or nothing, has been put.
    fn more(self, y: &mut T, s: T);

    /// How a part of a composition puts a further term.
    fn further(self) -> Add<T>;

    /// `α`, where the result is added.
    fn alpha(self) -> Option<T>;

    /// `s = A x`, put by the operator itself. One that cannot add to its output needs room for it
    /// where the result is added.
    fn through<X: Scalar>(self, a: &Operator<X, T>, x: &[X], y: &mut [T], room: &mut [T]);

    /// `s = Aᴴ x`, put by the operator itself.
    fn through_adjoint<X: Scalar>(self, a: &Operator<T, X>, x: &[X], y: &mut [T], room: &mut [T]);
}

/// `y ← s`
#[derive(Clone, Copy, Debug)]
pub(crate) struct Set;

/// `y ← y + α s`
#[derive(Clone, Copy, Debug)]
pub(crate) struct Add<T>(pub(crate) T);

impl<T: Scalar> Put<T> for Set {
    #[inline(always)]
    fn one(self, y: &mut T, s: T) {
        *y = s;
    }

    fn all(self, y: &mut [T], s: &[T]) {
        y.copy_from_slice(s);
    }

    fn nothing(self, y: &mut [T]) {
        y.fill(T::zero());
    }

    #[inline(always)]
    fn more(self, y: &mut T, s: T) {
        *y += s;
    }

    fn further(self) -> Add<T> {
        Add(T::one())
    }

    fn alpha(self) -> Option<T> {
        None
    }

    fn through<X: Scalar>(self, a: &Operator<X, T>, x: &[X], y: &mut [T], _: &mut [T]) {
        a.apply(x, y); // y ← A x
    }

    fn through_adjoint<X: Scalar>(self, a: &Operator<T, X>, x: &[X], y: &mut [T], _: &mut [T]) {
        a.apply_adjoint(x, y); // y ← Aᴴ x
    }
}

impl<T: Scalar> Put<T> for Add<T> {
    #[inline(always)]
    fn one(self, y: &mut T, s: T) {
        *y += self.0 * s;
    }

    fn all(self, y: &mut [T], s: &[T]) {
        kernels::axpy(y, self.0, s);
    }

    fn nothing(self, _: &mut [T]) {}

    #[inline(always)]
    fn more(self, y: &mut T, s: T) {
        *y += self.0 * s;
    }

    fn further(self) -> Self {
        self
    }

    fn alpha(self) -> Option<T> {
        Some(self.0)
    }

    fn through<X: Scalar>(self, a: &Operator<X, T>, x: &[X], y: &mut [T], room: &mut [T]) {
        if let Some(adds) = a.accumulate() {
            let _mark = a.mark();
            return a.passing(size_of_val(x), size_of_val(y), || adds.apply_add(self.0, x, y)); // y ← y + α A x
        }
        let s = &mut room[..y.len()];
        a.apply(x, s); // s ← A x
        a.range().comm().moves(size_of_val(s), size_of_val(y));
        self.all(y, s); // y ← y + α s
    }

    fn through_adjoint<X: Scalar>(self, a: &Operator<T, X>, x: &[X], y: &mut [T], room: &mut [T]) {
        if let Some(adds) = a.accumulate() {
            let _mark = a.mark_adjoint();
            return a.passing(size_of_val(x), size_of_val(y), || adds.apply_adjoint_add(self.0, x, y)); // y ← y + α Aᴴ x
        }
        let s = &mut room[..y.len()];
        a.apply_adjoint(x, s); // s ← Aᴴ x
        a.domain().comm().moves(size_of_val(s), size_of_val(y));
        self.all(y, s); // y ← y + α s
    }
}
