//! The operators behind Fourier transforms, once everything about them is planned.

use super::chain::{Chain, Direction};
use super::group::Group;
use crate::array::Space;
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::{Real, Scalar, memory};
use crate::operators::basic::Way;
use crate::operators::{Communication, LinearOperator};
use num_complex::Complex;
use num_traits::Zero;
use std::cell::RefCell;

/// From complex numbers.
pub(super) struct OfComplex<R: Real>
where
    Complex<R>: Scalar<Real = R>,
{
    name: String,
    domain: Space,
    range: Space,
    chain: RefCell<Chain<R>>,
}

impl<R: Real> OfComplex<R>
where
    Complex<R>: Scalar<Real = R>,
{
    pub(super) fn new(name: String, domain: &Layout, range: &Layout, chain: Chain<R>) -> Self {
        Self { name, domain: domain.into(), range: range.into(), chain: RefCell::new(chain) }
    }
}

impl<R: Real> LinearOperator<Complex<R>> for OfComplex<R>
where
    Complex<R>: Scalar<Real = R>,
{
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[Complex<R>], y: &mut [Complex<R>]) {
        self.chain.borrow_mut().run(Direction::Forward, x, y); // y ← F x
    }

    fn apply_adjoint(&self, y: &[Complex<R>], x: &mut [Complex<R>]) {
        self.chain.borrow_mut().run(Direction::Adjoint, y, x); // x ← Fᴴ y
    }

    fn communication(&self) -> Communication {
        self.chain.borrow().communication()
    }

    fn scratch(&self) -> usize {
        self.chain.borrow().bytes()
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}

/// Real numbers into the layout in which they are transformed, and back.
pub(super) struct Turn<R: Scalar> {
    there: Way<R>,
    back: Way<R>,
    room: RefCell<Vec<R>>,
}

impl<R: Scalar> Turn<R> {
    pub(super) fn new(from: &Layout, to: &Layout) -> Result<Self> {
        let room = RefCell::new(memory::filled(to.local_len(), R::zero()));
        Ok(Self { there: Way::new(from, to)?, back: Way::new(to, from)?, room })
    }
}

/// From real numbers: an exchange, if the axis that comes first is cut; passes that begin with it; then as complex ones.
pub(super) struct OfReal<R: Real>
where
    Complex<R>: Scalar<Real = R>,
{
    name: String,
    domain: Space,
    range: Space,
    turn: Option<Turn<R>>,
    group: RefCell<Group<R, R>>,
    chain: RefCell<Chain<R>>,
    /// What is between the passes and the chain.
    room: RefCell<Vec<Complex<R>>>,
}

impl<R: Real> OfReal<R>
where
    Complex<R>: Scalar<Real = R>,
{
    pub(super) fn new(
        name: String,
        domain: &Layout,
        range: &Layout,
        turn: Option<Turn<R>>,
        group: Group<R, R>,
        chain: Chain<R>,
    ) -> Self {
        let room = if chain.is_empty() { 0 } else { group.lens()[1] };
        let room = RefCell::new(memory::filled(room, Complex::zero()));
        let (group, chain) = (RefCell::new(group), RefCell::new(chain));
        Self { name, domain: domain.into(), range: range.into(), turn, group, chain, room }
    }

    fn passes_forward(&self, x: &[R], y: &mut [Complex<R>]) {
        let Some(Turn { there, room, .. }) = &self.turn else { return self.group.borrow_mut().forward(x, y) };
        let mut room = room.borrow_mut();
        self.domain.comm().moves(size_of_val(x), size_of_val(&room[..]));
        there.go(x, &mut room);
        self.group.borrow_mut().forward(&room, y);
    }

    fn passes_adjoint(&self, y: &[Complex<R>], x: &mut [R]) {
        let Some(Turn { back, room, .. }) = &self.turn else { return self.group.borrow_mut().adjoint(y, x) };
        let mut room = room.borrow_mut();
        self.group.borrow_mut().adjoint(y, &mut room);
        self.domain.comm().moves(size_of_val(&room[..]), size_of_val(x));
        back.go(&room, x);
    }
}

impl<R: Real> LinearOperator<R, Complex<R>> for OfReal<R>
where
    Complex<R>: Scalar<Real = R>,
{
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[R], y: &mut [Complex<R>]) {
        let mut chain = self.chain.borrow_mut();
        if chain.is_empty() {
            return self.passes_forward(x, y); // y ← F x
        }
        let mut room = self.room.borrow_mut();
        self.passes_forward(x, &mut room);
        chain.run(Direction::Forward, &room, y);
    }

    fn apply_adjoint(&self, y: &[Complex<R>], x: &mut [R]) {
        let mut chain = self.chain.borrow_mut();
        if chain.is_empty() {
            return self.passes_adjoint(y, x); // x ← Re Fᴴ y
        }
        let mut room = self.room.borrow_mut();
        chain.run(Direction::Adjoint, y, &mut room);
        self.passes_adjoint(&room, x);
    }

    fn communication(&self) -> Communication {
        let turn = self
            .turn
            .as_ref()
            .map(|Turn { there, back, .. }| Communication { forward: there.sent(), adjoint: back.sent() });
        self.chain.borrow().communication() + turn.unwrap_or_default()
    }

    fn scratch(&self) -> usize {
        let of_turn = |turn: &Turn<R>| turn.there.bytes() + turn.back.bytes() + size_of_val(&turn.room.borrow()[..]);
        let of_passes = self.group.borrow().bytes() + self.chain.borrow().bytes();
        self.turn.as_ref().map_or(0, of_turn) + of_passes + size_of_val(&self.room.borrow()[..])
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}
