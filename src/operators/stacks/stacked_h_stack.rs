//! Several operators into one range: the model is a stack.

use super::{column::Column, spaces};
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{Communication, Kernels, LinearOperator, Operator, Put, list};

/// `[A, B, …]`: several operators into one range; the model is a stack.
///
/// ```text
/// y = A x₀ + B x₁ + …        x = (Aᴴ y, Bᴴ y, …)
/// ```
///
/// # Spaces
/// `X`: the [stack](crate::Space::stack) of the operators' domains. `Y`: the range of every operator, any.
/// Stacks nest. Real or complex.
///
/// # Communication
/// The operators' own. The forward's sum is local: each operator adds to the output where it can.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::{Identity, StackedHStack}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let difference = StackedHStack::of(vec![Identity.on(&layout), -Identity.on(&layout)])?;
/// let (a, b) = (DistArray::full(&layout, 5.0), DistArray::full(&layout, 3.0));
/// assert_eq!((&difference * &DistArray::stack(&[&a, &b])?).as_slice(), [2.0; 3]);
/// # Ok::<(), lops::Error>(())
/// ```
#[derive(Debug)]
pub struct StackedHStack<X: Scalar, Y: Scalar = X> {
    columns: Column<Y, X>,
    operators: Vec<Operator<X, Y>>,
}

impl<X: Scalar, Y: Scalar> StackedHStack<X, Y> {
    /// The operators side by side. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if there is none; [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if
    /// the ranges differ; those of [`Space::stack`](crate::Space::stack).
    pub fn of(operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        let domain = spaces::stack(&operators, Operator::domain)?;
        spaces::same(&operators, Operator::range, "range")?;
        let range = operators[0].range().clone();
        let columns = Column::new(operators.iter().map(Operator::adjoint).collect());
        Ok(Self { columns, operators }.between(domain, range))
    }
}

impl<X: Scalar, Y: Scalar> Kernels<X, Y> for StackedHStack<X, Y> {
    fn apply(&self, put: impl Put<Y>, x: &[X], y: &mut [Y]) {
        self.columns.apply_adjoint(put, x, y); // y ← Σ Aₖ xₖ
    }

    fn apply_adjoint(&self, put: impl Put<X>, y: &[Y], x: &mut [X]) {
        self.columns.apply(put, y, x); // xₖ ← Aₖᴴ y
    }

    fn communication(&self) -> Communication {
        list::communication(&self.operators)
    }

    fn scratch(&self) -> usize {
        self.columns.scratch()
    }

    fn name(&self) -> String {
        list::name("StackedHStack", &self.operators)
    }
}
