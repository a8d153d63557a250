//! Discrete Fourier transforms of lines (`rustfft`, `realfft`): planned once, applied to one line at a time, so that what
//! a line becomes depends on nothing but it.

use num_complex::Complex;
use num_traits::Zero;
use realfft::{ComplexToReal, FftError, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftNum, FftPlanner};
use std::{fmt, sync::Arc};

/// The transform of complex lines of one length n, `Xₖ = Σⱼ xⱼ e^(−2πi jk/n)`, in place.
#[doc(hidden)]
pub trait ComplexLines<R>: fmt::Debug {
    /// `x ← F x`.
    fn forward(&mut self, line: &mut [Complex<R>]);

    /// `x ← Fᴴ x`: not divided by n.
    fn backward(&mut self, line: &mut [Complex<R>]);

    /// Bytes that it keeps.
    fn bytes(&self) -> usize;
}

/// The transform of real lines of one length n to the frequencies 0 to n/2. Both ways destroy what they read.
#[doc(hidden)]
pub trait RealLines<R>: fmt::Debug {
    /// The first n/2 + 1 of `Xₖ = Σⱼ xⱼ e^(−2πi jk/n)`.
    fn forward(&mut self, line: &mut [R], half: &mut [Complex<R>]);

    /// `xⱼ = Σₖ Xₖ e^(2πi jk/n)` over all n frequencies, of which those beyond the half are conjugates. The parts that
    /// would not be real, Im X₀ and that of n/2, are left out.
    fn backward(&mut self, half: &mut [Complex<R>], line: &mut [R]);

    /// Bytes that it keeps.
    fn bytes(&self) -> usize;
}

pub(super) fn complex_lines<R: FftNum>(n: usize) -> Box<dyn ComplexLines<R>> {
    let mut planner = FftPlanner::new();
    let (forward, backward) = (planner.plan_fft_forward(n), planner.plan_fft_inverse(n));
    let scratch = forward.get_inplace_scratch_len().max(backward.get_inplace_scratch_len());
    Box::new(OfComplex { forward, backward, scratch: vec![Complex::zero(); scratch] })
}

pub(super) fn real_lines<R: FftNum>(n: usize) -> Box<dyn RealLines<R>> {
    let mut planner = RealFftPlanner::new();
    let (forward, backward) = (planner.plan_fft_forward(n), planner.plan_fft_inverse(n));
    let scratch = forward.get_scratch_len().max(backward.get_scratch_len());
    Box::new(OfReal { forward, backward, scratch: vec![Complex::zero(); scratch] })
}

struct OfComplex<R: FftNum> {
    forward: Arc<dyn Fft<R>>,
    backward: Arc<dyn Fft<R>>,
    scratch: Vec<Complex<R>>,
}

impl<R: FftNum> ComplexLines<R> for OfComplex<R> {
    fn forward(&mut self, line: &mut [Complex<R>]) {
        self.forward.process_with_scratch(line, &mut self.scratch);
    }

    fn backward(&mut self, line: &mut [Complex<R>]) {
        self.backward.process_with_scratch(line, &mut self.scratch);
    }

    fn bytes(&self) -> usize {
        size_of_val(&self.scratch[..])
    }
}

struct OfReal<R: FftNum> {
    forward: Arc<dyn RealToComplex<R>>,
    backward: Arc<dyn ComplexToReal<R>>,
    scratch: Vec<Complex<R>>,
}

impl<R: FftNum> RealLines<R> for OfReal<R> {
    fn forward(&mut self, line: &mut [R], half: &mut [Complex<R>]) {
        transformed(self.forward.process_with_scratch(line, half, &mut self.scratch));
    }

    fn backward(&mut self, half: &mut [Complex<R>], line: &mut [R]) {
        half[0].im = R::zero();
        if line.len().is_multiple_of(2) {
            half[line.len() / 2].im = R::zero();
        }
        transformed(self.backward.process_with_scratch(half, line, &mut self.scratch));
    }

    fn bytes(&self) -> usize {
        size_of_val(&self.scratch[..])
    }
}

/// Transforms fail only of lengths that do not fit.
pub(super) fn transformed(done: Result<(), FftError>) {
    debug_assert!(done.is_ok(), "{done:?}");
}

impl<R: FftNum> fmt::Debug for OfComplex<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "transform of {} complex numbers", self.forward.len())
    }
}

impl<R: FftNum> fmt::Debug for OfReal<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "transform of {} real numbers", self.forward.len())
    }
}
