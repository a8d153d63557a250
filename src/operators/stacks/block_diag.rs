//! Operators of ranks, or of groups of ranks, each on its own part of the vector.

use super::blocks::Blocks;
use super::joined::{Domains, joined};
use super::{Groups, Shares};
use crate::array::Space;
use crate::comm::{Comm, Operation};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::{Communication, Kernels, LinearOperator, Operator, Put, list};

/// `diag(A₀, A₁, …)` over the operators of all ranks, or of groups of ranks, in their order.
///
/// ```text
/// yᵢ = Aᵢ xᵢ
/// ```
///
/// # Spaces
/// On a communicator each rank brings operators of its own, whose spaces live on a communicator of
/// that rank alone ([`Comm::alone`]); their number may differ from rank to rank and be 0. `X` and `Y`
/// are flat arrays cut where the ranks' parts meet ([`of`](Self::of)), or any spaces of the user's
/// whose local lengths fit ([`with_spaces`](Self::with_spaces)), so that nobody has to flatten.
///
/// On [`Groups`] all ranks of a group bring the group's operators, whose spaces live on the group
/// ([`Groups::own`]). `X` and `Y` are [stacks](Space::stack) with a member for each operator, of the
/// shape and cut of its own space, on the ranks of its group. Groups may differ in size.
///
/// # Communication
/// The operators' own. Construction: one small all-reduce, and for [`of`](Self::of) one or two
/// all-gathers.
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
    /// The operators of all ranks of a communicator, between flat arrays; or those of all [`Groups`],
    /// between stacks of their spaces.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Communicator`] if an operator is not one rank's own, or not its
    /// group's. On groups also [`ErrorKind::Shape`] if the ranks of a group bring different numbers of
    /// operators, or nobody has one; [`ErrorKind::Layout`] if a space has a mask.
    pub fn of(groups: impl Into<Groups>, operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        let groups = groups.into();
        let _operation = begin::<X, Y>(groups.comm(), "BlockDiag");
        if !groups.alone() {
            let [domain, range] = joined(&groups, &operators, Domains::Own, ["domain", "range"])?;
            return Ok(Self { blocks: Blocks::new(operators) }.between(domain, range));
        }
        let comm = groups.comm();
        comm.agree(check_own(&operators))?;
        let (domain, range) = flat_spaces(comm, &operators)?;
        Ok(Self { blocks: Blocks::new(operators) }.between(domain, range))
    }

    /// The operators `0..n`, dealt out to ranks or groups: `parts` is n, or has a weight for each (see
    /// [`Shares`]). `build` is called for the numbers of this rank's own, by all ranks of its group together.
    ///
    /// # Errors
    /// On every rank: the first error of `build`; those of [`Shares::of`] and [`of`](Self::of).
    ///
    /// # Example
    /// ```
    /// use lops::{Layout, LinearOperator, launch_threads};
    /// use lops::operators::{BlockDiag, Groups, Identity};
    ///
    /// launch_threads(3, |comm| {
    ///     let groups = Groups::new(comm, 2)?; // of two ranks and of one
    ///     let weights = [1.0, 1.0, 4.0]; // the third costs most
    ///     let a = BlockDiag::over(&groups, &weights, |k| {
    ///         Ok(Identity.on::<f64>(&Layout::scatter(groups.own(), &[4 + k], 0)?))
    ///     })?;
    ///     assert_eq!(a.domain().members().len(), 3);
    ///     assert_eq!(a.domain().local_len(), [5, 4, 6][comm.rank()]);
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
        let _operation = begin::<X, Y>(groups.comm(), "BlockDiag");
        let operators = parts.into().build(&groups, build)?;
        Self::of(&groups, operators)
    }

    /// The operators of all ranks, with a colour for each rank: reductions of vectors stay inside a
    /// colour (see [`Layout::with_mask`]).
    ///
    /// # Errors
    /// Those of [`of`](Self::of); [`ErrorKind::Layout`] if there is not one colour for each rank.
    pub fn with_mask(comm: &Comm, colours: &[usize], operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        let _operation = begin::<X, Y>(comm, "BlockDiag");
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
    /// an operator is not one rank's own; [`ErrorKind::Layout`] if a space is replicated on several
    /// ranks, where each rank's operators would make other copies of it; [`ErrorKind::Shape`] if some
    /// rank's lengths don't fit.
    pub fn with_spaces(
        domain: impl Into<Space>,
        range: impl Into<Space>,
        operators: Vec<Operator<X, Y>>,
    ) -> Result<Operator<X, Y>> {
        let (domain, range) = (domain.into(), range.into());
        let comm = domain.comm();
        comm.same_as(range.comm(), "range of BlockDiag")?;
        let _operation = begin::<X, Y>(comm, "BlockDiag");
        for (what, space) in [("domain of BlockDiag", &domain), ("range of BlockDiag", &range)] {
            let replicated = space.layouts().into_iter().find(|layout| layout.is_replicated());
            if let Some(layout) = replicated.filter(|_| comm.size() > 1) {
                return Err(Error::expected(ErrorKind::Layout, what, "arrays of which each rank has a part", layout));
            }
        }
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

    fn communication(&self) -> Communication {
        list::communication(&self.blocks.operators)
    }

    fn scratch(&self) -> usize {
        self.blocks.scratch()
    }

    fn name(&self) -> String {
        list::name("BlockDiag", &self.blocks.operators)
    }
}

/// Begins to make an operator of what the ranks bring, each its own.
pub(super) fn begin<X: Scalar, Y: Scalar>(comm: &Comm, name: &'static str) -> Operation {
    comm.operation(name, format_args!("{} to {}", X::DTYPE, Y::DTYPE))
}

/// Elements of the domains and of the ranges of a rank's operators.
pub(super) fn local_lengths<X: Scalar, Y: Scalar>(operators: &[Operator<X, Y>]) -> (usize, usize) {
    let columns = operators.iter().map(|operator| operator.domain().local_len()).sum();
    let rows = operators.iter().map(|operator| operator.range().local_len()).sum();
    (columns, rows)
}

/// `Ok` if every operator's spaces live on one rank. A local fact.
pub(in crate::operators) fn check_own<X: Scalar, Y: Scalar>(operators: &[Operator<X, Y>]) -> Result<()> {
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
