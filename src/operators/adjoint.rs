//! `Aᴴ`: the two kernels change places.

use super::{Accumulate, Communication, LinearOperator, Operator};
use crate::{Scalar, Space};

pub(super) struct Adjoint<X: Scalar, Y: Scalar>(pub(super) Operator<X, Y>);

impl<X: Scalar, Y: Scalar> LinearOperator<Y, X> for Adjoint<X, Y> {
    fn domain(&self) -> &Space {
        self.0.range()
    }

    fn range(&self) -> &Space {
        self.0.domain()
    }

    fn apply(&self, y: &[Y], x: &mut [X]) {
        self.0.apply_adjoint(y, x); // x ← Aᴴ y
    }

    fn apply_adjoint(&self, x: &[X], y: &mut [Y]) {
        self.0.apply(x, y); // y ← A x
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<Y, X>> {
        self.0.accumulate().is_some().then_some(self)
    }

    fn communication(&self) -> Communication {
        self.0.communication().reversed()
    }

    fn name(&self) -> String {
        format!("{}ᴴ", parenthesised(&self.0.name()))
    }

    fn adjoint_of(&self) -> Option<Operator<X, Y>> {
        Some(self.0.clone())
    }
}

impl<X: Scalar, Y: Scalar> Accumulate<Y, X> for Adjoint<X, Y> {
    fn apply_add(&self, alpha: X, y: &[Y], x: &mut [X]) {
        if let Some(inner) = self.0.accumulate() {
            inner.apply_adjoint_add(alpha, y, x); // x ← x + α Aᴴ y
        }
    }

    fn apply_adjoint_add(&self, alpha: Y, x: &[X], y: &mut [Y]) {
        if let Some(inner) = self.0.accumulate() {
            inner.apply_add(alpha, x, y); // y ← y + α A x
        }
    }
}

/// The name in parentheses where it is an expression: where it has a space outside of all
/// parentheses.
pub(super) fn parenthesised(name: &str) -> String {
    let mut depth = 0;
    let is_expression = name.chars().any(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ' ' && depth == 0
    });
    if is_expression { format!("({name})") } else { name.to_string() }
}
