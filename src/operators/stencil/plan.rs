//! What a rank computes of a sum of bands along several axes, laid out before it is applied.
//!
//! A block is seen as rows: lines along the last axis that has a band, with all that lies inside that
//! axis, one for each index of the axes before it. (Where much lies inside, the lines are only that.)
//! Rows with the same position on every axis, such as "second from the front on axis 0, inside on
//! axis 1", have the same terms; those are listed once, and applying is a walk over the rows in memory
//! order, so that one pass serves all axes.

use super::{
    band::Band,
    kernels::{Place, Source, Stretches, Term, Write, combine},
};
use crate::Real;
use std::ops::Range;

/// A band along one axis, from one member of the input to one member of the output.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) axis: usize,
    pub(super) band: Band,
    pub(super) input: usize,
    pub(super) output: usize,
}

/// What this rank holds: its block's shape, and the axis that is cut with the rows held and the
/// ghost rows in front and behind.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) shape: Vec<usize>,
    pub(super) cut: Option<Cut>,
    /// Real numbers an element: 2 where it is complex.
    pub(super) reals: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Cut {
    pub(super) axis: usize,
    pub(super) rows: Range<usize>,
    pub(super) front: usize,
    pub(super) back: usize,
}

/// Which terms are due: those of the block alone, or those that read ghosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Inside,
    Ghosts,
}

#[derive(Debug)]
pub(super) struct Plan<R> {
    /// The axes before that of the lines; each as its length and its stretches.
    outer: Vec<Axis>,
    /// Where the rows are now; as long as `outer`.
    index: Vec<usize>,
    /// How many lines there are, and how long they are.
    rows: usize,
    line: usize,
    /// Elements of one member.
    member: usize,
    /// For each combination of stretches and each output, what becomes of a line.
    combinations: Vec<Combination>,
    terms: Vec<Term<R>>,
    ghosts: GhostRows,
}

#[derive(Debug)]
struct Axis {
    length: usize,
    /// The stretch of each index; empty where there is only one.
    stretch_of: Vec<usize>,
    /// What a stretch counts in the number of the combination.
    step: usize,
}

#[derive(Debug)]
struct Combination {
    phase: Phase,
    outputs: Vec<Vec<Segment>>,
}

/// Elements of a line that have the same terms.
#[derive(Clone, Debug)]
struct Segment {
    elements: Range<usize>,
    phase: Phase,
    terms: Range<usize>,
}

/// Where a row's ghosts lie.
#[derive(Debug)]
enum GhostRows {
    None,
    /// The lines themselves are cut: as many ghost elements in front of and behind each.
    Line {
        front: usize,
        back: usize,
    },
    /// An axis before them is cut: its rows here, the rows after it, the ghosts.
    Outer {
        length: usize,
        after: usize,
        front: usize,
        back: usize,
    },
}

/// Indices of an axis whose rows have the same entries.
struct Stretch {
    indices: Range<usize>,
    phase: Phase,
    taps: Vec<Term<f64>>,
}

/// Reals of a line worked on before the next output: short enough for the nearest cache.
const CHUNK: usize = 2048;
/// Reals of a plane worked on before those of the next plane: as many of several planes stay in the
/// second cache until the last row that reads them.
const TILE: usize = 16384;

impl<R: Real> Plan<R> {
    /// The plan of some parts, at most one for each axis.
    pub(super) fn new(block: &Block, parts: &[Part], outputs: usize) -> Self {
        let last = parts.iter().map(|part| part.axis).max().unwrap_or(0);
        let inner_of = |axis: usize| block.shape[axis + 1..].iter().product::<usize>() * block.reals;
        let member = block.shape.iter().product::<usize>() * block.reals;
        // Lines are those of axis `line_axis` and what lies inside; that axis may have no band.
        let line_axis = if inner_of(last) > TILE / 2 { last + 1 } else { last };
        let stretches: Vec<_> = (0..=last)
            .map(|axis| {
                let part = parts.iter().find(|part| part.axis == axis);
                part.map_or_else(
                    || vec![Stretch { indices: 0..block.shape[axis], phase: Phase::Inside, taps: vec![] }],
                    |part| stretches(block, part, inner_of(axis), member),
                )
            })
            .collect();
        let output_of = |axis: usize| parts.iter().find(|part| part.axis == axis).map(|part| part.output);
        let mut plan = Self {
            outer: outer_axes(&block.shape[..line_axis], &stretches),
            index: vec![0; line_axis],
            rows: block.shape[..line_axis].iter().product(),
            line: inner_of(line_axis) * block.shape[line_axis],
            member,
            combinations: vec![],
            terms: vec![],
            ghosts: GhostRows::new(block, line_axis),
        };
        let number: usize = stretches[..line_axis].iter().map(Vec::len).product();
        for combination in 0..number {
            let chosen: Vec<_> = (0..line_axis)
                .map(|axis| &stretches[axis][combination / plan.outer[axis].step % stretches[axis].len()])
                .collect();
            let outer_terms = |output: usize| {
                let of_output = chosen.iter().enumerate().filter(move |&(axis, _)| output_of(axis) == Some(output));
                of_output.flat_map(|(_, stretch)| stretch.taps.iter().copied()).collect::<Vec<_>>()
            };
            let mut lines = vec![];
            for output in 0..outputs {
                let before = outer_terms(output);
                let mut segments = vec![];
                if output_of(line_axis) == Some(output) {
                    for stretch in &stretches[line_axis] {
                        let inner = inner_of(line_axis);
                        let elements = stretch.indices.start * inner..stretch.indices.end * inner;
                        let terms = plan.list(before.iter().chain(&stretch.taps));
                        segments.push(Segment { elements, phase: stretch.phase, terms });
                    }
                } else {
                    let terms = plan.list(before.iter());
                    segments.push(Segment { elements: 0..plan.line, phase: Phase::Inside, terms });
                }
                lines.push(segments);
            }
            let ghosts = chosen.iter().any(|stretch| stretch.phase == Phase::Ghosts);
            let phase = if ghosts { Phase::Ghosts } else { Phase::Inside };
            plan.combinations.push(Combination { phase, outputs: lines });
        }
        plan
    }

    /// Lists terms axis by axis, also where axes share an element: each axis' differences of near
    /// values are small before the next axis is added, where one sum of all weights would round
    /// as coarsely as the values themselves.
    fn list<'a>(&mut self, taps: impl Iterator<Item = &'a Term<f64>>) -> Range<usize> {
        let start = self.terms.len();
        self.terms.extend(taps.map(|&Term { weight, source, delta }| Term {
            weight: R::from_f64(weight),
            source,
            delta,
        }));
        start..self.terms.len()
    }

    /// Writes what is due in a phase. Before the ghosts are there, they may be empty.
    pub(super) fn run<W: Write<R>>(&mut self, write: W, phase: Phase, sources: [&[R]; 3], y: &mut [R]) {
        if self.member > 0 && (phase == Phase::Inside || !matches!(self.ghosts, GhostRows::None)) {
            walk(self, write, phase, sources, y);
        }
    }

    /// What is due in a part of the lines of some rows of one combination.
    fn rows<W: Write<R>>(
        &self,
        write: W,
        phase: Phase,
        sources: [&[R]; 3],
        rows: Range<usize>,
        part: Range<usize>,
        y: &mut [R],
    ) {
        let combination = &self.combinations[self.combination()];
        let lines_are_cut = matches!(self.ghosts, GhostRows::Line { .. });
        if combination.phase != phase && !lines_are_cut {
            return;
        }
        let place = Place { sources, base: self.ghosts.base(rows.start, self.line, phase) };
        for start in part.clone().step_by(CHUNK) {
            let end = part.end.min(start + CHUNK);
            for (output, segments) in combination.outputs.iter().enumerate() {
                let lines = &mut y[output * self.member..][rows.start * self.line..rows.end * self.line];
                for segment in segments {
                    let due = if lines_are_cut { segment.phase } else { combination.phase };
                    let (from, to) = (segment.elements.start.max(start), segment.elements.end.min(end));
                    if due == phase && from < to {
                        let stretches = Stretches { number: rows.len(), step: self.line, length: to - from };
                        let terms = &self.terms[segment.terms.clone()];
                        combine(write, &mut lines[from..], stretches, place, from, terms);
                    }
                }
            }
        }
    }

    /// The number of the combination of stretches where the rows are now.
    #[inline(always)]
    fn combination(&self) -> usize {
        self.outer.iter().zip(&self.index).map(|(axis, &i)| axis.number(i)).sum()
    }

    /// The next index of the axes before the last.
    fn advance(&mut self) {
        for (i, axis) in self.index.iter_mut().zip(&self.outer).rev().skip(1) {
            *i += 1;
            if *i < axis.length {
                return;
            }
            *i = 0;
        }
    }
}

/// All rows, tile by tile: some lines of the axis before them where they are short, some of each line
/// where they are long.
fn walk<R: Real, W: Write<R>>(plan: &mut Plan<R>, write: W, phase: Phase, sources: [&[R]; 3], y: &mut [R]) {
    let across = plan.outer.last().map_or(1, |axis| axis.length);
    let lines = if plan.outer.len() > 1 { (TILE / plan.line).max(1) } else { across };
    let elements = if plan.outer.is_empty() { plan.line } else { TILE };
    // Ghosts lie apart: their rows are taken one by one.
    let together = if phase == Phase::Inside { (CHUNK / plan.line).max(1) } else { 1 };
    for line in (0..plan.line).step_by(elements) {
        let part_of_line = line..plan.line.min(line + elements);
        for first in (0..across).step_by(lines) {
            plan.index.fill(0);
            for plane in 0..plan.rows / across {
                let (mut i, end) = (first, across.min(first + lines));
                while i < end {
                    let next = plan.outer.last().map_or(1, |axis| axis.end_of_stretch(i, end.min(i + together)));
                    if let Some(last) = plan.index.last_mut() {
                        *last = i;
                    }
                    plan.rows(
                        write,
                        phase,
                        sources,
                        plane * across + i..plane * across + next,
                        part_of_line.clone(),
                        y,
                    );
                    i = next;
                }
                plan.advance();
            }
        }
    }
}

impl Axis {
    /// What an index adds to the number of the combination.
    #[inline(always)]
    fn number(&self, i: usize) -> usize {
        self.stretch_of.get(i).map_or(0, |stretch| stretch * self.step)
    }
}

impl Axis {
    /// Where the stretch of an index ends, at most at `end`.
    #[inline(always)]
    fn end_of_stretch(&self, i: usize, end: usize) -> usize {
        if self.stretch_of.is_empty() {
            return end;
        }
        (i + 1..end).find(|&next| self.stretch_of[next] != self.stretch_of[i]).unwrap_or(end)
    }
}

fn outer_axes(shape: &[usize], stretches: &[Vec<Stretch>]) -> Vec<Axis> {
    let mut axes: Vec<_> = shape
        .iter()
        .zip(stretches)
        .map(|(&length, stretches)| {
            let numbered = stretches.iter().enumerate();
            let stretch_of = match stretches.len() {
                1 => vec![],
                _ => numbered.flat_map(|(k, stretch)| stretch.indices.clone().map(move |_| k)).collect(),
            };
            Axis { length, stretch_of, step: stretches.len() }
        })
        .collect();
    let mut step = 1;
    for axis in axes.iter_mut().rev() {
        (axis.step, step) = (step, step * axis.step);
    }
    axes
}

/// The stretches of an axis of this block, in order.
fn stretches(block: &Block, part: &Part, inner: usize, member: usize) -> Vec<Stretch> {
    let whole = Cut { axis: part.axis, rows: 0..block.shape[part.axis], front: 0, back: 0 };
    let cut = block.cut.as_ref().filter(|cut| cut.axis == part.axis).unwrap_or(&whole);
    let length = cut.rows.len();
    let input = part.input * member;
    let of_index = |i: usize| {
        let taps: Vec<_> = part
            .band
            .row(cut.rows.start + i)
            .iter()
            .map(|&(offset, weight)| {
                let (source, rows, start) = match i.checked_add_signed(offset) {
                    None => (Source::Front, offset.saturating_add_unsigned(cut.front), 0),
                    Some(at) if at < length => (Source::Own, offset, input),
                    Some(_) => (Source::Back, offset.saturating_sub_unsigned(length), 0),
                };
                Term { weight, source, delta: (rows * inner.cast_signed()).saturating_add_unsigned(start) }
            })
            .collect();
        let ghosts = taps.iter().any(|tap| tap.source != Source::Own);
        (if ghosts { Phase::Ghosts } else { Phase::Inside }, taps)
    };
    // Rows alike, none of which reads a ghost, make one stretch.
    let alike = part.band.interior();
    let local = |row: usize| row.saturating_sub(cut.rows.start).min(length);
    let (front, back) = part.band.interior_reach();
    let inside = local(alike.start).max(front)..local(alike.end).min(length.saturating_sub(back));
    let mut all: Vec<Stretch> = vec![];
    let mut i = 0;
    while i < length {
        let next = if inside.contains(&i) { inside.end } else { i + 1 };
        let (phase, taps) = of_index(i);
        all.push(Stretch { indices: i..next, phase, taps });
        i = next;
    }
    all
}

impl GhostRows {
    fn new(block: &Block, line_axis: usize) -> Self {
        let Some(Cut { axis, front, back, .. }) = block.cut else { return Self::None };
        if (front, back) == (0, 0) || axis > line_axis {
            return Self::None;
        }
        if axis == line_axis {
            let inner = block.shape[axis + 1..].iter().product::<usize>() * block.reals;
            return Self::Line { front: front * inner, back: back * inner };
        }
        let after = block.shape[axis + 1..line_axis].iter().product();
        Self::Outer { length: block.shape[axis], after, front, back }
    }

    /// Where the terms of a row start counting: in the block, in front of it, behind it.
    #[inline(always)]
    fn base(&self, row: usize, line: usize, phase: Phase) -> [usize; 3] {
        match *self {
            Self::Line { front, back } => [row * line, row * front, row * back],
            Self::Outer { length, after, front, back } if phase == Phase::Ghosts => {
                let (before, i, after_index) = (row / (length * after), row / after % length, row % after);
                let of = |ghosts: usize| ((before * ghosts + i) * after + after_index) * line;
                [row * line, of(front), of(back)]
            }
            _ => [row * line, 0, 0],
        }
    }
}
