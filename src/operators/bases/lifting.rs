//! Seislet transforms of whole planes, in place: every other trace is predicted from those beside it, level after level.

use super::delayed::{delay, delay_adjoint};
use crate::numbers::{Real, Scalar};
use ndarray::ArrayView2;
use std::cell::RefCell;

/// How traces are predicted along slopes, and where they lie.
#[derive(Debug)]
pub(super) struct Lifting<T> {
    /// Traces of the plane, and of the longer one with zeros behind it: a power of two.
    traces: usize,
    longer: usize,
    samples: usize,
    levels: usize,
    /// From the traces on both sides, not from one.
    from_both: bool,
    /// For each sample by how many samples an event comes later on the next trace.
    delays: Vec<f64>,
    rooms: RefCell<Rooms<T>>,
}

#[derive(Debug)]
struct Rooms<T> {
    plane: Vec<T>,
    /// A trace on its way.
    trace: [Vec<T>; 2],
}

/// One half of a level.
#[derive(Clone, Copy, Debug)]
pub(super) enum Half {
    /// Odd traces, as much of what even ones predict.
    Predict(f64),
    /// Even traces, as much of what odd ones predict.
    Update(f64),
}

/// What is predicted of a trace by another one.
struct Term {
    from: usize,
    to: usize,
    weight: f64,
}

impl<T: Scalar> Lifting<T> {
    pub(super) fn new(
        slopes: ArrayView2<'_, f64>,
        [dx, dt]: [f64; 2],
        longer: usize,
        levels: usize,
        both: bool,
    ) -> Self {
        let (traces, samples) = slopes.dim();
        let mut delays: Vec<_> = slopes.iter().map(|slope| dx * slope / dt).collect();
        delays.resize(longer * samples, 0.0);
        let room = |n: usize| vec![T::zero(); n];
        let rooms = Rooms { plane: room(longer * samples), trace: [room(samples), room(samples)] };
        Self { traces, longer, samples, levels, from_both: both, delays, rooms: RefCell::new(rooms) }
    }

    /// From traces to coefficients, finest differences first, with these halves of a level, or their transposes.
    pub(super) fn to_coefficients(&self, x: &[T], y: &mut [T], halves: [Half; 2], transposed: bool) {
        let Rooms { plane, trace } = &mut *self.rooms.borrow_mut();
        let (own, zeros) = plane.split_at_mut(self.traces * self.samples);
        own.copy_from_slice(x);
        zeros.fill(T::zero());
        for level in 0..self.levels {
            for half in halves {
                self.lift(plane, trace, level, half, transposed);
            }
        }
        for (coefficient, place) in y.chunks_exact_mut(self.samples).zip(self.places()) {
            coefficient.copy_from_slice(&plane[place * self.samples..][..self.samples]);
        }
    }

    /// And from coefficients to traces.
    pub(super) fn to_traces(&self, y: &[T], x: &mut [T], halves: [Half; 2], transposed: bool) {
        let Rooms { plane, trace } = &mut *self.rooms.borrow_mut();
        for (coefficient, place) in y.chunks_exact(self.samples).zip(self.places()) {
            plane[place * self.samples..][..self.samples].copy_from_slice(coefficient);
        }
        for level in (0..self.levels).rev() {
            for half in halves {
                self.lift(plane, trace, level, half, transposed);
            }
        }
        x.copy_from_slice(&plane[..self.traces * self.samples]);
    }

    pub(super) fn bytes(&self) -> usize {
        let Rooms { plane, trace } = &*self.rooms.borrow();
        size_of_val(&plane[..]) + 2 * size_of_val(&trace[0][..]) + size_of_val(&self.delays[..])
    }

    /// Which trace of the plane each coefficient lies on.
    fn places(&self) -> impl Iterator<Item = usize> {
        let (levels, longer) = (self.levels, self.longer);
        let differences = (0..levels).flat_map(move |level| (1 << level..longer).step_by(2 << level));
        differences.chain((0..longer).step_by(1 << levels))
    }

    /// `to ← to + w P from` for all predictions, or `from ← from + w Pᵀ to`.
    fn lift(&self, plane: &mut [T], trace: &mut [Vec<T>; 2], level: usize, half: Half, transposed: bool) {
        let samples = self.samples;
        for term in self.terms(level, half) {
            let (read, written) = if transposed { (term.to, term.from) } else { (term.from, term.to) };
            trace[0].copy_from_slice(&plane[read * samples..][..samples]);
            self.travel(trace, &term, transposed);
            let weight = T::Real::from_f64(term.weight);
            let written = &mut plane[written * samples..][..samples];
            written.iter_mut().zip(&trace[0]).for_each(|(written, x)| *written += x.scale(weight));
        }
    }

    /// All predictions of one half of a level, trace after trace: from the one before, or from both sides.
    fn terms(&self, level: usize, half: Half) -> impl Iterator<Item = Term> {
        let (apart, last, both) = (1 << level, self.longer - (1 << level), self.from_both);
        let (first, weight) = match half {
            Half::Predict(weight) => (apart, weight),
            Half::Update(weight) => (0, weight),
        };
        let is_predicted = first > 0;
        (first..self.longer).step_by(2 * apart).flat_map(move |to| {
            let [before, behind] = [to.checked_sub(apart), Some(to + apart).filter(|from| *from < self.longer)];
            let (nearer, other) = if is_predicted { (before, behind) } else { (behind, before) };
            // The last pair of traces has no partner behind it.
            let is_last = to.max(nearer.unwrap_or(to)) == last;
            let own =
                nearer.map(|from| Term { from, to, weight: if both && !is_last { weight / 2.0 } else { weight } });
            let others = other.filter(|_| both).map(|from| Term { from, to, weight: weight / 2.0 });
            own.into_iter().chain(others)
        })
    }

    /// The first trace from one place to another, step by step along the slopes, or by the transpose.
    fn travel(&self, trace: &mut [Vec<T>; 2], term: &Term, transposed: bool) {
        let (steps, forwards) = (term.from.abs_diff(term.to), term.to > term.from);
        let sign = if forwards { 1.0 } else { -1.0 };
        for k in 0..steps {
            let k = if transposed { steps - 1 - k } else { k };
            let at = if forwards { term.from + k } else { term.from - k };
            let delays = &self.delays[at * self.samples..][..self.samples];
            let [x, y] = &mut *trace;
            if transposed {
                delay_adjoint(delays, sign, x, y);
            } else {
                delay(delays, sign, x, y);
            }
            trace.swap(0, 1);
        }
    }
}
