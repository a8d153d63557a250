//! `A + B + …`: each term adds to the output, in one pass of its own where it can.

use super::{Accumulate, Communication, LinearOperator, Operator, adjoint::parenthesised};
use crate::{Result, Scalar, Space, array::kernels};
use std::cell::RefCell;

/// The sum of two or more operators between the same spaces.
pub(super) struct Sum<X: Scalar, Y: Scalar> {
    /// Those that cannot accumulate first, so that one of them may overwrite the output.
    terms: Vec<Operator<X, Y>>,
    /// Room for a term that cannot accumulate, beyond the first; empty where all can.
    x: RefCell<Vec<X>>,
    y: RefCell<Vec<Y>>,
}

impl<X: Scalar, Y: Scalar> Operator<X, Y> {
    /// `A + B`.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or
    /// [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if the spaces differ.
    pub fn plus(&self, right: &Self) -> Result<Self> {
        for (role, own, other) in [("domain", self.domain(), right.domain()), ("range", self.range(), right.range())] {
            if own != other {
                own.same_as(other, &format!("{role} of {} in a sum with {}", right.name(), self.name()))?;
            }
        }
        let mut terms = vec![self.clone(), right.clone()];
        terms.sort_by_key(|term| term.accumulate().is_some());
        let needs_room = terms[1..].iter().any(|term| term.accumulate().is_none());
        let room = |len: usize| if needs_room { len } else { 0 };
        let x = RefCell::new(vec![X::zero(); room(self.domain().local_len())]);
        let y = RefCell::new(vec![Y::zero(); room(self.range().local_len())]);
        Ok(Self::new(Sum { terms, x, y }))
    }
}

impl<X: Scalar, Y: Scalar> LinearOperator<X, Y> for Sum<X, Y> {
    fn domain(&self) -> &Space {
        self.terms[0].domain()
    }

    fn range(&self) -> &Space {
        self.terms[0].range()
    }

    fn apply(&self, x: &[X], y: &mut [Y]) {
        self.terms[0].apply(x, y); // y ← A x
        for term in &self.terms[1..] {
            if let Some(term) = term.accumulate() {
                term.apply_add(Y::one(), x, y); // y ← y + B x
            } else {
                let mut room = self.y.borrow_mut();
                term.apply(x, &mut room);
                kernels::axpy(y, Y::one(), &room);
            }
        }
    }

    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        self.terms[0].apply_adjoint(y, x); // x ← Aᴴ y
        for term in &self.terms[1..] {
            if let Some(term) = term.accumulate() {
                term.apply_adjoint_add(X::one(), y, x); // x ← x + Bᴴ y
            } else {
                let mut room = self.x.borrow_mut();
                term.apply_adjoint(y, &mut room);
                kernels::axpy(x, X::one(), &room);
            }
        }
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<X, Y>> {
        self.terms.iter().all(|term| term.accumulate().is_some()).then_some(self)
    }

    fn communication(&self) -> Communication {
        let mut sum = Communication::default();
        for term in &self.terms {
            sum += term.communication();
        }
        sum
    }

    fn name(&self) -> String {
        self.terms.iter().map(|term| parenthesised(&term.name())).collect::<Vec<_>>().join(" + ")
    }
}

impl<X: Scalar, Y: Scalar> Accumulate<X, Y> for Sum<X, Y> {
    fn apply_add(&self, alpha: Y, x: &[X], y: &mut [Y]) {
        for term in self.terms.iter().filter_map(|term| term.accumulate()) {
            term.apply_add(alpha, x, y);
        }
    }

    fn apply_adjoint_add(&self, alpha: X, y: &[Y], x: &mut [X]) {
        for term in self.terms.iter().filter_map(|term| term.accumulate()) {
            term.apply_adjoint_add(alpha, y, x);
        }
    }
}
