//! Sums of bands along axes, by rows.
//!
//! A row of the output has the same terms on all its lines but for those near the ends of the axis of lines, and a line
//! on all its elements but for those near the ends of the axes within it. Terms are listed once for each combination of
//! what may be different; applying is a walk over rows, lines that are alike, and stretches of them.

use super::band::{Band, Row};
use super::kernels::{AddPairs, PutReals};
use super::plan::AxisBand;
use super::woven::{Strands, Thread, weave};
use crate::Complex;
use crate::numbers::{Real, Scalar, reals_of, reals_of_mut};
use crate::operators::by_rows::{AnySweep, Putting, Reach, Rows, RowsMut, Slab, Sweep, Tile};
use crate::operators::{Add, Set};
use std::ops::Range;

/// What is different along an axis, by a number for each kind of index.
#[derive(Debug)]
struct Kinds {
    rows: Vec<Row>,
    /// The indices that are all alike; those before them, and those after, are each of a kind of its own.
    alike: Range<usize>,
}

impl Kinds {
    /// Along an axis of so many indices, with a band or without.
    fn new(n: usize, band: Option<&Band>) -> Self {
        let Some(band) = band else { return Self { rows: vec![vec![]], alike: 0..n } };
        let alike = band.interior();
        let ends = (0..alike.start).chain(alike.end..n);
        let mut rows: Vec<_> = ends.map(|i| band.row(i).clone()).collect();
        if !alike.is_empty() {
            rows.insert(alike.start, band.row(alike.start).clone());
        }
        Self { rows, alike }
    }

    /// The kind of an index, and the first index after it, before `end`, that is of another.
    fn at(&self, i: usize, end: usize) -> (usize, usize) {
        if self.alike.contains(&i) {
            (self.alike.start, self.alike.end.min(end))
        } else if i < self.alike.start {
            (i, i + 1)
        } else {
            (i - self.alike.end + self.alike.start + usize::from(!self.alike.is_empty()), i + 1)
        }
    }

    fn count(&self) -> usize {
        self.rows.len()
    }
}

/// Reals of a line that have the same terms, and the kind of each axis within lines, as one number.
#[derive(Clone, Debug)]
struct Segment {
    reals: Range<usize>,
    kind: usize,
}

pub(super) struct BandSweep<R> {
    reach: Reach,
    along_rows: Option<Band>,
    members: [usize; 2],
    rows: Kinds,
    lines: Kinds,
    segments: Vec<Segment>,
    /// Reals of a line.
    line: usize,
    /// For each kind of row, of line, of segment, and each output: which of the terms.
    table: Vec<Range<usize>>,
    terms: Vec<Thread<R>>,
    kinds_of_segments: usize,
}

impl<R: Real> BandSweep<R> {
    /// The sweep of some parts, at most one for each axis, on arrays of this shape.
    pub(super) fn of<T: Scalar<Real = R>>(
        slab: &Slab,
        shape: &[usize],
        parts: &[AxisBand],
        members: [usize; 2],
    ) -> AnySweep<T, T> {
        let reals = if T::IS_COMPLEX { 2 } else { 1 };
        // Axes within a line: those after that of the lines, or all but the first.
        let within = if shape.len() > 2 { 2 } else { 1 };
        let part_of = |axis: usize| parts.iter().find(|part| part.axis == axis);
        let kinds_of = |axis: usize| Kinds::new(shape[axis], part_of(axis).map(|part| &part.band));
        let lines = if within == 2 { kinds_of(1) } else { Kinds::new(1, None) };
        let mut sweep = Self {
            reach: reach(part_of(0), if within == 2 { part_of(1) } else { None }),
            along_rows: part_of(0).map(|part| part.band.clone()),
            members,
            rows: kinds_of(0),
            lines,
            segments: vec![],
            line: slab.line * reals,
            table: vec![],
            terms: vec![],
            kinds_of_segments: 1,
        };
        let last = (within..shape.len()).rev().find(|&axis| part_of(axis).is_some());
        let inner: Vec<_> = last.map_or(vec![], |last| (within..=last).map(kinds_of).collect());
        sweep.kinds_of_segments = inner.iter().map(Kinds::count).product();
        sweep.segments = segments(&inner, &shape[within..], sweep.line);

        let strides: Vec<_> =
            (within..shape.len()).map(|axis| shape[axis + 1..].iter().product::<usize>() * reals).collect();
        for row in 0..sweep.rows.count() {
            for line in 0..sweep.lines.count() {
                for kind in 0..sweep.kinds_of_segments {
                    for output in 0..members[1] {
                        let start = sweep.terms.len();
                        let mut add = |axis: usize, entries: &Row, thread: &dyn Fn(isize) -> [isize; 3]| {
                            let Some(part) = part_of(axis).filter(|part| part.output == output) else { return };
                            sweep.terms.extend(entries.iter().map(|&(offset, weight)| {
                                let [row, line, element] = thread(offset);
                                Thread { weight: R::from_f64(weight), member: part.input, row, line, element }
                            }));
                        };
                        // Axis by axis, as their differences are small (see `BandPlan::segment`).
                        add(0, &sweep.rows.rows[row], &|offset| [offset, 0, 0]);
                        if within == 2 {
                            add(1, &sweep.lines.rows[line], &|offset| [0, offset, 0]);
                        }
                        let mut rest = kind;
                        for (k, kinds) in inner.iter().enumerate() {
                            let after: usize = inner[k + 1..].iter().map(Kinds::count).product();
                            let stride = strides[k].cast_signed();
                            add(within + k, &kinds.rows[rest / after], &|offset| [0, 0, offset * stride]);
                            rest %= after;
                        }
                        sweep.table.push(start..sweep.terms.len());
                    }
                }
            }
        }
        Box::new(sweep)
    }

    /// Writes a tile.
    fn write<T: Scalar<Real = R>, P: PutReals<R>>(
        &self,
        put: P,
        tile: &Tile,
        input: Rows<'_, T>,
        output: &mut RowsMut<'_, T>,
    ) {
        for row in tile.rows.clone() {
            let (row_kind, _) = self.rows.at(row, row + 1);
            let mut first = tile.lines.start;
            while first < tile.lines.end {
                let (line_kind, next) = self.lines.at(first, tile.lines.end);
                let kind = (row_kind * self.lines.count() + line_kind) * self.kinds_of_segments;
                for member in 0..self.members[1] {
                    let y = reals_of_mut(output.lines(member, row, first..next));
                    for segment in &self.segments {
                        let range = &self.table[(kind + segment.kind) * self.members[1] + member];
                        let strands = Strands {
                            number: next - first,
                            step: self.line,
                            start: segment.reals.start,
                            length: segment.reals.len(),
                        };
                        weave(put, y, strands, &self.terms[range.clone()], |thread| {
                            let of = |line: usize| line.wrapping_add_signed(thread.line);
                            let row = row.wrapping_add_signed(thread.row);
                            reals_of(input.lines(thread.member, row, of(first)..of(next)))
                        });
                    }
                }
                first = next;
            }
        }
    }
}

impl<R: Real, T: Scalar<Real = R>> Sweep<T, T> for BandSweep<R> {
    fn reach(&self) -> Reach {
        self.reach
    }

    fn reads(&self, rows: Range<usize>) -> Range<usize> {
        let (front, back) = self.along_rows.as_ref().map_or((0, 0), |band| band.reach(rows.clone()));
        rows.start - front..rows.end + back
    }

    fn members(&self) -> [usize; 2] {
        self.members
    }

    fn prepare(&mut self, _: usize, _: usize) {}

    fn start(&mut self) {}

    fn multiplications(&self) -> usize {
        self.table.iter().map(ExactSizeIterator::len).max().unwrap_or(0)
    }

    fn advance(&mut self, put: Putting<T>, tile: &Tile, input: Rows<'_, T>, output: &mut RowsMut<'_, T>) {
        match put {
            Putting::Set => self.write(Set, tile, input, output),
            Putting::Add(alpha) if alpha.im().is_zero() => self.write(Add(alpha.re()), tile, input, output),
            Putting::Add(alpha) => self.write(AddPairs(Complex::new(alpha.re(), alpha.im())), tile, input, output),
        }
    }
}

/// How far bands along the axes of rows and of lines read.
fn reach(rows: Option<&AxisBand>, lines: Option<&AxisBand>) -> Reach {
    let offsets = rows.into_iter().flat_map(|part| part.band.rows().flatten().map(|&(offset, _)| offset));
    let (low, high) = offsets.fold((0, 0), |(low, high), offset| (low.min(offset), high.max(offset)));
    Reach { before: low.unsigned_abs(), after: high.unsigned_abs(), lines: lines.map_or(0, |part| part.band.width()) }
}

/// The segments of a line, in order: kinds of the axes up to the last that has a band.
fn segments(inner: &[Kinds], shape: &[usize], line: usize) -> Vec<Segment> {
    let mut all = vec![Segment { reals: 0..line, kind: 0 }];
    for (kinds, &n) in inner.iter().zip(shape) {
        let cut = |segment: Segment| {
            let (start, each) = (segment.reals.start, segment.reals.len() / n.max(1));
            let mut parts = vec![];
            let mut i = 0;
            while i < n {
                let (kind, next) = kinds.at(i, n);
                let kind = segment.kind * kinds.count() + kind;
                // Where another axis follows, each index is a segment that is cut in turn.
                parts.extend((i..next).map(|i| Segment { reals: start + i * each..start + (i + 1) * each, kind }));
                i = next;
            }
            parts
        };
        all = all.into_iter().flat_map(cut).collect();
    }
    // Neighbours of one kind are one.
    let mut joined: Vec<Segment> = vec![];
    for segment in all {
        match joined.last_mut() {
            Some(last) if last.kind == segment.kind => last.reals.end = segment.reals.end,
            _ => joined.push(segment),
        }
    }
    joined
}
