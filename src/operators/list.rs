//! What lists of operators have in common: what they keep, what they are called.

use super::{Communication, LinearOperator, Operator};
use crate::numbers::Scalar;
use std::{collections::HashSet, ops::Add};

/// Bytes that these keep together; one that occurs several times keeps them once.
pub(super) fn scratch<'a, X: Scalar, Y: Scalar>(operators: impl IntoIterator<Item = &'a Operator<X, Y>>) -> usize {
    let mut seen = HashSet::new();
    operators.into_iter().filter(|operator| seen.insert(operator.address())).map(LinearOperator::scratch).sum()
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
