//! Stacks of distributed operators, whose vectors are stacks of arrays.

use super::{
    Accumulate, Communication, LinearOperator, Operator,
    parts::{self, Below, Diagonally},
};
use crate::{Result, Scalar, Space};

/// `[A; B; …]`: several operators on one model; the data is the stack of what they make.
///
/// ```text
/// y = (A x, B x, …)        x = Aᴴ y₀ + Bᴴ y₁ + …
/// ```
///
/// # Spaces
/// `X`: the domain of every operator, any. `Y`: the [stack](Space::stack) of their ranges. Stacks
/// nest. Real or complex.
///
/// # Communication
/// The operators' own. The adjoint's sum is local: each operator adds to the output where it can.
///
/// # Example
/// A regularised problem in one operator:
/// ```
/// use lops::{Comm, DistArray, Layout, Operator, operators::{Diagonal, Identity, StackedVStack}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let a = Diagonal::new(&DistArray::full(&layout, 2.0));
/// let damping: Operator<f64> = Identity::new(&layout);
/// let stack = StackedVStack::new(vec![a, 0.5 * damping])?;
/// let y = &stack * &DistArray::full(&layout, 4.0);
/// assert_eq!(y.member(1).as_slice(), [2.0; 3]);
/// assert_eq!((stack.adjoint() * &y).as_slice(), [17.0; 3]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops-mpi `MPIStackedVStack`.
#[derive(Debug)]
pub struct StackedVStack<X: Scalar, Y: Scalar = X> {
    range: Space,
    rows: Below<X, Y>,
}

impl<X: Scalar, Y: Scalar> StackedVStack<X, Y> {
    /// The operators one below another. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if there is none; [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if
    /// the domains differ; those of [`Space::stack`].
    #[allow(clippy::new_ret_no_self)] // users hold operators by their handle
    pub fn new(operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        let range = stack(&operators, Operator::range)?;
        same(&operators, Operator::domain, "domain")?;
        Ok(Operator::new(Self { range, rows: Below::new(operators) }))
    }
}

impl<X: Scalar, Y: Scalar> LinearOperator<X, Y> for StackedVStack<X, Y> {
    fn domain(&self) -> &Space {
        self.rows.operators[0].domain()
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[X], y: &mut [Y]) {
        self.rows.apply(x, y); // yₖ ← Aₖ x
    }

    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        self.rows.apply_adjoint(y, x); // x ← Σ Aₖᴴ yₖ
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<X, Y>> {
        parts::all_accumulate(&self.rows.operators).then_some(self)
    }

    fn communication(&self) -> Communication {
        parts::communication(&self.rows.operators)
    }

    fn name(&self) -> String {
        parts::name("StackedVStack", &self.rows.operators)
    }
}

impl<X: Scalar, Y: Scalar> Accumulate<X, Y> for StackedVStack<X, Y> {
    fn apply_add(&self, alpha: Y, x: &[X], y: &mut [Y]) {
        self.rows.apply_add(alpha, x, y); // yₖ ← yₖ + α Aₖ x
    }

    fn apply_adjoint_add(&self, alpha: X, y: &[Y], x: &mut [X]) {
        self.rows.apply_adjoint_add(alpha, y, x); // x ← x + α Σ Aₖᴴ yₖ
    }
}

/// `[A, B, …]`: several operators into one range; the model is a stack.
///
/// ```text
/// y = A x₀ + B x₁ + …        x = (Aᴴ y, Bᴴ y, …)
/// ```
///
/// # Spaces
/// `X`: the [stack](Space::stack) of the operators' domains. `Y`: the range of every operator, any.
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
/// let difference = StackedHStack::new(vec![Identity::new(&layout), -Identity::new(&layout)])?;
/// let (a, b) = (DistArray::full(&layout, 5.0), DistArray::full(&layout, 3.0));
/// assert_eq!((&difference * &DistArray::stack(&[&a, &b])?).as_slice(), [2.0; 3]);
/// # Ok::<(), lops::Error>(())
/// ```
#[derive(Debug)]
pub struct StackedHStack<X: Scalar, Y: Scalar = X> {
    domain: Space,
    columns: Below<Y, X>,
    operators: Vec<Operator<X, Y>>,
}

impl<X: Scalar, Y: Scalar> StackedHStack<X, Y> {
    /// The operators side by side. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if there is none; [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if
    /// the ranges differ; those of [`Space::stack`].
    #[allow(clippy::new_ret_no_self)] // users hold operators by their handle
    pub fn new(operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        let domain = stack(&operators, Operator::domain)?;
        same(&operators, Operator::range, "range")?;
        let columns = Below::new(operators.iter().map(Operator::adjoint).collect());
        Ok(Operator::new(Self { domain, columns, operators }))
    }
}

impl<X: Scalar, Y: Scalar> LinearOperator<X, Y> for StackedHStack<X, Y> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        self.operators[0].range()
    }

    fn apply(&self, x: &[X], y: &mut [Y]) {
        self.columns.apply_adjoint(x, y); // y ← Σ Aₖ xₖ
    }

    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        self.columns.apply(y, x); // xₖ ← Aₖᴴ y
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<X, Y>> {
        parts::all_accumulate(&self.operators).then_some(self)
    }

    fn communication(&self) -> Communication {
        parts::communication(&self.operators)
    }

    fn name(&self) -> String {
        parts::name("StackedHStack", &self.operators)
    }
}

impl<X: Scalar, Y: Scalar> Accumulate<X, Y> for StackedHStack<X, Y> {
    fn apply_add(&self, alpha: Y, x: &[X], y: &mut [Y]) {
        self.columns.apply_adjoint_add(alpha, x, y); // y ← y + α Σ Aₖ xₖ
    }

    fn apply_adjoint_add(&self, alpha: X, y: &[Y], x: &mut [X]) {
        self.columns.apply_add(alpha, y, x); // xₖ ← xₖ + α Aₖᴴ y
    }
}

/// `diag(A, B, …)`: each operator on its own member of a stack.
///
/// ```text
/// y = (A x₀, B x₁, …)        x = (Aᴴ y₀, Bᴴ y₁, …)
/// ```
///
/// # Spaces
/// `X` and `Y`: the [stacks](Space::stack) of the operators' domains and ranges. Stacks nest. Real
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
/// let first = StackedBlockDiag::new(vec![Identity::new(&layout), Zero::new(&layout, &layout)?])?;
/// let x = DistArray::full(&layout, 7.0);
/// assert_eq!((&first * &DistArray::stack(&[&x, &x])?).as_slice(), [7.0, 7.0, 0.0, 0.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops-mpi `MPIStackedBlockDiag`.
#[derive(Debug)]
pub struct StackedBlockDiag<X: Scalar, Y: Scalar = X> {
    domain: Space,
    range: Space,
    blocks: Diagonally<X, Y>,
}

impl<X: Scalar, Y: Scalar> StackedBlockDiag<X, Y> {
    /// The operators each on its own member. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if there is none; those of [`Space::stack`].
    #[allow(clippy::new_ret_no_self)] // users hold operators by their handle
    pub fn new(operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        let (domain, range) = (stack(&operators, Operator::domain)?, stack(&operators, Operator::range)?);
        domain.comm().same_as(range.comm(), "range of StackedBlockDiag")?;
        Ok(Operator::new(Self { domain, range, blocks: Diagonally { operators } }))
    }
}

impl<X: Scalar, Y: Scalar> LinearOperator<X, Y> for StackedBlockDiag<X, Y> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[X], y: &mut [Y]) {
        self.blocks.apply(x, y); // yₖ ← Aₖ xₖ
    }

    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        self.blocks.apply_adjoint(y, x); // xₖ ← Aₖᴴ yₖ
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<X, Y>> {
        parts::all_accumulate(&self.blocks.operators).then_some(self)
    }

    fn communication(&self) -> Communication {
        parts::communication(&self.blocks.operators)
    }

    fn name(&self) -> String {
        parts::name("StackedBlockDiag", &self.blocks.operators)
    }
}

impl<X: Scalar, Y: Scalar> Accumulate<X, Y> for StackedBlockDiag<X, Y> {
    fn apply_add(&self, alpha: Y, x: &[X], y: &mut [Y]) {
        self.blocks.apply_add(alpha, x, y); // yₖ ← yₖ + α Aₖ xₖ
    }

    fn apply_adjoint_add(&self, alpha: X, y: &[Y], x: &mut [X]) {
        self.blocks.apply_adjoint_add(alpha, y, x); // xₖ ← xₖ + α Aₖᴴ yₖ
    }
}

fn stack<X: Scalar, Y: Scalar>(
    operators: &[Operator<X, Y>],
    side: impl Fn(&Operator<X, Y>) -> &Space,
) -> Result<Space> {
    Space::stack(operators.iter().map(|operator| side(operator).clone()).collect())
}

fn same<X: Scalar, Y: Scalar>(
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
