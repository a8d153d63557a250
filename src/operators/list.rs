//! What lists of operators have in common: what they keep, what they are called.

use super::{LinearOperator, Operator};
use crate::Scalar;
use std::collections::HashSet;

/// Bytes that these keep together; one that occurs several times keeps them once.
pub(super) fn scratch<'a, X: Scalar, Y: Scalar>(operators: impl IntoIterator<Item = &'a Operator<X, Y>>) -> usize {
    let mut seen = HashSet::new();
    operators.into_iter().filter(|operator| seen.insert(operator.address())).map(LinearOperator::scratch).sum()
}

/// `kind(A, B, C, … 7 in all)`.
pub(super) fn name<X: Scalar, Y: Scalar>(kind: &str, operators: &[Operator<X, Y>]) -> String {
    let shown: Vec<_> = operators.iter().take(3).map(LinearOperator::name).collect();
    let more = if operators.len() > 3 { format!(", … {} in all", operators.len()) } else { String::new() };
    format!("{kind}({}{more})", shown.join(", "))
}
