//! Products of blocks of matrices on one rank, of any type of number.
//!
//! Several rows and columns of floating-point numbers go to faer, in blocks of the axis that is summed over
//! and never fewer rows, columns or terms than [`LEAST`]: then each element is the same chain of fused
//! multiply-adds whatever stands beside it, and its bits follow from its row and its column alone. (faer has
//! other ways for single rows and columns and for small products.)

use crate::layout::Bounds;
use crate::numbers::{Dense, LEAST, Matrix, Number, RowMajor, Scalar, for_types};
use multiversion::multiversion;

/// What the whole product is, of which a block is formed: a rank's share of a matrix may be a row by chance,
/// and is then still formed as a part of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// The right operand is one column: blocks of the left one are whole rows, without gaps.
    Column,
    /// The left operand is one row: blocks of the right one have no gaps.
    Row,
    /// Several rows and columns.
    Matrix,
}

/// Numbers of which matrices can be multiplied: integers, which wrap, and real and complex floating-point
/// numbers.
pub trait Multiplied: Number {
    /// `C ← C + A B`; from one row of `C` to the next are `stride` elements.
    #[doc(hidden)]
    fn add_product(whole: Whole, c: &mut [Self], stride: usize, a: RowMajor<'_, Self>, b: RowMajor<'_, Self>);

    /// `Σ xᵢ yᵢ`, over the ranks where each has its part.
    #[doc(hidden)]
    fn inner(x: &crate::DistArray<Self>, y: &crate::DistArray<Self>) -> crate::Result<Self>;
}

/// The terms of a sum that are added up in one go: no more than any of faer's kernels does.
const BLOCK: usize = 512;

/// Products much wider than high are formed in parts no wider than high, down to this width: faer's are half
/// as fast again then.
const NARROW: usize = 256;

macro_rules! floating {
    ($($t:ty)*) => {$(
        impl Multiplied for $t {
            fn add_product(whole: Whole, c: &mut [Self], stride: usize, a: RowMajor<'_, Self>, b: RowMajor<'_, Self>) {
                match whole {
                    Whole::Column => {
                        let matrix = Matrix { values: a.values, rows: a.rows, columns: a.columns };
                        Dense::product(&mut c[..a.rows], Some(Self::from_real(1.0)), matrix, &b.values[..b.rows], 1);
                    }
                    Whole::Row => add_row(c, &a.values[..a.columns], b),
                    Whole::Matrix => add_blocks(c, stride, a, b, |c, stride, a, b| {
                        Dense::product_of_parts(c, stride, Some(Self::from_real(1.0)), a, b); // C ← C + A B
                    }),
                }
            }

            fn inner(x: &crate::DistArray<Self>, y: &crate::DistArray<Self>) -> crate::Result<Self> {
                x.dot(y)
            }
        }
    )*};
}
for_types! { scalars: floating }

macro_rules! integers {
    ($($t:ty)*) => {$(
        impl Multiplied for $t {
            fn add_product(_: Whole, c: &mut [Self], stride: usize, a: RowMajor<'_, Self>, b: RowMajor<'_, Self>) {
                add_rows(c, stride, a, b, |c, a, b| c.wrapping_add(a.wrapping_mul(b)));
            }

            fn inner(x: &crate::DistArray<Self>, y: &crate::DistArray<Self>) -> crate::Result<Self> {
                let pairs = x.as_slice().iter().zip(y.as_slice());
                let mut sum = [pairs.fold(0, |sum: $t, (&x, &y)| sum.wrapping_add(x.wrapping_mul(y)))];
                if !x.layout()?.is_replicated() {
                    x.comm().all_reduce(&mut sum, crate::comm::Reduction::Sum);
                }
                Ok(sum[0])
            }
        }
    )*};
}
for_types! { integers: integers }

/// Blocks of terms one after another, the last one filled up with zeros where it is short, as are rows and
/// columns.
fn add_blocks<T: Scalar>(
    c: &mut [T],
    stride: usize,
    a: RowMajor<'_, T>,
    b: RowMajor<'_, T>,
    add: impl Fn(&mut [T], usize, RowMajor<'_, T>, RowMajor<'_, T>),
) {
    if a.rows == 0 || b.columns == 0 {
        return;
    }
    for k in (0..a.columns).step_by(BLOCK) {
        let terms = BLOCK.min(a.columns - k);
        let a = RowMajor { values: &a.values[k..], columns: terms, ..a };
        let b = RowMajor { values: &b.values[k * b.stride..], rows: terms, ..b };
        if a.rows >= LEAST && b.columns >= LEAST && terms >= LEAST {
            let parts = b.columns.div_ceil(a.rows.max(NARROW));
            let bounds = Bounds::even(b.columns, parts);
            for part in (0..parts).map(|part| bounds.block(part)) {
                let b = RowMajor { values: &b.values[part.start..], columns: part.len(), ..b };
                add(&mut c[part.start..], stride, a, b);
            }
            continue;
        }
        let (rows, columns, terms) = (a.rows.max(LEAST), b.columns.max(LEAST), terms.max(LEAST));
        let mut sum = vec![T::zero(); rows * columns];
        let own = RowMajor { values: &*c, rows: a.rows, columns: b.columns, stride };
        copy_rows(own, &mut sum, columns);
        add(&mut sum, columns, filled_up(a, rows, terms).as_rows(), filled_up(b, terms, columns).as_rows());
        copy_rows(RowMajor { values: &sum, rows: a.rows, columns: b.columns, stride: columns }, c, stride);
    }
}

/// A matrix with rows of its own.
struct Filled<T> {
    values: Vec<T>,
    rows: usize,
    columns: usize,
}

impl<T> Filled<T> {
    fn as_rows(&self) -> RowMajor<'_, T> {
        RowMajor { values: &self.values, rows: self.rows, columns: self.columns, stride: self.columns }
    }
}

/// The matrix with zeros behind and below it.
fn filled_up<T: Scalar>(a: RowMajor<'_, T>, rows: usize, columns: usize) -> Filled<T> {
    let mut values = vec![T::zero(); rows * columns];
    copy_rows(a, &mut values, columns);
    Filled { values, rows, columns }
}

fn copy_rows<T: Copy>(from: RowMajor<'_, T>, to: &mut [T], stride: usize) {
    for row in 0..from.rows {
        let values = &from.values[row * from.stride..][..from.columns];
        to[row * stride..][..from.columns].copy_from_slice(values);
    }
}

/// `c ← c + a B` of one row, with the matrix read once, in order.
fn add_row<T: Scalar>(c: &mut [T], a: &[T], b: RowMajor<'_, T>) {
    let conjugate: Vec<_> = a.iter().map(|a| a.conj()).collect();
    let mut sum = vec![T::zero(); b.columns];
    T::product_adjoint(&mut sum, None, Matrix { values: b.values, rows: b.rows, columns: b.columns }, &conjugate, 1);
    c.iter_mut().zip(&sum).for_each(|(c, sum)| *c += sum.conj()); // the adjoint of B, of ā: the conjugate of a B
}

/// Terms and columns of a block of [`add_rows`], of which the part of `B` stays in cache.
const PART: (usize, usize) = (64, 512);

/// `C ← C + A B` row by row.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2", "aarch64+neon"))]
fn add_rows<T: Number, F: Fn(T, T, T) -> T>(
    c: &mut [T],
    stride: usize,
    a: RowMajor<'_, T>,
    b: RowMajor<'_, T>,
    add: F,
) {
    for column in (0..b.columns).step_by(PART.1) {
        let wide = PART.1.min(b.columns - column);
        for k in (0..a.columns).step_by(PART.0) {
            let terms = PART.0.min(a.columns - k);
            for row in 0..a.rows {
                let c = &mut c[row * stride + column..][..wide];
                for (at, &a) in a.values[row * a.stride + k..][..terms].iter().enumerate() {
                    let b = &b.values[(k + at) * b.stride + column..][..wide];
                    c.iter_mut().zip(b).for_each(|(c, &b)| *c = add(*c, a, b));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::uniform;
    use num_complex::Complex;

    /// A block of a product, of rows and columns of larger matrices.
    fn block<T: Multiplied>(
        a: &[T],
        b: &[T],
        (terms, width): (usize, usize),
        rows: std::ops::Range<usize>,
        columns: std::ops::Range<usize>,
    ) -> Vec<T> {
        let mut c = vec![T::zero(); rows.len() * columns.len()];
        let left = RowMajor { values: &a[rows.start * terms..], rows: rows.len(), columns: terms, stride: terms };
        let right = RowMajor { values: &b[columns.start..], rows: terms, columns: columns.len(), stride: width };
        T::add_product(Whole::Matrix, &mut c, columns.len(), left, right);
        c
    }

    /// Each element of a product has the same bits in every block of it.
    fn any_block<T: Multiplied>(make: impl Fn(f64, f64) -> T) {
        for (rows, terms, columns) in [(70, 1100, 90), (130, 40, 19), (40, 3, 300), (5, 600, 4)] {
            let values =
                |seed, len: u64| (0..len).map(|k| make(uniform(seed, k), uniform(seed + 7, k))).collect::<Vec<_>>();
            let (a, b) = (values(1, (rows * terms) as u64), values(2, (terms * columns) as u64));
            let whole = block(&a, &b, (terms, columns), 0..rows, 0..columns);
            for seed in 0..12 {
                let cut = |n: usize, k: u64| {
                    let at = |k| (uniform(seed, k).midpoint(1.0) * n as f64) as usize;
                    at(k).min(at(k + 1))..at(k).max(at(k + 1)).max(1).min(n)
                };
                let (own, wide) = (cut(rows, 0), cut(columns, 2));
                let part = block(&a, &b, (terms, columns), own.clone(), wide.clone());
                for (i, row) in own.clone().enumerate() {
                    for (j, column) in wide.clone().enumerate() {
                        assert_eq!(
                            part[i * wide.len() + j],
                            whole[row * columns + column],
                            "{own:?} × {wide:?} of {rows} × {terms} × {columns}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn blocks_have_the_bits_of_the_whole() {
        any_block(|re, _| re);
        any_block(|re, _| re as f32);
        any_block(Complex::new);
        any_block(|re, im| Complex::new(re as f32, im as f32));
        any_block(|re, im| (1e12 * re * im) as i32);
    }
}
