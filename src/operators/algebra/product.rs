//! `A B`: first `B`, then `A`; and powers.

use super::{
    flat::{Flat, Operand},
    mixed::product_of_mixed,
};
use crate::array::Space;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::Identity;
use crate::operators::by_rows::{AnySweep, Chain, Slab};
use crate::operators::{Communication, Form, Kernels, LinearOperator, Operator, Put, list};
use std::{any::Any, cell::RefCell};

/// A product of operators of one scalar, of two factors at least. Two vectors are all that it keeps, however
/// many factors there are.
struct Product<T: Scalar>(Flat<Factor<T>, Vectors<T>>);

/// `Aⁿ`
#[derive(Clone)]
struct Factor<T: Scalar> {
    operator: Operator<T>,
    times: usize,
}

/// What comes between the factors: read from one, written to the other. With two factors the other one is
/// room for the result of a factor that cannot add, empty where both can.
struct Vectors<T>(RefCell<[Vec<T>; 2]>);

impl<T> Default for Vectors<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T: Scalar> Vectors<T> {
    /// Makes them at least so long.
    fn fit(&self, lengths: [usize; 2]) {
        for (vector, len) in self.0.borrow_mut().iter_mut().zip(lengths) {
            if vector.len() < len {
                *vector = vec![T::zero(); len];
            }
        }
    }

    fn lengths(&self) -> [usize; 2] {
        self.0.borrow().each_ref().map(Vec::len)
    }
}

impl<M: Scalar, Y: Scalar> Operator<M, Y> {
    /// `A B`. A product is one list of factors, however many signs made it, and keeps two vectors for all.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or
    /// [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if the range of `B` is not the
    /// domain of `A`.
    pub fn compose<X: Scalar>(&self, right: &Operator<X, M>) -> Result<Operator<X, Y>> {
        if self.domain() != right.range() {
            let what = format!("range of {} in a product with {}", right.name(), self.name());
            self.domain().same_as(right.range(), &what)?;
        }
        if let (Some(left), Some(right)) = (same::<_, Operator<M>>(self), same::<_, Operator<M>>(right)) {
            let product = product(left, right);
            if let Some(product) = same::<_, Operator<X, Y>>(&product) {
                return Ok(product.clone());
            }
        }
        product_of_mixed(self, right)
    }
}

/// The same thing, where the types are the same.
pub(super) fn same<A: 'static, B: 'static>(a: &A) -> Option<&B> {
    (a as &dyn Any).downcast_ref()
}

impl<T: Scalar> Operator<T> {
    /// `Aⁿ`; the identity for n = 0.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if `A` does not map a space to itself.
    pub fn pow(&self, n: usize) -> Result<Self> {
        self.check_square("power")?;
        if n < 2 {
            return Ok(if n == 0 { Identity.on(self.domain()) } else { self.clone() });
        }
        let operator = self.clone();
        let power = Flat::<_, Vectors<T>>::new([Factor { operator, times: n }]);
        let len = self.domain().local_len();
        let other = if n > 2 || self.accumulate().is_none() { len } else { 0 };
        power.scratch().fit([len, other]);
        Ok(Product(power).between(self.domain(), self.range()))
    }
}

fn product<T: Scalar>(left: &Operator<T>, right: &Operator<T>) -> Operator<T> {
    let operands = [left, right].map(factors);
    let list = Flat::joined(&operands[0], &operands[1]);
    let longest = |operand: &Operand<_, Vectors<T>>| operand.list().scratch().lengths().into_iter().max().unwrap_or(0);
    let between = operands.iter().map(longest).fold(right.range().local_len(), usize::max);
    let of_those = |cannot_add: bool, space: &Space| if cannot_add { space.local_len() } else { 0 };
    let room =
        of_those(left.accumulate().is_none(), left.range()).max(of_those(right.accumulate().is_none(), right.domain()));
    let two_factors = list.len() == 2 && list.with(|mut factors| factors.all(|factor| factor.times == 1));
    list.scratch().fit(if two_factors { [between, room] } else { [between.max(room); 2] });
    Product(list).between(right.domain(), left.range())
}

/// The factors of an operand: those of a product, or itself.
fn factors<T: Scalar>(operator: &Operator<T>) -> Operand<'_, Factor<T>, Vectors<T>> {
    if let Form::List(product) = operator.form()
        && let Some(Product(list)) = product.downcast_ref()
    {
        return Operand::List { list, alone: operator.is_alone() };
    }
    Operand::Single(Flat::new([Factor { operator: operator.clone(), times: 1 }]))
}

/// The operators of factors, each as often as it is to be applied.
fn operators<'a, T: Scalar>(factors: impl Iterator<Item = &'a Factor<T>>) -> impl Iterator<Item = &'a Operator<T>> {
    factors.flat_map(|factor| std::iter::repeat_n(&factor.operator, factor.times))
}

impl<T: Scalar> Product<T> {
    /// All steps but the last, each from one vector to the other; `last` gets its operator, its input,
    /// and the free vector as room.
    fn run<'a>(
        &self,
        mut steps: impl Iterator<Item = &'a Operator<T>>,
        x: &[T],
        apply: impl Fn(&Operator<T>, &[T], &mut [T]),
        output: impl Fn(&Operator<T>) -> &Space,
        last: impl FnOnce(&Operator<T>, &[T], &mut [T]),
    ) {
        let vectors = &mut *self.0.scratch().0.borrow_mut();
        let [into, from] = vectors.each_mut();
        let (mut into, mut from) = (&mut into[..], &mut from[..]);
        let Some(mut operator) = steps.next() else { return };
        let mut read = None; // of x itself at first
        for next in steps {
            let len = output(operator).local_len();
            apply(operator, read.map_or(x, |len| &from[..len]), &mut into[..len]); // m ← B m
            std::mem::swap(&mut into, &mut from);
            (read, operator) = (Some(len), next);
        }
        last(operator, read.map_or(x, |len| &from[..len]), into);
    }
}

impl<T: Scalar> Kernels<T> for Product<T> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        self.0.with(|factors| {
            let steps = operators(factors.rev());
            let last = |a: &Operator<T>, m: &[T], room: &mut [T]| put.through(a, m, y, room); // y ← A m
            self.run(steps, x, LinearOperator::apply, LinearOperator::range, last);
        });
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        self.0.with(|factors| {
            let steps = operators(factors);
            let last = |a: &Operator<T>, m: &[T], room: &mut [T]| put.through_adjoint(a, m, x, room); // x ← Bᴴ m
            self.run(steps, y, LinearOperator::apply_adjoint, LinearOperator::domain, last);
        });
    }

    fn communication(&self) -> Communication {
        let of = |factor: &Factor<T>| factor.operator.communication().times(factor.times);
        self.0.with(|factors| factors.map(of).fold(Communication::default(), |sum, sent| sum + sent))
    }

    fn scratch(&self) -> usize {
        let own = self.0.scratch().lengths().iter().sum::<usize>() * size_of::<T>();
        own + self.0.with(|factors| list::scratch(factors.map(|factor| &factor.operator)))
    }

    fn name(&self) -> String {
        self.0.with(|factors| list::shortened(factors.map(Factor::name), " · "))
    }

    fn forward_sweep(&self, slab: &Slab, _: [usize; 2]) -> Option<AnySweep<T, T>> {
        self.0.with(|factors| Chain::of(slab, operators(factors.rev()).map(|operator| operator.forward_sweep(slab))))
    }

    fn adjoint_sweep(&self, slab: &Slab, _: [usize; 2]) -> Option<AnySweep<T, T>> {
        self.0.with(|factors| Chain::of(slab, operators(factors).map(|operator| operator.adjoint_sweep(slab))))
    }

    fn gains_by_rows(&self) -> bool {
        true
    }

    fn form(&self) -> Form<'_, T, T> {
        Form::List(self)
    }
}

impl<T: Scalar> Factor<T> {
    /// `A`, or `A³`.
    fn name(&self) -> String {
        let base = self.operator.name_in_expression();
        if self.times == 1 {
            return base;
        }
        let digit = |c: char| c.to_digit(10).and_then(|digit| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(digit as usize));
        base.chars().chain(self.times.to_string().chars().filter_map(digit)).collect()
    }
}
