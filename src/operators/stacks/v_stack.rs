//! Each rank's own operators on one model, which all ranks hold.

use super::{
    block_diag::{check_length, check_own, local_lengths},
    column::Column,
};
use crate::array::Space;
use crate::comm::{Comm, Reduction};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::{Communication, LinearOperator, Operator, Sent, Set, list};

/// `[A₀; A₁; …]` over the operators of all ranks, in rank order.
///
/// ```text
/// yᵢ = Aᵢ x        x = Σᵢ Aᵢᴴ yᵢ
/// ```
///
/// # Spaces
/// Each rank brings operators of its own, whose spaces live on a communicator of that rank alone
/// ([`Comm::alone`]); their number may differ from rank to rank and be 0. `X` is replicated, with
/// as many elements as every operator's domain; `Y` is cut where the ranks' parts meet. With
/// [`of`](Self::of) both are flat; [`with_spaces`](Self::with_spaces) takes the user's.
///
/// # Communication
/// Forward: none. Adjoint: one all-reduce of the model, `size of X` elements a rank. Construction:
/// one small all-reduce, and for [`of`](Self::of) one all-gather.
///
/// The forward has the same bits on any number of ranks. The adjoint's sum is in floating point:
/// first over the operators of a rank in their order, then over ranks in the order of the engine's
/// all-reduce. All ranks get the same bits, but another number of ranks rounds differently in the
/// last place.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, LinearOperator, launch_threads, ndarray::array};
/// use lops::operators::{MatrixMult, VStack};
///
/// launch_threads(2, |comm| {
///     let own = Layout::scatter(&comm.alone(), &[2], 0)?;
///     let row = array![[1.0, comm.rank() as f64]];
///     let a = VStack::of(comm, vec![MatrixMult::new(&row).on(&own)?])?;
///     let y = &a * &DistArray::full(a.domain(), 1.0);
///     assert_eq!(y.gather_all().as_slice(), Some(&[1.0, 2.0][..]));
///     assert_eq!((a.adjoint() * &y).as_slice(), [3.0, 2.0]); // on both ranks
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops-mpi `MPIVStack`.
#[derive(Debug)]
pub struct VStack<X: Scalar, Y: Scalar = X> {
    domain: Space,
    range: Space,
    rows: Column<X, Y>,
}

impl<X: Scalar, Y: Scalar> VStack<X, Y> {
    /// The operators of all ranks, from a flat broadcast model to flat scattered data.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Communicator`] if an operator is not one rank's own,
    /// [`ErrorKind::Shape`] if the operators have different numbers of columns, or if no rank has
    /// an operator.
    pub fn of(comm: &Comm, operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        Self::flat(comm, operators, "columns")
    }

    /// The operators of all ranks, between a replicated space and one whose local lengths are those
    /// of each rank's operators together.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Communicator`] if the spaces are of different communicators, or
    /// an operator is not one rank's own; [`ErrorKind::Layout`] if the domain is not replicated or
    /// the spaces have different masks; [`ErrorKind::Shape`] if some rank's lengths don't fit.
    pub fn with_spaces(
        domain: impl Into<Space>,
        range: impl Into<Space>,
        operators: Vec<Operator<X, Y>>,
    ) -> Result<Operator<X, Y>> {
        Self::between(domain.into(), range.into(), operators, ["domain of VStack", "range of VStack"])
    }

    /// As [`of`](Self::of), for operators whose columns are called so (rows, in a horizontal stack).
    pub(super) fn flat(comm: &Comm, operators: Vec<Operator<X, Y>>, columns: &str) -> Result<Operator<X, Y>> {
        comm.agree(check_own(&operators).and_then(|()| check_columns(&operators, columns)))?;
        let own = operators.first().map_or(0, |operator| operator.domain().local_len());
        let facts = comm.all_gather(&[operators.len(), own, local_lengths(&operators).1]);
        let mut of_those_who_have = facts.chunks(3).enumerate().filter(|(_, fact)| fact[0] > 0);
        let Some((_, first)) = of_those_who_have.next() else {
            return Err(Error::expected(ErrorKind::Shape, "stack", "an operator on some rank", "none"));
        };
        if let Some((rank, other)) = of_those_who_have.find(|(_, fact)| fact[1] != first[1]) {
            let expected = format!("{}, as on lower ranks", first[1]);
            let what = format!("number of {columns} of a stack's operators");
            return Err(Error::expected(ErrorKind::Shape, what, expected, other[1]).at_rank(rank));
        }
        let sizes: Vec<_> = facts.chunks(3).map(|fact| fact[2]).collect();
        let domain = Layout::broadcast(comm, &[first[1]])?;
        let range = Layout::scatter_sizes(comm, &[sizes.iter().sum()], 0, &sizes)?;
        let rows = Column::new(operators);
        Ok(Operator::new(Self { domain: domain.into(), range: range.into(), rows }))
    }

    /// As [`with_spaces`](Self::with_spaces), the spaces named so in errors.
    pub(super) fn between(
        domain: Space,
        range: Space,
        operators: Vec<Operator<X, Y>>,
        [of_domain, of_range]: [&str; 2],
    ) -> Result<Operator<X, Y>> {
        let comm = domain.comm();
        comm.same_as(range.comm(), of_range)?;
        if !domain.is_replicated() {
            return Err(Error::expected(ErrorKind::Layout, of_domain, "a replicated space", &domain));
        }
        let masks = [&domain, &range].map(|space| space.layouts()[0].mask());
        if masks[0] != masks[1] {
            let [expected, found] = masks.map(|mask| format!("{mask:?}"));
            return Err(Error::expected(ErrorKind::Layout, format!("mask of the {of_range}"), expected, found));
        }
        let fits = check_own(&operators)
            .and_then(|()| {
                let mut columns = operators.iter().map(|operator| operator.domain().local_len());
                columns.try_for_each(|n| check_length(of_domain, &domain, n))
            })
            .and_then(|()| check_length(of_range, &range, local_lengths(&operators).1));
        comm.agree(fits)?;
        Ok(Operator::new(Self { domain, range, rows: Column::new(operators) }))
    }
}

/// `Ok` if a rank's operators have as many columns. A local fact.
fn check_columns<X: Scalar, Y: Scalar>(operators: &[Operator<X, Y>], columns: &str) -> Result<()> {
    let Some(first) = operators.first().map(|operator| operator.domain().local_len()) else { return Ok(()) };
    for (k, operator) in operators.iter().enumerate() {
        let found = operator.domain().local_len();
        if found != first {
            let what = format!("number of {columns} of operator {k} of a stack, {}", operator.name());
            return Err(Error::expected(ErrorKind::Shape, what, format!("{first}, as of operator 0"), found));
        }
    }
    Ok(())
}

impl<X: Scalar, Y: Scalar> LinearOperator<X, Y> for VStack<X, Y> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[X], y: &mut [Y]) {
        self.rows.apply(Set, x, y); // yᵢ ← Aᵢ x
    }

    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        self.rows.apply_adjoint(Set, y, x); // x ← Σ Aᵢᴴ yᵢ of this rank
        self.domain.group().all_reduce(x, Reduction::Sum); // x ← Σ x of all ranks
    }

    fn communication(&self) -> Communication {
        let adjoint = Sent::all_reduce::<X>(self.domain.group(), self.domain.local_len());
        Communication { forward: Sent::NOTHING, adjoint }
    }

    fn scratch(&self) -> usize {
        self.rows.scratch()
    }

    fn name(&self) -> String {
        list::name("VStack", &self.rows.operators)
    }
}
