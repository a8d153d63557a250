//! Curves that change with time: each sample of the model at its own place in each trace.

use super::place::place;
use crate::numbers::{Real, Scalar};
use crate::operators::BlockMap;
use num_traits::Zero;
use std::cell::RefCell;

pub(super) struct Curved<T: Scalar> {
    times: Times,
    slownesses: usize,
    places: usize,
    samples: usize,
    /// Samples that times may come at or after.
    reach: usize,
    interp: bool,
    /// Of a line of the model the samples at or before which it comes by a trace, and the parts that come to those behind.
    room: RefCell<Vec<(usize, T::Real)>>,
}

/// When a curve comes by a place.
pub(super) enum Times {
    /// At √(t₀² + s), of every s: for each place those of all slownesses.
    Hyperbolas(Vec<f64>),
    /// Of the number of a place, t₀, and the number of a slowness.
    Function(Box<dyn Fn(usize, f64, usize) -> f64>),
}

impl<T: Scalar> Curved<T> {
    pub(super) fn new(times: Times, slownesses: usize, places: usize, samples: usize, interp: bool) -> Self {
        let reach = samples.saturating_sub(usize::from(interp));
        let room = RefCell::new(vec![(0, T::Real::zero()); samples]);
        Self { times, slownesses, places, samples, reach, interp, room }
    }

    pub(super) fn comes_by(&self) -> bool {
        let mut room = self.room.borrow_mut();
        let mut pairs = (0..self.places).flat_map(|x| (0..self.slownesses).map(move |p| (x, p)));
        pairs.any(|(x, p)| {
            self.curve(x, p, &mut room);
            room.iter().any(|&(sample, _)| sample < self.reach)
        })
    }

    /// Where all times of a slowness come by a place; a sample beyond reach where they don't.
    fn curve(&self, x: usize, p: usize, to: &mut [(usize, T::Real)]) {
        match &self.times {
            Times::Hyperbolas(squares) => {
                let square = squares[x * self.slownesses + p];
                self.fill(to, |t| (t * t + square).sqrt());
            }
            Times::Function(f) => self.fill(to, |t| f(x, t, p)),
        }
    }

    fn fill(&self, to: &mut [(usize, T::Real)], time: impl Fn(f64) -> f64) {
        let reach = self.reach as f64;
        for (t, to) in to.iter_mut().enumerate() {
            let (sample, behind) = place(time(t as f64));
            let comes_by = (0.0..reach).contains(&sample); // not where it is none
            let behind = if self.interp { T::Real::from_f64(behind) } else { T::Real::zero() };
            *to = if comes_by { (sample as usize, behind) } else { (usize::MAX, behind) };
        }
    }
}

impl<T: Scalar> BlockMap<T> for Curved<T> {
    fn forward(&self, x: &[T], y: &mut [T]) {
        let (mut room, one) = (self.room.borrow_mut(), T::Real::from_f64(1.0));
        y.fill(T::zero());
        for (place, trace) in y.chunks_exact_mut(self.samples).enumerate() {
            for (slowness, line) in x.chunks_exact(self.samples).enumerate() {
                self.curve(place, slowness, &mut room);
                for (x, &(sample, behind)) in line.iter().zip(room.iter()) {
                    if sample < self.reach {
                        trace[sample] += x.scale(one - behind);
                        if self.interp {
                            trace[sample + 1] += x.scale(behind);
                        }
                    }
                }
            }
        }
    }

    fn adjoint(&self, y: &[T], x: &mut [T]) {
        let (mut room, one) = (self.room.borrow_mut(), T::Real::from_f64(1.0));
        x.fill(T::zero());
        for (place, trace) in y.chunks_exact(self.samples).enumerate() {
            for (slowness, line) in x.chunks_exact_mut(self.samples).enumerate() {
                self.curve(place, slowness, &mut room);
                for (x, &(sample, behind)) in line.iter_mut().zip(room.iter()) {
                    if sample < self.reach {
                        *x += trace[sample].scale(one - behind);
                        if self.interp {
                            *x += trace[sample + 1].scale(behind);
                        }
                    }
                }
            }
        }
    }

    fn bytes(&self) -> usize {
        let squares = if let Times::Hyperbolas(squares) = &self.times { size_of_val(&squares[..]) } else { 0 };
        squares + size_of_val(&self.room.borrow()[..])
    }
}
