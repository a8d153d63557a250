//! `A B` where there is another scalar between or at an end, as in a real operator made of complex ones.

use super::product::same;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{Communication, Form, Kernels, LinearOperator, Mixed, Operator, Put, Room, list};
use std::collections::HashSet;

struct MixedProduct<X: Scalar, M: Scalar, Y: Scalar> {
    left: Operator<M, Y>,
    right: Operator<X, M>,
    between: Room<M>,
    /// Room for the result of the factor that is applied last, forward and adjoint, if it cannot add.
    x: Room<X>,
    y: Room<Y>,
}

/// `A B`, the spaces having been compared.
pub(super) fn product_of_mixed<X: Scalar, M: Scalar, Y: Scalar>(
    left: &Operator<M, Y>,
    right: &Operator<X, M>,
) -> Result<Operator<X, Y>> {
    if let (Some(a), Some(product)) = (same::<_, Operator<Y>>(left), same::<_, Operator<X, Y>>(right))
        && let Form::Mixed(mixed) = product.form()
    {
        return mixed.after(a, product.is_alone());
    }
    if let (Some(product), Some(b)) = (same::<_, Operator<X, Y>>(left), same::<_, Operator<X>>(right))
        && let Form::Mixed(mixed) = product.form()
    {
        return mixed.before(b, product.is_alone());
    }
    Ok(MixedProduct::of(left, right))
}

impl<X: Scalar, M: Scalar, Y: Scalar> MixedProduct<X, M, Y> {
    fn of(left: &Operator<M, Y>, right: &Operator<X, M>) -> Operator<X, Y> {
        let between = Room::new(right.range().local_len());
        let (x, y) = (Room::for_parts([right], Operator::domain), Room::for_parts([left], Operator::range));
        let product = Self { left: left.clone(), right: right.clone(), between, x, y };
        product.between(right.domain(), left.range())
    }
}

impl<X: Scalar, M: Scalar, Y: Scalar> Mixed<X, Y> for MixedProduct<X, M, Y> {
    fn after(&self, a: &Operator<Y>, alone: bool) -> Result<Operator<X, Y>> {
        // a second handle keeps a list from growing of which `a` may hold a part
        let _second = (!alone).then(|| self.left.clone());
        Ok(Self::of(&a.compose(&self.left)?, &self.right))
    }

    fn before(&self, b: &Operator<X>, alone: bool) -> Result<Operator<X, Y>> {
        let _second = (!alone).then(|| self.right.clone());
        Ok(Self::of(&self.left, &self.right.compose(b)?))
    }

    fn scratch_beside(&self, seen: &mut HashSet<usize>) -> usize {
        let own = self.between.bytes() + self.x.bytes() + self.y.bytes();
        own + list::scratch_beside(&self.left, seen) + list::scratch_beside(&self.right, seen)
    }
}

impl<X: Scalar, M: Scalar, Y: Scalar> Kernels<X, Y> for MixedProduct<X, M, Y> {
    fn apply(&self, put: impl Put<Y>, x: &[X], y: &mut [Y]) {
        let mut between = self.between.lend();
        self.right.apply(x, &mut between); // m ← B x
        put.through(&self.left, &between, y, &mut self.y.lend()); // y ← A m
    }

    fn apply_adjoint(&self, put: impl Put<X>, y: &[Y], x: &mut [X]) {
        let mut between = self.between.lend();
        self.left.apply_adjoint(y, &mut between); // m ← Aᴴ y
        put.through_adjoint(&self.right, &between, x, &mut self.x.lend()); // x ← Bᴴ m
    }

    fn communication(&self) -> Communication {
        self.left.communication() + self.right.communication()
    }

    fn scratch(&self) -> usize {
        self.scratch_beside(&mut HashSet::new())
    }

    fn name(&self) -> String {
        format!("{} · {}", self.left.name_in_expression(), self.right.name_in_expression())
    }

    fn form(&self) -> Form<'_, X, Y> {
        Form::Mixed(self)
    }
}
