//! Running sums: of blocks of an axis that are the same however it is cut, and of what lies before them.

use super::chain::Chain;
use crate::error::Result;
use crate::layout::{AlongAxis, Layout};
use crate::numbers::{Real, Scalar};
use crate::operators::{Communication, Kernels, Put};
use std::cell::RefCell;
use std::ops::Range;

/// Samples of a block, by their number on the axis: few are added while ranks wait for one another, and of many sums of blocks.
const BLOCK: usize = 32;

/// Lines side by side whose sums stay in the first cache.
const STRIP: usize = 256;

/// With less elements side by side lines are summed one by one.
const NARROW: usize = 8;

/// How samples become an integral.
#[derive(Clone, Copy)]
pub(super) struct Rule<R> {
    pub(super) step: R,
    /// The weight of the last sample of a sum.
    pub(super) own: R,
    /// Whether the first sample of the axis counts by half.
    pub(super) halves_first: bool,
}

/// `yᵢ = Δ (x₀ + … + xᵢ₋₁ + w xᵢ)`, and its adjoint.
pub(super) struct Running<T: Scalar> {
    name: String,
    rule: Rule<T::Real>,
    block: AlongAxis,
    /// Where this rank's rows begin on the axis.
    start: usize,
    forward: Way<T>,
    adjoint: Way<T>,
}

/// One direction. Its rows are numbered from that with which it begins.
struct Way<T: Scalar> {
    is_adjoint: bool,
    /// What this rank has of each block.
    pieces: Vec<Range<usize>>,
    /// Whether the last one is the end of its block.
    ends_block: bool,
    chain: Chain<T>,
    room: RefCell<Room<T>>,
}

/// Of every line, or where ranks do not wait for others of some lines.
struct Room<T> {
    /// The sum of all blocks before one.
    before: Vec<T>,
    /// The sum of the samples of a block so far.
    within: Vec<T>,
    /// Those of each piece but the first one, then those before it.
    totals: Vec<T>,
}

/// Lines side by side.
#[derive(Clone, Copy)]
struct Strip {
    /// Their numbers begin here.
    line: usize,
    width: usize,
    /// Where their first row is.
    at: usize,
}

/// What becomes of a sample: its weights in the sum that ends with it and in later ones, and that of the sum.
#[derive(Clone, Copy)]
struct Weights<R> {
    own: R,
    later: R,
    sum: R,
}

impl<R: Real> Weights<R> {
    /// The sum that ends with a sample.
    #[inline]
    fn sum_up_to<T: Scalar<Real = R>>(self, x: T, before: T, within: T) -> T {
        (before + (within + x.scale(self.own))).scale(self.sum)
    }
}

impl<T: Scalar> Running<T> {
    /// Along an axis of which each rank has consecutive samples.
    pub(super) fn new(name: String, rule: Rule<T::Real>, axis: usize, layout: &Layout) -> Result<Self> {
        let block = AlongAxis::new(&layout.local_shape(), axis);
        let own = layout.regions(layout.comm().rank())[0].sets()[axis].extent();
        let start = own.start;
        let forward = Way::new(own.clone(), false, layout, axis, block)?;
        let adjoint = Way::new(own, true, layout, axis, block)?;
        Ok(Self { name, rule, block, start, forward, adjoint })
    }

    fn run(&self, way: &Way<T>, put: impl Put<T>, x: &[T], y: &mut [T]) {
        let Some((first, others)) = way.pieces.split_first().filter(|_| !x.is_empty()) else { return };
        let Room { before, within, totals } = &mut *way.room.borrow_mut();
        if !way.chain.is_linked() {
            for strip in self.strips() {
                let (before, within) = (&mut before[..strip.width], &mut within[..strip.width]);
                before.fill(T::zero());
                within.fill(T::zero());
                for piece in &way.pieces {
                    self.put_sums(way, put, (strip, piece), (before, within), x, y);
                    end_block(before, within);
                }
            }
            return;
        }
        way.chain.listen();
        let lines = before.len();
        totals.fill(T::zero());
        for (piece, totals) in others.iter().zip(totals.chunks_exact_mut(lines)) {
            self.strips().for_each(|strip| self.add(way, (strip, piece), strip.of_mut(totals), x));
        }
        let heard = way.chain.hear(|heard| {
            before.copy_from_slice(&heard[..lines]);
            within.copy_from_slice(&heard[lines..]);
        });
        if !heard {
            before.fill(T::zero());
            within.fill(T::zero());
        }
        for strip in self.strips() {
            self.put_sums(way, put, (strip, first), (strip.of(before), strip.of_mut(within)), x, y);
        }
        if way.ends_block || !others.is_empty() {
            end_block(before, within);
        }
        for (k, totals) in totals.chunks_exact_mut(lines).enumerate() {
            within.copy_from_slice(totals);
            totals.copy_from_slice(before);
            if way.ends_block || k + 1 < others.len() {
                end_block(before, within);
            }
        }
        way.chain.tell(|told| {
            told[..lines].copy_from_slice(before);
            told[lines..].copy_from_slice(within);
        });
        for (piece, before) in others.iter().zip(totals.chunks_exact(lines)) {
            within.fill(T::zero());
            for strip in self.strips() {
                self.put_sums(way, put, (strip, piece), (strip.of(before), strip.of_mut(within)), x, y);
            }
        }
    }

    /// All lines.
    fn strips(&self) -> impl Iterator<Item = Strip> {
        let AlongAxis { outer, n, inner } = self.block;
        let widest = if inner < NARROW { 1 } else { STRIP };
        (0..outer).flat_map(move |slab| {
            (0..inner).step_by(widest).map(move |column| Strip {
                line: slab * inner + column,
                width: widest.min(inner - column),
                at: slab * n * inner + column,
            })
        })
    }

    /// The place of a row, and its weights.
    fn row(&self, way: &Way<T>, row: usize) -> (usize, Weights<T::Real>) {
        let Rule { step, own, halves_first } = self.rule;
        let (one, half) = (T::Real::from_f64(1.0), T::Real::from_f64(0.5));
        let row = if way.is_adjoint { self.block.n - 1 - row } else { row };
        let weights = match (halves_first && self.start + row == 0, way.is_adjoint) {
            (false, _) => Weights { own, later: one, sum: step },
            (true, false) => Weights { own, later: half, sum: step },
            (true, true) => Weights { own: one, later: one, sum: step * half },
        };
        (row * self.block.inner, weights)
    }

    /// Adds rows to what they are a part of.
    fn add(&self, way: &Way<T>, (strip, rows): (Strip, &Range<usize>), within: &mut [T], x: &[T]) {
        for row in rows.clone() {
            let (at, weights) = self.row(way, row);
            let x = &x[strip.at + at..][..strip.width];
            within.iter_mut().zip(x).for_each(|(within, x)| *within += x.scale(weights.later));
        }
    }

    /// The same, and puts the sums up to each row.
    fn put_sums(
        &self,
        way: &Way<T>,
        put: impl Put<T>,
        (strip, rows): (Strip, &Range<usize>),
        (before, within): (&[T], &mut [T]),
        x: &[T],
        y: &mut [T],
    ) {
        if let (&[before], [within]) = (before, &mut *within) {
            // The sum of one line stays in a register.
            let mut sum = *within;
            for row in rows.clone() {
                let (at, weights) = self.row(way, row);
                let x = x[strip.at + at];
                put.one(&mut y[strip.at + at], weights.sum_up_to(x, before, sum));
                sum += x.scale(weights.later);
            }
            *within = sum;
            return;
        }
        for row in rows.clone() {
            let (at, weights) = self.row(way, row);
            let at = strip.at + at;
            let (x, y) = (&x[at..][..strip.width], &mut y[at..][..strip.width]);
            for (((y, &x), &before), within) in y.iter_mut().zip(x).zip(before).zip(&mut *within) {
                put.one(y, weights.sum_up_to(x, before, *within));
                *within += x.scale(weights.later);
            }
        }
    }
}

/// A block's sum to those before it.
fn end_block<T: Scalar>(before: &mut [T], within: &mut [T]) {
    before.iter_mut().zip(within).for_each(|(before, within)| *before += std::mem::replace(within, T::zero()));
}

impl Strip {
    fn of<T>(self, lines: &[T]) -> &[T] {
        &lines[self.line..][..self.width]
    }

    fn of_mut<T>(self, lines: &mut [T]) -> &mut [T] {
        &mut lines[self.line..][..self.width]
    }
}

impl<T: Scalar> Way<T> {
    fn new(own: Range<usize>, is_adjoint: bool, layout: &Layout, axis: usize, block: AlongAxis) -> Result<Self> {
        let all = block.outer * block.inner;
        let chain = Chain::new(layout, axis, is_adjoint, 2 * all)?;
        let mut bounds: Vec<_> = own.clone().filter(|row| *row == own.start || row % BLOCK == 0).collect();
        bounds.push(own.end);
        let pieces = bounds.windows(2).filter(|pair| pair[0] < pair[1]);
        let (pieces, ends_block): (Vec<_>, _) = if is_adjoint {
            let of_rest = |pair: &[usize]| own.end - pair[1]..own.end - pair[0];
            (pieces.rev().map(of_rest).collect(), own.start.is_multiple_of(BLOCK))
        } else {
            (pieces.map(|pair| pair[0] - own.start..pair[1] - own.start).collect(), own.end.is_multiple_of(BLOCK))
        };
        let (lines, totals) =
            if chain.is_linked() { (all, all * pieces.len().saturating_sub(1)) } else { (all.min(STRIP), 0) };
        let zeros = |n: usize| vec![T::zero(); n];
        let room = RefCell::new(Room { before: zeros(lines), within: zeros(lines), totals: zeros(totals) });
        Ok(Self { is_adjoint, pieces, ends_block, chain, room })
    }

    fn bytes(&self) -> usize {
        let room = self.room.borrow();
        let of_lines = [&room.before, &room.within, &room.totals].map(|of_lines| size_of_val(&of_lines[..]));
        self.chain.bytes() + of_lines.iter().sum::<usize>() + size_of_val(&self.pieces[..])
    }
}

impl<T: Scalar> Kernels<T> for Running<T> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        self.run(&self.forward, put, x, y); // yᵢ ← Δ Σⱼ xⱼ, j ≤ i
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        self.run(&self.adjoint, put, y, x); // xⱼ ← Δ Σᵢ yᵢ, i ≥ j
    }

    fn communication(&self) -> Communication {
        Communication { forward: self.forward.chain.sends(), adjoint: self.adjoint.chain.sends() }
    }

    fn scratch(&self) -> usize {
        self.forward.bytes() + self.adjoint.bytes()
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}
