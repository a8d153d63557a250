//! `A + B + …`: each term adds to the output, in one pass of its own where it can.

use super::flat::{Flat, Operand};
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::by_rows::{AnySweep, Arrangement, Slab, Together};
use crate::operators::{Communication, Form, Kernels, LinearOperator, Operator, Put, Room, list};

/// The sum of two or more operators between the same spaces, in the order in which they were written.
struct Sum<X: Scalar, Y: Scalar>(Flat<Operator<X, Y>, Rooms<X, Y>>);

/// Room for the result of a term that cannot add.
struct Rooms<X, Y> {
    x: Room<X>,
    y: Room<Y>,
}

impl<X: Scalar, Y: Scalar> Default for Rooms<X, Y> {
    fn default() -> Self {
        Self { x: Room::new(0), y: Room::new(0) }
    }
}

impl<X: Scalar, Y: Scalar> Operator<X, Y> {
    /// `A + B`. A sum is one list of terms, however many signs made it, and is applied in their order.
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
        let operands = [self, right].map(terms);
        let sum = Flat::joined(&operands[0], &operands[1]);
        for operand in &operands {
            sum.scratch().x.fit(operand.list().scratch().x.len());
            sum.scratch().y.fit(operand.list().scratch().y.len());
        }
        Ok(Sum(sum).between(self.domain(), self.range()))
    }
}

/// The terms of a summand: those of a sum, or itself.
fn terms<X: Scalar, Y: Scalar>(operator: &Operator<X, Y>) -> Operand<'_, Operator<X, Y>, Rooms<X, Y>> {
    if let Form::List(sum) = operator.form()
        && let Some(Sum(list)) = sum.downcast_ref()
    {
        return Operand::List { list, alone: operator.is_alone() };
    }
    let single = Flat::<_, Rooms<X, Y>>::new([operator.clone()]);
    if operator.accumulate().is_none() {
        single.scratch().x.fit(operator.domain().local_len());
        single.scratch().y.fit(operator.range().local_len());
    }
    Operand::Single(single)
}

impl<X: Scalar, Y: Scalar> Kernels<X, Y> for Sum<X, Y> {
    fn apply(&self, put: impl Put<Y>, x: &[X], y: &mut [Y]) {
        let mut room = self.0.scratch().y.lend();
        self.0.with(|mut terms| {
            if let Some(first) = terms.next() {
                put.through(first, x, y, &mut room); // y ← A x
            }
            terms.for_each(|term| put.further().through(term, x, y, &mut room)); // y ← y + B x
        });
    }

    fn apply_adjoint(&self, put: impl Put<X>, y: &[Y], x: &mut [X]) {
        let mut room = self.0.scratch().x.lend();
        self.0.with(|mut terms| {
            if let Some(first) = terms.next() {
                put.through_adjoint(first, y, x, &mut room); // x ← Aᴴ y
            }
            terms.for_each(|term| put.further().through_adjoint(term, y, x, &mut room)); // x ← x + Bᴴ y
        });
    }

    fn communication(&self) -> Communication {
        self.0.with(|terms| list::communication(terms))
    }

    fn scratch(&self) -> usize {
        let rooms = self.0.scratch();
        self.0.with(|terms| list::scratch(terms)) + rooms.x.bytes() + rooms.y.bytes()
    }

    fn name(&self) -> String {
        self.0.with(|terms| list::shortened(terms.map(Operator::name_in_expression), " + "))
    }

    fn forward_sweep(&self, slab: &Slab, _: [usize; 2]) -> Option<AnySweep<X, Y>> {
        self.0.with(|terms| Together::of(Arrangement::Sum, terms.map(|term| term.forward_sweep(slab))))
    }

    fn adjoint_sweep(&self, slab: &Slab, _: [usize; 2]) -> Option<AnySweep<Y, X>> {
        self.0.with(|terms| Together::of(Arrangement::Sum, terms.map(|term| term.adjoint_sweep(slab))))
    }

    fn gains_by_rows(&self) -> bool {
        true
    }

    fn form(&self) -> Form<'_, X, Y> {
        Form::List(self)
    }
}
