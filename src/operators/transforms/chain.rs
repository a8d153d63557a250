//! The steps of a transform, one after another: passes over what is whole on its rank, and exchanges that make other axes
//! whole.

use super::group::Group;
use super::passes::{Pass, Whole};
use super::relay::Relay;
use crate::comm::Comm;
use crate::layout::Layout;
use crate::numbers::{Real, Scalar};
use crate::operators::Communication;
use crate::operators::basic::Way;
use crate::{error::Result, numbers::memory};
use num_complex::Complex;
use num_traits::Zero;

/// One step on complex numbers.
pub(super) enum Step<R: Real>
where
    Complex<R>: Scalar<Real = R>,
{
    /// To another layout, and back; elements of this rank before and after.
    Move { there: Way<Complex<R>>, back: Way<Complex<R>>, lens: [usize; 2] },
    /// Passes, block by block.
    Passes(Group<Complex<R>, R>),
    /// Passes with the moves beside them, piece by piece.
    Relay(Relay<Complex<R>, R>),
    /// One pass that may work in place, on so many elements.
    InPlace(Whole<R>, usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Direction {
    Forward,
    Adjoint,
}

/// Steps one after another.
pub(super) struct Chain<R: Real>
where
    Complex<R>: Scalar<Real = R>,
{
    steps: Vec<Step<R>>,
    /// In which order, and where their results go: forward and adjoint.
    stages: [Vec<Stage>; 2],
    /// What is between two steps, where it does not fit the result.
    rooms: [Vec<Complex<R>>; 2],
    comm: Comm,
}

/// A step in its turn.
#[derive(Clone, Copy, Debug)]
struct Stage {
    step: usize,
    /// Elements of this rank before and after.
    before: usize,
    after: usize,
    /// Where it puts what it makes, [`RESULT`] or a room; `None`: where it is.
    to: Option<usize>,
}

/// The place of the result, behind two rooms.
const RESULT: usize = 2;

impl<R: Real> Step<R>
where
    Complex<R>: Scalar<Real = R>,
{
    pub(super) fn to(from: &Layout, to: &Layout) -> Result<Self> {
        let lens = [from.local_len(), to.local_len()];
        Ok(Self::Move { there: Way::new(from, to)?, back: Way::new(to, from)?, lens })
    }

    fn lens(&self) -> [usize; 2] {
        match self {
            Self::Move { lens, .. } => *lens,
            Self::Passes(group) => group.lens(),
            Self::Relay(relay) => relay.lens(),
            Self::InPlace(_, len) => [*len; 2],
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Move { there, back, .. } => there.bytes() + back.bytes(),
            Self::Passes(group) => group.bytes(),
            Self::Relay(relay) => relay.bytes(),
            Self::InPlace(pass, _) => Pass::<Complex<R>, R>::bytes(pass),
        }
    }

    fn run_in_place(&mut self, direction: Direction, data: &mut [Complex<R>], comm: &Comm) {
        let Self::InPlace(pass, _) = self else { unreachable!("other steps make copies") };
        comm.moves(0, size_of_val(data));
        match direction {
            Direction::Forward => pass.forward_in_place(data),
            Direction::Adjoint => pass.adjoint_in_place(data),
        }
    }

    fn run(&mut self, direction: Direction, from: &[Complex<R>], to: &mut [Complex<R>], comm: &Comm) {
        let forward = direction == Direction::Forward;
        match self {
            Self::Move { there, back, .. } => {
                comm.moves(size_of_val(from), size_of_val(to));
                if forward { there } else { back }.go(from, to);
            }
            Self::Passes(group) if forward => group.forward(from, to),
            Self::Passes(group) => group.adjoint(from, to),
            Self::Relay(relay) if forward => relay.forward(from, to),
            Self::Relay(relay) => relay.adjoint(from, to),
            Self::InPlace(pass, _) => {
                comm.moves(size_of_val(from), size_of_val(to));
                if forward { pass.forward(from, to) } else { pass.adjoint(from, to) }
            }
        }
    }
}

impl<R: Real> Chain<R>
where
    Complex<R>: Scalar<Real = R>,
{
    /// Of these steps, of which there may be none.
    pub(super) fn new(comm: &Comm, steps: Vec<Step<R>>) -> Self {
        let stages = [Direction::Forward, Direction::Adjoint].map(|direction| stages(&steps, direction));
        let longest = |room| {
            let in_room = stages.iter().flatten().filter(|stage| stage.to == Some(room));
            in_room.map(|stage| stage.after).max().unwrap_or(0)
        };
        let rooms = [0, 1].map(|room| memory::filled(longest(room), Complex::zero()));
        Self { steps, stages, rooms, comm: comm.clone() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// `to ← F from`, or its adjoint. There is a step.
    pub(super) fn run(&mut self, direction: Direction, from: &[Complex<R>], to: &mut [Complex<R>]) {
        let mut at: Option<usize> = None;
        let [first, second] = &mut self.rooms;
        let mut places = [&mut first[..], &mut second[..], to];
        for stage in &self.stages[direction as usize] {
            let step = &mut self.steps[stage.step];
            match (at, stage.to) {
                (Some(here), None) => step.run_in_place(direction, &mut places[here][..stage.before], &self.comm),
                (None, Some(there)) => step.run(direction, from, &mut places[there][..stage.after], &self.comm),
                (Some(here), Some(there)) => {
                    if let Ok([here, there]) = places.get_disjoint_mut([here, there]) {
                        step.run(direction, &here[..stage.before], &mut there[..stage.after], &self.comm);
                    }
                }
                (None, None) => unreachable!("the first step has another place for its result"),
            }
            at = stage.to.or(at);
        }
    }

    /// What this rank sends.
    pub(super) fn communication(&self) -> Communication {
        let mut sum = Communication::default();
        for step in &self.steps {
            sum += match step {
                Step::Move { there, back, .. } => Communication { forward: there.sent(), adjoint: back.sent() },
                Step::Relay(relay) => relay.communication(),
                Step::Passes(_) | Step::InPlace(..) => continue,
            };
        }
        sum
    }

    /// Bytes that it keeps.
    pub(super) fn bytes(&self) -> usize {
        let of_rooms: usize = self.rooms.iter().map(|room| size_of_val(&room[..])).sum();
        of_rooms + self.steps.iter().map(Step::bytes).sum::<usize>()
    }
}

/// The steps in the order in which they run: the last one that makes a copy makes it where the result is wanted, those
/// before it by turns in a room and there, if it fits.
fn stages<R: Real>(steps: &[Step<R>], direction: Direction) -> Vec<Stage>
where
    Complex<R>: Scalar<Real = R>,
{
    let last = steps.len().saturating_sub(1);
    let stage = |turn: usize| {
        let step = if direction == Direction::Forward { turn } else { last - turn };
        let [mut before, mut after] = steps[step].lens();
        if direction == Direction::Adjoint {
            std::mem::swap(&mut before, &mut after);
        }
        let stays = turn > 0 && matches!(steps[step], Step::InPlace(..));
        Stage { step, before, after, to: (!stays).then_some(RESULT) }
    };
    let mut stages: Vec<_> = (0..steps.len()).map(stage).collect();
    let wanted = stages.last().map_or(0, |stage| stage.after);
    for (turn, stage) in stages.iter_mut().rev().filter(|stage| stage.to.is_some()).enumerate() {
        stage.to = Some(match turn % 2 {
            0 if turn == 0 || stage.after <= wanted => RESULT,
            even_or_odd => 1 - even_or_odd,
        });
    }
    stages
}
