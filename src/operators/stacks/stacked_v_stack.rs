//! Several operators on one model: the data is a stack.

use super::{column::Column, spaces};
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::by_rows::{AnySweep, Arrangement, Slab, Together};
use crate::operators::{Communication, Kernels, LinearOperator, Operator, Put, list};

/// `[A; B; …]`: several operators on one model; the data is the stack of what they make.
///
/// ```text
/// y = (A x, B x, …)        x = Aᴴ y₀ + Bᴴ y₁ + …
/// ```
///
/// # Spaces
/// `X`: the domain of every operator, any. `Y`: the [stack](crate::Space::stack) of their ranges. Stacks
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
    /// the domains differ; those of [`Space::stack`](crate::Space::stack).
    pub fn of(operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        let range = spaces::stack(&operators, Operator::range)?;
        spaces::same(&operators, Operator::domain, "domain")?;
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
        list::communication(&self.rows.operators)
    }

    fn scratch(&self) -> usize {
        self.rows.scratch()
    }

    fn forward_sweep(&self, slab: &Slab, _: [usize; 2]) -> Option<AnySweep<X, Y>> {
        Together::of(Arrangement::Column, self.rows.operators.iter().map(|row| row.forward_sweep(slab)))
    }

    fn adjoint_sweep(&self, slab: &Slab, _: [usize; 2]) -> Option<AnySweep<Y, X>> {
        Together::of(Arrangement::Row, self.rows.operators.iter().map(|row| row.adjoint_sweep(slab)))
    }

    fn gains_by_rows(&self) -> bool {
        true
    }

    fn name(&self) -> String {
        list::name("StackedVStack", &self.rows.operators)
    }
}
