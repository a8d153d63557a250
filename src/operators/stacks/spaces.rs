//! The spaces of stacked operators.

use crate::array::Space;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator};

/// The stack of the operators' domains, or of their ranges.
pub(super) fn stack<X: Scalar, Y: Scalar>(
    operators: &[Operator<X, Y>],
    side: impl Fn(&Operator<X, Y>) -> &Space,
) -> Result<Space> {
    Space::stack(operators.iter().map(|operator| side(operator).clone()).collect())
}

/// `Ok` if all have one domain, or one range.
pub(super) fn same<X: Scalar, Y: Scalar>(
    operators: &[Operator<X, Y>],
    side: impl Fn(&Operator<X, Y>) -> &Space,
    role: &str,
) -> Result<()> {
    let mut pairs = operators.windows(2).enumerate();
    pairs.try_for_each(|(k, pair)| {
        let what = format!("{role} of operator {} of a stack, {}", k + 1, pair[1].name());
        side(&pair[0]).same_as(side(&pair[1]), &what)
    })
}
