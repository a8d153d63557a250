//! Stacks of distributed operators, whose vectors are stacks of arrays.

use super::{Communication, Kernels, LinearOperator, Operator, Put, blocks::Blocks, column::Column, list};
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
/// let a = Diagonal::of(&DistArray::full(&layout, 2.0))?;
/// let damping: Operator<f64> = Identity.on(&layout);
/// let stack = StackedVStack::of(vec![a, 0.5 * damping])?;
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
    rows: Column<X, Y>,
}

impl<X: Scalar, Y: Scalar> StackedVStack<X, Y> {
    /// The operators one below another. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if there is none; [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if
    /// the domains differ; those of [`Space::stack`].
    pub fn of(operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        let range = stack(&operators, Operator::range)?;
        same(&operators, Operator::domain, "domain")?;
        let domain = operators[0].domain().clone();
        Ok(Self { rows: Column::new(operators) }.between(domain, range))
    }
}

impl<X: Scalar, Y: Scalar> Kernels<X, Y> for StackedVStack<X, Y> {
    fn apply(&self, put: impl Put<Y>, x: &[X], y: &mut [Y]) {
        self.rows.apply(put, x, y); // yₖ ← Aₖ x
    }

    fn apply_adjoint(&self, put: impl Put<X>, y: &[Y], x: &mut [X]) {
        self.rows.apply_adjoint(put, y, x); // x ← Σ Aₖᴴ yₖ
    }

    fn communication(&self) -> Communication {
        Communication::of(&self.rows.operators)
    }

    fn scratch(&self) -> usize {
        self.rows.scratch()
    }

    fn name(&self) -> String {
        list::name("StackedVStack", &self.rows.operators)
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
    /// the ranges differ; those of [`Space::stack`].
    pub fn of(operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        let domain = stack(&operators, Operator::domain)?;
        same(&operators, Operator::range, "range")?;
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
        Communication::of(&self.operators)
    }

    fn scratch(&self) -> usize {
        self.columns.scratch()
    }

    fn name(&self) -> String {
        list::name("StackedHStack", &self.operators)
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
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if there is none; those of [`Space::stack`].
    pub fn of(operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        let (domain, range) = (stack(&operators, Operator::domain)?, stack(&operators, Operator::range)?);
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
        Communication::of(&self.blocks.operators)
    }

    fn scratch(&self) -> usize {
        self.blocks.scratch()
    }

    fn name(&self) -> String {
        list::name("StackedBlockDiag", &self.blocks.operators)
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
