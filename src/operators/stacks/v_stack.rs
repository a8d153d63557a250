//! Operators of ranks, or of groups of ranks, on one model.

use super::block_diag::{begin, check_length, check_own, local_lengths};
use super::column::Column;
use super::joined::{Domains, joined};
use super::{Groups, Shares};
use crate::array::Space;
use crate::comm::{Comm, Reduction, VectorSum};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::{Scalar, Summation};
use crate::operators::{Communication, LinearOperator, Operator, Room, Sent, Set, list};
use std::cell::RefCell;

/// `[A₀; A₁; …]` over the operators of all ranks, or of groups of ranks, in their order.
///
/// ```text
/// yᵢ = Aᵢ x        x = Σᵢ Aᵢᴴ yᵢ
/// ```
///
/// # Spaces
/// On a communicator each rank brings operators of its own, whose spaces live on a communicator of
/// that rank alone ([`Comm::alone`]); their number may differ from rank to rank and be 0. `X` is
/// replicated, with as many elements as every operator's domain; `Y` is cut where the ranks' parts
/// meet. With [`of`](Self::of) both are flat; [`with_spaces`](Self::with_spaces) takes the user's.
///
/// On [`Groups`] all ranks of a group bring the group's operators, whose spaces live on the group
/// ([`Groups::own`]). `X` has the shape of the operators' domain and is cut in every group as they
/// say: in chunks which are replicas of one another, each element counted once in inner products
/// ([`DistArray::chunks`](crate::DistArray::chunks) are the blocks in their shape); it is replicated where
/// each rank holds all. `Y` is a [stack](Space::stack) with a member for each
/// operator, on the ranks of its group. Groups have as many ranks each.
///
/// # Communication
/// The operators' own. Forward: no more. Adjoint: one [`VectorSum`] of the model, over the ranks that
/// hold the same piece of it: `size of X` elements a rank, the piece of each rank on groups. Where
/// [`Groups::summation`] asks for plain sums, one all-reduce of as many elements.
/// Construction: small all-reduces, and one or two all-gathers.
///
/// # Same bits
/// Both directions have the same bits on any number of ranks, and however the operators are dealt out to them,
/// if the operators have. One that is a sum over what a rank happens to have has not: then give operators
/// whose number does not depend on the ranks, one for each shot, angle or block of rows, by [`over`](Self::over).
/// A plain sum is first over the operators of a rank or group in their order, then over ranks: all ranks
/// get the same bits, but another number of ranks rounds differently in the last place.
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
/// Three shots on two groups of ranks; each group has the whole model, cut over its ranks:
/// ```
/// use lops::{DistArray, Layout, LinearOperator, launch_threads};
/// use lops::operators::{FirstDerivative, Groups, VStack};
///
/// launch_threads(4, |comm| {
///     let groups = Groups::new(comm, 2)?;
///     let model = Layout::scatter(groups.own(), &[6, 5], 0)?;
///     let a = VStack::over(&groups, 3, |shot| {
///         Ok((shot + 1) as f64 * FirstDerivative::along(0).on::<f64>(&model)?)
///     })?;
///     assert_eq!(a.domain().local_len(), 15); // half of the model
///     let y = &a * &DistArray::full(a.domain(), 1.0);
///     assert_eq!((y.member_count(), a.shape()), (3, (90, 30)));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour on a communicator: pylops-mpi `MPIVStack`.
#[derive(Debug)]
pub struct VStack<X: Scalar, Y: Scalar = X> {
    domain: Space,
    range: Space,
    rows: Column<X, Y>,
    /// The ranks that hold the same piece of the model.
    across: Comm,
    /// The adjoint's sum under way, and one term of it; none where sums are plain.
    sum: Option<RefCell<VectorSum<X>>>,
    term: Room<X>,
}

impl<X: Scalar, Y: Scalar> VStack<X, Y> {
    /// The operators of all ranks of a communicator, from a flat replicated model to flat scattered
    /// data; or those of all [`Groups`], from one model on every group to a stack of data.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Communicator`] if an operator is not one rank's own, or not its
    /// group's, or if groups have different numbers of ranks; [`ErrorKind::Shape`] if the operators
    /// have different numbers of columns (on groups: different domains), if the ranks of a group bring
    /// different numbers of operators, or if nobody has an operator; [`ErrorKind::Layout`], on groups,
    /// if a domain is in chunks that are combined, or a space has a mask; [`ErrorKind::Parameter`] of more operators in
    /// all than a [`VectorSum`] takes.
    pub fn of(groups: impl Into<Groups>, operators: Vec<Operator<X, Y>>) -> Result<Operator<X, Y>> {
        let groups = groups.into();
        let _operation = begin::<X, Y>(groups.comm(), "VStack");
        Self::named(&groups, operators, &["VStack", "domain", "range", "columns"])
    }

    /// The operators `0..n`, dealt out to ranks or groups: `parts` is n, or has a weight for each (see
    /// [`Shares`]). `build` is called for the numbers of this rank's own, by all ranks of its group together.
    ///
    /// # Errors
    /// On every rank: the first error of `build`; those of [`Shares::of`] and [`of`](Self::of).
    pub fn over(
        groups: impl Into<Groups>,
        parts: impl Into<Shares>,
        build: impl FnMut(usize) -> Result<Operator<X, Y>>,
    ) -> Result<Operator<X, Y>> {
        let groups = groups.into();
        let _operation = begin::<X, Y>(groups.comm(), "VStack");
        let operators = parts.into().build(&groups, build)?;
        Self::of(&groups, operators)
    }

    /// The operators of all ranks, between a replicated space and one whose local lengths are those
    /// of each rank's operators together.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Communicator`] if the spaces are of different communicators, or
    /// an operator is not one rank's own; [`ErrorKind::Layout`] if the domain is not replicated or
    /// the spaces have different masks; [`ErrorKind::Shape`] if some rank's lengths don't fit; [`ErrorKind::Parameter`]
    /// of more operators in all than a [`VectorSum`] takes.
    pub fn with_spaces(
        domain: impl Into<Space>,
        range: impl Into<Space>,
        operators: Vec<Operator<X, Y>>,
    ) -> Result<Operator<X, Y>> {
        let (domain, range) = (domain.into(), range.into());
        let _operation = begin::<X, Y>(domain.comm(), "VStack");
        Self::between(domain, range, operators, ["domain of VStack", "range of VStack"])
    }

    /// As [`of`](Self::of), for a stack, a domain, a range, and columns that are called so: rows, in a
    /// horizontal stack.
    pub(super) fn named(
        groups: &Groups,
        operators: Vec<Operator<X, Y>>,
        &[stack, domain, range, columns]: &[&str; 4],
    ) -> Result<Operator<X, Y>> {
        if groups.alone() {
            return Self::flat(groups, operators, columns);
        }
        groups.check_equal(stack)?;
        let spaces = joined(groups, &operators, Domains::Shared, [domain, range])?;
        Self::made(spaces, operators, groups.across(), groups.sums())
    }

    /// With the number of all operators found out, of which each is a term of the adjoint's sum.
    fn made(
        [domain, range]: [Space; 2],
        operators: Vec<Operator<X, Y>>,
        across: &Comm,
        summation: Summation,
    ) -> Result<Operator<X, Y>> {
        let (mut sum, mut term) = (None, Room::default());
        if summation == Summation::Exact {
            let mut terms = [operators.len()];
            across.all_reduce(&mut terms, Reduction::Sum);
            let n = domain.local_len();
            sum = Some(RefCell::new(across.agree(VectorSum::new(across, n, terms[0]))?));
            term = Room::new(n);
        }
        let rows = Column::new(operators);
        Ok(Operator::new(Self { domain, range, rows, across: across.clone(), sum, term }))
    }

    fn flat(groups: &Groups, operators: Vec<Operator<X, Y>>, columns: &str) -> Result<Operator<X, Y>> {
        let comm = groups.comm();
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
        let domain = Layout::replicated(comm, &[first[1]])?;
        let range = Layout::scatter_sizes(comm, &[sizes.iter().sum()], 0, &sizes)?;
        Self::made([domain.into(), range.into()], operators, comm, groups.sums())
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
        let across = domain.group().clone();
        Self::made([domain, range], operators, &across, Summation::Exact)
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
        let Some(sum) = &self.sum else {
            self.rows.apply_adjoint(Set, y, x); // x ← Σ Aᵢᴴ yᵢ of this rank's list
            self.across.all_reduce(x, Reduction::Sum); // x ← Σ x of all who hold this piece
            return;
        };
        let (mut sum, mut term, mut rest) = (sum.borrow_mut(), self.term.lend(), y);
        for operator in &self.rows.operators {
            let part = rest.split_off(..operator.range().local_len()).unwrap_or_default();
            operator.apply_adjoint(part, &mut term); // t ← Aᵢᴴ yᵢ
            sum.add(&term);
        }
        sum.finish(x); // x ← Σ t of all who hold this piece
    }

    fn communication(&self) -> Communication {
        let adjoint = match &self.sum {
            Some(sum) => sum.borrow().sends(),
            None => Sent::all_reduce::<X>(&self.across, self.domain.local_len()),
        };
        list::communication(&self.rows.operators) + Communication { forward: Sent::NOTHING, adjoint }
    }

    fn scratch(&self) -> usize {
        self.rows.scratch() + self.term.bytes() + self.sum.as_ref().map_or(0, |sum| sum.borrow().scratch())
    }

    fn name(&self) -> String {
        list::name("VStack", &self.rows.operators)
    }
}
