//! The products of dense matrices: several columns go to faer; one column is bound by the memory that the matrix comes from, and
//! has loops of its own, which read the matrix once, in order, forward and adjoint alike.

use super::complex_column;
use super::dense::{Dense, Matrix, RowMajor};
use super::scalar::Scalar;
use super::types::for_types;
use faer::linalg::matmul::{matmul, matmul_with_conj};
use faer::{Accum, Conj, MatMut, MatRef, Par};
use multiversion::multiversion;

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

            fn product_in_panels(sums: &mut [Self], a: Matrix<'_, Self>, x: &[Self], panel: usize) {
                column_in_panels(sums, a, x, panel);
            }

            fn product_of_parts(
                c: &mut [Self],
                stride: usize,
                alpha: Option<Self>,
                a: RowMajor<'_, Self>,
                b: RowMajor<'_, Self>,
            ) {
                let (start, alpha) = accum(alpha);
                // As columns: faer 0.24's own way to mutable rows with a stride mixes the two up.
                let c = MatMut::from_column_major_slice_with_stride_mut(c, b.columns, a.rows, stride);
                let c = c.transpose_mut();
                let a = MatRef::from_row_major_slice_with_stride(a.values, a.rows, a.columns, a.stride);
                let b = MatRef::from_row_major_slice_with_stride(b.values, b.rows, b.columns, b.stride);
                matmul(c, start, a, b, alpha, Par::Seq);
            }
        }
    )*};
}
for_types! { scalars: dense }

fn accum<T: Scalar>(alpha: Option<T>) -> (Accum, T) {
    alpha.map_or((Accum::Replace, T::one()), |alpha| (Accum::Add, alpha))
}

/// Partial sums of a row's product: enough for every width of SIMD, and always as many, so that the
/// width never shows in the bits.
const LANES: usize = 8;

/// Rows that share one pass over the vector.
const ROWS: usize = 4;

/// `y ← A x`, or `y ← y + α A x`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2", "aarch64+neon"))]
fn one_column<T: Scalar>(y: &mut [T], alpha: Option<T>, a: Matrix<'_, T>, x: &[T]) {
    let n = a.columns;
    let row = |i: usize| &a.values[i * n..(i + 1) * n];
    let put = |y: &mut T, sum: T| *y = alpha.map_or(sum, |alpha| *y + alpha * sum);
    let whole = a.rows / ROWS * ROWS;
    for i in (0..whole).step_by(ROWS) {
        let sums = four_dots([row(i), row(i + 1), row(i + 2), row(i + 3)], x);
        for (y, sum) in y[i..i + ROWS].iter_mut().zip(sums) {
            put(y, sum);
        }
    }
    for (i, y) in y.iter_mut().enumerate().skip(whole) {
        put(y, dot(row(i), x));
    }
}

/// The products of parts of `x` with parts of rows, each as [`dot`] has it.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2", "aarch64+neon"))]
fn column_in_panels<T: Scalar>(sums: &mut [T], a: Matrix<'_, T>, x: &[T], panel: usize) {
    let (n, rows) = (a.columns, a.rows);
    for first in (0..rows).step_by(ROWS) {
        for (k, x) in x.chunks(panel).enumerate() {
            let row = |i: usize| &a.values[(first + i) * n + k * panel..][..x.len()];
            let sums = &mut sums[k * rows + first..(k * rows + rows).min(k * rows + first + ROWS)];
            if sums.len() == ROWS {
                sums.copy_from_slice(&four_dots([row(0), row(1), row(2), row(3)], x));
            } else {
                sums.iter_mut().enumerate().for_each(|(i, sum)| *sum = dot(row(i), x));
            }
        }
    }
}

/// The products of a vector with four rows, each as [`dot`] has it.
#[inline(always)]
fn four_dots<T: Scalar>([a0, a1, a2, a3]: [&[T]; ROWS], x: &[T]) -> [T; ROWS] {
    if T::IS_COMPLEX {
        let [y0, y1] = complex_column::dots([a0, a1], x); // more sums than these find no place in sixteen registers
        let [y2, y3] = complex_column::dots([a2, a3], x);
        return [y0, y1, y2, y3];
    }
    let [mut s0, mut s1, mut s2, mut s3] = [[T::zero(); LANES]; ROWS];
    let (x, x_rest) = x.as_chunks::<LANES>();
    let [(a0, r0), (a1, r1), (a2, r2), (a3, r3)] = [a0, a1, a2, a3].map(|a| a.as_chunks::<LANES>());
    for ((x, (a0, a1)), (a2, a3)) in x.iter().zip(a0.iter().zip(a1)).zip(a2.iter().zip(a3)) {
        for k in 0..LANES {
            s0[k] += a0[k] * x[k];
            s1[k] += a1[k] * x[k];
            s2[k] += a2[k] * x[k];
            s3[k] += a3[k] * x[k];
        }
    }
    [finished(s0, r0, x_rest), finished(s1, r1, x_rest), finished(s2, r2, x_rest), finished(s3, r3, x_rest)]
}

#[inline(always)]
fn dot<T: Scalar>(a: &[T], x: &[T]) -> T {
    if T::IS_COMPLEX {
        return complex_column::dots([a], x)[0];
    }
    let mut sums = [T::zero(); LANES];
    let (x, x_rest) = x.as_chunks::<LANES>();
    let (a, a_rest) = a.as_chunks::<LANES>();
    for (x, a) in x.iter().zip(a) {
        for k in 0..LANES {
            sums[k] += a[k] * x[k];
        }
    }
    finished(sums, a_rest, x_rest)
}

/// The last products, and the partial sums in pairs. Apart, so that the sums stay in registers before.
#[inline(never)]
fn finished<T: Scalar>(mut sums: [T; LANES], a: &[T], x: &[T]) -> T {
    for (sum, (&a, &x)) in sums.iter_mut().zip(a.iter().zip(x)) {
        *sum += a * x;
    }
    let [a, b, c, d, e, f, g, h] = sums;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// `x ← Aᴴ y`, or `x ← x + α Aᴴ y`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2", "aarch64+neon"))]
fn one_column_adjoint<T: Scalar>(x: &mut [T], alpha: Option<T>, a: Matrix<'_, T>, y: &[T]) {
    if alpha.is_none() {
        x.fill(T::zero());
    }
    let alpha = alpha.unwrap_or(T::one());
    if T::IS_COMPLEX {
        return complex_column::add_adjoint(x, alpha, a.values, y);
    }
    let n = a.columns;
    let whole = a.rows / ROWS * ROWS;
    for row in (0..whole).step_by(ROWS) {
        let [y0, y1, y2, y3]: [T; ROWS] = std::array::from_fn(|k| alpha * y[row + k]);
        let [a0, a1, a2, a3]: [&[T]; ROWS] = std::array::from_fn(|k| &a.values[(row + k) * n..(row + k + 1) * n]);
        let rows = a0.iter().zip(a1).zip(a2.iter().zip(a3));
        for (x, ((a0, a1), (a2, a3))) in x.iter_mut().zip(rows) {
            *x += (*a0 * y0 + *a1 * y1) + (*a2 * y2 + *a3 * y3);
        }
    }
    for row in whole..a.rows {
        let y = alpha * y[row];
        for (x, a) in x.iter_mut().zip(&a.values[row * n..(row + 1) * n]) {
            *x += *a * y;
        }
    }
}

/// Rows and columns of a tile of [`column_by_column`].
const TILE: (usize, usize) = (4, 16);

/// `C ← A B`, or `C ← C + α A B`, where `at(i, k)` is the element of `A` (of `rows` rows): column by
/// column the same arithmetic, whatever the number of columns. A few times slower than faer's product
/// of many columns, which is free to choose.
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
            let sums = if (high, wide) == TILE {
                whole_tile(row, column, &at, b, width)
            } else {
                let mut sums = [[T::zero(); TILE.1]; TILE.0];
                for (k, b) in b.chunks_exact(width).enumerate() {
                    for (r, sums) in sums[..high].iter_mut().enumerate() {
                        let a = at(row + r, k);
                        sums.iter_mut().zip(&b[column..column + wide]).for_each(|(sum, &b)| *sum += a * b);
                    }
                }
                sums
            };
            for (r, sums) in sums[..high].iter().enumerate() {
                let start = (row + r) * width + column;
                c[start..start + wide].iter_mut().zip(sums).for_each(|(c, &sum)| put(c, sum));
            }
        }
    }
}

/// A tile of `A B` whose corner is there. By itself, so that its sums stay in registers.
#[inline(always)]
fn whole_tile<T: Scalar>(
    row: usize,
    column: usize,
    at: impl Fn(usize, usize) -> T,
    b: &[T],
    width: usize,
) -> [[T; TILE.1]; TILE.0] {
    let [mut s0, mut s1, mut s2, mut s3] = [[T::zero(); TILE.1]; TILE.0];
    for (k, b) in b.chunks_exact(width).enumerate() {
        let b = &b[column..column + TILE.1];
        let [a0, a1, a2, a3] = [at(row, k), at(row + 1, k), at(row + 2, k), at(row + 3, k)];
        for l in 0..TILE.1 {
            s0[l] += a0 * b[l];
            s1[l] += a1 * b[l];
            s2[l] += a2 * b[l];
            s3[l] += a3 * b[l];
        }
    }
    [s0, s1, s2, s3]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::Real;
    use num_complex::Complex;

    /// What faer adds to is added to as by itself: the sums of a tree rest on it.
    fn added_on_the_spot<T: Scalar>() {
        let value = |k: usize| T::from_parts((k * 37 % 101) as f64 / 50.0 - 0.97, (k * 53 % 97) as f64 / 48.0 - 0.99);
        for [rows, terms, columns] in [[17, 17, 17], [130, 32, 19], [64, 256, 40], [33, 100, 256]] {
            let a: Vec<T> = (0..rows * terms).map(value).collect();
            let b: Vec<T> = (0..terms * columns).map(|k| value(3 * k + 1)).collect();
            let before: Vec<T> = (0..rows * columns).map(|k| value(5 * k + 2)).collect();
            let product = |c: &mut [T], alpha| {
                let a = RowMajor { values: &a, rows, columns: terms, stride: terms };
                let b = RowMajor { values: &b, rows: terms, columns, stride: columns };
                T::product_of_parts(c, columns, alpha, a, b);
            };
            let (mut sums, mut apart) = (before.clone(), before.clone());
            product(&mut sums, Some(T::one()));
            product(&mut apart, None);
            for ((sum, term), before) in sums.iter().zip(&apart).zip(&before) {
                let expected = *before + *term;
                assert_eq!([sum.re().to_f64(), sum.im().to_f64()], [expected.re().to_f64(), expected.im().to_f64()]);
            }
        }
    }

    #[test]
    fn what_is_added_on_the_spot_has_the_bits_of_what_is_added_apart() {
        added_on_the_spot::<f32>();
        added_on_the_spot::<f64>();
        added_on_the_spot::<Complex<f32>>();
        added_on_the_spot::<Complex<f64>>();
    }
}
