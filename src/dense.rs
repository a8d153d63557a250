//! Products of dense matrices, for operators whose kernels are matrices.
//!
//! All in row-major order and on the calling thread alone: ranks are the parallelism. Several
//! columns go to faer; one column is bound by the memory that the matrix comes from, and has loops
//! of its own, which read the matrix once, in order, forward and adjoint alike.

use crate::Scalar;
use faer::{Accum, Conj, MatMut, MatRef, Par, linalg::matmul::matmul_with_conj};
use multiversion::multiversion;
use num_complex::Complex;

/// A matrix lying in rows.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a, T> {
    /// Its elements, row after row.
    pub values: &'a [T],
    /// The number of rows.
    pub rows: usize,
    /// The length of a row.
    pub columns: usize,
}

/// The scalars that dense matrices can have.
pub trait Dense: Sized {
    /// `C ← A B`, or `C ← C + α A B` where there is an `α`; `B` and `C` have `width` columns.
    #[doc(hidden)]
    fn product(c: &mut [Self], alpha: Option<Self>, a: Matrix<'_, Self>, b: &[Self], width: usize);

    /// `C ← Aᴴ B`, or `C ← C + α Aᴴ B` where there is an `α`; `B` and `C` have `width` columns.
    #[doc(hidden)]
    fn product_adjoint(c: &mut [Self], alpha: Option<Self>, a: Matrix<'_, Self>, b: &[Self], width: usize);
}

macro_rules! dense {
    ($($t:ty)*) => {$(
        impl Dense for $t {
            fn product(c: &mut [Self], alpha: Option<Self>, a: Matrix<'_, Self>, b: &[Self], width: usize) {
                if width == 1 {
                    return one_column(c, alpha, a, b);
                }
                let (start, alpha) = accum(alpha);
                let b = MatRef::from_row_major_slice(b, a.columns, width);
                let c = MatMut::from_row_major_slice_mut(c, a.rows, width);
                let a = MatRef::from_row_major_slice(a.values, a.rows, a.columns);
                matmul_with_conj(c, start, a, Conj::No, b, Conj::No, alpha, Par::Seq);
            }

            fn product_adjoint(c: &mut [Self], alpha: Option<Self>, a: Matrix<'_, Self>, b: &[Self], width: usize) {
                if width == 1 {
                    return one_column_adjoint(c, alpha, a, b);
                }
                let (start, alpha) = accum(alpha);
                let b = MatRef::from_row_major_slice(b, a.rows, width);
                let c = MatMut::from_row_major_slice_mut(c, a.columns, width);
                let a = MatRef::from_row_major_slice(a.values, a.rows, a.columns).transpose();
                matmul_with_conj(c, start, a, Conj::Yes, b, Conj::No, alpha, Par::Seq);
            }
        }
    )*};
}
dense! { f32 f64 Complex<f32> Complex<f64> }

fn accum<T: Scalar>(alpha: Option<T>) -> (Accum, T) {
    alpha.map_or((Accum::Replace, T::one()), |alpha| (Accum::Add, alpha))
}

/// Partial sums of a row's product: enough for every width of SIMD, and always as many, so that the
/// width never shows in the bits.
const LANES: usize = 16;

/// Rows that share one pass over the vector.
const ROWS: usize = 4;

/// `y ← A x`, or `y ← y + α A x`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2", "aarch64+neon"))]
fn one_column<T: Scalar>(y: &mut [T], alpha: Option<T>, a: Matrix<'_, T>, x: &[T]) {
    if a.columns == 0 {
        if alpha.is_none() {
            y.fill(T::zero());
        }
        return;
    }
    let put = |y: &mut T, sum: T| *y = alpha.map_or(sum, |alpha| *y + alpha * sum);
    let (four, rest) = y.split_at_mut(a.rows / ROWS * ROWS);
    let (of_four, of_rest) = a.values.split_at(four.len() * a.columns);
    for (y, rows) in four.chunks_exact_mut(ROWS).zip(of_four.chunks_exact(ROWS * a.columns)) {
        let sums = dots::<T, ROWS>(std::array::from_fn(|k| &rows[k * a.columns..(k + 1) * a.columns]), x);
        y.iter_mut().zip(sums).for_each(|(y, sum)| put(y, sum));
    }
    for (y, row) in rest.iter_mut().zip(of_rest.chunks_exact(a.columns)) {
        let [sum] = dots([row], x);
        put(y, sum);
    }
}

/// The products of a vector with some rows.
#[inline(always)]
fn dots<T: Scalar, const R: usize>(rows: [&[T]; R], x: &[T]) -> [T; R] {
    let mut sums = [[T::zero(); LANES]; R];
    let whole = x.len() / LANES * LANES;
    for at in (0..whole).step_by(LANES) {
        let x = &x[at..at + LANES];
        for (sums, row) in sums.iter_mut().zip(rows) {
            let row = &row[at..at + LANES];
            for k in 0..LANES {
                sums[k] += row[k] * x[k];
            }
        }
    }
    std::array::from_fn(|r| {
        let mut sums = sums[r];
        for (k, (&a, &x)) in rows[r][whole..].iter().zip(&x[whole..]).enumerate() {
            sums[k] += a * x;
        }
        let mut half = LANES / 2;
        while half > 0 {
            for k in 0..half {
                sums[k] += sums[k + half];
            }
            half /= 2;
        }
        sums[0]
    })
}

/// `x ← Aᴴ y`, or `x ← x + α Aᴴ y`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2", "aarch64+neon"))]
fn one_column_adjoint<T: Scalar>(x: &mut [T], alpha: Option<T>, a: Matrix<'_, T>, y: &[T]) {
    if alpha.is_none() {
        x.fill(T::zero());
    }
    let alpha = alpha.unwrap_or(T::one());
    let n = a.columns;
    let whole = a.rows / ROWS * ROWS;
    for row in (0..whole).step_by(ROWS) {
        let [y0, y1, y2, y3]: [T; ROWS] = std::array::from_fn(|k| alpha * y[row + k]);
        let [a0, a1, a2, a3]: [&[T]; ROWS] = std::array::from_fn(|k| &a.values[(row + k) * n..(row + k + 1) * n]);
        let rows = a0.iter().zip(a1).zip(a2.iter().zip(a3));
        for (x, ((a0, a1), (a2, a3))) in x.iter_mut().zip(rows) {
            *x += (a0.conj() * y0 + a1.conj() * y1) + (a2.conj() * y2 + a3.conj() * y3);
        }
    }
    for row in whole..a.rows {
        let y = alpha * y[row];
        for (x, a) in x.iter_mut().zip(&a.values[row * n..(row + 1) * n]) {
            *x += a.conj() * y;
        }
    }
}

/// Rows and columns of a tile of [`column_by_column`].
const TILE: (usize, usize) = (4, 16);

/// `C ← A B`, or `C ← C + α A B`, where `at(i, k)` is the element of `A` (of `rows` rows): column by
/// column the same arithmetic, whatever the number of columns. Half as fast as the product of
/// several columns at once where all is in cache.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn column_by_column<T: Scalar, A: Fn(usize, usize) -> T>(
    c: &mut [T],
    alpha: Option<T>,
    rows: usize,
    at: A,
    b: &[T],
    width: usize,
) {
    let put = |c: &mut T, sum: T| *c = alpha.map_or(sum, |alpha| *c + alpha * sum);
    for column in (0..width).step_by(TILE.1) {
        let wide = TILE.1.min(width - column);
        for row in (0..rows).step_by(TILE.0) {
            let high = TILE.0.min(rows - row);
            let mut sums = [[T::zero(); TILE.1]; TILE.0];
            for (k, b) in b.chunks_exact(width).enumerate() {
                if (high, wide) == TILE {
                    let b = &b[column..column + TILE.1];
                    for (r, sums) in sums.iter_mut().enumerate() {
                        let a = at(row + r, k);
                        sums.iter_mut().zip(b).for_each(|(sum, &b)| *sum += a * b);
                    }
                } else {
                    for (r, sums) in sums[..high].iter_mut().enumerate() {
                        let a = at(row + r, k);
                        sums.iter_mut().zip(&b[column..column + wide]).for_each(|(sum, &b)| *sum += a * b);
                    }
                }
            }
            for (r, sums) in sums[..high].iter().enumerate() {
                let start = (row + r) * width + column;
                c[start..start + wide].iter_mut().zip(sums).for_each(|(c, &sum)| put(c, sum));
            }
        }
    }
}
