//! Sweeps made of those of an operator's parts.

use super::ring::Ring;
use super::rows::{Rows, RowsMut};
use super::slab::Slab;
use super::tile::{Reach, Tile};
use super::{AnySweep, Putting, Sweep};
use crate::numbers::{Scalar, kernels};
use std::ops::Range;

/// How sweeps that advance together share input and output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::operators) enum Arrangement {
    /// `A + B`: all read all of the input, their results are added.
    Sum,
    /// `[A; B]`: all read all of the input, each writes members of its own.
    Column,
    /// `[A B]`: each reads members of its own, their results are added.
    Row,
}

/// Sweeps that advance together.
pub(in crate::operators) struct Together<I, O> {
    arrangement: Arrangement,
    parts: Vec<AnySweep<I, O>>,
}

impl<I: Scalar, O: Scalar> Together<I, O> {
    /// `None` if a part cannot go by rows, or there is none.
    pub(in crate::operators) fn of(
        arrangement: Arrangement,
        parts: impl IntoIterator<Item = Option<AnySweep<I, O>>>,
    ) -> Option<AnySweep<I, O>> {
        let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
        (!parts.is_empty()).then(|| Box::new(Self { arrangement, parts }) as AnySweep<I, O>)
    }
}

impl<I: Scalar, O: Scalar> Sweep<I, O> for Together<I, O> {
    fn reach(&self) -> Reach {
        self.parts.iter().fold(Reach::default(), |reach, part| reach.and(part.reach()))
    }

    fn reads(&self, rows: Range<usize>) -> Range<usize> {
        let read = self.parts.iter().map(|part| part.reads(rows.clone()));
        read.reduce(|all, rows| all.start.min(rows.start)..all.end.max(rows.end)).unwrap_or(rows)
    }

    fn members(&self) -> [usize; 2] {
        let of = |side: usize, each_has_its_own: bool| {
            let members = self.parts.iter().map(|part| part.members()[side]);
            if each_has_its_own { members.sum() } else { members.max().unwrap_or(0) }
        };
        [of(0, self.arrangement == Arrangement::Row), of(1, self.arrangement == Arrangement::Column)]
    }

    fn prepare(&mut self, rows: usize, lines: usize) {
        self.parts.iter_mut().for_each(|part| part.prepare(rows, lines));
    }

    fn begin(&mut self, asked: &dyn Fn(Range<usize>) -> Range<usize>, margin: Reach) {
        self.parts.iter_mut().for_each(|part| part.begin(asked, margin));
    }

    fn start(&mut self) {
        self.parts.iter_mut().for_each(|part| part.start());
    }

    fn advance(&mut self, put: Putting<O>, tile: &Tile, input: Rows<'_, I>, output: &mut RowsMut<'_, O>) {
        let (mut read, mut written, mut put) = (0, 0, put);
        for part in &mut self.parts {
            let [reads, writes] = part.members();
            part.advance(put, tile, input.starting_at(read), &mut output.starting_at(written));
            match self.arrangement {
                Arrangement::Column => written += writes,
                Arrangement::Sum => put = put.further(),
                Arrangement::Row => (read, put) = (read + reads, put.further()),
            }
        }
    }

    fn multiplications(&self) -> usize {
        self.parts.iter().map(|part| part.multiplications()).sum()
    }

    fn kept(&self) -> usize {
        self.parts.iter().map(|part| part.kept()).sum()
    }

    fn bytes(&self) -> usize {
        self.parts.iter().map(|part| part.bytes()).sum()
    }
}

/// Sweeps one after the other, with a ring of rows from each to the next.
pub(in crate::operators) struct Chain<T> {
    slab: Slab,
    steps: Vec<AnySweep<T, T>>,
    rings: Vec<Ring<T>>,
    /// Rows of a tile, at most.
    rows: usize,
}

impl<T: Scalar> Chain<T> {
    /// Of the steps in the order in which they are made; `None` if one of them cannot go by rows.
    pub(in crate::operators) fn of(
        slab: &Slab,
        steps: impl IntoIterator<Item = Option<AnySweep<T, T>>>,
    ) -> Option<AnySweep<T, T>> {
        let steps = steps.into_iter().collect::<Option<Vec<_>>>()?;
        let (_, before) = steps.split_last()?;
        let rings = before.iter().map(|step| Ring::new(step.members()[1], slab.line)).collect();
        Some(Box::new(Self { slab: slab.clone(), steps, rings, rows: 0 }))
    }
}

impl<T: Scalar> Sweep<T, T> for Chain<T> {
    fn reach(&self) -> Reach {
        self.steps.iter().fold(Reach::default(), |reach, step| reach.then(step.reach()))
    }

    fn reads(&self, rows: Range<usize>) -> Range<usize> {
        self.steps.iter().rev().fold(rows, |rows, step| step.reads(rows))
    }

    fn members(&self) -> [usize; 2] {
        [self.steps[0].members()[0], self.steps[self.steps.len() - 1].members()[1]]
    }

    fn prepare(&mut self, rows: usize, lines: usize) {
        self.rows = rows;
        let mut lines = lines;
        for (k, step) in self.steps.iter_mut().enumerate().rev() {
            step.prepare(rows, lines);
            if k > 0 {
                lines = self.rings[k - 1].prepare(rows, lines, step.reach(), self.slab.lines);
            }
        }
    }

    fn begin(&mut self, asked: &dyn Fn(Range<usize>) -> Range<usize>, margin: Reach) {
        for k in 0..self.steps.len() {
            let (steps, later) = self.steps.split_at_mut(k + 1);
            let read = |rows| later.iter().rev().fold(asked(rows), |rows, step| step.reads(rows));
            steps[k].begin(&read, later.iter().fold(margin, |margin, step| margin.then(step.reach())));
        }
    }

    fn start(&mut self) {
        self.steps.iter_mut().for_each(|step| step.start());
        self.rings.iter_mut().for_each(Ring::start);
    }

    fn advance(&mut self, put: Putting<T>, tile: &Tile, input: Rows<'_, T>, output: &mut RowsMut<'_, T>) {
        let Self { slab, steps, rings, rows } = self;
        advance(slab, *rows, steps, rings, put, tile, input, output);
    }

    fn multiplications(&self) -> usize {
        self.steps.iter().map(|step| step.multiplications()).sum()
    }

    fn kept(&self) -> usize {
        let rings = self.steps[1..].iter().map(|step| Ring::<T>::kept(step.members()[0], self.slab.line, step.reach()));
        rings.sum::<usize>() + self.steps.iter().map(|step| step.kept()).sum::<usize>()
    }

    fn bytes(&self) -> usize {
        self.steps.iter().map(|step| step.bytes()).sum::<usize>() + self.rings.iter().map(Ring::bytes).sum::<usize>()
    }
}

/// Has the last of some steps write a tile, those before it what it reads.
#[expect(clippy::too_many_arguments, reason = "the parts of a chain, taken apart step by step")]
fn advance<T: Scalar>(
    slab: &Slab,
    at_most: usize,
    steps: &mut [AnySweep<T, T>],
    rings: &mut [Ring<T>],
    put: Putting<T>,
    tile: &Tile,
    input: Rows<'_, T>,
    output: &mut RowsMut<'_, T>,
) {
    let Some((last, steps)) = steps.split_last_mut() else { return };
    let Some((ring, rings)) = rings.split_last_mut() else { return last.advance(put, tile, input, output) };
    let needed = Tile { rows: last.reads(tile.rows.clone()), lines: tile.lines_reached(last.reach(), slab.lines) };
    let missing = ring.missing(&needed.rows);
    for start in missing.clone().step_by(at_most) {
        let rows = start..missing.end.min(start + at_most);
        let tile = Tile { rows, lines: needed.lines.clone() };
        advance(slab, at_most, steps, rings, Putting::Set, &tile, input, &mut ring.rows_mut(&needed.lines));
    }
    last.advance(put, tile, ring.rows(&needed.lines), output);
}

/// `α A`.
pub(in crate::operators) struct Multiple<I, O> {
    alpha: O,
    sweep: AnySweep<I, O>,
}

impl<I: Scalar, O: Scalar> Multiple<I, O> {
    pub(in crate::operators) fn of(alpha: O, sweep: Option<AnySweep<I, O>>) -> Option<AnySweep<I, O>> {
        sweep.map(|sweep| Box::new(Self { alpha, sweep }) as AnySweep<I, O>)
    }
}

impl<I: Scalar, O: Scalar> Sweep<I, O> for Multiple<I, O> {
    fn reach(&self) -> Reach {
        self.sweep.reach()
    }

    fn reads(&self, rows: Range<usize>) -> Range<usize> {
        self.sweep.reads(rows)
    }

    fn members(&self) -> [usize; 2] {
        self.sweep.members()
    }

    fn prepare(&mut self, rows: usize, lines: usize) {
        self.sweep.prepare(rows, lines);
    }

    fn begin(&mut self, asked: &dyn Fn(Range<usize>) -> Range<usize>, margin: Reach) {
        self.sweep.begin(asked, margin);
    }

    fn start(&mut self) {
        self.sweep.start();
    }

    fn advance(&mut self, put: Putting<O>, tile: &Tile, input: Rows<'_, I>, output: &mut RowsMut<'_, O>) {
        if let Putting::Add(alpha) = put {
            return self.sweep.advance(Putting::Add(alpha * self.alpha), tile, input, output); // y ← y + α α' A x
        }
        self.sweep.advance(Putting::Set, tile, input, output); // y ← A x
        for member in 0..self.members()[1] {
            for row in tile.rows.clone() {
                kernels::scale(output.lines(member, row, tile.lines.clone()), self.alpha); // y ← α y
            }
        }
    }

    fn multiplications(&self) -> usize {
        self.sweep.multiplications() + 1
    }

    fn kept(&self) -> usize {
        self.sweep.kept()
    }

    fn bytes(&self) -> usize {
        self.sweep.bytes()
    }
}
