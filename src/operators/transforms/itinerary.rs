//! The way of an array through a transform: passes over axes that are whole, and other layouts in which others are.

use super::axis::AxisTransform;
use super::chain::Step;
use super::group::{First, Group, together};
use super::passes::{Ends, Whole};
use super::pieces::Pieces;
use super::planned::Start;
use super::relay::{Relay, Stations};
use super::route;
use super::tiles::Block;
use crate::comm::Comm;
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::{Real, Scalar};
use num_complex::Complex;

/// What is done one after another, before it is known in which way.
pub(super) struct Itinerary<R> {
    legs: Vec<Leg<R>>,
    /// Where it ends.
    pub(super) end: Layout,
    /// Bytes of a piece, if they are given.
    piece: Option<usize>,
}

enum Leg<R> {
    Move { from: Layout, to: Layout },
    Passes(Passes<R>),
}

/// A step in pieces, and what is left behind it.
type Relayed<'a, X, R> = (Relay<X, R>, &'a [Leg<R>]);

/// Transforms in a layout, which becomes another where they change lengths.
struct Passes<R> {
    transforms: Vec<AxisTransform<R>>,
    before: Layout,
    after: Layout,
}

impl<R: Real> Itinerary<R>
where
    Complex<R>: Scalar<Real = R>,
{
    /// Of these transforms of an array in a layout, and home to it unless the result is left transposed.
    pub(super) fn new(
        domain: &Layout,
        mut left: Vec<AxisTransform<R>>,
        transposed: bool,
        piece: Option<usize>,
    ) -> Result<Self> {
        let (mut legs, mut at) = (vec![], domain.clone());
        while !left.is_empty() {
            // In one order whatever the layout, as another order has other bits.
            let whole = left.iter().take_while(|transform| route::is_whole(&at, transform.axis)).count();
            let rest = left.split_off(whole);
            let mut here = left;
            while !here.is_empty() {
                let shape: Vec<_> = (0..at.ndim()).map(|axis| route::longest(&at, axis)).collect();
                let rest = here.split_off(together(&shape, &here));
                let after = route::with_lengths(&at, &lengths(&here))?;
                legs.push(Leg::Passes(Passes { transforms: here, before: at, after: after.clone() }));
                (here, at) = (rest, after);
            }
            left = rest;
            if !left.is_empty() {
                let (axes, back) = (axes_of(&left), with_shape_of(domain, &at)?);
                let home = axes.iter().all(|&axis| route::is_whole(&back, axis));
                let next = if home { back } else { route::gathered(&at, &axes)? };
                legs.push(Leg::Move { from: at, to: next.clone() });
                at = next;
            }
        }
        let range = with_shape_of(domain, &at)?;
        if !transposed && range.partition() != at.partition() {
            legs.push(Leg::Move { from: at, to: range.clone() });
            at = range;
        }
        Ok(Self { legs, end: at, piece })
    }

    /// The steps on complex numbers.
    pub(super) fn steps(&self, comm: &Comm) -> Result<Vec<Step<R>>> {
        self.steps_of(comm, &self.legs)
    }

    /// What is done to real numbers, and the steps on complex ones behind it.
    pub(super) fn start_and_steps(&self, comm: &Comm, kind: First) -> Result<(Start<R>, Vec<Step<R>>)> {
        let group =
            |transforms: &[AxisTransform<R>], shape: &mut [usize]| Group::of_real(comm, shape, transforms, kind);
        if let Some((relay, rest)) = self.relay(&self.legs, group)? {
            return Ok((Start::relay(relay), self.steps_of(comm, rest)?));
        }
        let (from, rest) = match &self.legs[..] {
            [Leg::Move { from, .. }, rest @ ..] => (Some(from), rest),
            rest => (None, rest),
        };
        let [Leg::Passes(passes), rest @ ..] = rest else { unreachable!("what is whole is transformed") };
        let group = group(&passes.transforms, &mut passes.before.local_shape());
        Ok((Start::passes(from, &passes.before, group)?, self.steps_of(comm, rest)?))
    }

    fn steps_of(&self, comm: &Comm, mut legs: &[Leg<R>]) -> Result<Vec<Step<R>>> {
        let group = |transforms: &[AxisTransform<R>], shape: &mut [usize]| Group::of_complex(comm, shape, transforms);
        let mut steps = vec![];
        while let [leg, rest @ ..] = legs {
            if let Some((relay, rest)) = self.relay(legs, group)? {
                steps.push(Step::Relay(relay));
                legs = rest;
                continue;
            }
            steps.push(match leg {
                Leg::Move { from, to } => Step::to(from, to)?,
                Leg::Passes(Passes { transforms, before, .. }) => match &transforms[..] {
                    [alone] if alone.keeps_length() => {
                        let block = Block::along(alone.axis, &before.local_shape());
                        Step::InPlace(Whole::new(alone.clone(), block), before.local_len())
                    }
                    _ => Step::Passes(group(transforms, &mut before.local_shape())),
                },
            });
            legs = rest;
        }
        Ok(steps)
    }

    /// Passes and the moves beside them as one step; `None` where there is no move or the blocks are better left whole.
    fn relay<'a, X: Ends<R>>(
        &self,
        legs: &'a [Leg<R>],
        group: impl Fn(&[AxisTransform<R>], &mut [usize]) -> Group<X, R>,
    ) -> Result<Option<Relayed<'a, X, R>>> {
        let (source, passes, target, rest) = match legs {
            [Leg::Move { from, .. }, Leg::Passes(passes), Leg::Move { to, .. }, rest @ ..] => {
                (Some(from), passes, Some(to), rest)
            }
            [Leg::Move { from, .. }, Leg::Passes(passes), rest @ ..] => (Some(from), passes, None, rest),
            [Leg::Passes(passes), Leg::Move { to, .. }, rest @ ..] => (None, passes, Some(to), rest),
            _ => return Ok(None),
        };
        let Passes { transforms, before, after } = passes;
        let Some(pieces) = Pieces::of([before, after], &axes_of(transforms), size_of::<Complex<R>>(), self.piece)
        else {
            return Ok(None);
        };
        let relay = Relay::new(&Stations { source, before, after, target }, pieces, |shape| group(transforms, shape))?;
        Ok(Some((relay, rest)))
    }
}

/// The layout cut as it is, with the shape of another.
fn with_shape_of(layout: &Layout, other: &Layout) -> Result<Layout> {
    route::with_lengths(layout, &other.shape().iter().copied().enumerate().collect::<Vec<_>>())
}

fn axes_of<R>(transforms: &[AxisTransform<R>]) -> Vec<usize> {
    transforms.iter().map(|transform| transform.axis).collect()
}

/// The new length of each axis.
fn lengths<R>(transforms: &[AxisTransform<R>]) -> Vec<(usize, usize)> {
    transforms.iter().map(|transform| (transform.axis, transform.out)).collect()
}
