//! Forward and back in one go: what least-squares methods do with an operator.

use super::pass::{Tiles, ghosts_of, without_ghosts};
use super::ring::Ring;
use super::rows::{Rows, RowsMut};
use super::slab::Slab;
use super::tile::{Reach, Tile};
use super::{AnySweep, Putting};
use crate::array::{Halo, Space};
use crate::comm::Sent;
use crate::numbers::{Scalar, kernels};
use std::ops::Range;

/// Multiplications for an element of `A c` that cost about as much as writing it to memory and reading it back.
const WORTH_STORING: usize = 20;

/// A forward and its adjoint, such that `A c` need not be stored: it is computed twice, each time for a few rows that
/// stay in cache, once for its norm and once for `s ← s + α A c` and `Aᴴ s`. Where it is costly, it is stored, and
/// computed twice only in ghost rows.
///
/// One exchange of c serves both; the ghost rows of s are kept up to date by every rank that reads them.
pub(in crate::operators) struct Trip<X: Scalar, Y: Scalar> {
    slab: Slab,
    forward: AnySweep<X, Y>,
    back: AnySweep<Y, X>,
    tiles: Tiles,
    model: Halo<X>,
    data: Halo<Y>,
    /// `A c`, of a tile.
    product: Ring<Y>,
    stores: bool,
    begun: bool,
}

impl<X: Scalar, Y: Scalar> Trip<X, Y> {
    /// That of an operator from this space; `sweeps` makes both directions for arrays that lie so. `None` where one of
    /// them cannot go by rows. The same on all ranks; local.
    pub(in crate::operators) fn new(
        domain: &Space,
        sweeps: impl FnOnce(&Slab) -> Option<(AnySweep<X, Y>, AnySweep<Y, X>)>,
    ) -> Option<Self> {
        let slab = Slab::of(domain)?;
        let (mut forward, mut back) = sweeps(&slab)?;
        let (there, again) = (forward.reach(), back.reach());
        let reach = there.then(again);
        let [models, datas] = forward.members();
        let rows_of_model = models * (1 + reach.before + reach.after) + models;
        let rows_of_data = datas * (2 + again.before + again.after);
        let kept = slab.line * (rows_of_model * size_of::<X>() + rows_of_data * size_of::<Y>())
            + forward.kept() * size_of::<Y>()
            + back.kept() * size_of::<X>();
        let tiles = Tiles::new(&slab, reach, kept)?;
        let lines = tiles.lines.saturating_add(again.lines).min(slab.lines);
        forward.prepare(tiles.rows, lines);
        back.prepare(tiles.rows, tiles.lines);
        let mut product = Ring::new(datas, slab.line);
        product.prepare(tiles.rows, lines, Reach::default(), slab.lines);
        let model = ghosts_of(&slab, models, reach, |rows| forward.reads(back.reads(rows)))?;
        let data = ghosts_of(&slab, datas, again, |rows| back.reads(rows))?;
        let stores = forward.multiplications() > WORTH_STORING;
        Some(Self { slab, forward, back, tiles, model, data, product, stores, begun: false })
    }

    /// Whether [`products`](Self::products) keeps `A c`.
    pub(in crate::operators) fn stores(&self) -> bool {
        self.stores
    }

    /// What this rank sends for [`products`](Self::products).
    pub(in crate::operators) fn sends(&self) -> Sent {
        self.model.sends()
    }

    /// Bytes that it keeps.
    pub(in crate::operators) fn bytes(&self) -> usize {
        let of_ghosts = self.model.buffers() + self.data.buffers();
        of_ghosts + self.product.bytes() + self.forward.bytes() + self.back.bytes()
    }

    /// Gets the ghost rows of s, which [`step`](Self::step) then keeps up to date. One exchange.
    pub(in crate::operators) fn begin(&mut self, s: &[Y]) {
        if !std::mem::replace(&mut self.begun, true) {
            let Self { forward, back, .. } = self;
            forward.begin(&|rows| back.reads(rows), back.reach());
            back.begin(&|rows| rows, Reach::default());
        }
        self.data.overlap(s, || ());
    }

    /// Gives all pieces of `A c`, and keeps them in `q`, if there is one, where that is cheaper than to compute them again. One
    /// exchange of c.
    pub(in crate::operators) fn products(&mut self, c: &[X], q: Option<&mut [Y]>, mut each: impl FnMut(&[Y])) {
        let Self { slab, forward, tiles, model, product, stores, .. } = self;
        let mut q = q.filter(|_| *stores);
        let (outputs, inside) = (forward.members()[1], without_ghosts(slab, |rows| forward.reads(rows)));
        let mut run = |part: Range<usize>, input: Rows<'_, X>| {
            tiles.each_column(slab, |lines| {
                forward.start();
                tiles.each(part.clone(), lines, |tile| {
                    if let Some(q) = &mut q {
                        let mut output = RowsMut::own(slab, q);
                        forward.advance(Putting::Set, tile, input, &mut output);
                        return output.each_piece(outputs, tile, &mut |_, q| each(q));
                    }
                    forward.advance(Putting::Set, tile, input, &mut product.rows_mut(lines));
                    for member in 0..outputs {
                        for row in tile.rows.clone() {
                            each(product.rows(lines).lines(member, row, lines.clone()));
                        }
                    }
                });
            });
        };
        let ghosts = model.overlap(c, || run(inside.clone(), Rows::own(slab, c, None)));
        let input = Rows::own(slab, c, Some(ghosts));
        run(slab.own.start..inside.start, input);
        run(inside.end..slab.own.end, input);
    }

    /// `s ← s + α A c`, then `r ← Aᴴ s`, of the c and the q that [`products`](Self::products) was given last; sends
    /// nothing. `of_data` is given all pieces of the new s, `of_model` those of r and where they lie.
    pub(in crate::operators) fn step(
        &mut self,
        (c, q): (&[X], &[Y]),
        alpha: Y,
        s: &mut [Y],
        r: &mut [X],
        mut of_data: impl FnMut(&[Y]),
        mut of_model: impl FnMut(Range<usize>, &mut [X]),
    ) {
        let [datas, models] = self.back.members();
        let stored = if self.stores { Some(q) } else { None };
        let change = |at: &At<'_>, s: &mut RowsMut<'_, Y>, q: Rows<'_, Y>| {
            for member in 0..datas {
                let s = s.lines(member, at.row, at.lines());
                kernels::axpy(s, alpha, q.lines(member, at.row, at.lines())); // s ← s + α q
                if at.is_own {
                    of_data(s);
                }
            }
        };
        self.go(c, stored, s, r, change, |slab, tile, r| {
            RowsMut::own(slab, r).each_piece(models, tile, &mut of_model);
        });
    }

    /// `s ← f(s, A c)`, by `of_data`, which is given what is at the same places of all members, also of ghosts; then `r ← Aᴴ s`, of which
    /// `of_model` is told what is ready. One exchange of c.
    pub(in crate::operators) fn update(
        &mut self,
        c: &[X],
        s: &mut [Y],
        r: &mut [X],
        mut of_data: impl FnMut(Update<'_, '_, Y>),
        mut of_model: impl FnMut(Places, &mut [X]),
    ) {
        self.model.overlap(c, || ());
        let [datas, models] = self.back.members();
        let line = self.slab.line;
        let change = |at: &At<'_>, s: &mut RowsMut<'_, Y>, q: Rows<'_, Y>| {
            let all = at.lines.len() * line;
            for first in (0..all).step_by(PIECE) {
                let piece = first..all.min(first + PIECE);
                of_data(Update { at, piece, members: datas, s, product: q });
            }
        };
        self.go(c, None, s, r, change, |slab, tile, r| {
            let (all, stride) = (tile.lines.len() * slab.line, slab.member());
            for row in tile.rows.clone() {
                for first in (0..all).step_by(PIECE) {
                    let start = slab.start_of(row, tile.lines.start) + first;
                    of_model(Places { members: models, length: PIECE.min(all - first), start, stride }, r);
                }
            }
        });
    }

    /// The walk of [`step`](Self::step) and [`update`](Self::update): `change` makes the new s of rows of it and of A c, which is computed
    /// unless it was stored; `of_model` is told of each tile of r that is ready.
    fn go(
        &mut self,
        c: &[X],
        stored: Option<&[Y]>,
        s: &mut [Y],
        r: &mut [X],
        mut change: impl FnMut(&At<'_>, &mut RowsMut<'_, Y>, Rows<'_, Y>),
        mut of_model: impl FnMut(&Slab, &Tile, &mut [X]),
    ) {
        let Self { slab, forward, back, tiles, model, data, product, .. } = self;
        let (own, reach) = (&slab.own, back.reach());
        let c = Rows::own(slab, c, Some(model.held()));
        if own.is_empty() {
            return;
        }
        let Range { start: first, end } = back.reads(own.clone());
        let mut lines_done = 0;
        tiles.each_column(slab, |lines| {
            forward.start();
            back.start();
            // Lines of s that this column reads and those before it did not.
            let fresh = lines_done..lines.end.saturating_add(reach.lines).min(slab.lines);
            lines_done = fresh.end;
            let mut rows_done = if fresh.is_empty() { end } else { first };
            tiles.each(own.clone(), lines, |tile| {
                let until = back.reads(tile.rows.clone()).end.min(end).max(rows_done);
                for (part, is_own) in in_front_own_behind(rows_done..until, own) {
                    tiles.each(part, &fresh, |tile| {
                        let q = if let (Some(stored), true) = (stored, is_own) {
                            Rows::own(slab, stored, None)
                        } else {
                            forward.advance(Putting::Set, tile, c, &mut product.rows_mut(&fresh)); // q ← A c
                            product.rows(&fresh)
                        };
                        let mut all = RowsMut::own_and_ghosts(slab, s, data.held_mut());
                        for row in tile.rows.clone() {
                            change(&At { row, lines: &fresh, is_own }, &mut all, q);
                        }
                    });
                }
                rows_done = until;
                let mut output = RowsMut::own(slab, r);
                back.advance(Putting::Set, tile, Rows::own(slab, s, Some(data.held())), &mut output); // r ← Aᴴ s
                of_model(slab, tile, r);
            });
        });
    }
}

/// Elements of a member that [`Trip::update`] works on together, so that all that is made of them stays in the first cache.
pub(crate) const PIECE: usize = 512;

/// Where the data are changed: lines of a row.
struct At<'a> {
    row: usize,
    lines: &'a Range<usize>,
    is_own: bool,
}

impl At<'_> {
    fn lines(&self) -> Range<usize> {
        self.lines.clone()
    }
}

/// What [`Trip::update`] makes new: elements at the same places of all members.
pub(crate) struct Update<'a, 's, Y> {
    at: &'a At<'a>,
    /// Among the elements of the row's lines.
    piece: Range<usize>,
    members: usize,
    s: &'a mut RowsMut<'s, Y>,
    product: Rows<'a, Y>,
}

impl<Y> Update<'_, '_, Y> {
    pub(crate) fn members(&self) -> usize {
        self.members
    }

    /// Elements of each member.
    pub(crate) fn length(&self) -> usize {
        self.piece.len()
    }

    /// Whether they are this rank's: else they are ghosts, which their owner makes too.
    pub(crate) fn is_own(&self) -> bool {
        self.at.is_own
    }

    /// s of a member, as it is and to be made new, and A c there.
    pub(crate) fn member(&mut self, member: usize) -> (&mut [Y], &[Y]) {
        let At { row, lines, .. } = *self.at;
        let s = &mut self.s.lines(member, row, lines.clone())[self.piece.clone()];
        (s, &self.product.lines(member, row, lines.clone())[self.piece.clone()])
    }
}

/// The same places of all members, in this rank's buffer: so many elements from one place on, and from places a stride further on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    pub(crate) members: usize,
    pub(crate) length: usize,
    pub(crate) start: usize,
    pub(crate) stride: usize,
}

impl Places {
    /// Those of each member.
    pub(crate) fn each(self) -> impl Iterator<Item = Range<usize>> {
        (0..self.members).map(move |member| {
            let start = self.start + member * self.stride;
            start..start + self.length
        })
    }
}

/// Some rows in three parts: those in front of a rank's own, its own, those behind.
fn in_front_own_behind(rows: Range<usize>, own: &Range<usize>) -> [(Range<usize>, bool); 3] {
    let within = |row: usize| row.clamp(rows.start, rows.end);
    let (start, end) = (within(own.start), within(own.end));
    [(rows.start..start, false), (start..end, true), (end..rows.end, false)]
}
