//! Cosine transforms of lines, by complex Fourier transforms of about twice their length.

use crate::numbers::{ComplexLines, Real, Scalar};
use num_complex::{Complex, Complex64};
use num_traits::Zero;
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// `yₖ = Re(bₖ Σₙ aₙ xₙ e^(−2πi nk/m))` with m at least as long as the line: what every type of cosine transform is.
#[derive(Debug)]
pub(super) struct Cosines<R: Real> {
    before: Vec<Complex<R>>,
    after: Vec<Complex<R>>,
    transform: Box<dyn ComplexLines<R>>,
    room: Vec<Complex<R>>,
}

impl<R: Real> Cosines<R> {
    /// The orthogonal one of this type on lines of n, of type 1 at least two.
    pub(super) fn new(kind: usize, n: usize) -> Self {
        let turned = |quarters: usize| Complex64::from_polar(1.0, -PI * quarters as f64 / (4 * n) as f64);
        let scale = (2.0 / n as f64).sqrt();
        let first = |k: usize| if k == 0 { FRAC_1_SQRT_2 } else { 1.0 };
        let ends = |k: usize| if k == 0 || k + 1 == n { FRAC_1_SQRT_2 } else { 1.0 };
        let before = |k: usize| match kind {
            1 => Complex64::from(ends(k)),
            2 => Complex64::ONE,
            3 => turned(2 * k) * first(k) * scale,
            _ => turned(2 * k),
        };
        let after = |k: usize| match kind {
            1 => Complex64::from(ends(k) * (2.0 / (n as f64 - 1.0)).sqrt()),
            2 => turned(2 * k) * first(k) * scale,
            3 => Complex64::ONE,
            _ => turned(2 * k + 1) * scale,
        };
        let rounded = |z: Complex64| Complex::new(R::from_f64(z.re), R::from_f64(z.im));
        let length = if kind == 1 { 2 * (n - 1) } else { 2 * n };
        Self {
            before: (0..n).map(|k| rounded(before(k))).collect(),
            after: (0..n).map(|k| rounded(after(k))).collect(),
            transform: R::complex_lines(length),
            room: vec![Complex::zero(); length],
        }
    }

    /// Of complex lines both parts, one after the other.
    pub(super) fn run<T: Scalar<Real = R>>(&mut self, x: &[T], y: &mut [T]) {
        self.transform_reals(x.iter().map(|x| x.re()));
        self.results().zip(&mut *y).for_each(|(re, y)| *y = T::from_real(re));
        if T::IS_COMPLEX {
            self.transform_reals(x.iter().map(|x| x.im()));
            self.results().zip(y).for_each(|(im, y)| *y = T::from_parts(y.re().to_f64(), im.to_f64()));
        }
    }

    fn transform_reals(&mut self, x: impl Iterator<Item = R>) {
        self.room.fill(Complex::zero());
        self.room.iter_mut().zip(x.zip(&self.before)).for_each(|(room, (x, before))| *room = before.scale(x));
        self.transform.forward(&mut self.room);
    }

    fn results(&self) -> impl Iterator<Item = R> {
        self.room.iter().zip(&self.after).map(|(room, after)| room.re * after.re - room.im * after.im)
    }

    pub(super) fn bytes(&self) -> usize {
        let numbers = [&self.before, &self.after, &self.room].map(|numbers| size_of_val(&numbers[..]));
        numbers.iter().sum::<usize>() + self.transform.bytes()
    }
}
