//! Circular correlations of lines by Fourier transforms (`rustfft`, `realfft`).

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

    /// Lines of so many real numbers whose frequencies 0, 1, … up to half the length are multiplied with these.
    #[doc(hidden)]
    fn by_frequency_of_reals(factors: &[Complex<Self>], length: usize) -> Box<dyn Circular<Self>>;

    /// Lines of complex numbers whose frequencies are multiplied with these, as many.
    #[doc(hidden)]
    fn by_frequency_of_pairs(factors: &[Complex<Self>]) -> Box<dyn Circular<Self>>;
}

macro_rules! fourier {
    ($($t:ident)*) => {$(
        impl Fourier for $t {
            fn of_reals(weights: &[Self], length: usize) -> Box<dyn Circular<Self>> {
                Box::new(OfReals::new(weights, length))
            }

            fn of_pairs(weights: &[Complex<Self>], length: usize) -> Box<dyn Circular<Self>> {
                Box::new(OfPairs::new(weights, length))
            }

            fn complex_lines(length: usize) -> Box<dyn ComplexLines<Self>> {
                complex_lines(length)
            }

            fn real_lines(length: usize) -> Box<dyn RealLines<Self>> {
                real_lines(length)
            }

            fn by_frequency_of_reals(factors: &[Complex<Self>], length: usize) -> Box<dyn Circular<Self>> {
                Box::new(OfReals::by_frequency(scaled(factors, length), length))
            }

            fn by_frequency_of_pairs(factors: &[Complex<Self>]) -> Box<dyn Circular<Self>> {
                Box::new(OfPairs::by_frequency(scaled(factors, factors.len())))
            }
        }
    )*};
}

fourier! { f32 f64 }

struct OfReals<R: FftNum> {
    forward: Arc<dyn RealToComplex<R>>,
    inverse: Arc<dyn ComplexToReal<R>>,
    weights: Vec<Complex<R>>,
    spectrum: Vec<Complex<R>>,
    scratch: Vec<Complex<R>>,
}

impl<R: FftNum> OfReals<R> {
    fn new(weights: &[R], length: usize) -> Self {
        let weights: Vec<_> = weights.iter().map(|&weight| Complex::new(weight, R::zero())).collect();
        let mut weights = weights_of_frequencies(&weights, length);
        weights.truncate(length / 2 + 1);
        Self::by_frequency(weights, length)
    }

    /// With what frequencies are multiplied with, which has the scale of both transforms.
    fn by_frequency(weights: Vec<Complex<R>>, length: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
        let scratch = vec![Complex::zero(); forward.get_scratch_len().max(inverse.get_scratch_len())];
        Self { forward, inverse, spectrum: weights.clone(), weights, scratch }
    }
}

impl<R: FftNum> Circular<R> for OfReals<R> {
    fn apply(&mut self, line: &mut [R]) {
        let Self { forward, inverse, weights, spectrum, scratch } = self;
        for line in line.chunks_exact_mut(forward.len()) {
            transformed(forward.process_with_scratch(line, spectrum, scratch));
            multiply(spectrum, weights);
            // Real but for rounding, as the line is: of an even length, both ends.
            spectrum[0].im = R::zero();
            if line.len() % 2 == 0 {
                spectrum[line.len() / 2].im = R::zero();
            }
            transformed(inverse.process_with_scratch(spectrum, line, scratch));
        }
    }

    fn bytes(&self) -> usize {
        bytes_of([&self.weights, &self.spectrum, &self.scratch])
    }
}

struct OfPairs<R: FftNum> {
    forward: Arc<dyn Fft<R>>,
    inverse: Arc<dyn Fft<R>>,
    weights: Vec<Complex<R>>,
    spectrum: Vec<Complex<R>>,
    scratch: Vec<Complex<R>>,
}

impl<R: FftNum> OfPairs<R> {
    fn new(weights: &[Complex<R>], length: usize) -> Self {
        Self::by_frequency(weights_of_frequencies(weights, length))
    }

    /// With what frequencies are multiplied with, which has the scale of both transforms.
    fn by_frequency(weights: Vec<Complex<R>>) -> Self {
        let mut planner = FftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(weights.len()), planner.plan_fft_inverse(weights.len()));
        let scratch = forward.get_inplace_scratch_len().max(inverse.get_inplace_scratch_len());
        Self { forward, inverse, spectrum: weights.clone(), weights, scratch: vec![Complex::zero(); scratch] }
    }
}

impl<R: FftNum> Circular<R> for OfPairs<R> {
    fn apply(&mut self, line: &mut [R]) {
        let Self { forward, inverse, weights, spectrum, scratch } = self;
        for line in line.chunks_exact_mut(2 * forward.len()) {
            for (value, pair) in spectrum.iter_mut().zip(line.chunks_exact(2)) {
                *value = Complex::new(pair[0], pair[1]);
            }
            forward.process_with_scratch(spectrum, scratch);
            multiply(spectrum, weights);
            inverse.process_with_scratch(spectrum, scratch);
            for (value, pair) in spectrum.iter().zip(line.chunks_exact_mut(2)) {
                pair.copy_from_slice(&[value.re, value.im]);
            }
        }
    }

    fn bytes(&self) -> usize {
        bytes_of([&self.weights, &self.spectrum, &self.scratch])
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

/// Factors with the scale of both transforms of lines of so many numbers.
fn scaled<R: FftNum>(factors: &[Complex<R>], n: usize) -> Vec<Complex<R>> {
    let n = R::from_usize(n).unwrap_or_else(R::one);
    factors.iter().map(|factor| factor.unscale(n)).collect()
}

fn multiply<R: FftNum>(values: &mut [Complex<R>], weights: &[Complex<R>]) {
    for (value, &weight) in values.iter_mut().zip(weights) {
        *value = *value * weight;
    }
}

fn bytes_of<R>(kept: [&Vec<Complex<R>>; 3]) -> usize {
    kept.iter().map(|values| size_of_val(&values[..])).sum()
}

impl<R: FftNum> fmt::Debug for OfReals<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "circular correlation of {} reals", self.forward.len())
    }
}

impl<R: FftNum> fmt::Debug for OfPairs<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "circular correlation of {} pairs", self.forward.len())
    }
}
