//! Products of small matrices, of single rows and of single terms.
//!
//! Each element is one chain of fused multiply-adds over the terms, so its bits depend neither on the width of
//! SIMD nor on what stands beside it.

use super::many::View;
use crate::Scalar;
use multiversion::multiversion;
use num_complex::Complex;

/// The arithmetic of small products: with fused multiply-adds, in an order of its own for complex numbers.
pub(super) trait Fused: Scalar {
    /// Sums of `W` neighbours in a row.
    type Sums<const W: usize>: Copy;

    /// Nothing added yet, of so many terms.
    fn start<const W: usize>(terms: usize) -> Self::Sums<W>;

    /// `sums + a b`, or `sums + ā b`.
    fn accumulate<const W: usize, const CONJ: bool>(sums: &mut Self::Sums<W>, a: Self, b: &[Self; W]);

    /// `c ← sums`, or `c ← c + α sums`.
    fn put<const W: usize, const CONJ: bool>(c: &mut [Self; W], alpha: Option<Self>, sums: &Self::Sums<W>);

    /// `c + a b`.
    fn fused(a: Self, b: Self, c: Self) -> Self;

    /// `a b`.
    fn times(a: Self, b: Self) -> Self;
}

macro_rules! real {
    ($($t:ty)*) => {$(
        impl Fused for $t {
            type Sums<const W: usize> = [$t; W];

            #[inline(always)]
            fn start<const W: usize>(terms: usize) -> [$t; W] {
                // The first of few products keeps its sign where it is 0.
                [if terms <= 16 { -0.0 } else { 0.0 }; W]
            }

            #[inline(always)]
            fn accumulate<const W: usize, const CONJ: bool>(sums: &mut [$t; W], a: $t, b: &[$t; W]) {
                for l in 0..W {
                    sums[l] = b[l].mul_add(a, sums[l]);
                }
            }

            #[inline(always)]
            fn put<const W: usize, const CONJ: bool>(c: &mut [$t; W], alpha: Option<$t>, sums: &[$t; W]) {
                match alpha {
                    None => *c = *sums,
                    Some(alpha) => (0..W).for_each(|l| c[l] = alpha.mul_add(sums[l], c[l])),
                }
            }

            #[inline(always)]
            fn fused(a: $t, b: $t, c: $t) -> $t {
                a.mul_add(b, c)
            }

            #[inline(always)]
            fn times(a: $t, b: $t) -> $t {
                a * b
            }
        }
    )*};
}
real! { f32 f64 }

macro_rules! complex {
    ($($t:ty)*) => {$(
        // The parts of the sums apart: of `a b` the real one with the other sign, of `ā b` as they are.
        impl Fused for Complex<$t> {
            type Sums<const W: usize> = [[$t; W]; 2];

            #[inline(always)]
            fn start<const W: usize>(_: usize) -> [[$t; W]; 2] {
                [[0.0; W]; 2]
            }

            #[inline(always)]
            fn accumulate<const W: usize, const CONJ: bool>([re, im]: &mut [[$t; W]; 2], a: Self, b: &[Self; W]) {
                for l in 0..W {
                    if CONJ {
                        re[l] = b[l].im.mul_add(a.im, b[l].re.mul_add(a.re, re[l]));
                        im[l] = b[l].re.mul_add(a.im, -b[l].im.mul_add(a.re, -im[l]));
                    } else {
                        re[l] = b[l].im.mul_add(a.im, -b[l].re.mul_add(a.re, -re[l]));
                        im[l] = b[l].re.mul_add(a.im, b[l].im.mul_add(a.re, im[l]));
                    }
                }
            }

            #[inline(always)]
            fn put<const W: usize, const CONJ: bool>(c: &mut [Self; W], alpha: Option<Self>, sums: &[[$t; W]; 2]) {
                let (read, alpha) = alpha.map_or((false, Complex::new(1.0, 0.0)), |alpha| (true, alpha));
                let [re, im] = sums;
                for l in 0..W {
                    let (re, im) = if CONJ { (re[l], im[l]) } else { (-re[l], -im[l]) }; // the conjugate of the sum
                    let old = if read { c[l] } else { Complex::new(0.0, 0.0) };
                    c[l] = Complex::new(
                        im.mul_add(alpha.im, re.mul_add(alpha.re, old.re)),
                        re.mul_add(alpha.im, -im.mul_add(alpha.re, -old.im)),
                    );
                }
            }

            #[inline(always)]
            fn fused(a: Self, b: Self, c: Self) -> Self {
                Complex::new(
                    a.re.mul_add(b.re, -a.im.mul_add(b.im, -c.re)),
                    a.re.mul_add(b.im, a.im.mul_add(b.re, c.im)),
                )
            }

            #[inline(always)]
            fn times(a: Self, b: Self) -> Self {
                Complex::new(a.re.mul_add(b.re, -(a.im * b.im)), a.re.mul_add(b.im, a.im * b.re))
            }
        }
    )*};
}
complex! { f32 f64 }

/// Rows of a tile.
const ROWS: usize = 4;

/// `C ← A B`, or `C ← C + α A B`, with `Ā` where `CONJ`; rows of `C` are `stride` apart.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn product<T: Fused, const CONJ: bool>(
    c: &mut [T],
    stride: usize,
    alpha: Option<T>,
    a: View<'_, T>,
    b: View<'_, T>,
) {
    let mut row = 0;
    while row < a.rows() {
        let high = if row + ROWS <= a.rows() { ROWS } else { 1 };
        let mut column = 0;
        while column < b.columns() {
            let left = b.columns() - column;
            let at = (row, column);
            column += match (high, left) {
                (ROWS, 8..) => tile::<T, CONJ, ROWS, 8>(c, stride, alpha, a, b, at),
                (ROWS, 4..) => tile::<T, CONJ, ROWS, 4>(c, stride, alpha, a, b, at),
                (ROWS, _) => tile::<T, CONJ, ROWS, 1>(c, stride, alpha, a, b, at),
                (_, 8..) => tile::<T, CONJ, 1, 8>(c, stride, alpha, a, b, at),
                (_, 4..) => tile::<T, CONJ, 1, 4>(c, stride, alpha, a, b, at),
                _ => tile::<T, CONJ, 1, 1>(c, stride, alpha, a, b, at),
            };
        }
        row += high;
    }
}

/// The tile whose corner is there; its width.
#[inline(always)]
fn tile<T: Fused, const CONJ: bool, const H: usize, const W: usize>(
    c: &mut [T],
    stride: usize,
    alpha: Option<T>,
    a: View<'_, T>,
    b: View<'_, T>,
    (row, column): (usize, usize),
) -> usize {
    let mut sums = [T::start::<W>(a.columns()); H];
    for k in 0..a.columns() {
        let b: &[T; W] = b.row(k)[column..].first_chunk().expect("a whole tile");
        for (r, sums) in sums.iter_mut().enumerate() {
            T::accumulate::<W, CONJ>(sums, a.at(row + r, k), b);
        }
    }
    for (r, sums) in sums.iter().enumerate() {
        let c = c[(row + r) * stride + column..].first_chunk_mut().expect("a whole tile");
        T::put::<W, CONJ>(c, alpha, sums);
    }
    W
}

/// A product of one row `a`: `c ← a B`, or `c ← c + α a B`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn one_row<T: Fused, A: Fn(usize) -> T>(c: &mut [T], alpha: Option<T>, a: A, b: View<'_, T>) {
    if alpha.is_none() {
        c.fill(T::zero());
    }
    for k in 0..b.rows() {
        let factor = a(k) * alpha.unwrap_or(T::one());
        c.iter_mut().zip(b.row(k)).for_each(|(c, &b)| *c = T::fused(b, factor, *c));
    }
}

/// A product of one term, a column `a` and a row `b`: a row of `C`, whose element of `a` is given.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn one_term<T: Fused>(c: &mut [T], alpha: Option<T>, a: T, b: &[T]) {
    let factor = alpha.unwrap_or(T::one()) * a;
    if alpha.is_some() {
        c.iter_mut().zip(b).for_each(|(c, &b)| *c = T::fused(b, factor, *c));
    } else {
        c.iter_mut().zip(b).for_each(|(c, &b)| *c = T::times(b, factor));
    }
}
