//! Operators one below another, what vertical and horizontal stacks are made of.

use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator, Put, Room, list};

/// Operators on the same vector, their outputs one after another: `[A₀; A₁; …]`.
#[derive(Debug)]
pub(super) struct Column<X: Scalar, Y: Scalar> {
    pub(super) operators: Vec<Operator<X, Y>>,
    /// Room for the result of one that cannot add.
    x: Room<X>,
    y: Room<Y>,
}

impl<X: Scalar, Y: Scalar> Column<X, Y> {
    pub(super) fn new(operators: Vec<Operator<X, Y>>) -> Self {
        let (x, y) = (Room::for_parts(&operators, Operator::domain), Room::for_parts(&operators, Operator::range));
        Self { operators, x, y }
    }

    pub(super) fn apply(&self, put: impl Put<Y>, x: &[X], mut y: &mut [Y]) {
        let mut room = self.y.lend();
        for operator in &self.operators {
            let (part, rest) = y.split_at_mut(operator.range().local_len());
            put.through(operator, x, part, &mut room); // yₖ ← Aₖ x
            y = rest;
        }
    }

    pub(super) fn apply_adjoint(&self, put: impl Put<X>, mut y: &[Y], x: &mut [X]) {
        let mut room = self.x.lend();
        if self.operators.is_empty() {
            put.nothing(x);
        }
        for (k, operator) in self.operators.iter().enumerate() {
            let (part, rest) = y.split_at(operator.range().local_len());
            if k == 0 {
                put.through_adjoint(operator, part, x, &mut room); // x ← A₀ᴴ y₀
            } else {
                put.further().through_adjoint(operator, part, x, &mut room); // x ← x + Aₖᴴ yₖ
            }
            y = rest;
        }
    }

    pub(super) fn scratch(&self) -> usize {
        list::scratch(&self.operators) + self.x.bytes() + self.y.bytes()
    }
}
