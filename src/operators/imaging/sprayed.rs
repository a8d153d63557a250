//! Points of a model, each put where it belongs in each trace, between two samples.

use super::weights::Weights;
use crate::array::Space;
use crate::comm::VectorSum;
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::{Real, Scalar};
use crate::operators::{Communication, LinearOperator, Sent};
use multiversion::multiversion;
use num_traits::Zero;
use std::cell::RefCell;

/// Points that are taken together: their times fill a part of the second-level cache.
const POINTS: usize = 2048;

/// Receivers whose times to these points stay in cache for all sources.
const RECEIVERS: usize = 16;

const TWO_TO_52: f64 = 4_503_599_627_370_496.0;

/// Points in turn go to copies of a trace, so that none waits for the one before it to be written.
const TURNS: usize = 2;

/// From a model to traces of some sources and all receivers: `y[s, r, t] = Σₚ w[s, r, p] x[p]`, over the points whose way
/// from s to r takes t, shared out to the two samples beside it. Either each rank has all points and some of the sources, or some of the points and all sources.
pub(super) struct Sprayed<T: Scalar> {
    domain: Space,
    range: Space,
    /// That this rank has.
    points: usize,
    /// Points that make a term of a sum, at most, where ranks have some of them; else all.
    row: usize,
    /// Of a trace.
    samples: usize,
    sources: usize,
    receivers: usize,
    /// In samples: to every point from each of this rank's sources, and from each receiver.
    from_sources: Vec<T::Real>,
    from_receivers: Vec<T::Real>,
    /// None if all are 1.
    weights: Option<Weights<T::Real>>,
    room: RefCell<Room<T>>,
    sum: RefCell<Sum<T>>,
}

/// What is added over ranks.
enum Sum<T: Scalar> {
    /// What sources put into the image.
    OfImages(VectorSum<T>),
    /// What rows of the model put into the traces.
    OfTraces(VectorSum<T>),
}

struct Room<T: Scalar> {
    /// Of some points: the sample before each, and how far behind it.
    before: Vec<u32>,
    behind: Vec<T::Real>,
    /// Their weights, and their values with these.
    weights: Vec<T::Real>,
    values: Vec<T>,
    /// What goes to each sample and to the one behind it, by turns; and behind the last sample what goes nowhere.
    pairs: [Vec<[T; 2]>; TURNS],
    /// A trace, and zeros behind it.
    trace: Vec<T>,
    /// Of some points the terms of each source.
    terms: Vec<T>,
}

impl<T: Scalar> Sprayed<T> {
    /// From a replicated model to traces `[sources, receivers, samples]` that are cut along their first axis, or from one that is cut along its first axis to replicated
    /// traces. Times in samples: to each of this rank's points from each of its sources, and from each receiver; and the weights of these ways.
    pub(super) fn new(
        model: &Layout,
        traces: &Layout,
        [from_sources, from_receivers]: [Vec<T::Real>; 2],
        weights: Option<Weights<T::Real>>,
    ) -> Result<Self> {
        let (points, shape) = (model.local_len(), traces.shape());
        let (all_sources, receivers, samples) = (shape[0], shape[1], shape[2]);
        let sources = traces.local_shape()[0];
        let is_cut = model.process_grid().is_some();
        let rows = model.shape()[0];
        let row = if is_cut { model.size().checked_div(rows).unwrap_or(0) } else { points };
        let together = points.min(POINTS);
        let weighed = if weights.is_some() { together } else { 0 };
        let room = Room {
            before: vec![0; together],
            behind: vec![T::Real::zero(); together],
            weights: vec![T::Real::zero(); weighed],
            values: vec![T::zero(); weighed],
            pairs: std::array::from_fn(|_| vec![[T::zero(); 2]; samples + 1]),
            trace: vec![T::zero(); samples + 2],
            terms: vec![T::zero(); together * sources],
        };
        let comm = model.comm();
        let sum = if is_cut {
            Sum::OfTraces(VectorSum::new(comm, traces.local_len(), rows * row.div_ceil(POINTS))?)
        } else {
            Sum::OfImages(VectorSum::new(comm, points, all_sources)?)
        };
        let (room, sum) = (RefCell::new(room), RefCell::new(sum));
        let (domain, range) = (model.into(), traces.into());
        Ok(Self {
            domain,
            range,
            points,
            row,
            samples,
            sources,
            receivers,
            from_sources,
            from_receivers,
            weights,
            room,
            sum,
        })
    }

    /// Some points after others, for each of them some receivers after others, for these all sources: `f` gets where the points begin and
    /// their number, a source and a receiver, and the first and the last sample before which some of the points are; `end` the points
    /// once all ways are done.
    fn each(
        &self,
        room: &mut Room<T>,
        mut f: impl FnMut(&mut Room<T>, [usize; 2], [usize; 2], [usize; 2]),
        mut end: impl FnMut(&mut Room<T>, [usize; 2]),
    ) {
        for (start, count) in self.stretches() {
            for first in (0..self.receivers).step_by(RECEIVERS) {
                for source in 0..self.sources {
                    let there = &self.from_sources[source * self.points + start..][..count];
                    for receiver in first..(first + RECEIVERS).min(self.receivers) {
                        let back = &self.from_receivers[receiver * self.points + start..][..count];
                        let window = places(there, back, self.samples, &mut room.before, &mut room.behind);
                        if let Some(window) = window {
                            f(room, [start, count], [source, receiver], window);
                        }
                    }
                }
            }
            end(room, [start, count]);
        }
    }

    /// Points that are taken together: where the first one is, and how many.
    fn stretches(&self) -> impl Iterator<Item = (usize, usize)> {
        let (points, row) = (self.points, self.row.max(1));
        (0..points).step_by(row).flat_map(move |first| {
            let end = points.min(first + row);
            (first..end).step_by(POINTS).map(move |start| (start, POINTS.min(end - start)))
        })
    }

    fn trace_of(&self, [source, receiver]: [usize; 2]) -> std::ops::Range<usize> {
        let start = (source * self.receivers + receiver) * self.samples;
        start..start + self.samples
    }
}

/// Of points that take these times there and back the sample before each, or `samples` beyond the last interval, and how far behind
/// it they are; and the first and the last of these samples, if any are within the record.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn places<R: Real>(
    there: &[R],
    back: &[R],
    samples: usize,
    before: &mut [u32],
    behind: &mut [R],
) -> Option<[usize; 2]> {
    let (intervals, beyond) = (samples.saturating_sub(1) as u32, samples as u32);
    let (mut first, mut last) = (beyond, 0);
    for (((&there, &back), before), behind) in there.iter().zip(back).zip(before).zip(behind) {
        let time = there + back;
        let whole = time.floor();
        *behind = time - whole;
        // The last bits of a whole number and 2⁵² are its own: a conversion that every processor makes of many at once.
        let sample = (whole.to_f64() + TWO_TO_52).to_bits() as u32;
        let within = sample < intervals;
        *before = if within { sample } else { beyond };
        first = first.min(*before);
        last = last.max(if within { sample } else { 0 });
    }
    (first < beyond).then_some([first as usize, last as usize])
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn spray<T: Scalar>(x: &[T], before: &[u32], behind: &[T::Real], [even, odd]: &mut [Vec<[T; 2]>; TURNS]) {
    let one = T::Real::from_f64(1.0);
    let put = |pairs: &mut [[T; 2]], x: T, before: u32, behind: T::Real| {
        let pair = &mut pairs[before as usize];
        *pair = [pair[0] + x.scale(one - behind), pair[1] + x.scale(behind)];
    };
    let turns = x.chunks(TURNS).zip(before.chunks(TURNS)).zip(behind.chunks(TURNS));
    for ((x, before), behind) in turns {
        put(even, x[0], before[0], behind[0]);
        if x.len() == TURNS {
            put(odd, x[1], before[1], behind[1]);
        }
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn gather<T: Scalar>(trace: &[T], before: &[u32], behind: &[T::Real], x: &mut [T]) {
    let one = T::Real::from_f64(1.0);
    for ((x, &before), &behind) in x.iter_mut().zip(before).zip(behind) {
        let samples = &trace[before as usize..][..2];
        *x += samples[0].scale(one - behind) + samples[1].scale(behind);
    }
}

/// Samples from the first one on, of what has gone to them and to those behind them, by turns. Takes it away.
fn unite<T: Scalar>(pairs: &mut [Vec<[T; 2]>; TURNS], first: usize, samples: &mut [T]) {
    let (last, others) = samples.split_last_mut().unzip();
    let mut from_before = T::zero();
    for (k, sample) in others.into_iter().flatten().enumerate() {
        let [even, odd] = pairs.each_mut().map(|pairs| std::mem::replace(&mut pairs[first + k], [T::zero(); 2]));
        *sample = even[0] + odd[0] + from_before;
        from_before = even[1] + odd[1];
    }
    if let Some(last) = last {
        *last = from_before;
    }
}

/// `y = w x` of each.
fn weigh<T: Scalar>(x: &[T], weights: &[T::Real], y: &mut [T]) {
    y.iter_mut().zip(x).zip(weights).for_each(|((y, x), &w)| *y = x.scale(w));
}

fn add_weighed<T: Scalar>(x: &[T], weights: &[T::Real], y: &mut [T]) {
    y.iter_mut().zip(x).zip(weights).for_each(|((y, x), &w)| *y += x.scale(w));
}

impl<T: Scalar> LinearOperator<T> for Sprayed<T> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        y.fill(T::zero());
        let mut sum = self.sum.borrow_mut();
        let spray_all =
            |room: &mut Room<T>, [start, count]: [usize; 2], pair: [usize; 2], [first, last]: [usize; 2]| {
                let mut values = &x[start..start + count];
                if let Some(weights) = &self.weights {
                    weights.of(pair, start, &mut room.weights[..count]);
                    weigh(values, &room.weights, &mut room.values);
                    values = &room.values[..count];
                }
                spray(values, &room.before[..count], &room.behind[..count], &mut room.pairs);
                let Room { pairs, trace, .. } = room;
                let place = self.trace_of(pair).start + first;
                let come = &mut trace[..last + 2 - first];
                unite(pairs, first, come);
                if let Sum::OfTraces(sum) = &mut *sum {
                    sum.add_part(place, come);
                } else {
                    y[place..][..come.len()].iter_mut().zip(come).for_each(|(y, come)| *y += *come);
                }
            };
        self.each(&mut self.room.borrow_mut(), spray_all, |_, _| ());
        if let Sum::OfTraces(sum) = &mut *sum {
            sum.finish(y);
        }
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        let mut sum = self.sum.borrow_mut();
        let gather_all =
            |room: &mut Room<T>, [start, count]: [usize; 2], pair: [usize; 2], [first, last]: [usize; 2]| {
                room.trace[first..last + 2].copy_from_slice(&y[self.trace_of(pair)][first..last + 2]);
                let terms = &mut room.terms[pair[0] * count..][..count];
                let Some(weights) = &self.weights else {
                    return gather(&room.trace, &room.before[..count], &room.behind[..count], terms);
                };
                let values = &mut room.values[..count];
                values.fill(T::zero());
                gather(&room.trace, &room.before[..count], &room.behind[..count], values);
                weights.of(pair, start, &mut room.weights[..count]);
                add_weighed(values, &room.weights, terms);
            };
        x.fill(T::zero());
        let add = |room: &mut Room<T>, [start, count]: [usize; 2]| {
            for terms in room.terms[..count * self.sources].chunks_exact_mut(count) {
                if let Sum::OfImages(sum) = &mut *sum {
                    sum.add_part(start, terms);
                } else {
                    x[start..][..count].iter_mut().zip(&*terms).for_each(|(x, term)| *x += *term);
                }
                terms.fill(T::zero());
            }
        };
        self.each(&mut self.room.borrow_mut(), gather_all, add);
        if let Sum::OfImages(sum) = &mut *sum {
            sum.finish(x);
        }
    }

    fn communication(&self) -> Communication {
        match &*self.sum.borrow() {
            Sum::OfImages(sum) => Communication { forward: Sent::NOTHING, adjoint: sum.sends() },
            Sum::OfTraces(sum) => Communication { forward: sum.sends(), adjoint: Sent::NOTHING },
        }
    }

    fn scratch(&self) -> usize {
        let room = self.room.borrow();
        let of_points = size_of_val(&room.before[..]) + size_of_val(&room.behind[..]) + size_of_val(&room.terms[..]);
        let of_weights = size_of_val(&room.weights[..]) + size_of_val(&room.values[..]);
        let of_traces =
            size_of_val(&room.trace[..]) + room.pairs.iter().map(|pairs| size_of_val(&pairs[..])).sum::<usize>();
        let times = size_of_val(&self.from_sources[..]) + size_of_val(&self.from_receivers[..]);
        let weights = self.weights.as_ref().map_or(0, Weights::bytes);
        let (Sum::OfImages(sum) | Sum::OfTraces(sum)) = &*self.sum.borrow();
        times + weights + of_points + of_weights + of_traces + sum.scratch()
    }

    fn name(&self) -> String {
        "Spray".into()
    }
}
