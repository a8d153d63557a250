//! Circular correlations of lines by Fourier transforms (`rustfft`, `realfft`), and other factors of their frequencies.

use super::lines::{ComplexLines, RealLines, complex_lines, real_lines, transformed};
use num_complex::Complex;
use num_traits::Zero;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftNum, FftPlanner};
use std::{fmt, sync::Arc};

/// A correlation with fixed weights, `yᵢ = Σₜ cₜ xᵢ₊ₜ` with indices modulo the length.
#[doc(hidden)]
pub trait Circular<R>: fmt::Debug {
    /// Line after line in place. What a line becomes depends on nothing but it.
    fn apply(&mut self, line: &mut [R]);

    /// Bytes that it keeps.
    fn bytes(&self) -> usize;
}

/// Lines of one length whose frequencies are multiplied.
#[doc(hidden)]
pub trait ByFrequency<R>: fmt::Debug {
    /// A line in place, with these factors or their conjugates, which have the scale of both transforms, 1 over the length.
    fn multiply(&mut self, line: &mut [R], factors: &[Complex<R>], conjugated: bool);

    /// Reals of a line.
    fn reals(&self) -> usize;

    /// Bytes that it keeps.
    fn bytes(&self) -> usize;
}

/// Numbers that can be transformed.
pub trait Fourier: Sized {
    /// The correlation of lines of so many real numbers.
    #[doc(hidden)]
    fn of_reals(weights: &[Self], length: usize) -> Box<dyn Circular<Self>>;

    /// The correlation of lines of so many complex numbers, each two reals that follow one another.
    #[doc(hidden)]
    fn of_pairs(weights: &[Complex<Self>], length: usize) -> Box<dyn Circular<Self>>;

    /// The transform of lines of so many complex numbers.
    #[doc(hidden)]
    fn complex_lines(length: usize) -> Box<dyn ComplexLines<Self>>;

    /// The transform of lines of so many real numbers.
    #[doc(hidden)]
    fn real_lines(length: usize) -> Box<dyn RealLines<Self>>;

    /// Lines of so many real numbers, of which the frequencies 0, 1, … up to half the length are multiplied.
    #[doc(hidden)]
    fn reals_by_frequency(length: usize) -> Box<dyn ByFrequency<Self>>;

    /// Lines of so many complex numbers, each two reals that follow one another.
    #[doc(hidden)]
    fn pairs_by_frequency(length: usize) -> Box<dyn ByFrequency<Self>>;
}

macro_rules! fourier {
    ($($t:ident)*) => {$(
        impl Fourier for $t {
            fn of_reals(weights: &[Self], length: usize) -> Box<dyn Circular<Self>> {
                Box::new(Reals::correlation(weights, length))
            }

            fn of_pairs(weights: &[Complex<Self>], length: usize) -> Box<dyn Circular<Self>> {
                Box::new(Pairs::correlation(weights, length))
            }

            fn complex_lines(length: usize) -> Box<dyn ComplexLines<Self>> {
                complex_lines(length)
            }

            fn real_lines(length: usize) -> Box<dyn RealLines<Self>> {
                real_lines(length)
            }

            fn reals_by_frequency(length: usize) -> Box<dyn ByFrequency<Self>> {
                Box::new(Reals::new(length))
            }

            fn pairs_by_frequency(length: usize) -> Box<dyn ByFrequency<Self>> {
                Box::new(Pairs::new(length))
            }
        }
    )*};
}

fourier! { f32 f64 }

/// A correlation by transforms: the lines, and what frequencies are multiplied with, which has the scale of both
/// transforms.
#[derive(Debug)]
struct Correlation<R, L> {
    lines: L,
    weights: Vec<Complex<R>>,
}

impl<R: FftNum, L: ByFrequency<R>> Circular<R> for Correlation<R, L> {
    fn apply(&mut self, line: &mut [R]) {
        for line in line.chunks_exact_mut(self.lines.reals()) {
            self.lines.multiply(line, &self.weights, false);
        }
    }

    fn bytes(&self) -> usize {
        size_of_val(&self.weights[..]) + self.lines.bytes()
    }
}

struct Reals<R: FftNum> {
    forward: Arc<dyn RealToComplex<R>>,
    inverse: Arc<dyn ComplexToReal<R>>,
    spectrum: Vec<Complex<R>>,
    scratch: Vec<Complex<R>>,
}

impl<R: FftNum> Reals<R> {
    fn new(length: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
        let scratch = vec![Complex::zero(); forward.get_scratch_len().max(inverse.get_scratch_len())];
        Self { forward, inverse, spectrum: vec![Complex::zero(); length / 2 + 1], scratch }
    }

    fn correlation(weights: &[R], length: usize) -> Correlation<R, Self> {
        let weights: Vec<_> = weights.iter().map(|&weight| Complex::new(weight, R::zero())).collect();
        let mut weights = weights_of_frequencies(&weights, length);
        weights.truncate(length / 2 + 1);
        Correlation { lines: Self::new(length), weights }
    }
}

impl<R: FftNum> ByFrequency<R> for Reals<R> {
    fn multiply(&mut self, line: &mut [R], factors: &[Complex<R>], conjugated: bool) {
        let Self { forward, inverse, spectrum, scratch } = self;
        transformed(forward.process_with_scratch(line, spectrum, scratch));
        multiply(spectrum, factors, conjugated);
        // Real but for rounding, as the line is: of an even length, both ends.
        spectrum[0].im = R::zero();
        if line.len().is_multiple_of(2) {
            spectrum[line.len() / 2].im = R::zero();
        }
        transformed(inverse.process_with_scratch(spectrum, line, scratch));
    }

    fn reals(&self) -> usize {
        self.forward.len()
    }

    fn bytes(&self) -> usize {
        size_of_val(&self.spectrum[..]) + size_of_val(&self.scratch[..])
    }
}

struct Pairs<R: FftNum> {
    forward: Arc<dyn Fft<R>>,
    inverse: Arc<dyn Fft<R>>,
    spectrum: Vec<Complex<R>>,
    scratch: Vec<Complex<R>>,
}

impl<R: FftNum> Pairs<R> {
    fn new(length: usize) -> Self {
        let mut planner = FftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
        let scratch = forward.get_inplace_scratch_len().max(inverse.get_inplace_scratch_len());
        Self { forward, inverse, spectrum: vec![Complex::zero(); length], scratch: vec![Complex::zero(); scratch] }
    }

    fn correlation(weights: &[Complex<R>], length: usize) -> Correlation<R, Self> {
        Correlation { lines: Self::new(length), weights: weights_of_frequencies(weights, length) }
    }
}

impl<R: FftNum> ByFrequency<R> for Pairs<R> {
    fn multiply(&mut self, line: &mut [R], factors: &[Complex<R>], conjugated: bool) {
        let Self { forward, inverse, spectrum, scratch } = self;
        for (value, pair) in spectrum.iter_mut().zip(line.chunks_exact(2)) {
            *value = Complex::new(pair[0], pair[1]);
        }
        forward.process_with_scratch(spectrum, scratch);
        multiply(spectrum, factors, conjugated);
        inverse.process_with_scratch(spectrum, scratch);
        for (value, pair) in spectrum.iter().zip(line.chunks_exact_mut(2)) {
            pair.copy_from_slice(&[value.re, value.im]);
        }
    }

    fn reals(&self) -> usize {
        2 * self.forward.len()
    }

    fn bytes(&self) -> usize {
        size_of_val(&self.spectrum[..]) + size_of_val(&self.scratch[..])
    }
}

/// `Σₜ cₜ e^(2πi k t / n) / n` for all k: what frequencies are multiplied with, and the scale of both transforms.
fn weights_of_frequencies<R: FftNum>(weights: &[Complex<R>], n: usize) -> Vec<Complex<R>> {
    let scale = R::one() / R::from_usize(n).unwrap_or_else(R::one); // of a power of two: exact
    let mut of_frequencies: Vec<_> = weights.iter().map(|weight| weight.scale(scale)).collect();
    of_frequencies.resize(n, Complex::zero());
    FftPlanner::new().plan_fft_inverse(n).process(&mut of_frequencies);
    of_frequencies
}

fn multiply<R: FftNum>(values: &mut [Complex<R>], factors: &[Complex<R>], conjugated: bool) {
    for (value, &factor) in values.iter_mut().zip(factors) {
        *value = *value * if conjugated { factor.conj() } else { factor };
    }
}

impl<R: FftNum> fmt::Debug for Reals<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lines of {} reals", self.forward.len())
    }
}

impl<R: FftNum> fmt::Debug for Pairs<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lines of {} pairs", self.forward.len())
    }
}
