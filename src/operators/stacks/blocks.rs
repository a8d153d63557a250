//! Operators along the diagonal, what block-diagonal operators are made of.

use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator, Put, Room, list};

/// Operators each on its own part of the vector: `diag(A₀, A₁, …)`.
#[derive(Debug)]
pub(super) struct Blocks<X: Scalar, Y: Scalar> {
    pub(super) operators: Vec<Operator<X, Y>>,
    /// Room for the result of one that cannot add.
    x: Room<X>,
    y: Room<Y>,
}

impl<X: Scalar, Y: Scalar> Blocks<X, Y> {
    pub(super) fn new(operators: Vec<Operator<X, Y>>) -> Self {
        let (x, y) = (Room::for_parts(&operators, Operator::domain), Room::for_parts(&operators, Operator::range));
        Self { operators, x, y }
    }

    pub(super) fn apply(&self, put: impl Put<Y>, mut x: &[X], mut y: &mut [Y]) {
        let mut room = self.y.lend();
        for operator in &self.operators {
            let (x_part, x_rest) = x.split_at(operator.domain().local_len());
            let (y_part, y_rest) = y.split_at_mut(operator.range().local_len());
            put.through(operator, x_part, y_part, &mut room); // yₖ ← Aₖ xₖ
            (x, y) = (x_rest, y_rest);
        }
    }

    pub(super) fn apply_adjoint(&self, put: impl Put<X>, mut y: &[Y], mut x: &mut [X]) {
        let mut room = self.x.lend();
        for operator in &self.operators {
            let (x_part, x_rest) = x.split_at_mut(operator.domain().local_len());
            let (y_part, y_rest) = y.split_at(operator.range().local_len());
            put.through_adjoint(operator, y_part, x_part, &mut room); // xₖ ← Aₖᴴ yₖ
            (x, y) = (x_rest, y_rest);
        }
    }

    pub(super) fn scratch(&self) -> usize {
        list::scratch(&self.operators) + self.x.bytes() + self.y.bytes()
    }
}
