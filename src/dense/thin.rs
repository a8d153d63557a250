//! Products of a single row, and of a single term.
//!
//! Fused multiply-adds in one order: bits depend neither on the width of SIMD nor on what stands beside an element.

use super::many::View;
use crate::Scalar;
use multiversion::multiversion;
use num_complex::Complex;

/// Neighbours that are worked on together.
const LANES: usize = 8;

/// The arithmetic of these products.
pub(super) trait Fused: Scalar {
    /// `c + b a`, element by element.
    fn fused<const W: usize>(c: &mut [Self; W], b: &[Self; W], a: Self);

    /// `b a`, element by element.
    fn times<const W: usize>(c: &mut [Self; W], b: &[Self; W], a: Self);
}

macro_rules! real {
    ($($t:ty)*) => {$(
        impl Fused for $t {
            #[inline(always)]
            fn fused<const W: usize>(c: &mut [$t; W], b: &[$t; W], a: $t) {
                for l in 0..W {
                    c[l] = b[l].mul_add(a, c[l]);
                }
            }

            #[inline(always)]
            fn times<const W: usize>(c: &mut [$t; W], b: &[$t; W], a: $t) {
                for l in 0..W {
                    c[l] = b[l] * a;
                }
            }
        }
    )*};
}
real! { f32 f64 }

macro_rules! complex {
    ($($t:ty)*) => {$(
        impl Fused for Complex<$t> {
            #[inline(always)]
            fn fused<const W: usize>(c: &mut [Self; W], b: &[Self; W], a: Self) {
                let (mut re, mut im) = ([0.0; W], [0.0; W]);
                for l in 0..W {
                    re[l] = b[l].re.mul_add(a.re, -b[l].im.mul_add(a.im, -c[l].re));
                    im[l] = b[l].re.mul_add(a.im, b[l].im.mul_add(a.re, c[l].im));
                }
                for l in 0..W {
                    c[l] = Complex::new(re[l], im[l]);
                }
            }

            #[inline(always)]
            fn times<const W: usize>(c: &mut [Self; W], b: &[Self; W], a: Self) {
                let (mut re, mut im) = ([0.0; W], [0.0; W]);
                for l in 0..W {
                    re[l] = b[l].re.mul_add(a.re, -(b[l].im * a.im));
                    im[l] = b[l].re.mul_add(a.im, b[l].im * a.re);
                }
                for l in 0..W {
                    c[l] = Complex::new(re[l], im[l]);
                }
            }
        }
    )*};
}
complex! { f32 f64 }

/// `c ← a B`, or `c ← c + α a B`, of a row `a`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn one_row<T: Fused, A: Fn(usize) -> T>(c: &mut [T], alpha: Option<T>, a: A, b: View<'_, T>) {
    if alpha.is_none() {
        c.fill(T::zero());
    }
    for k in 0..b.rows() {
        add_row(c, b.row(k), a(k) * alpha.unwrap_or(T::one()));
    }
}

/// `c ← a b`, or `c ← c + α a b`: a row of the product of a column, whose element is given, and a row `b`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn one_term<T: Fused>(c: &mut [T], alpha: Option<T>, a: T, b: &[T]) {
    let a = alpha.unwrap_or(T::one()) * a;
    if alpha.is_some() {
        return add_row(c, b, a);
    }
    let (c, c_rest) = c.as_chunks_mut::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    for (c, b) in c.iter_mut().zip(b) {
        T::times(c, b, a);
    }
    for (c, b) in c_rest.as_chunks_mut::<1>().0.iter_mut().zip(b_rest.as_chunks::<1>().0) {
        T::times(c, b, a);
    }
}

/// `c ← c + a b`. With loops and not closures, which would not have the instructions of whoever calls.
#[inline(always)]
fn add_row<T: Fused>(c: &mut [T], b: &[T], a: T) {
    let (c, c_rest) = c.as_chunks_mut::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    for (c, b) in c.iter_mut().zip(b) {
        T::fused(c, b, a);
    }
    for (c, b) in c_rest.as_chunks_mut::<1>().0.iter_mut().zip(b_rest.as_chunks::<1>().0) {
        T::fused(c, b, a);
    }
}
