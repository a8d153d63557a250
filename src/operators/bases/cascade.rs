//! Wavelet transforms of whole blocks: level after level, along each axis.

use super::channels::Channels;
use super::steps::{Step, TOGETHER};
use crate::numbers::Scalar;
use crate::operators::BlockMap;
use std::cell::RefCell;

/// From a block to its wavelet coefficients, those of low frequencies first along each axis, and the transpose.
#[derive(Debug)]
pub(super) struct Cascade<T: Scalar> {
    /// Elements of a row of the block, and where its rows begin in the longer one, which has zeros behind it along each axis.
    row: usize,
    rows: Vec<usize>,
    steps: Vec<Step>,
    to_frequencies: Channels<T::Real>,
    back: Channels<T::Real>,
    rooms: RefCell<Rooms<T>>,
}

#[derive(Debug)]
struct Rooms<T> {
    /// Two halves of each of some lines, before and after a step.
    from: [Vec<T>; 2],
    to: [Vec<T>; 2],
    /// How far apart these lines are.
    apart: usize,
    /// The longer block, if it is longer.
    block: Vec<T>,
}

impl<T: Scalar> Cascade<T> {
    /// With this low-pass filter, on blocks of this shape in longer ones, whose lengths are multiples of 2 to the power of the levels.
    pub(super) fn new(low: &[f64], shape: &[usize], longer: &[usize], levels: usize) -> Self {
        let [to_frequencies, back] = Channels::both_ways(low);
        let (last, outer) = (shape.len() - 1, &shape[..shape.len() - 1]);
        let stride = |axis: usize| longer[axis + 1..].iter().product::<usize>();
        let rows = outer.iter().enumerate().fold(vec![0], |places, (axis, &n)| {
            places.iter().flat_map(|place| (0..n).map(move |k| place + k * stride(axis))).collect()
        });
        let apart = to_frequencies.room(longer.iter().max().map_or(0, |n| n / 2));
        let lines = if outer.is_empty() { 1 } else { TOGETHER };
        let halves = || [(); 2].map(|()| vec![T::zero(); lines * apart]);
        let elements = if shape == longer { 0 } else { longer.iter().product() };
        let rooms = Rooms { from: halves(), to: halves(), apart, block: vec![T::zero(); elements] };
        let steps = Step::all(longer, levels);
        Self { row: shape[last], rows, steps, to_frequencies, back, rooms: RefCell::new(rooms) }
    }
}

impl<T: Scalar> Rooms<T> {
    /// A step in place: samples of both halves are taken from these places and put to those.
    fn step(
        &mut self,
        channels: &Channels<T::Real>,
        step: &Step,
        block: &mut [T],
        from: impl Fn(usize, usize) -> usize,
        to: impl Fn(usize, usize) -> usize,
    ) {
        let (half, reach, apart) = (step.n / 2, channels.reach(), self.apart);
        for (start, lines) in step.bundles() {
            for (k, room) in self.from.iter_mut().enumerate() {
                for i in 0..half {
                    let samples = &block[start + from(k, i) * step.stride..][..lines];
                    room[i..].iter_mut().step_by(apart).zip(samples).for_each(|(room, &x)| *room = x);
                }
                for line in room.chunks_exact_mut(apart).take(lines) {
                    (0..reach).for_each(|i| line[half + i] = line[i]); // around
                }
            }
            for line in (0..lines).map(|line| line * apart) {
                let from = self.from.each_ref().map(|room| &room[line..][..apart]);
                channels.run(half, from, self.to.each_mut().map(|room| &mut room[line..][..apart]));
            }
            for (k, room) in self.to.iter().enumerate() {
                for i in 0..half {
                    let samples = &mut block[start + to(k, i) * step.stride..][..lines];
                    samples.iter_mut().zip(room[i..].iter().step_by(apart)).for_each(|(x, &room)| *x = room);
                }
            }
        }
    }
}

/// Where even and odd samples of a line of n are, counted from one on, around.
fn samples(n: usize, first: usize) -> impl Fn(usize, usize) -> usize {
    move |k, i| {
        let place = 2 * i + k + first;
        if place < n { place } else { place - n }
    }
}

/// Where low and high frequencies are.
fn frequencies(n: usize) -> impl Fn(usize, usize) -> usize {
    move |k, i| k * (n / 2) + i
}

impl<T: Scalar> BlockMap<T> for Cascade<T> {
    fn forward(&self, x: &[T], y: &mut [T]) {
        y.fill(T::zero());
        for (row, &place) in x.chunks_exact(self.row).zip(&self.rows) {
            y[place..][..self.row].copy_from_slice(row);
        }
        let rooms = &mut *self.rooms.borrow_mut();
        for step in &self.steps {
            // Filters reach so far to the front as to the back.
            let first = (step.n - self.back.reach() % step.n) % step.n;
            rooms.step(&self.to_frequencies, step, y, samples(step.n, first), frequencies(step.n));
        }
    }

    fn adjoint(&self, y: &[T], x: &mut [T]) {
        let rooms = &mut *self.rooms.borrow_mut();
        let mut longer = std::mem::take(&mut rooms.block);
        let block = if longer.is_empty() { &mut *x } else { &mut longer[..] };
        block.copy_from_slice(y);
        for step in self.steps.iter().rev() {
            let first = self.back.reach() % step.n;
            rooms.step(&self.back, step, block, frequencies(step.n), samples(step.n, first));
        }
        if !longer.is_empty() {
            for (row, &place) in x.chunks_exact_mut(self.row).zip(&self.rows) {
                row.copy_from_slice(&longer[place..][..self.row]);
            }
        }
        rooms.block = longer;
    }

    fn bytes(&self) -> usize {
        let Rooms { from, to, block, .. } = &*self.rooms.borrow();
        let halves: usize = from.iter().chain(to).map(|room| size_of_val(&room[..])).sum();
        halves + size_of_val(&block[..]) + size_of_val(&self.rows[..])
    }
}
