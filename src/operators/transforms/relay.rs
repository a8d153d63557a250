//! Passes over a block in pieces: one is transformed while others come and go in messages.

use super::group::Group;
use super::passes::Ends;
use super::pieces::Pieces;
use super::stream::{LAG, Stream};
use crate::error::Result;
use crate::layout::{ExchangePlan, Layout};
use crate::numbers::{Real, Scalar, memory};
use crate::operators::{Communication, Sent};
use num_complex::Complex;
use std::ops::Range;

/// Passes from `X` to frequencies between two arrays, one piece after another. A piece stays in cache from where it comes to
/// where it goes; neither the block before nor that after the passes is anywhere as a whole.
pub(super) struct Relay<X: Scalar, R: Real>
where
    Complex<R>: Scalar<Real = R>,
{
    before: End<X>,
    after: End<Complex<R>>,
    /// For each shape that pieces have.
    groups: Vec<Group<X, R>>,
    /// Which of them each piece has.
    group_of: Vec<usize>,
    lens: [usize; 2],
}

/// An array whose elements make pieces, or are made of them.
enum End<T: Scalar> {
    /// In the layout of the pieces, each of which is a stretch of it.
    Stretches(Vec<Range<usize>>),
    /// In any layout.
    Streams { to_pieces: Stream<T>, from_pieces: Stream<T>, room: Vec<T>, lens: Vec<usize> },
}

/// The layouts of the arrays at both ends and of the pieces, before and after the passes.
pub(super) struct Stations<'a> {
    pub(super) source: Option<&'a Layout>,
    pub(super) before: &'a Layout,
    pub(super) after: &'a Layout,
    pub(super) target: Option<&'a Layout>,
}

impl<X: Ends<R>, R: Real> Relay<X, R>
where
    Complex<R>: Scalar<Real = R>,
{
    /// Between these stations, by passes on a piece of a shape, which becomes that of the result.
    pub(super) fn new(
        stations: &Stations<'_>,
        pieces: Pieces,
        group: impl Fn(&mut [usize]) -> Group<X, R>,
    ) -> Result<Self> {
        let Stations { source, before, after, target } = *stations;
        let (mut shapes, mut groups, mut group_of) = (vec![], vec![], vec![]);
        for shape in pieces.shapes(before) {
            let known = shapes.iter().position(|other| *other == shape);
            group_of.push(known.unwrap_or(shapes.len()));
            if known.is_none() {
                groups.push(group(&mut shape.clone()));
                shapes.push(shape);
            }
        }
        Ok(Self {
            before: End::new(before, source, pieces)?,
            after: End::new(after, target, pieces)?,
            groups,
            group_of,
            lens: [source.unwrap_or(before).local_len(), target.unwrap_or(after).local_len()],
        })
    }

    /// `y ← F x`.
    pub(super) fn forward(&mut self, x: &[X], y: &mut [Complex<R>]) {
        let Self { before, after, groups, group_of, .. } = self;
        relay(group_of.len(), (before, x), (after, y), |k, x, y| groups[group_of[k]].forward(x, y));
    }

    /// `x ← Fᴴ y`.
    pub(super) fn adjoint(&mut self, y: &[Complex<R>], x: &mut [X]) {
        let Self { before, after, groups, group_of, .. } = self;
        relay(group_of.len(), (after, y), (before, x), |k, y, x| groups[group_of[k]].adjoint(y, x));
    }

    /// Elements of this rank before and after.
    pub(super) fn lens(&self) -> [usize; 2] {
        self.lens
    }

    /// What this rank sends.
    pub(super) fn communication(&self) -> Communication {
        let [[x_comes, x_goes], [y_comes, y_goes]] = [self.before.sent(), self.after.sent()];
        Communication { forward: x_comes + y_goes, adjoint: y_comes + x_goes }
    }

    /// Bytes that it keeps.
    pub(super) fn bytes(&self) -> usize {
        self.before.bytes() + self.after.bytes() + self.groups.iter().map(Group::bytes).sum::<usize>()
    }
}

/// All pieces from an array to another: `pass` makes of the k-th piece that there is the one that is to go.
///
/// Every rank starts its exchanges in the same order and waits for them in that order, so nobody waits for ever.
fn relay<A: Scalar, B: Scalar>(
    pieces: usize,
    (source, from): (&mut End<A>, &[A]),
    (target, to): (&mut End<B>, &mut [B]),
    mut pass: impl FnMut(usize, &[A], &mut [B]),
) {
    let (coming, going) = (source.lag(), target.lag());
    for turn in 0..pieces + coming + going {
        if turn < pieces {
            source.ask(turn, from);
        }
        if let Some(k) = turn.checked_sub(coming).filter(|&k| k < pieces) {
            let piece = source.take(k, from);
            target.put(k, to, |made| pass(k, piece, made));
        }
        if let Some(k) = turn.checked_sub(coming + going) {
            target.finish(k, to);
        }
    }
}

impl<T: Scalar> End<T> {
    /// Between pieces of one layout and an array in another, or in the same.
    fn new(layout: &Layout, other: Option<&Layout>, pieces: Pieces) -> Result<Self> {
        let lens: Vec<usize> = pieces.shapes(layout).map(|shape| shape.iter().product()).collect();
        if other.is_none() && pieces.in_one_stretch {
            let stretch = |at: &mut usize, len: &usize| {
                *at += len;
                Some(*at - len..*at)
            };
            return Ok(Self::Stretches(lens.iter().scan(0, stretch).collect()));
        }
        let (comm, other) = (layout.comm(), other.unwrap_or(layout));
        let stream =
            |plan: &dyn Fn(Range<usize>) -> ExchangePlan| Stream::new(comm, pieces.places().map(plan).collect());
        let to_pieces = stream(&|places| ExchangePlan::new(comm, other, &layout.parts(pieces.axis, places)))?;
        let from_pieces = stream(&|places| ExchangePlan::new(comm, &layout.parts(pieces.axis, places), other))?;
        let room = memory::filled(lens.iter().copied().max().unwrap_or(0), T::zero());
        Ok(Self::Streams { to_pieces, from_pieces, room, lens })
    }

    /// So many pieces are under way before the first is there. On all ranks the same.
    fn lag(&self) -> usize {
        match self {
            Self::Stretches(_) => 0,
            Self::Streams { .. } => LAG,
        }
    }

    /// The k-th piece is on its way here.
    fn ask(&mut self, k: usize, from: &[T]) {
        if let Self::Streams { to_pieces, .. } = self {
            to_pieces.send(k, from);
        }
    }

    /// The k-th piece, which is waited for.
    fn take<'a>(&'a mut self, k: usize, from: &'a [T]) -> &'a [T] {
        match self {
            Self::Stretches(stretches) => &from[stretches[k].clone()],
            Self::Streams { to_pieces, room, lens, .. } => {
                let piece = &mut room[..lens[k]];
                to_pieces.keep(k, from, piece);
                to_pieces.receive(k, piece);
                piece
            }
        }
    }

    /// Makes the k-th piece and sends it where it belongs.
    fn put(&mut self, k: usize, to: &mut [T], make: impl FnOnce(&mut [T])) {
        match self {
            Self::Stretches(stretches) => make(&mut to[stretches[k].clone()]),
            Self::Streams { from_pieces, room, lens, .. } => {
                let piece = &mut room[..lens[k]];
                make(piece);
                from_pieces.send(k, piece);
                from_pieces.keep(k, piece, to);
            }
        }
    }

    /// What others had of the k-th piece is here.
    fn finish(&mut self, k: usize, to: &mut [T]) {
        if let Self::Streams { from_pieces, .. } = self {
            from_pieces.receive(k, to);
        }
    }

    /// What this rank sends for all pieces to come, and for all to go.
    fn sent(&self) -> [Sent; 2] {
        match self {
            Self::Stretches(_) => [Sent::NOTHING; 2],
            Self::Streams { to_pieces, from_pieces, .. } => [to_pieces.sent(), from_pieces.sent()],
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Stretches(_) => 0,
            Self::Streams { to_pieces, from_pieces, room, .. } => {
                to_pieces.bytes() + from_pieces.bytes() + size_of_val(&room[..])
            }
        }
    }
}
