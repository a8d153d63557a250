//! Lines along an axis whose frequencies change their phase.

use crate::layout::AlongAxis;
use crate::numbers::{ByFrequency, Fourier, Real, Scalar, reals_of_mut};
use crate::operators::{Kernels, Put};
use num_complex::Complex;
use std::cell::RefCell;
use std::f64::consts::PI;

/// Every line of a block by its number of samples, or all by one: transformed with as many as `nfft`, zeros behind them or
/// cut off.
pub(super) struct ShiftedLines<T: Scalar> {
    name: String,
    block: AlongAxis,
    nfft: usize,
    /// What frequencies are multiplied with, line after line, or for all lines.
    factors: Vec<Complex<T::Real>>,
    frequencies: RefCell<Box<dyn ByFrequency<T::Real>>>,
    /// Some lines, each in one piece.
    packed: RefCell<Vec<T>>,
}

/// Lines that are taken together: some that lie beside one another in cache lines.
const COLUMNS: usize = 8;

impl<T: Scalar> ShiftedLines<T> {
    /// Shifts in samples: one for each line of the block, or one for all.
    pub(super) fn new(name: String, block: AlongAxis, nfft: usize, samples: &[f64]) -> Self {
        let frequencies =
            if T::IS_COMPLEX { T::Real::pairs_by_frequency(nfft) } else { T::Real::reals_by_frequency(nfft) };
        Self {
            name,
            block,
            nfft,
            factors: samples.iter().flat_map(|&samples| factors::<T>(nfft, samples)).collect(),
            frequencies: RefCell::new(frequencies),
            packed: RefCell::new(vec![T::zero(); block.inner.clamp(1, COLUMNS) * nfft]),
        }
    }

    /// `y ← C x` or `y ← y + α C x`, line by line; the adjoint has the conjugates of the factors.
    fn run(&self, is_adjoint: bool, put: impl Put<T>, x: &[T], y: &mut [T]) {
        let (AlongAxis { n, inner, outer }, nfft) = (self.block, self.nfft);
        let (mut frequencies, mut lines) = (self.frequencies.borrow_mut(), self.packed.borrow_mut());
        if n * inner == 0 {
            return; // a rank without samples
        }
        let of_line = number_of_factors::<T>(nfft);
        let kept = n.min(nfft);
        let all_alike = self.factors.len() == of_line;
        for ((slab, x), y) in (0..outer).zip(x.chunks_exact(n * inner)).zip(y.chunks_exact_mut(n * inner)) {
            for column in (0..inner).step_by(COLUMNS) {
                let columns = COLUMNS.min(inner - column);
                let lines = &mut lines[..columns * nfft];
                for (row, x) in x.chunks_exact(inner).take(kept).enumerate() {
                    x[column..][..columns].iter().enumerate().for_each(|(line, &x)| lines[line * nfft + row] = x);
                }
                for (k, line) in lines.chunks_exact_mut(nfft).enumerate() {
                    line[kept..].fill(T::zero());
                    let first = if all_alike { 0 } else { (slab * inner + column + k) * of_line };
                    frequencies.multiply(reals_of_mut(line), &self.factors[first..first + of_line], is_adjoint);
                }
                for (row, y) in y.chunks_exact_mut(inner).enumerate() {
                    let of_columns = &mut y[column..][..columns];
                    if row < kept {
                        let each = of_columns.iter_mut().enumerate();
                        each.for_each(|(line, y)| put.one(y, lines[line * nfft + row]));
                    } else {
                        put.nothing(of_columns);
                    }
                }
            }
        }
    }
}

/// Frequencies of a line that are multiplied.
fn number_of_factors<T: Scalar>(n: usize) -> usize {
    if T::IS_COMPLEX { n } else { n / 2 + 1 }
}

/// Those of a shift by so many of n samples, and the scale of both transforms.
pub(in crate::operators) fn factors<T: Scalar>(n: usize, samples: f64) -> impl Iterator<Item = Complex<T::Real>> {
    let scale = T::Real::from_f64(n as f64);
    (0..number_of_factors::<T>(n)).map(move |k| {
        let frequency = if k < n.div_ceil(2) || !T::IS_COMPLEX { k as f64 } else { k as f64 - n as f64 };
        // Whole turns are left out where they are exact.
        let turns = (frequency * (samples % n as f64) / n as f64) % 1.0;
        let phase = -2.0 * PI * turns;
        Complex::new(T::Real::from_f64(phase.cos()), T::Real::from_f64(phase.sin())).unscale(scale)
    })
}

impl<T: Scalar> Kernels<T> for ShiftedLines<T> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        self.run(false, put, x, y); // y ← A x
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        self.run(true, put, y, x); // x ← Aᴴ y
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn scratch(&self) -> usize {
        size_of_val(&self.packed.borrow()[..]) + size_of_val(&self.factors[..]) + self.frequencies.borrow().bytes()
    }
}
