//! One pass over a block of an array: all lines along one axis are transformed.

use super::axis::AxisTransform;
use super::tiles::{BETWEEN, Block, Tile};
use crate::numbers::{ComplexLines, Real, RealLines, Scalar};
use num_complex::Complex;
use num_traits::Zero;
use std::ops::Range;

/// A pass from numbers to frequencies, and its adjoint.
pub(super) trait Pass<X, R: Real>
where
    Complex<R>: Scalar<Real = R>,
{
    /// `y ← F x`.
    fn forward(&mut self, x: &[X], y: &mut [Complex<R>]);

    /// `x ← Fᴴ y`.
    fn adjoint(&mut self, y: &[Complex<R>], x: &mut [X]);

    /// Bytes that it keeps.
    fn bytes(&self) -> usize;
}

/// What is transformed as complex numbers: real or complex ones.
pub(super) trait Ends<R: Real>: Scalar<Real = R> {
    fn widened(self) -> Complex<R>;

    fn narrowed(z: Complex<R>) -> Self;
}

impl<R: Real> Ends<R> for R {
    fn widened(self) -> Complex<R> {
        Complex::new(self, R::zero())
    }

    fn narrowed(z: Complex<R>) -> R {
        z.re
    }
}

impl<R: Real> Ends<R> for Complex<R>
where
    Complex<R>: Scalar<Real = R>,
{
    fn widened(self) -> Self {
        self
    }

    fn narrowed(z: Self) -> Self {
        z
    }
}

/// All frequencies of complex or real numbers.
pub(super) struct Whole<R: Real> {
    transform: AxisTransform<R>,
    block: Block,
    lines: Box<dyn ComplexLines<R>>,
    buffer: Vec<Complex<R>>,
}

impl<R: Real> Whole<R>
where
    Complex<R>: Scalar<Real = R>,
{
    pub(super) fn new(transform: AxisTransform<R>, block: Block) -> Self {
        let lines = R::complex_lines(transform.nfft);
        let buffer = vec![Complex::zero(); block.width(size_of::<Complex<R>>()) * (transform.nfft + BETWEEN)];
        Self { transform, block, lines, buffer }
    }

    /// `x ← F x`, where lines keep their length.
    pub(super) fn forward_in_place(&mut self, x: &mut [Complex<R>]) {
        for tile in self.tiles() {
            self.load(tile, x);
            self.lines.forward_all(&mut self.buffer, self.transform.nfft, tile);
            self.store_frequencies(tile, x);
        }
    }

    /// `x ← Fᴴ x`, where lines keep their length.
    pub(super) fn adjoint_in_place(&mut self, x: &mut [Complex<R>]) {
        for tile in self.tiles() {
            self.load_frequencies(tile, x);
            self.lines.backward_all(&mut self.buffer, self.transform.nfft, tile);
            self.store(tile, x);
        }
    }

    fn tiles(&self) -> impl Iterator<Item = Tile> + use<R> {
        self.block.tiles(self.block.width(size_of::<Complex<R>>()))
    }

    fn stride(&self) -> usize {
        self.transform.nfft + BETWEEN
    }

    fn load<X: Ends<R>>(&mut self, tile: Tile, x: &[X]) {
        let (n, stride) = (self.transform.n, self.stride());
        if n < self.transform.nfft {
            self.buffer[..tile.width() * stride].fill(Complex::zero());
        }
        for (run, at) in self.transform.places_before() {
            tile.gather((x, n), run, (&mut self.buffer[at..], stride), X::widened);
        }
    }

    fn store<X: Ends<R>>(&self, tile: Tile, x: &mut [X]) {
        let (n, stride) = (self.transform.n, self.stride());
        for (run, at) in self.transform.places_before() {
            tile.scatter((&self.buffer[at..], stride), (x, n), run, X::narrowed);
        }
        self.transform.left_out().for_each(|run| tile.clear((x, n), run));
    }

    fn load_frequencies(&mut self, tile: Tile, y: &[Complex<R>]) {
        let (out, stride, scale) = (self.transform.out, self.stride(), self.transform.scale);
        if out < self.transform.nfft {
            self.buffer[..tile.width() * stride].fill(Complex::zero());
        }
        for (run, at) in self.transform.places_after() {
            let there = at..at + run.len();
            tile.gather((y, out), there, (&mut self.buffer[run.start..], stride), |z| z.scale(scale));
        }
    }

    fn store_frequencies(&self, tile: Tile, y: &mut [Complex<R>]) {
        let (out, stride, scale) = (self.transform.out, self.stride(), self.transform.scale);
        for (run, at) in self.transform.places_after() {
            let there = at..at + run.len();
            tile.scatter((&self.buffer[run.start..], stride), (y, out), there, |z| z.scale(scale));
        }
    }
}

impl<R: Real> dyn ComplexLines<R> {
    /// The lines of a tile in a buffer.
    fn forward_all(&mut self, buffer: &mut [Complex<R>], nfft: usize, tile: Tile) {
        buffer.chunks_exact_mut(nfft + BETWEEN).take(tile.width()).for_each(|line| self.forward(&mut line[..nfft]));
    }

    fn backward_all(&mut self, buffer: &mut [Complex<R>], nfft: usize, tile: Tile) {
        buffer.chunks_exact_mut(nfft + BETWEEN).take(tile.width()).for_each(|line| self.backward(&mut line[..nfft]));
    }
}

impl<R: Real, X: Ends<R>> Pass<X, R> for Whole<R>
where
    Complex<R>: Scalar<Real = R>,
{
    fn forward(&mut self, x: &[X], y: &mut [Complex<R>]) {
        for tile in self.tiles() {
            self.load(tile, x);
            self.lines.forward_all(&mut self.buffer, self.transform.nfft, tile);
            self.store_frequencies(tile, y);
        }
    }

    fn adjoint(&mut self, y: &[Complex<R>], x: &mut [X]) {
        for tile in self.tiles() {
            self.load_frequencies(tile, y);
            self.lines.backward_all(&mut self.buffer, self.transform.nfft, tile);
            self.store(tile, x);
        }
    }

    fn bytes(&self) -> usize {
        size_of_val(&self.buffer[..]) + self.lines.bytes()
    }
}

/// Half of the frequencies of real numbers, those that stand for two times a weight.
pub(super) struct Half<R: Real> {
    transform: AxisTransform<R>,
    block: Block,
    lines: Box<dyn RealLines<R>>,
    reals: Vec<R>,
    halves: Vec<Complex<R>>,
}

impl<R: Real> Half<R>
where
    Complex<R>: Scalar<Real = R>,
{
    pub(super) fn new(transform: AxisTransform<R>, block: Block) -> Self {
        let (lines, nfft) = (R::real_lines(transform.nfft), transform.nfft);
        let width = block.width(size_of::<R>());
        let reals = vec![R::zero(); width * (nfft + BETWEEN)];
        let halves = vec![Complex::zero(); width * (frequencies(nfft) + BETWEEN)];
        Self { transform, block, lines, reals, halves }
    }

    fn tiles(&self) -> impl Iterator<Item = Tile> + use<R> {
        self.block.tiles(self.block.width(size_of::<R>()))
    }

    /// Strides of both buffers.
    fn strides(&self) -> [usize; 2] {
        [self.transform.nfft + BETWEEN, frequencies(self.transform.nfft) + BETWEEN]
    }

    /// The frequencies that stand for themselves and those that stand for two, of those that are kept.
    fn runs(&self) -> [(Range<usize>, bool); 3] {
        let (out, twice) = (self.transform.out, 1..1 + (self.transform.nfft - 1) / 2);
        let clipped = |run: Range<usize>| run.start.min(out)..run.end.min(out);
        [(clipped(0..1), false), (clipped(twice.clone()), true), (clipped(twice.end..out), false)]
    }
}

impl<R: Real> Pass<R, R> for Half<R>
where
    Complex<R>: Scalar<Real = R>,
{
    fn forward(&mut self, x: &[R], y: &mut [Complex<R>]) {
        let (n, out, nfft) = (self.transform.n, self.transform.out, self.transform.nfft);
        let [of_reals, of_halves] = self.strides();
        let scale = self.transform.scale;
        let scales = [scale, self.transform.weight * scale];
        for tile in self.tiles() {
            if n < nfft {
                self.reals[..tile.width() * of_reals].fill(R::zero());
            }
            for (run, at) in self.transform.places_before() {
                tile.gather((x, n), run, (&mut self.reals[at..], of_reals), |x| x);
            }
            let lines = self.reals.chunks_exact_mut(of_reals).zip(self.halves.chunks_exact_mut(of_halves));
            for (line, half) in lines.take(tile.width()) {
                self.lines.forward(&mut line[..nfft], &mut half[..frequencies(nfft)]);
            }
            for (run, twice) in self.runs() {
                let scale = scales[usize::from(twice)];
                tile.scatter((&self.halves[run.start..], of_halves), (y, out), run, |z: Complex<R>| z.scale(scale));
            }
        }
    }

    fn adjoint(&mut self, y: &[Complex<R>], x: &mut [R]) {
        let (n, out, nfft) = (self.transform.n, self.transform.out, self.transform.nfft);
        let [of_reals, of_halves] = self.strides();
        // The way back counts a frequency that stands for two twice.
        let scale = self.transform.scale;
        let scales = [scale, self.transform.weight * R::from_f64(0.5) * scale];
        for tile in self.tiles() {
            if out < frequencies(nfft) {
                self.halves[..tile.width() * of_halves].fill(Complex::zero());
            }
            for (run, twice) in self.runs() {
                let (scale, into) = (scales[usize::from(twice)], &mut self.halves[run.start..]);
                tile.gather((y, out), run, (into, of_halves), |z: Complex<R>| z.scale(scale));
            }
            let lines = self.reals.chunks_exact_mut(of_reals).zip(self.halves.chunks_exact_mut(of_halves));
            for (line, half) in lines.take(tile.width()) {
                self.lines.backward(&mut half[..frequencies(nfft)], &mut line[..nfft]);
            }
            for (run, at) in self.transform.places_before() {
                tile.scatter((&self.reals[at..], of_reals), (x, n), run, |x| x);
            }
            self.transform.left_out().for_each(|run| tile.clear((x, n), run));
        }
    }

    fn bytes(&self) -> usize {
        size_of_val(&self.reals[..]) + size_of_val(&self.halves[..]) + self.lines.bytes()
    }
}

/// How many frequencies the real numbers of a line have that are not conjugates of others.
pub(super) fn frequencies(nfft: usize) -> usize {
    nfft / 2 + 1
}
