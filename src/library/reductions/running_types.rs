//! Running sums of each type of element.

use super::summable::{Running, Summable};
use crate::Complex;
use crate::numbers::exact::{Rounded, RunningLines, WORDS};

/// Of integers.
#[derive(Debug, Default)]
pub struct RunningIntegers<S>(Vec<S>);

/// Of complex numbers: lines of real and of imaginary parts in turn, and a row of terms and of sums under way.
#[derive(Debug, Default)]
pub struct RunningParts<R> {
    lines: RunningLines,
    terms: Vec<R>,
    sums: Vec<R>,
}

fn is_minus_zero(x: impl Into<f64>) -> bool {
    x.into().to_bits() == (-0f64).to_bits()
}

fn words(words: &[i64], part: usize) -> [i64; WORDS] {
    words.as_chunks::<WORDS>().0[part]
}

impl<T: Summable<Sum = T> + Rounded> Running<T> for RunningLines {
    fn clear(&mut self, lines: usize) {
        self.clear(lines);
    }

    fn restart(&mut self, line: usize, of_line: &[i64]) {
        self.restart(line, words(of_line, 0));
    }

    fn signs(x: T) -> [bool; 2] {
        [!is_minus_zero(x), false]
    }

    fn add_rows(&mut self, terms: &[T], sums: &mut [T], stride: usize) {
        self.add_rows(terms, sums, stride);
    }
}

impl<R: Rounded + Default> Running<Complex<R>> for RunningParts<R>
where
    Complex<R>: Summable<Sum = Complex<R>>,
{
    fn clear(&mut self, lines: usize) {
        self.lines.clear(2 * lines);
        self.terms.resize(2 * lines, R::default());
        self.sums.resize(2 * lines, R::default());
    }

    fn restart(&mut self, line: usize, of_line: &[i64]) {
        self.lines.restart(2 * line, words(of_line, 0));
        self.lines.restart(2 * line + 1, words(of_line, 1));
    }

    fn signs(x: Complex<R>) -> [bool; 2] {
        [!is_minus_zero(x.re), !is_minus_zero(x.im)]
    }

    fn add_rows(&mut self, terms: &[Complex<R>], sums: &mut [Complex<R>], stride: usize) {
        for (terms, sums) in terms.chunks(stride).zip(sums.chunks_mut(stride)) {
            self.terms.as_chunks_mut::<2>().0.iter_mut().zip(terms).for_each(|(parts, x)| *parts = [x.re, x.im]);
            let width = self.terms.len();
            self.lines.add_rows(&self.terms, &mut self.sums, width);
            let parts = self.sums.as_chunks::<2>().0;
            sums.iter_mut().zip(parts).for_each(|(sum, &[re, im])| *sum = Complex::new(re, im));
        }
    }
}

macro_rules! integers {
    ($($sum:ident)*) => {$(
        impl<T: Summable<Sum = $sum>> Running<T> for RunningIntegers<$sum> {
            fn clear(&mut self, lines: usize) {
                self.0.clear();
                self.0.resize(lines, 0);
            }

            fn restart(&mut self, line: usize, words: &[i64]) {
                self.0[line] = words[0] as $sum;
            }

            fn add_rows(&mut self, terms: &[T], sums: &mut [$sum], stride: usize) {
                for (terms, sums) in terms.chunks(stride).zip(sums.chunks_mut(stride)) {
                    for ((line, &x), sum) in self.0.iter_mut().zip(terms).zip(sums) {
                        *line = line.wrapping_add(x.widened());
                        *sum = *line;
                    }
                }
            }
        }
    )*};
}
integers! { i64 u64 }
