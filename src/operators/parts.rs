//! What stacks are made of: operators one below another, and operators side by side on the diagonal.

use super::{Communication, LinearOperator, Operator};
use crate::{Scalar, array::kernels};
use std::cell::RefCell;

/// Operators on the same vector, their outputs one after another: `[A₀; A₁; …]`.
#[derive(Debug)]
pub(super) struct Below<X: Scalar, Y: Scalar> {
    pub(super) operators: Vec<Operator<X, Y>>,
    /// The one that overwrites the adjoint's output; the others add to it. One that cannot add,
    /// where there is one.
    first: usize,
    /// Room for the adjoint of any other that cannot add.
    room: RefCell<Vec<X>>,
}

impl<X: Scalar, Y: Scalar> Below<X, Y> {
    pub(super) fn new(operators: Vec<Operator<X, Y>>) -> Self {
        let cannot_add = |operator: &Operator<X, Y>| operator.accumulate().is_none();
        let first = operators.iter().position(cannot_add).unwrap_or(0);
        let others = operators.iter().filter(|operator| cannot_add(operator)).skip(1);
        let room = others.map(|operator| operator.domain().local_len()).max().unwrap_or(0);
        Self { operators, first, room: RefCell::new(vec![X::zero(); room]) }
    }

    pub(super) fn apply(&self, x: &[X], mut y: &mut [Y]) {
        for operator in &self.operators {
            let (part, rest) = y.split_at_mut(operator.range().local_len());
            operator.apply(x, part); // yₖ ← Aₖ x
            y = rest;
        }
    }

    pub(super) fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        if self.operators.is_empty() {
            x.fill(X::zero());
        }
        self.for_each(y, |k, operator, part| {
            if k == self.first {
                operator.apply_adjoint(part, x); // x ← Aₖᴴ yₖ
            }
        });
        self.for_each(y, |k, operator, part| match operator.accumulate() {
            _ if k == self.first => {}
            Some(operator) => operator.apply_adjoint_add(X::one(), part, x), // x ← x + Aₖᴴ yₖ
            None => {
                let mut room = self.room.borrow_mut();
                operator.apply_adjoint(part, &mut room);
                kernels::axpy(x, X::one(), &room);
            }
        });
    }

    pub(super) fn apply_add(&self, alpha: Y, x: &[X], mut y: &mut [Y]) {
        for operator in &self.operators {
            let (part, rest) = y.split_at_mut(operator.range().local_len());
            if let Some(operator) = operator.accumulate() {
                operator.apply_add(alpha, x, part); // yₖ ← yₖ + α Aₖ x
            }
            y = rest;
        }
    }

    pub(super) fn apply_adjoint_add(&self, alpha: X, y: &[Y], x: &mut [X]) {
        self.for_each(y, |_, operator, part| {
            if let Some(operator) = operator.accumulate() {
                operator.apply_adjoint_add(alpha, part, x); // x ← x + α Aₖᴴ yₖ
            }
        });
    }

    fn for_each(&self, mut y: &[Y], mut f: impl FnMut(usize, &Operator<X, Y>, &[Y])) {
        for (k, operator) in self.operators.iter().enumerate() {
            let (part, rest) = y.split_at(operator.range().local_len());
            f(k, operator, part);
            y = rest;
        }
    }
}

/// Operators each on its own part of the vector: `diag(A₀, A₁, …)`.
#[derive(Debug)]
pub(super) struct Diagonally<X: Scalar, Y: Scalar> {
    pub(super) operators: Vec<Operator<X, Y>>,
}

impl<X: Scalar, Y: Scalar> Diagonally<X, Y> {
    pub(super) fn apply(&self, x: &[X], y: &mut [Y]) {
        self.for_each(x, y, LinearOperator::apply); // yₖ ← Aₖ xₖ
    }

    pub(super) fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        self.for_each_back(y, x, LinearOperator::apply_adjoint); // xₖ ← Aₖᴴ yₖ
    }

    pub(super) fn apply_add(&self, alpha: Y, x: &[X], y: &mut [Y]) {
        self.for_each(x, y, |operator, x, y| {
            if let Some(operator) = operator.accumulate() {
                operator.apply_add(alpha, x, y); // yₖ ← yₖ + α Aₖ xₖ
            }
        });
    }

    pub(super) fn apply_adjoint_add(&self, alpha: X, y: &[Y], x: &mut [X]) {
        self.for_each_back(y, x, |operator, y, x| {
            if let Some(operator) = operator.accumulate() {
                operator.apply_adjoint_add(alpha, y, x); // xₖ ← xₖ + α Aₖᴴ yₖ
            }
        });
    }

    fn for_each(&self, mut x: &[X], mut y: &mut [Y], f: impl Fn(&Operator<X, Y>, &[X], &mut [Y])) {
        for operator in &self.operators {
            let (x_part, x_rest) = x.split_at(operator.domain().local_len());
            let (y_part, y_rest) = y.split_at_mut(operator.range().local_len());
            f(operator, x_part, y_part);
            (x, y) = (x_rest, y_rest);
        }
    }

    fn for_each_back(&self, mut y: &[Y], mut x: &mut [X], f: impl Fn(&Operator<X, Y>, &[Y], &mut [X])) {
        for operator in &self.operators {
            let (x_part, x_rest) = x.split_at_mut(operator.domain().local_len());
            let (y_part, y_rest) = y.split_at(operator.range().local_len());
            f(operator, y_part, x_part);
            (x, y) = (x_rest, y_rest);
        }
    }
}

/// Whether all can add to their output.
pub(super) fn all_accumulate<X: Scalar, Y: Scalar>(operators: &[Operator<X, Y>]) -> bool {
    operators.iter().all(|operator| operator.accumulate().is_some())
}

/// What all send together.
pub(super) fn communication<X: Scalar, Y: Scalar>(operators: &[Operator<X, Y>]) -> Communication {
    let mut sum = Communication::default();
    for operator in operators {
        sum += operator.communication();
    }
    sum
}

/// `kind(A, B, … 7 in all)`.
pub(super) fn name<X: Scalar, Y: Scalar>(kind: &str, operators: &[Operator<X, Y>]) -> String {
    let shown: Vec<_> = operators.iter().take(3).map(LinearOperator::name).collect();
    let more = if operators.len() > 3 { format!(", … {} in all", operators.len()) } else { String::new() };
    format!("{kind}({}{more})", shown.join(", "))
}
