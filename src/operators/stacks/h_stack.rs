//! Operators of ranks, or of groups of ranks, side by side: the data is the sum of what they make.

use super::block_diag::begin;
use super::{Groups, Shares, VStack};
use crate::array::Space;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{Communication, LinearOperator, Operator, list};

/// `[A₀, A₁, …]` over the operators of all ranks, or of groups of ranks, in their order.
///
/// ```text
/// y = Σᵢ Aᵢ xᵢ        xᵢ = Aᵢᴴ y
/// ```
///
/// It is the adjoint of the [`VStack`] of the adjoints, and has its bits.
///
/// # Spaces
/// Each rank of a communicator brings operators of its own, as in a [`VStack`]. `X` is cut where the
/// ranks' parts meet; `Y` is replicated, with as many elements as every operator's range. On
/// [`Groups`] each group brings operators, as in a [`VStack`]: `X` is a stack with a member for each,
/// on the ranks of its group; `Y` is cut in every group as the operators' range, which is one.
///
/// # Communication
/// The operators' own. Forward: one [`VectorSum`](crate::comm::VectorSum) of the data more, over the ranks that hold
/// the same piece of it, all of `Y` but on groups, or a plain all-reduce, as in the adjoint of
/// a [`VStack`]. Adjoint: no more. Construction as of a [`VStack`].
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
    /// The operators of all ranks of a communicator, from a flat scattered model to flat replicated
    /// data; or those of all [`Groups`], from a stack of models to one data vector on every group.
    ///
    /// # Errors
    /// Those of [`VStack::of`], with rows for columns and ranges for domains.
    pub fn of(groups: impl Into<Groups>, operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        let names = ["HStack", "range", "domain", "rows"];
        let groups = groups.into();
        let _operation = begin::<X, Y>(groups.comm(), "HStack");
        let adjoint = VStack::named(&groups, adjoints(&operators), &names)?;
        Ok(Operator::new(Self { adjoint, operators }))
    }

    /// The operators `0..n`, dealt out to ranks or groups: `parts` is n, or has a weight for each (see
    /// [`Shares`]). `build` is called for the numbers of this rank's own, by all ranks of its group together.
    ///
    /// # Errors
    /// On every rank: the first error of `build`; those of [`Shares::of`] and [`of`](Self::of).
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, LinearOperator, launch_threads};
    /// use lops::operators::{HStack, Identity};
    ///
    /// launch_threads(3, |comm| {
    ///     let own = Layout::scatter(&comm.alone(), &[2], 0)?;
    ///     let a = HStack::over(comm, 5, |k| Ok(k as f64 * Identity.on::<f64>(&own)))?;
    ///     let y = &a * &DistArray::full(a.domain(), 1.0);
    ///     assert_eq!(y.as_slice(), [10.0, 10.0]); // 0 + 1 + 2 + 3 + 4
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn over(
        groups: impl Into<Groups>,
        parts: impl Into<Shares>,
        build: impl FnMut(usize) -> Result<Operator<X, Y>>,
    ) -> Result<Operator<X, Y>> {
        let groups = groups.into();
        let _operation = begin::<X, Y>(groups.comm(), "HStack");
        let operators = parts.into().build(&groups, build)?;
        Self::of(&groups, operators)
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
        let (domain, range) = (domain.into(), range.into());
        let _operation = begin::<X, Y>(domain.comm(), "HStack");
        let adjoint = VStack::between(range, domain, adjoints(&operators), names)?;
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
