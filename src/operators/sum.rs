//! `A + B + …`: each term adds to the output, in one pass of its own where it can.

use super::{Communication, Form, Kernels, LinearOperator, Operator, Put, Room, list};
use crate::{Result, Scalar};

/// The sum of two or more operators between the same spaces.
pub(super) struct Sum<X: Scalar, Y: Scalar> {
    terms: Vec<Operator<X, Y>>,
    /// Room for a term that cannot add.
    x: Room<X>,
    y: Room<Y>,
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
        let terms = vec![self.clone(), right.clone()];
        let (x, y) = (Room::for_parts(&terms, Self::domain), Room::for_parts(&terms, Self::range));
        Ok(Sum { terms, x, y }.between(self.domain(), self.range()))
    }
}

impl<X: Scalar, Y: Scalar> Kernels<X, Y> for Sum<X, Y> {
    fn apply(&self, put: impl Put<Y>, x: &[X], y: &mut [Y]) {
        let mut room = self.y.lend();
        put.through(&self.terms[0], x, y, &mut room); // y ← A x
        for term in &self.terms[1..] {
            put.further().through(term, x, y, &mut room); // y ← y + B x
        }
    }

    fn apply_adjoint(&self, put: impl Put<X>, y: &[Y], x: &mut [X]) {
        let mut room = self.x.lend();
        put.through_adjoint(&self.terms[0], y, x, &mut room); // x ← Aᴴ y
        for term in &self.terms[1..] {
            put.further().through_adjoint(term, y, x, &mut room); // x ← x + Bᴴ y
        }
    }

    fn communication(&self) -> Communication {
        Communication::of(&self.terms)
    }

    fn scratch(&self) -> usize {
        list::scratch(&self.terms) + self.x.bytes() + self.y.bytes()
    }

    fn name(&self) -> String {
        self.terms.iter().map(Operator::name_in_expression).collect::<Vec<_>>().join(" + ")
    }

    fn form(&self) -> Form<'_, X, Y> {
        Form::Expression
    }
}
