//! Each rank's own operators on its own part of the vector.

use super::blocks::Blocks;
use crate::array::Space;
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::{Kernels, LinearOperator, Operator, Put, list};

/// `diag(A₀, A₁, …)` over the operators of all ranks, in rank order.
///
/// ```text
/// yᵢ = Aᵢ xᵢ
/// ```
///
/// # Spaces
/// Each rank brings operators of its own, whose spaces live on a communicator of that rank alone
/// ([`Comm::alone`]); their number may differ from rank to rank and be 0. `X` and `Y` are flat
/// arrays cut where the ranks' parts meet ([`of`](Self::of)), or any spaces of the user's whose
/// local lengths fit ([`with_spaces`](Self::with_spaces)), so that nobody has to flatten.
///
/// # Communication
/// None. Construction: one small all-reduce, and for [`of`](Self::of) one all-gather.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::{BlockDiag, Diagonal}};
///
/// launch_threads(2, |comm| {
///     let own = Layout::scatter(&comm.alone(), &[2 + comm.rank()], 0)?;
///     let block = Diagonal::of(&DistArray::full(&own, (comm.rank() + 1) as f64))?;
///     let a = BlockDiag::of(comm, vec![block])?;
///     assert_eq!(a.shape(), (5, 5));
///     let y = &a * &DistArray::full(a.domain(), 1.0);
///     assert_eq!(y.gather_all().as_slice(), Some(&[1.0, 1.0, 2.0, 2.0, 2.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// # use lops::LinearOperator;
/// ```
///
/// # Source
/// Behaviour: pylops-mpi `MPIBlockDiag`.
#[derive(Debug)]
pub struct BlockDiag<X: Scalar, Y: Scalar = X> {
    blocks: Blocks<X, Y>,
}

impl<X: Scalar, Y: Scalar> BlockDiag<X, Y> {
    /// The operators of all ranks, between flat arrays.
    ///
    /// # Errors
    /// [`ErrorKind::Communicator`], on every rank, if an operator is not one rank's own.
    pub fn of(comm: &Comm, operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        comm.agree(check_own(&operators))?;
        let (domain, range) = flat_spaces(comm, &operators)?;
        Ok(Self { blocks: Blocks::new(operators) }.between(domain, range))
    }

    /// The operators of all ranks, with a colour for each rank: reductions of vectors stay inside a
    /// colour (see [`Layout::with_mask`]).
    ///
    /// # Errors
    /// Those of [`of`](Self::of); [`ErrorKind::Layout`] if there is not one colour for each rank.
    pub fn with_mask(comm: &Comm, colours: &[usize], operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        comm.agree(check_own(&operators))?;
        let (domain, range) = flat_spaces(comm, &operators)?;
        let domain = domain.with_mask(colours)?;
        let range = range.masked_like(&domain);
        Ok(Self { blocks: Blocks::new(operators) }.between(domain, range))
    }

    /// The operators of all ranks, between spaces whose local lengths are those of each rank's
    /// operators together.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Communicator`] if the spaces are of different communicators, or
    /// an operator is not one rank's own; [`ErrorKind::Shape`] if some rank's lengths don't fit.
    pub fn with_spaces(
        domain: impl Into<Space>,
        range: impl Into<Space>,
        operators: Vec<Operator<X, Y>>,
    ) -> Result<Operator<X, Y>> {
        let (domain, range) = (domain.into(), range.into());
        let comm = domain.comm();
        comm.same_as(range.comm(), "range of BlockDiag")?;
        let (columns, rows) = local_lengths(&operators);
        let fits = check_own(&operators)
            .and_then(|()| check_length("domain of BlockDiag", &domain, columns))
            .and_then(|()| check_length("range of BlockDiag", &range, rows));
        comm.agree(fits)?;
        Ok(Self { blocks: Blocks::new(operators) }.between(domain, range))
    }
}

impl<X: Scalar, Y: Scalar> Kernels<X, Y> for BlockDiag<X, Y> {
    fn apply(&self, put: impl Put<Y>, x: &[X], y: &mut [Y]) {
        self.blocks.apply(put, x, y); // yᵢ ← Aᵢ xᵢ
    }

    fn apply_adjoint(&self, put: impl Put<X>, y: &[Y], x: &mut [X]) {
        self.blocks.apply_adjoint(put, y, x); // xᵢ ← Aᵢᴴ yᵢ
    }

    fn scratch(&self) -> usize {
        self.blocks.scratch()
    }

    fn name(&self) -> String {
        list::name("BlockDiag", &self.blocks.operators)
    }
}

/// Elements of the domains and of the ranges of a rank's operators.
pub(super) fn local_lengths<X: Scalar, Y: Scalar>(operators: &[Operator<X, Y>]) -> (usize, usize) {
    let columns = operators.iter().map(|operator| operator.domain().local_len()).sum();
    let rows = operators.iter().map(|operator| operator.range().local_len()).sum();
    (columns, rows)
}

/// `Ok` if every operator's spaces live on one rank. A local fact.
pub(super) fn check_own<X: Scalar, Y: Scalar>(operators: &[Operator<X, Y>]) -> Result<()> {
    for (k, operator) in operators.iter().enumerate() {
        for space in [operator.domain(), operator.range()] {
            let ranks = space.comm().size();
            if ranks != 1 {
                let what = format!("operator {k} of this rank, {}", operator.name());
                let expected = "spaces of this rank alone (Comm::alone)";
                let found = format!("a space over {ranks} ranks");
                return Err(Error::expected(ErrorKind::Communicator, what, expected, found));
            }
        }
    }
    Ok(())
}

/// `Ok` if this rank's part of a space has as many elements as its operators. A local fact.
pub(super) fn check_length(what: &str, space: &Space, len: usize) -> Result<()> {
    if space.local_len() == len {
        return Ok(());
    }
    let expected = format!("{len} elements on this rank, as its operators have");
    Err(Error::expected(ErrorKind::Shape, what, expected, format!("{} in {space}", space.local_len())))
}

/// Flat layouts in which every rank holds as much as its operators have.
fn flat_spaces<X: Scalar, Y: Scalar>(comm: &Comm, operators: &[Operator<X, Y>]) -> Result<(Layout, Layout)> {
    let (columns, rows) = local_lengths(operators);
    let lengths = comm.all_gather(&[columns, rows]);
    let flat = |k: usize| {
        let sizes: Vec<_> = lengths.iter().skip(k).step_by(2).copied().collect();
        Layout::scatter_sizes(comm, &[sizes.iter().sum()], 0, &sizes)
    };
    Ok((flat(0)?, flat(1)?))
}
