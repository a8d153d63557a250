//! The terms of split Bregman iterations, and the least squares and proxes that they make together.

use super::blocks::add_squares_of;
use crate::array::{DistArray, Space, Summing};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{PartialSum, Real, Scalar};
use crate::operators::{LinearOperator, Operator, StackedVStack};
use crate::proximal::parameter::positive;
use crate::proximal::{L1, L21, ProximalOperator};
use crate::solvers::Run;

/// A term of [`split_bregman`](crate::proximal::split_bregman): an operator's image, and what of it is to be small.
///
/// # Example
/// See [`split_bregman`](crate::proximal::split_bregman) and [`SplitBregman`](crate::proximal::SplitBregman).
#[derive(Clone, Debug)]
#[must_use = "split_bregman takes it"]
pub struct Term<X: Scalar, Y: Scalar = X> {
    operator: Operator<X, Y>,
    weight: f64,
    /// λ, where it is not √w.
    penalty: Option<f64>,
    kind: Kind<Y>,
}

#[derive(Clone, Debug)]
enum Kind<Y: Scalar> {
    L1,
    Isotropic,
    Squares(Option<DistArray<Y>>),
}

impl<X: Scalar, Y: Scalar> Term<X, Y> {
    fn new(operator: &Operator<X, Y>, weight: f64, kind: Kind<Y>) -> Self {
        Self { operator: operator.clone(), weight, penalty: None, kind }
    }

    /// w ‖R x‖₁, the sum of moduli.
    pub fn l1(operator: &Operator<X, Y>, weight: f64) -> Self {
        Self::new(operator, weight, Kind::L1)
    }

    /// w Σ ‖(R x)ₖ‖, the sum of the lengths of what is at one place of all members of a stack, as of a gradient.
    pub fn isotropic(operator: &Operator<X, Y>, weight: f64) -> Self {
        Self::new(operator, weight, Kind::Isotropic)
    }

    /// ½ ε ‖L x‖².
    pub fn l2(operator: &Operator<X, Y>, weight: f64) -> Self {
        Self::new(operator, weight, Kind::Squares(None))
    }

    /// ½ ε ‖L x − d‖².
    pub fn l2_towards(operator: &Operator<X, Y>, weight: f64, data: &DistArray<Y>) -> Self {
        Self::new(operator, weight, Kind::Squares(Some(data.clone())))
    }

    /// λ of a term of moduli (√w): how strongly R x and z are held together. Any λ converges; w/λ, by which R x is made smaller in an
    /// iteration, should be a part of the largest numbers of R x.
    pub fn penalty(self, lambda: f64) -> Self {
        Self { penalty: Some(lambda), ..self }
    }

    fn lambda(&self) -> f64 {
        self.penalty.unwrap_or(self.weight.sqrt())
    }
}

/// All terms, checked and in order.
pub(super) struct Terms<X: Scalar, Y: Scalar> {
    op: Operator<X, Y>,
    squares: Vec<Term<X, Y>>,
    split: Vec<Term<X, Y>>,
    /// The sum of the split terms over μ, in units; weighed by [`weigh`](Self::weigh).
    g: ProximalOperator<Y>,
}

impl<X: Scalar, Y: Scalar<Real = X::Real>> Terms<X, Y> {
    pub(super) fn of(op: &Operator<X, Y>, b: &DistArray<Y>, terms: &[Term<X, Y>], x: &DistArray<X>) -> Result<Self> {
        op.range().same_as(b.space(), "data of SplitBregman")?;
        op.domain().same_as(x.space(), "model of SplitBregman")?;
        for term in terms {
            term.operator.domain().same_as(x.space(), "domain of a term of SplitBregman")?;
            positive("weight of a term of SplitBregman", term.weight)?;
            positive("penalty of a term of SplitBregman", term.lambda())?;
            if let Kind::Squares(Some(data)) = &term.kind {
                term.operator.range().same_as(data.space(), "data of a term of SplitBregman")?;
            }
        }
        let is_square = |term: &&Term<X, Y>| matches!(term.kind, Kind::Squares(_));
        let (squares, split): (Vec<_>, Vec<_>) = terms.iter().partition(is_square);
        if split.is_empty() {
            let expected = "at least one of moduli or lengths";
            return Err(Error::expected(ErrorKind::Parameter, "terms of SplitBregman", expected, "none"));
        }
        let [squares, split] = [squares, split].map(|terms| terms.into_iter().cloned().collect::<Vec<_>>());
        let g = sum_of(&split, 1.0)?;
        Ok(Self { op: op.clone(), squares, split, g })
    }

    /// [Op; √(ε/μ) L; √(λ/μ) R].
    pub(super) fn system(&self, mu: f64) -> Result<Operator<X, Y>> {
        let weighted =
            |operator: &Operator<X, Y>, weight: f64| operator.scale_real(X::Real::from_f64((weight / mu).sqrt()));
        let squares = self.squares.iter().map(|term| weighted(&term.operator, term.weight));
        let split = self.split.iter().map(|term| weighted(&term.operator, term.lambda()));
        StackedVStack::of([self.op.clone()].into_iter().chain(squares).chain(split).collect())
    }

    /// The data of the system, but for those of R.
    pub(super) fn write_data(&self, b: &DistArray<Y>, mu: f64, data: &mut [Y]) {
        data[..b.as_slice().len()].copy_from_slice(b.as_slice());
        let mut start = b.as_slice().len();
        for term in &self.squares {
            let range = start..start + term.operator.range().local_len();
            start = range.end;
            let weight = Y::Real::from_f64((term.weight / mu).sqrt());
            if let Kind::Squares(Some(given)) = &term.kind {
                data[range].iter_mut().zip(given.as_slice()).for_each(|(d, given)| *d = given.scale(weight));
            }
        }
    }

    /// Where the data of R begin.
    pub(super) fn split_start(&self) -> usize {
        let squares = self.squares.iter().map(|term| term.operator.range().local_len());
        self.op.range().local_len() + squares.sum::<usize>()
    }

    /// The space of z.
    pub(super) fn split_space(&self) -> &Space {
        self.g.space()
    }

    /// The squares of what is left of the data of the L: this rank's part.
    pub(super) fn squares(&self, left: &[Y], run: &Run) -> PartialSum {
        let mut start = self.op.range().local_len();
        let mut sum = Summing::from(run).start();
        for term in &self.squares {
            let space = term.operator.range();
            let part = &left[start..start + space.local_len()];
            start += space.local_len();
            add_squares_of(&mut sum, space, [1, 0], run, |block, s: &mut [Y]| s.copy_from_slice(&part[block]));
        }
        sum
    }

    /// Takes μ into account.
    pub(super) fn weigh(&mut self, mu: f64) -> Result<()> {
        self.g = sum_of(&self.split, mu)?;
        Ok(())
    }

    pub(super) fn prox_into(&self, w: &DistArray<Y>, z: &mut DistArray<Y>) -> Result<()> {
        self.g.prox_into(1.0, w, z)
    }

    pub(super) fn value(&self, z: &DistArray<Y>) -> Result<f64> {
        Ok(self.g.value(z)?.to_f64())
    }

    pub(super) fn scratch(&self) -> usize {
        self.g.scratch()
    }
}

/// Σ wⱼ/√(λⱼ μ) of the split terms.
fn sum_of<X: Scalar, Y: Scalar>(split: &[Term<X, Y>], mu: f64) -> Result<ProximalOperator<Y>> {
    let one = |term: &Term<X, Y>| {
        let (weight, space) = (term.weight / (term.lambda() * mu).sqrt(), term.operator.range());
        if let Kind::Isotropic = term.kind { L21::new(weight).on(space) } else { L1::new(weight).on(space) }
    };
    match split {
        [term] => one(term),
        terms => ProximalOperator::stacked(terms.iter().map(one).collect::<Result<_>>()?),
    }
}
