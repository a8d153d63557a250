//! The operators behind Fourier transforms, once everything about them is planned.

use super::chain::{Chain, Direction};
use super::group::Group;
use super::relay::Relay;
use crate::array::Space;
use crate::comm::Comm;
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

/// What is done to real numbers, until they are complex.
pub(super) enum Start<R: Real>
where
    Complex<R>: Scalar<Real = R>,
{
    /// An exchange, if the axis that comes first is cut, and passes that begin with it.
    Passes { turn: Option<Turn<R>>, group: Group<R, R> },
    /// The same piece by piece.
    Relay(Box<Relay<R, R>>),
}

/// Real numbers into the layout in which they are transformed, and back.
pub(super) struct Turn<R: Scalar> {
    there: Way<R>,
    back: Way<R>,
    room: Vec<R>,
}

impl<R: Real> Start<R>
where
    Complex<R>: Scalar<Real = R>,
{
    /// From a layout, if it is not that of the passes.
    pub(super) fn passes(from: Option<&Layout>, at: &Layout, group: Group<R, R>) -> Result<Self> {
        let turn = |from: &Layout| -> Result<Turn<R>> {
            let room = memory::filled(at.local_len(), R::zero());
            Ok(Turn { there: Way::new(from, at)?, back: Way::new(at, from)?, room })
        };
        Ok(Self::Passes { turn: from.map(turn).transpose()?, group })
    }

    pub(super) fn relay(relay: Relay<R, R>) -> Self {
        Self::Relay(Box::new(relay))
    }

    fn forward(&mut self, x: &[R], y: &mut [Complex<R>], comm: &Comm) {
        match self {
            Self::Passes { turn: None, group } => group.forward(x, y),
            Self::Passes { turn: Some(Turn { there, room, .. }), group } => {
                comm.moves(size_of_val(x), size_of_val(&room[..]));
                there.go(x, room);
                group.forward(room, y);
            }
            Self::Relay(relay) => relay.forward(x, y),
        }
    }

    fn adjoint(&mut self, y: &[Complex<R>], x: &mut [R], comm: &Comm) {
        match self {
            Self::Passes { turn: None, group } => group.adjoint(y, x),
            Self::Passes { turn: Some(Turn { back, room, .. }), group } => {
                group.adjoint(y, room);
                comm.moves(size_of_val(&room[..]), size_of_val(x));
                back.go(room, x);
            }
            Self::Relay(relay) => relay.adjoint(y, x),
        }
    }

    /// Complex elements of this rank.
    fn len(&self) -> usize {
        match self {
            Self::Passes { group, .. } => group.lens()[1],
            Self::Relay(relay) => relay.lens()[1],
        }
    }

    fn communication(&self) -> Communication {
        match self {
            Self::Passes { turn: None, .. } => Communication::default(),
            Self::Passes { turn: Some(Turn { there, back, .. }), .. } => {
                Communication { forward: there.sent(), adjoint: back.sent() }
            }
            Self::Relay(relay) => relay.communication(),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Passes { turn, group } => {
                let of_turn = |turn: &Turn<R>| turn.there.bytes() + turn.back.bytes() + size_of_val(&turn.room[..]);
                group.bytes() + turn.as_ref().map_or(0, of_turn)
            }
            Self::Relay(relay) => relay.bytes(),
        }
    }
}

/// From real numbers, and then as complex ones.
pub(super) struct OfReal<R: Real>
where
    Complex<R>: Scalar<Real = R>,
{
    name: String,
    domain: Space,
    range: Space,
    start: RefCell<Start<R>>,
    chain: RefCell<Chain<R>>,
    /// What is between the two.
    room: RefCell<Vec<Complex<R>>>,
}

impl<R: Real> OfReal<R>
where
    Complex<R>: Scalar<Real = R>,
{
    pub(super) fn new(name: String, domain: &Layout, range: &Layout, start: Start<R>, chain: Chain<R>) -> Self {
        let room = if chain.is_empty() { 0 } else { start.len() };
        let room = RefCell::new(memory::filled(room, Complex::zero()));
        let (start, chain) = (RefCell::new(start), RefCell::new(chain));
        Self { name, domain: domain.into(), range: range.into(), start, chain, room }
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
        let (mut start, mut chain) = (self.start.borrow_mut(), self.chain.borrow_mut());
        if chain.is_empty() {
            return start.forward(x, y, self.domain.comm()); // y ← F x
        }
        let mut room = self.room.borrow_mut();
        start.forward(x, &mut room, self.domain.comm());
        chain.run(Direction::Forward, &room, y);
    }

    fn apply_adjoint(&self, y: &[Complex<R>], x: &mut [R]) {
        let (mut start, mut chain) = (self.start.borrow_mut(), self.chain.borrow_mut());
        if chain.is_empty() {
            return start.adjoint(y, x, self.domain.comm()); // x ← Re Fᴴ y
        }
        let mut room = self.room.borrow_mut();
        chain.run(Direction::Adjoint, y, &mut room);
        start.adjoint(&room, x, self.domain.comm());
    }

    fn communication(&self) -> Communication {
        self.start.borrow().communication() + self.chain.borrow().communication()
    }

    fn scratch(&self) -> usize {
        self.start.borrow().bytes() + self.chain.borrow().bytes() + size_of_val(&self.room.borrow()[..])
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}
