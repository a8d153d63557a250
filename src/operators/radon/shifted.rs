//! Curves that are the same at all times: lines of the model, each shifted to each trace.

use super::place::place;
use crate::numbers::{Real, Scalar};
use crate::operators::BlockMap;
use multiversion::multiversion;
use num_traits::Zero;
use std::ops::Range;

pub(super) struct Shifted<T: Scalar> {
    /// For each place that of each slowness.
    shifts: Vec<Shift<T::Real>>,
    slownesses: usize,
    samples: usize,
    /// Samples that times may come at or after.
    reach: usize,
}

#[derive(Clone, Copy)]
struct Shift<R> {
    samples: isize,
    /// The part of a value that comes to the sample behind.
    behind: R,
}

impl<T: Scalar> Shifted<T> {
    /// By so many samples, for each place those of all slownesses.
    pub(super) fn new(shifts: impl Iterator<Item = f64>, slownesses: usize, samples: usize, interp: bool) -> Self {
        let beyond = samples as f64;
        let shift = |shift: f64| {
            let (whole, behind) = place(shift);
            let behind = if interp { T::Real::from_f64(behind) } else { T::Real::zero() };
            Shift { samples: whole.clamp(-beyond, beyond) as isize, behind }
        };
        let reach = samples.saturating_sub(usize::from(interp));
        Self { shifts: shifts.map(shift).collect(), slownesses, samples, reach }
    }

    pub(super) fn comes_by(&self) -> bool {
        self.shifts.iter().any(|shift| !self.from(shift).is_empty())
    }

    /// The samples of the model that come by samples of the trace.
    fn from(&self, shift: &Shift<T::Real>) -> Range<usize> {
        let start = (-shift.samples).max(0) as usize;
        let end = (self.reach as isize - shift.samples).clamp(0, self.samples as isize) as usize;
        start..end
    }

    /// The shifts to each trace.
    fn of_places(&self) -> impl Iterator<Item = &[Shift<T::Real>]> {
        self.shifts.chunks_exact(self.slownesses.max(1))
    }
}

/// `y[t] += (1 − b) x[t]`, `y[t + 1] += b x[t]`, of a y that is one longer where b is not 0.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn spread<T: Scalar>(behind: T::Real, x: &[T], y: &mut [T]) {
    if behind == T::Real::zero() {
        y.iter_mut().zip(x).for_each(|(y, &x)| *y += x);
        return;
    }
    let (n, before) = (x.len(), T::Real::from_f64(1.0) - behind);
    y[0] += x[0].scale(before);
    for (y, x) in y[1..n].iter_mut().zip(x.windows(2)) {
        *y += x[1].scale(before) + x[0].scale(behind);
    }
    y[n] += x[n - 1].scale(behind);
}

/// `x[t] += (1 − b) y[t] + b y[t + 1]`
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn collect<T: Scalar>(behind: T::Real, y: &[T], x: &mut [T]) {
    if behind == T::Real::zero() {
        x.iter_mut().zip(y).for_each(|(x, &y)| *x += y);
        return;
    }
    let before = T::Real::from_f64(1.0) - behind;
    for (x, y) in x.iter_mut().zip(y.windows(2)) {
        *x += y[0].scale(before) + y[1].scale(behind);
    }
}

impl<T: Scalar> Shifted<T> {
    /// The sample of the trace that the first of these comes by, and those behind it that are reached.
    fn to(shift: &Shift<T::Real>, from: &Range<usize>) -> Range<usize> {
        let start = from.start.saturating_add_signed(shift.samples);
        start..start + from.len() + usize::from(shift.behind != T::Real::zero())
    }
}

impl<T: Scalar> BlockMap<T> for Shifted<T> {
    fn forward(&self, x: &[T], y: &mut [T]) {
        y.fill(T::zero());
        for (trace, shifts) in y.chunks_exact_mut(self.samples).zip(self.of_places()) {
            for (line, shift) in x.chunks_exact(self.samples).zip(shifts) {
                let from = self.from(shift);
                if !from.is_empty() {
                    spread(shift.behind, &line[from.clone()], &mut trace[Self::to(shift, &from)]);
                }
            }
        }
    }

    fn adjoint(&self, y: &[T], x: &mut [T]) {
        x.fill(T::zero());
        for (trace, shifts) in y.chunks_exact(self.samples).zip(self.of_places()) {
            for (line, shift) in x.chunks_exact_mut(self.samples).zip(shifts) {
                let from = self.from(shift);
                if !from.is_empty() {
                    collect(shift.behind, &trace[Self::to(shift, &from)], &mut line[from]);
                }
            }
        }
    }

    fn bytes(&self) -> usize {
        size_of_val(&self.shifts[..])
    }
}
