//! `A B`: first `B`, then `A`; and powers.

use super::{Accumulate, Communication, LinearOperator, Operator, adjoint::parenthesised};
use crate::{Result, Scalar, Space, operators::Identity};
use std::cell::RefCell;

pub(super) struct Product<X: Scalar, M: Scalar, Y: Scalar> {
    left: Operator<M, Y>,
    right: Operator<X, M>,
    between: RefCell<Vec<M>>,
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
        let between = RefCell::new(vec![M::zero(); right.range().local_len()]);
        Ok(Operator::new(Product { left: self.clone(), right: right.clone(), between }))
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

impl<X: Scalar, M: Scalar, Y: Scalar> LinearOperator<X, Y> for Product<X, M, Y> {
    fn domain(&self) -> &Space {
        self.right.domain()
    }

    fn range(&self) -> &Space {
        self.left.range()
    }

    fn apply(&self, x: &[X], y: &mut [Y]) {
        let mut between = self.between.borrow_mut();
        self.right.apply(x, &mut between); // m ← B x
        self.left.apply(&between, y); // y ← A m
    }

    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        let mut between = self.between.borrow_mut();
        self.left.apply_adjoint(y, &mut between); // m ← Aᴴ y
        self.right.apply_adjoint(&between, x); // x ← Bᴴ m
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<X, Y>> {
        (self.left.accumulate().is_some() && self.right.accumulate().is_some()).then_some(self)
    }

    fn communication(&self) -> Communication {
        let mut sum = self.left.communication();
        sum += self.right.communication();
        sum
    }

    fn name(&self) -> String {
        format!("{} · {}", parenthesised(&self.left.name()), parenthesised(&self.right.name()))
    }
}

impl<X: Scalar, M: Scalar, Y: Scalar> Accumulate<X, Y> for Product<X, M, Y> {
    fn apply_add(&self, alpha: Y, x: &[X], y: &mut [Y]) {
        let mut between = self.between.borrow_mut();
        self.right.apply(x, &mut between); // m ← B x
        if let Some(left) = self.left.accumulate() {
            left.apply_add(alpha, &between, y); // y ← y + α A m
        }
    }

    fn apply_adjoint_add(&self, alpha: X, y: &[Y], x: &mut [X]) {
        let mut between = self.between.borrow_mut();
        self.left.apply_adjoint(y, &mut between); // m ← Aᴴ y
        if let Some(right) = self.right.accumulate() {
            right.apply_adjoint_add(alpha, &between, x); // x ← x + α Bᴴ m
        }
    }
}
