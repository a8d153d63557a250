//! Long filters over several axes by Fourier transforms of blocks (overlap and save).
//!
//! As along [one axis](super::blocks), outputs are computed in blocks that begin at multiples of their lengths in the whole
//! array, each from what it reads and from nothing else, so that the bits are those of any cut.

use super::patch::length;
use super::patches::{Sums, Tile, next};
use super::surroundings::Surroundings;
use crate::numbers::{ComplexLines, Real, RealLines, Scalar};
use num_complex::Complex;
use num_traits::Zero;

/// The transforms of one block, and what its frequencies are multiplied with.
pub(super) struct Spectra<R> {
    /// The dimensions of the filter, and samples along each.
    dims: Vec<usize>,
    samples: Vec<usize>,
    /// Reals of an element.
    reals: usize,
    last: Last<R>,
    /// Along all axes but the last.
    others: Vec<Box<dyn ComplexLines<R>>>,
    /// With the scale of both transforms.
    weights: Vec<Complex<R>>,
    spectrum: Vec<Complex<R>>,
    /// Lines along another axis than the last, side by side.
    lines: Vec<Complex<R>>,
    /// Which row of the last axis is transformed.
    row: Vec<usize>,
}

/// Along the last axis.
enum Last<R> {
    Complex(Box<dyn ComplexLines<R>>),
    /// To half of the frequencies, from a line of their own.
    Real(Box<dyn RealLines<R>>, Vec<R>),
}

/// Lines that are taken together.
const TOGETHER: usize = 8;

impl<R: Real> Spectra<R> {
    /// Of taps by their places in what a block reads.
    pub(super) fn new<T: Scalar<Real = R>>(around: &Surroundings, taps: &[(Vec<usize>, T)]) -> Self {
        let dims: Vec<_> = (0..around.dims.len()).filter(|&k| around.dims[k].is_filtered).collect();
        let of_dim = |&k: &usize| around.dims[k].block + around.dims[k].before + around.dims[k].behind;
        let samples: Vec<_> = dims.iter().map(of_dim).collect();
        let all: usize = samples.iter().product();
        let n = samples[samples.len() - 1];
        let kept = if T::IS_COMPLEX { n } else { n / 2 + 1 };

        // Σₜ cₜ e^(2πi k t / n), and the scale of both transforms
        let mut weights = vec![Complex::zero(); all];
        let scale = R::from_f64(1.0 / all as f64); // exact, as it is a power of two
        for (at, tap) in taps {
            let place = at.iter().zip(&samples).fold(0, |place, (at, n)| place * n + at);
            weights[place] = Complex::new(tap.re(), tap.im()).scale(scale);
        }
        let mut lines = vec![Complex::zero(); TOGETHER * samples.iter().copied().max().unwrap_or(0)];
        for (axis, &n) in samples.iter().enumerate() {
            let mut transform = R::complex_lines(n);
            let inner = samples[axis + 1..].iter().product();
            along(&mut weights, [n, inner], &mut lines, |line| transform.backward(line));
        }
        let weights: Vec<_> = weights.chunks_exact(n).flat_map(|row| row[..kept].iter().copied()).collect();

        let last = if T::IS_COMPLEX {
            Last::Complex(R::complex_lines(n))
        } else {
            Last::Real(R::real_lines(n), vec![R::zero(); n])
        };
        let others: Vec<_> = samples[..samples.len() - 1].iter().map(|&n| R::complex_lines(n)).collect();
        Self {
            reals: if T::IS_COMPLEX { 2 } else { 1 },
            last,
            spectrum: vec![Complex::zero(); weights.len()],
            weights,
            lines,
            row: vec![0; others.len()],
            others,
            dims,
            samples,
        }
    }

    /// Frequencies along the last axis.
    fn kept(&self) -> usize {
        let n = self.samples[self.samples.len() - 1];
        if self.reals == 2 { n } else { n / 2 + 1 }
    }

    fn along_others(&mut self, transform: impl Fn(&mut dyn ComplexLines<R>, &mut [Complex<R>])) {
        let kept = self.kept();
        let last = self.others.len();
        for (axis, of_axis) in self.others.iter_mut().enumerate() {
            let inner = self.samples[axis + 1..last].iter().product::<usize>() * kept;
            let n = self.samples[axis];
            along(&mut self.spectrum, [n, inner], &mut self.lines, |line| transform(&mut **of_axis, line));
        }
    }

    /// Passes where each row of the last axis begins in a tile, and its frequencies.
    fn for_each_row(&mut self, tile: &Tile, mut f: impl FnMut(&mut Last<R>, usize, &mut [Complex<R>])) {
        let kept = self.kept();
        let Self { dims, samples, last, spectrum, row, .. } = self;
        row.fill(0);
        for frequencies in spectrum.chunks_exact_mut(kept) {
            f(last, row.iter().zip(&*dims).map(|(row, &dim)| row * tile.strides[dim]).sum(), frequencies);
            next(row, |k| samples[k]);
        }
    }
}

impl<R: Real> Sums<R> for Spectra<R> {
    fn sum(&mut self, tile: &Tile, x: &[R], sums: &mut [R]) {
        let step = tile.strides[self.dims[self.dims.len() - 1]];
        debug_assert!(self.dims.iter().zip(&self.samples).all(|(&k, &n)| length(&tile.read[k]) == n));
        for column in (0..step).step_by(self.reals) {
            self.for_each_row(tile, |last, at, frequencies| {
                let row = x[at + column..].chunks(step);
                match last {
                    Last::Complex(lines) => {
                        frequencies.iter_mut().zip(row).for_each(|(z, pair)| *z = Complex::new(pair[0], pair[1]));
                        lines.forward(frequencies);
                    }
                    Last::Real(lines, line) => {
                        line.iter_mut().zip(row).for_each(|(to, from)| *to = from[0]);
                        lines.forward(line, frequencies);
                    }
                }
            });
            self.along_others(|lines, line| lines.forward(line));
            self.spectrum.iter_mut().zip(&self.weights).for_each(|(z, &weight)| *z *= weight);
            self.along_others(|lines, line| lines.backward(line));
            self.for_each_row(tile, |last, at, frequencies| {
                let row = sums[at + column..].chunks_mut(step);
                match last {
                    Last::Complex(lines) => {
                        lines.backward(frequencies);
                        row.zip(frequencies).for_each(|(pair, z)| (pair[0], pair[1]) = (z.re, z.im));
                    }
                    Last::Real(lines, line) => {
                        lines.backward(frequencies, line);
                        row.zip(line).for_each(|(to, from)| to[0] = *from);
                    }
                }
            });
        }
    }

    fn bytes(&self) -> usize {
        let of_last = match &self.last {
            Last::Complex(lines) => lines.bytes(),
            Last::Real(lines, line) => lines.bytes() + size_of_val(&line[..]),
        };
        let of_others: usize = self.others.iter().map(|lines| lines.bytes()).sum();
        let kept = [&self.weights, &self.spectrum, &self.lines].map(|kept| size_of_val(&kept[..]));
        kept.iter().sum::<usize>() + of_last + of_others
    }
}

/// Lines of n numbers that lie `inner` apart, some at a time through a buffer.
fn along<R: Real>(
    all: &mut [Complex<R>],
    [n, inner]: [usize; 2],
    buffer: &mut [Complex<R>],
    mut transform: impl FnMut(&mut [Complex<R>]),
) {
    for slab in all.chunks_exact_mut(n * inner) {
        for first in (0..inner).step_by(TOGETHER) {
            let width = TOGETHER.min(inner - first);
            for (k, row) in slab.chunks_exact(inner).enumerate() {
                row[first..first + width].iter().enumerate().for_each(|(j, &z)| buffer[j * n + k] = z);
            }
            buffer[..width * n].chunks_exact_mut(n).for_each(&mut transform);
            for (k, row) in slab.chunks_exact_mut(inner).enumerate() {
                row[first..first + width].iter_mut().enumerate().for_each(|(j, z)| *z = buffer[j * n + k]);
            }
        }
    }
}
