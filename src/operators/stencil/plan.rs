//! What a rank computes of a sum of bands along several axes, laid out before it is applied.
//!
//! A block is seen as rows: lines along the last axis that has a band, with all that lies inside that
//! axis, one for each index of the axes before it. (Where much lies inside, the lines are only that.)
//! Rows with the same position on every axis, such as "second from the front on axis 0, inside on
//! axis 1", have the same terms; those are listed once, and applying is a walk over the rows in memory
//! order, so that one pass serves all axes.

use super::{
    band::Band,
    kernels::{OWN, Place, PutReals, Stretches, Term, combine},
};
use crate::layout::AlongAxis;
use crate::numbers::Real;
use std::ops::Range;

/// A band along one axis, from one member of the input to one member of the output.
#[derive(Clone, Debug)]
pub(super) struct AxisBand {
    pub(super) axis: usize,
    pub(super) band: Band,
    pub(super) input: usize,
    pub(super) output: usize,
}

impl AxisBand {
    /// The same with rows and columns exchanged, back from the output to the input.
    pub(super) fn transpose(&self) -> Self {
        Self { axis: self.axis, band: self.band.transpose(), input: self.output, output: self.input }
    }
}

/// What this rank holds: its block's shape, and what lies where along the axes that have bands.
#[derive(Clone, Debug)]
pub(super) struct HeldBlock {
    pub(super) shape: Vec<usize>,
    pub(super) sides: Vec<HeldRows>,
    /// Real numbers an element: 2 where it is complex.
    pub(super) reals: usize,
}

impl HeldBlock {
    /// Along an axis, in reals.
    fn along(&self, axis: usize) -> AlongAxis {
        AlongAxis::new(&self.shape, axis).in_parts(self.reals)
    }
}

/// The rows held of an axis, and the ghost rows in front of them and behind.
#[derive(Clone, Debug)]
pub(super) struct HeldRows {
    pub(super) axis: usize,
    pub(super) rows: Range<usize>,
    pub(super) front: usize,
    pub(super) back: usize,
    /// Where those in front and those behind start among all ghosts, in reals.
    pub(super) starts: [usize; 2],
}

/// Which terms are due: those of the block alone, or those that read ghosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Inside,
    Ghosts,
}

#[derive(Debug)]
pub(super) struct BandPlan<R> {
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
    ghosts: Vec<GhostRows>,
    /// Where the terms of the row where the rows are now start counting in each region of ghosts.
    ghost_bases: Vec<usize>,
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
    /// Whether a segment is due in each phase.
    due: [bool; 2],
    outputs: Vec<Vec<Segment>>,
}

/// Elements of a line that have the same terms.
#[derive(Clone, Debug)]
struct Segment {
    elements: Range<usize>,
    phase: Phase,
    terms: Range<usize>,
}

/// Some rows of one combination, and a part of their lines.
struct Strip {
    combination: usize,
    rows: Range<usize>,
    part: Range<usize>,
}

/// Where the ghosts of a row lie that are beside it along one axis.
#[derive(Debug)]
struct GhostRows {
    /// The axis' rows here, and the rows after it for each of them; of the axis of the lines, one row.
    length: usize,
    after: usize,
    /// How many elements apart the ghosts in front of the rows of two indices before the axis lie, and those
    /// behind; and how many those of two rows after it.
    front: usize,
    back: usize,
    step: usize,
}

/// Indices of an axis whose rows have the same entries.
struct Stretch {
    indices: Range<usize>,
    taps: Vec<Term<f64>>,
}

/// Reals of a line worked on before the next output: short enough for the nearest cache.
const CHUNK: usize = 2048;
/// Reals of a plane worked on before those of the next plane: as many of several planes stay in the
/// second cache until the last row that reads them.
const TILE: usize = 16384;

impl<R: Real> BandPlan<R> {
    /// The plan of some parts, at most one for each axis.
    pub(super) fn new(block: &HeldBlock, parts: &[AxisBand], outputs: usize) -> Self {
        let last = parts.iter().map(|part| part.axis).max().unwrap_or(0);
        let inner_of = |axis: usize| block.along(axis).inner;
        let member = block.shape.iter().product::<usize>() * block.reals;
        // Lines are those of axis `line_axis` and what lies inside; that axis may have no band.
        let line_axis = if inner_of(last) > TILE / 2 { last + 1 } else { last };
        let stretches: Vec<_> = (0..=last)
            .map(|axis| {
                let part = parts.iter().find(|part| part.axis == axis);
                part.map_or_else(
                    || vec![Stretch { indices: 0..block.shape[axis], taps: vec![] }],
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
            ghosts: block.sides.iter().map(|sides| GhostRows::new(block, sides, line_axis)).collect(),
            ghost_bases: vec![0; 2 * block.sides.len()],
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
                        segments.push(plan.segment(elements, before.iter().chain(&stretch.taps)));
                    }
                } else {
                    segments.push(plan.segment(0..plan.line, before.iter()));
                }
                lines.push(segments);
            }
            let is_due = |phase| lines.iter().flatten().any(|segment| segment.phase == phase);
            plan.combinations.push(Combination { due: [Phase::Inside, Phase::Ghosts].map(is_due), outputs: lines });
        }
        plan
    }

    /// Lists terms axis by axis, also where axes share an element: each axis' differences of near
    /// values are small before the next axis is added, where one sum of all weights would round
    /// as coarsely as the values themselves.
    fn segment<'a>(&mut self, elements: Range<usize>, taps: impl Iterator<Item = &'a Term<f64>>) -> Segment {
        let start = self.terms.len();
        self.terms.extend(taps.map(|&Term { weight, source, delta }| Term {
            weight: R::from_f64(weight),
            source,
            delta,
        }));
        let terms = start..self.terms.len();
        let inside = self.terms[terms.clone()].iter().all(|term| term.source == OWN);
        Segment { elements, phase: if inside { Phase::Inside } else { Phase::Ghosts }, terms }
    }

    /// Writes what is due in a phase. Before the ghosts are there, they may be empty.
    pub(super) fn run<P: PutReals<R>>(&mut self, put: P, phase: Phase, [own, ghosts]: [&[R]; 2], y: &mut [R]) {
        if self.member > 0 && self.combinations.iter().any(|combination| combination.is_due(phase)) {
            walk(self, put, phase, [own, ghosts], y);
        }
    }

    /// What is due of a strip.
    fn strip<P: PutReals<R>>(&self, put: P, phase: Phase, [own, ghosts]: [&[R]; 2], strip: Strip, y: &mut [R]) {
        let Strip { combination, rows, part } = strip;
        let combination = &self.combinations[combination];
        let ghost_bases = if phase == Phase::Ghosts { &self.ghost_bases[..] } else { &[] };
        let place = Place { own, base: rows.start * self.line, ghosts, ghost_bases };
        for start in part.clone().step_by(CHUNK) {
            let end = part.end.min(start + CHUNK);
            for (output, segments) in combination.outputs.iter().enumerate() {
                let lines = &mut y[output * self.member..][rows.start * self.line..rows.end * self.line];
                for segment in segments {
                    let (from, to) = (segment.elements.start.max(start), segment.elements.end.min(end));
                    if segment.phase == phase && from < to {
                        let stretches = Stretches { number: rows.len(), step: self.line, length: to - from };
                        let terms = &self.terms[segment.terms.clone()];
                        combine(put, &mut lines[from..], stretches, place, from, terms);
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

    /// Has the terms that read ghosts count from a row.
    fn set_ghost_bases(&mut self, row: usize) {
        for (bases, ghosts) in self.ghost_bases.chunks_exact_mut(2).zip(&self.ghosts) {
            (bases[0], bases[1]) = ghosts.base(row);
        }
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
fn walk<R: Real, P: PutReals<R>>(plan: &mut BandPlan<R>, put: P, phase: Phase, sources: [&[R]; 2], y: &mut [R]) {
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
                    if let Some(last) = plan.index.last_mut() {
                        *last = i;
                    }
                    let combination = plan.combination();
                    let due = plan.combinations[combination].is_due(phase);
                    let limit = if due { end.min(i + together) } else { end };
                    let next = plan.outer.last().map_or(1, |axis| axis.end_of_stretch(i, limit));
                    if due {
                        let rows = plane * across + i..plane * across + next;
                        if phase == Phase::Ghosts {
                            plan.set_ghost_bases(rows.start);
                        }
                        let strip = Strip { combination, rows, part: part_of_line.clone() };
                        plan.strip(put, phase, sources, strip, y);
                    }
                    i = next;
                }
                plan.advance();
            }
        }
    }
}

impl Combination {
    #[inline(always)]
    fn is_due(&self, phase: Phase) -> bool {
        self.due[phase as usize]
    }
}

impl Axis {
    /// What an index adds to the number of the combination.
    #[inline(always)]
    fn number(&self, i: usize) -> usize {
        self.stretch_of.get(i).map_or(0, |stretch| stretch * self.step)
    }

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
fn stretches(block: &HeldBlock, part: &AxisBand, inner: usize, member: usize) -> Vec<Stretch> {
    let whole = HeldRows { axis: part.axis, rows: 0..block.shape[part.axis], front: 0, back: 0, starts: [0; 2] };
    let found = block.sides.iter().enumerate().find(|(_, sides)| sides.axis == part.axis);
    let (k, sides) = found.unwrap_or((0, &whole));
    let length = sides.rows.len();
    let input = part.input * member;
    let of_index = |i: usize| {
        let entries = part.band.row(sides.rows.start + i).iter();
        let tap = |&(offset, weight): &(isize, f64)| {
            let (source, rows, start) = match i.checked_add_signed(offset) {
                None => (1 + 2 * k, offset.saturating_add_unsigned(sides.front), sides.starts[0]),
                Some(at) if at < length => (OWN, offset, input),
                Some(_) => (2 + 2 * k, offset.saturating_sub_unsigned(length), sides.starts[1]),
            };
            Term { weight, source, delta: (rows * inner.cast_signed()).saturating_add_unsigned(start) }
        };
        entries.map(tap).collect()
    };
    // Rows alike, none of which reads a ghost, make one stretch.
    let alike = part.band.interior();
    let local = |row: usize| row.saturating_sub(sides.rows.start).min(length);
    let (front, back) = part.band.interior_reach();
    let inside = local(alike.start).max(front)..local(alike.end).min(length.saturating_sub(back));
    let mut all: Vec<Stretch> = vec![];
    let mut i = 0;
    while i < length {
        let next = if inside.contains(&i) { inside.end } else { i + 1 };
        all.push(Stretch { indices: i..next, taps: of_index(i) });
        i = next;
    }
    all
}

impl GhostRows {
    fn new(block: &HeldBlock, sides: &HeldRows, line_axis: usize) -> Self {
        let axis = sides.axis;
        let inner = block.along(axis).inner;
        let (front, back) = (sides.front * inner, sides.back * inner);
        if axis == line_axis {
            return Self { length: 1, after: 1, front, back, step: 0 };
        }
        let after = block.shape[axis + 1..line_axis].iter().product();
        Self { length: block.shape[axis], after, front, back, step: inner / after.max(1) }
    }

    /// Where the terms of a row start counting: in front of it, behind it.
    #[inline(always)]
    fn base(&self, row: usize) -> (usize, usize) {
        let (before, within) = (row / (self.length * self.after), row % (self.length * self.after) * self.step);
        (before * self.front + within, before * self.back + within)
    }
}
