//! Several operators, each on its own member of a stack.

use super::{blocks::Blocks, spaces};
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{Communication, Kernels, LinearOperator, Operator, Put, list};

/// `diag(A, B, …)`: each operator on its own member of a stack.
///
/// ```text
/// y = (A x₀, B x₁, …)        x = (Aᴴ y₀, Bᴴ y₁, …)
/// ```
///
/// # Spaces
/// `X` and `Y`: the [stacks](crate::Space::stack) of the operators' domains and ranges. Stacks nest. Real
/// or complex.
///
/// # Communication
/// The operators' own.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::{Identity, StackedBlockDiag, Zero}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let first = StackedBlockDiag::of(vec![Identity.on(&layout), Zero::to(&layout).on(&layout)?])?;
/// let x = DistArray::full(&layout, 7.0);
/// assert_eq!((&first * &DistArray::stack(&[&x, &x])?).as_slice(), [7.0, 7.0, 0.0, 0.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops-mpi `MPIStackedBlockDiag`.
#[derive(Debug)]
pub struct StackedBlockDiag<X: Scalar, Y: Scalar = X> {
    blocks: Blocks<X, Y>,
}

impl<X: Scalar, Y: Scalar> StackedBlockDiag<X, Y> {
    /// The operators each on its own member. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if there is none; those of [`Space::stack`](crate::Space::stack).
    pub fn of(operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        let (domain, range) =
            (spaces::stack(&operators, Operator::domain)?, spaces::stack(&operators, Operator::range)?);
        domain.comm().same_as(range.comm(), "range of StackedBlockDiag")?;
        Ok(Self { blocks: Blocks::new(operators) }.between(domain, range))
    }
}

impl<X: Scalar, Y: Scalar> Kernels<X, Y> for StackedBlockDiag<X, Y> {
    fn apply(&self, put: impl Put<Y>, x: &[X], y: &mut [Y]) {
        self.blocks.apply(put, x, y); // yₖ ← Aₖ xₖ
    }

    fn apply_adjoint(&self, put: impl Put<X>, y: &[Y], x: &mut [X]) {
        self.blocks.apply_adjoint(put, y, x); // xₖ ← Aₖᴴ yₖ
    }

    fn communication(&self) -> Communication {
        list::communication(&self.blocks.operators)
    }

    fn scratch(&self) -> usize {
        self.blocks.scratch()
    }

    fn name(&self) -> String {
        list::name("StackedBlockDiag", &self.blocks.operators)
    }
}
