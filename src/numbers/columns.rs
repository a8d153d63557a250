//! Products of a matrix with columns: all together, or each as if it were alone, where its bits must not depend on which
//! others are beside it.

use super::dense::Matrix;
use super::dense_products::column_by_column;
use super::memory;
use super::scalar::Scalar;

/// Bytes of those rows of a matrix that stay in the second-level cache while columns pass by.
const CACHED: usize = 1 << 18;

/// From so many columns on, real ones are multiplied in tiles ([`column_by_column`]).
const TILED: usize = 16;

/// How columns are multiplied: it follows from the type, the number of all columns and whether they are cut at all, not from
/// where they lie.
#[derive(Debug)]
pub(crate) enum Columns<T> {
    /// As faer likes it, or there is one.
    Together,
    /// In tiles.
    Tiles,
    /// One after another, each in one piece; room for those of both sides.
    Packed(Vec<T>),
}

impl<T: Scalar> Columns<T> {
    /// For a matrix of so many rows and columns, and vectors of `all` columns, of which this rank has `here`.
    pub(crate) fn new(rows: usize, columns: usize, here: usize, all: usize, cut: bool) -> Self {
        if !cut || all == 1 {
            Self::Together
        } else if T::IS_COMPLEX || all < TILED {
            Self::Packed(memory::filled((rows + columns) * here, T::zero()))
        } else {
            Self::Tiles
        }
    }

    /// Bytes of the room.
    pub(crate) fn bytes(&self) -> usize {
        if let Self::Packed(room) = self { size_of_val(&room[..]) } else { 0 }
    }

    /// `Y ← A X`, or `Y ← Y + α A X`, of `width` columns.
    pub(crate) fn product(&mut self, y: &mut [T], alpha: Option<T>, a: Matrix<'_, T>, x: &[T], width: usize) {
        let Matrix { values, rows, columns } = a;
        let room = match self {
            Self::Together => return T::product(y, alpha, a, x, width),
            Self::Tiles => return column_by_column(y, alpha, rows, |i, k| values[i * columns + k], x, width),
            Self::Packed(room) => room,
        };
        if values.is_empty() || width == 0 {
            return column_by_column(y, alpha, rows, |_, _| T::zero(), x, width);
        }
        let (xs, rest) = room.split_at_mut(columns * width);
        let ys = &mut rest[..rows * width];
        pack(x, xs, width);
        for (first, a) in blocks(a) {
            for (x, y) in xs.chunks_exact(columns).zip(ys.chunks_exact_mut(rows)) {
                T::product(&mut y[first..first + a.rows], None, a, x, 1);
            }
        }
        unpack(ys, y, alpha, width);
    }

    /// `X ← Aᴴ Y`, or `X ← X + α Aᴴ Y`, of `width` columns.
    pub(crate) fn product_adjoint(&mut self, x: &mut [T], alpha: Option<T>, a: Matrix<'_, T>, y: &[T], width: usize) {
        let Matrix { values, rows, columns } = a;
        let room = match self {
            Self::Together => return T::product_adjoint(x, alpha, a, y, width),
            Self::Tiles => {
                return column_by_column(x, alpha, columns, |k, i| values[i * columns + k].conj(), y, width);
            }
            Self::Packed(room) => room,
        };
        if values.is_empty() || width == 0 {
            return column_by_column(x, alpha, columns, |_, _| T::zero(), y, width);
        }
        let (ys, rest) = room.split_at_mut(rows * width);
        let xs = &mut rest[..columns * width];
        pack(y, ys, width);
        for (first, a) in blocks(a) {
            for (y, x) in ys.chunks_exact(rows).zip(xs.chunks_exact_mut(columns)) {
                let add = (first > 0).then(T::one);
                T::product_adjoint(x, add, a, &y[first..first + a.rows], 1);
            }
        }
        unpack(xs, x, alpha, width);
    }
}

/// Some rows of a matrix at a time, and the first of them.
fn blocks<T>(a: Matrix<'_, T>) -> impl Iterator<Item = (usize, Matrix<'_, T>)> {
    let high = (CACHED / (a.columns * size_of::<T>())).next_multiple_of(4);
    a.values
        .chunks(high * a.columns)
        .enumerate()
        .map(move |(k, values)| (k * high, Matrix { values, rows: values.len() / a.columns, columns: a.columns }))
}

/// Columns in one piece each.
fn pack<T: Scalar>(rows: &[T], columns: &mut [T], width: usize) {
    let high = rows.len() / width;
    for (i, row) in rows.chunks_exact(width).enumerate() {
        row.iter().enumerate().for_each(|(j, &value)| columns[j * high + i] = value);
    }
}

/// Columns put or added where they belong.
fn unpack<T: Scalar>(columns: &[T], rows: &mut [T], alpha: Option<T>, width: usize) {
    let high = rows.len() / width;
    for (i, row) in rows.chunks_exact_mut(width).enumerate() {
        for (j, value) in row.iter_mut().enumerate() {
            let new = columns[j * high + i];
            *value = alpha.map_or(new, |alpha| *value + alpha * new);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::{Dense, Real};
    use num_complex::Complex;

    const ROWS: usize = 301;
    const COLUMNS: usize = 203;

    fn value<T: Scalar>(k: usize) -> T {
        T::from_parts((k * 37 % 101) as f64 / 50.0 - 1.0, (k * 53 % 97) as f64 / 48.0 - 1.0)
    }

    /// Some columns of a block of `all`.
    fn part<T: Scalar>(whole: &[T], all: usize, columns: std::ops::Range<usize>) -> Vec<T> {
        whole.chunks_exact(all).flat_map(|row| &row[columns.clone()]).copied().collect()
    }

    fn alone_and_together<T: Scalar>(all: usize, tolerance: f64) {
        let values: Vec<T> = (0..ROWS * COLUMNS).map(value).collect();
        let a = Matrix { values: &values, rows: ROWS, columns: COLUMNS };
        let x: Vec<T> = (0..COLUMNS * all).map(|k| value(3 * k + 1)).collect();
        let y: Vec<T> = (0..ROWS * all).map(|k| value(5 * k + 2)).collect();
        let alpha = T::from_parts(0.5, -2.0);
        for alpha in [None, Some(alpha)] {
            let (mut ax, mut ahy) = (y.clone(), x.clone());
            let mut columns = Columns::new(ROWS, COLUMNS, all, all, true);
            columns.product(&mut ax, alpha, a, &x, all);
            columns.product_adjoint(&mut ahy, alpha, a, &y, all);
            let (mut free_ax, mut free_ahy) = (y.clone(), x.clone());
            T::product(&mut free_ax, alpha, a, &x, all);
            T::product_adjoint(&mut free_ahy, alpha, a, &y, all);
            for (value, free) in ax.iter().zip(&free_ax).chain(ahy.iter().zip(&free_ahy)) {
                assert!((*value - *free).modulus().to_f64() < tolerance, "{value:?} and {free:?}");
            }
            for here in [0..1, 1..all.min(6), all / 2..all] {
                let mut columns = Columns::new(ROWS, COLUMNS, here.len(), all, true);
                let (of_x, of_y) = (part(&x, all, here.clone()), part(&y, all, here.clone()));
                let (mut some_ax, mut some_ahy) = (of_y.clone(), of_x.clone());
                columns.product(&mut some_ax, alpha, a, &of_x, here.len());
                columns.product_adjoint(&mut some_ahy, alpha, a, &of_y, here.len());
                assert_eq!(some_ax, part(&ax, all, here.clone()));
                assert_eq!(some_ahy, part(&ahy, all, here));
            }
        }
    }

    #[test]
    fn a_column_has_the_same_bits_whatever_is_beside_it() {
        for all in [2, 7, 40] {
            alone_and_together::<f64>(all, 1e-10);
            alone_and_together::<f32>(all, 1e-2);
            alone_and_together::<Complex<f64>>(all, 1e-10);
            alone_and_together::<Complex<f32>>(all, 1e-2);
        }
    }

    #[test]
    fn one_column_of_complex_numbers() {
        let values: Vec<Complex<f64>> = (0..7 * 1030).map(value).collect();
        let (x, y): (Vec<_>, Vec<_>) = ((0..1030).map(|k| value(k + 4)).collect(), (0..7).map(value).collect());
        let a = Matrix { values: &values, rows: 7, columns: 1030 };
        let (mut ax, mut ahy) = (vec![Complex::default(); 7], vec![Complex::default(); 1030]);
        Dense::product(&mut ax, None, a, &x, 1);
        Dense::product_adjoint(&mut ahy, None, a, &y, 1);
        for (i, ax) in ax.iter().enumerate() {
            let expected: Complex<f64> = (0..1030).map(|k| values[i * 1030 + k] * x[k]).sum();
            assert!((ax - expected).norm() < 1e-11, "{ax} and {expected}");
        }
        for (k, ahy) in ahy.iter().enumerate() {
            let expected: Complex<f64> = (0..7).map(|i| values[i * 1030 + k].conj() * y[i]).sum();
            assert!((ahy - expected).norm() < 1e-13, "{ahy} and {expected}");
        }
    }
}
