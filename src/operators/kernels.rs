//! How the crate's own operators are written: two kernels, each once for setting and for adding.

use super::{Accumulate, Add, Communication, Form, LinearOperator, Node, Operator, Put, Set, type_name};
use crate::array::Space;
use crate::numbers::Scalar;
use std::{cell::RefCell, marker::PhantomData};

/// The two kernels of an operator, generic over where their result goes; [`between`](Self::between)
/// two spaces they are an operator.
pub(crate) trait Kernels<X: Scalar, Y: Scalar = X>: Sized + 'static {
    /// `y ← A x` or `y ← y + α A x`.
    fn apply(&self, put: impl Put<Y>, x: &[X], y: &mut [Y]);

    /// `x ← Aᴴ y` or `x ← x + α Aᴴ y`.
    fn apply_adjoint(&self, put: impl Put<X>, y: &[Y], x: &mut [X]);

    /// See [`LinearOperator::name`].
    fn name(&self) -> String {
        type_name::<Self>()
    }

    /// See [`LinearOperator::communication`].
    fn communication(&self) -> Communication {
        Communication::default()
    }

    /// See [`LinearOperator::scratch`].
    fn scratch(&self) -> usize {
        0
    }

    /// Whether the kernels can add. Not those that are another operator's, which cannot.
    fn adds(&self) -> bool {
        true
    }

    /// What the algebra has to know.
    fn form(&self) -> Form<'_, X, Y> {
        Form::Simple
    }

    /// The operator between these spaces.
    fn between(self, domain: impl Into<Space>, range: impl Into<Space>) -> Operator<X, Y> {
        let (domain, range) = (domain.into(), range.into());
        Operator::of_node(Made { domain, range, kernels: self, scalars: PhantomData })
    }
}

/// An operator made of its kernels.
struct Made<K, X, Y> {
    domain: Space,
    range: Space,
    kernels: K,
    scalars: PhantomData<fn(X) -> Y>,
}

impl<K: Kernels<X, Y>, X: Scalar, Y: Scalar> LinearOperator<X, Y> for Made<K, X, Y> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[X], y: &mut [Y]) {
        self.kernels.apply(Set, x, y); // y ← A x
    }

    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        self.kernels.apply_adjoint(Set, y, x); // x ← Aᴴ y
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<X, Y>> {
        self.kernels.adds().then_some(self)
    }

    fn communication(&self) -> Communication {
        self.kernels.communication()
    }

    fn scratch(&self) -> usize {
        self.kernels.scratch()
    }

    fn name(&self) -> String {
        self.kernels.name()
    }
}

impl<K: Kernels<X, Y>, X: Scalar, Y: Scalar> Accumulate<X, Y> for Made<K, X, Y> {
    fn apply_add(&self, alpha: Y, x: &[X], y: &mut [Y]) {
        self.kernels.apply(Add(alpha), x, y); // y ← y + α A x
    }

    fn apply_adjoint_add(&self, alpha: X, y: &[Y], x: &mut [X]) {
        self.kernels.apply_adjoint(Add(alpha), y, x); // x ← x + α Aᴴ y
    }
}

impl<K: Kernels<X, Y>, X: Scalar, Y: Scalar> Node<X, Y> for Made<K, X, Y> {
    fn operator(&self) -> &dyn LinearOperator<X, Y> {
        self
    }

    fn form(&self) -> Form<'_, X, Y> {
        self.kernels.form()
    }
}

/// Scratch of a composition: taken when it is built, lent out while it is applied.
#[derive(Debug, Default)]
pub(super) struct Room<T>(RefCell<Vec<T>>);

impl<T: Scalar> Room<T> {
    pub(super) fn new(len: usize) -> Self {
        Self(RefCell::new(vec![T::zero(); len]))
    }

    /// For the result of any of these that cannot add to its output, forward or, for `side` the
    /// domain, adjoint.
    pub(super) fn for_parts<'a, X: Scalar, Y: Scalar>(
        parts: impl IntoIterator<Item = &'a Operator<X, Y>>,
        side: impl Fn(&Operator<X, Y>) -> &Space,
    ) -> Self {
        let cannot_add = parts.into_iter().filter(|part| part.accumulate().is_none());
        Self::new(cannot_add.map(|part| side(part).local_len()).max().unwrap_or(0))
    }

    /// Makes it at least so long.
    pub(super) fn fit(&self, len: usize) {
        let mut room = self.0.borrow_mut();
        if room.len() < len {
            *room = vec![T::zero(); len]; // never touched until it is used
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub(super) fn lend(&self) -> std::cell::RefMut<'_, Vec<T>> {
        self.0.borrow_mut()
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.borrow().len() * size_of::<T>()
    }
}
