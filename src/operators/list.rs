//! What lists of operators have in common: what they keep, what they are called.

use super::{Communication, Form, LinearOperator, Operator};
use crate::numbers::Scalar;
use std::{collections::HashSet, ops::Add};

/// Bytes that these keep together; one that occurs several times keeps them once.
pub(super) fn scratch<'a, X: Scalar, Y: Scalar>(operators: impl IntoIterator<Item = &'a Operator<X, Y>>) -> usize {
    let mut seen = HashSet::new();
    operators.into_iter().map(|operator| scratch_beside(operator, &mut seen)).sum()
}

/// Bytes that one keeps, if it is not among those that have been seen; in a product of several scalars those of the factors that are not.
pub(super) fn scratch_beside<X: Scalar, Y: Scalar>(operator: &Operator<X, Y>, seen: &mut HashSet<usize>) -> usize {
    if !seen.insert(operator.address()) {
        return 0;
    }
    match operator.form() {
        Form::Mixed(product) => product.scratch_beside(seen),
        Form::AdjointOf(of) => match of.form() {
            Form::Mixed(product) => product.scratch_beside(seen),
            _ => of.scratch(),
        },
        _ => operator.scratch(),
    }
}

/// What these send together.
pub(super) fn communication<'a, X: Scalar, Y: Scalar>(
    operators: impl IntoIterator<Item = &'a Operator<X, Y>>,
) -> Communication {
    operators.into_iter().map(LinearOperator::communication).fold(Communication::default(), Add::add)
}

/// `kind(A, B, C, … 7 in all)`.
pub(super) fn name<X: Scalar, Y: Scalar>(kind: &str, operators: &[Operator<X, Y>]) -> String {
    format!("{kind}({})", shortened(operators.iter().map(LinearOperator::name), ", "))
}

/// `A + B + C + … 7 in all`: a list of names, of which three are shown.
pub(super) fn shortened(names: impl ExactSizeIterator<Item = String>, sign: &str) -> String {
    let count = names.len();
    let mut shown: Vec<_> = names.take(3).collect();
    if count > 3 {
        shown.push(format!("… {count} in all"));
    }
    shown.join(sign)
}
