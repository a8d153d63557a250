//! `A B`: first `B`, then `A`; and powers.

use super::{Communication, Form, Kernels, LinearOperator, Operator, Put, Room};
use crate::{Result, Scalar, operators::Identity};

pub(super) struct Product<X: Scalar, M: Scalar, Y: Scalar> {
    left: Operator<M, Y>,
    right: Operator<X, M>,
    between: Room<M>,
    /// Room for the result of the factor that is applied last, forward and adjoint, if it cannot add.
    x: Room<X>,
    y: Room<Y>,
}

impl<M: Scalar, Y: Scalar> Operator<M, Y> {
    /// `A B`.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or
    /// [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if the range of `B` is not the
    /// domain of `A`.
    pub fn compose<X: Scalar>(&self, right: &Operator<X, M>) -> Result<Operator<X, Y>> {
        if self.domain() != right.range() {
            let what = format!("range of {} in a product with {}", right.name(), self.name());
            self.domain().same_as(right.range(), &what)?;
        }
        let between = Room::new(right.range().local_len());
        let (x, y) = (Room::for_parts([right], Operator::domain), Room::for_parts([self], Operator::range));
        let product = Product { left: self.clone(), right: right.clone(), between, x, y };
        Ok(product.between(right.domain(), self.range()))
    }
}

impl<T: Scalar> Operator<T> {
    /// `Aⁿ`; the identity for n = 0.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if `A` does not map a space to itself.
    pub fn pow(&self, n: usize) -> Result<Self> {
        self.check_square("power")?;
        if n == 0 {
            return Ok(Identity::new(self.domain()));
        }
        (1..n).try_fold(self.clone(), |power, _| self.compose(&power))
    }
}

impl<X: Scalar, M: Scalar, Y: Scalar> Kernels<X, Y> for Product<X, M, Y> {
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
        let own = self.between.bytes() + self.x.bytes() + self.y.bytes();
        self.left.scratch() + self.right.scratch() + own
    }

    fn name(&self) -> String {
        format!("{} · {}", self.left.name_in_expression(), self.right.name_in_expression())
    }

    fn form(&self) -> Form<'_, X, Y> {
        Form::Expression
    }
}
