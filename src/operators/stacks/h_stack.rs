//! Each rank's own operators side by side: the data is the sum of what they make.

use super::VStack;
use crate::array::Space;
use crate::comm::Comm;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{Communication, LinearOperator, Operator, list};

/// `[A₀, A₁, …]` over the operators of all ranks, in rank order.
///
/// ```text
/// y = Σᵢ Aᵢ xᵢ        xᵢ = Aᵢᴴ y
/// ```
///
/// It is the adjoint of the [`VStack`] of the adjoints, and has its bits.
///
/// # Spaces
/// Each rank brings operators of its own, as in a [`VStack`]. `X` is cut where the ranks' parts
/// meet; `Y` is replicated, with as many elements as every operator's range.
///
/// # Communication
/// Forward: one all-reduce of the data, `size of Y` elements a rank; its sum over ranks is in
/// floating point, as in the adjoint of a [`VStack`]. Adjoint: none. Construction as of a
/// [`VStack`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, LinearOperator, launch_threads};
/// use lops::operators::{Diagonal, HStack};
///
/// launch_threads(3, |comm| {
///     let own = Layout::scatter(&comm.alone(), &[2], 0)?;
///     let block = Diagonal::of(&DistArray::full(&own, comm.rank() as f64))?;
///     let a = HStack::of(comm, vec![block])?;
///     let y = &a * &DistArray::full(a.domain(), 1.0);
///     assert_eq!(y.as_slice(), [3.0, 3.0]); // on all ranks
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops-mpi `MPIHStack`.
#[derive(Debug)]
pub struct HStack<X: Scalar, Y: Scalar = X> {
    adjoint: Operator<Y, X>,
    operators: Vec<Operator<X, Y>>,
}

impl<X: Scalar, Y: Scalar> HStack<X, Y> {
    /// The operators of all ranks, from a flat scattered model to flat broadcast data.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if an operator is
    /// not one rank's own, [`ErrorKind::Shape`](crate::ErrorKind::Shape) if the operators have
    /// different numbers of rows, or if no rank has an operator.
    pub fn of(comm: &Comm, operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        let adjoint = VStack::flat(comm, adjoints(&operators), "rows")?;
        Ok(Operator::new(Self { adjoint, operators }))
    }

    /// The operators of all ranks, between a space whose local lengths are those of each rank's
    /// operators together and a replicated one.
    ///
    /// # Errors
    /// Those of [`VStack::with_spaces`], the spaces' roles exchanged.
    pub fn with_spaces(
        domain: impl Into<Space>,
        range: impl Into<Space>,
        operators: Vec<Operator<X, Y>>,
    ) -> Result<Operator<X, Y>> {
        let names = ["range of HStack", "domain of HStack"];
        let adjoint = VStack::between(range.into(), domain.into(), adjoints(&operators), names)?;
        Ok(Operator::new(Self { adjoint, operators }))
    }
}

fn adjoints<X: Scalar, Y: Scalar>(operators: &[Operator<X, Y>]) -> Vec<Operator<Y, X>> {
    operators.iter().map(Operator::adjoint).collect()
}

impl<X: Scalar, Y: Scalar> LinearOperator<X, Y> for HStack<X, Y> {
    fn domain(&self) -> &Space {
        self.adjoint.range()
    }

    fn range(&self) -> &Space {
        self.adjoint.domain()
    }

    fn apply(&self, x: &[X], y: &mut [Y]) {
        self.adjoint.apply_adjoint(x, y); // y ← Σ Aᵢ xᵢ
    }

    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        self.adjoint.apply(y, x); // xᵢ ← Aᵢᴴ y
    }

    fn communication(&self) -> Communication {
        self.adjoint.communication().reversed()
    }

    fn scratch(&self) -> usize {
        self.adjoint.scratch()
    }

    fn name(&self) -> String {
        list::name("HStack", &self.operators)
    }
}
