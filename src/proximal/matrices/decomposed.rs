//! Singular values and vectors of one matrix after another, in memory that is kept.

use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::svd::{ComputeSvdVectors, svd, svd_scratch};
use faer::traits::ComplexField;
use faer::{Col, Mat, Par, Spec};
use num_complex::Complex;

/// What matrices are computed in: double precision, real or complex.
pub(super) trait Entry: ComplexField + Copy {
    const ZERO: Self;
    fn of<T: Scalar>(x: T) -> Self;
    fn back<T: Scalar>(self) -> T;
    fn real_part(self) -> f64;
    /// self + a times the conjugate of b.
    fn plus(self, a: Self, b: Self) -> Self;
    fn times(self, by: f64) -> Self;
}

impl Entry for f64 {
    const ZERO: Self = 0.0;

    fn of<T: Scalar>(x: T) -> Self {
        x.re().to_f64()
    }

    fn back<T: Scalar>(self) -> T {
        T::from_parts(self, 0.0)
    }

    fn real_part(self) -> f64 {
        self
    }

    fn plus(self, a: Self, b: Self) -> Self {
        self + a * b
    }

    fn times(self, by: f64) -> Self {
        self * by
    }
}

impl Entry for Complex<f64> {
    const ZERO: Self = Complex::new(0.0, 0.0);

    fn of<T: Scalar>(x: T) -> Self {
        Self::new(x.re().to_f64(), x.im().to_f64())
    }

    fn back<T: Scalar>(self) -> T {
        T::from_parts(self.re, self.im)
    }

    fn real_part(self) -> f64 {
        self.re
    }

    fn plus(self, a: Self, b: Self) -> Self {
        self + a * b.conj()
    }

    fn times(self, by: f64) -> Self {
        self * by
    }
}

/// Memory for one matrix: itself, U, V and the singular values.
pub(super) struct Decomposed<E: Entry> {
    matrix: Mat<E>,
    left: Mat<E>,
    right: Mat<E>,
    diagonal: Col<E>,
    values: Vec<f64>,
    row: Vec<E>,
    buffer: MemBuffer,
    of_buffer: usize,
}

impl<E: Entry> Decomposed<E> {
    /// For matrices of so many rows and columns.
    pub(super) fn of(rows: usize, columns: usize) -> Self {
        let least = rows.min(columns);
        let vectors = ComputeSvdVectors::Thin;
        let need = svd_scratch::<E>(rows, columns, vectors, vectors, Par::Seq, Spec::default());
        Self {
            matrix: Mat::from_fn(rows, columns, |_, _| E::ZERO),
            left: Mat::from_fn(rows, least, |_, _| E::ZERO),
            right: Mat::from_fn(columns, least, |_, _| E::ZERO),
            diagonal: Col::from_fn(least, |_| E::ZERO),
            values: vec![0.0; least],
            row: vec![E::ZERO; columns],
            buffer: MemBuffer::new(need),
            of_buffer: need.unaligned_bytes_required(),
        }
    }

    /// The singular values of a matrix by rows, in descending order; with the vectors, where they are wanted.
    pub(super) fn values<T: Scalar>(&mut self, x: &[T], with_vectors: bool) -> Result<&[f64]> {
        let Self { matrix, left, right, diagonal, values, row, buffer, .. } = self;
        let columns = row.len();
        for (k, &x) in x.iter().enumerate() {
            matrix[(k / columns, k % columns)] = E::of(x);
        }
        let (u, v) = (left.as_mut(), right.as_mut());
        let (u, v) = if with_vectors { (Some(u), Some(v)) } else { (None, None) };
        let (s, stack) = (diagonal.as_mut().as_diagonal_mut(), MemStack::new(buffer));
        svd(matrix.as_ref(), s, u, v, Par::Seq, stack, Spec::default()).map_err(|_| no_convergence())?;
        for (k, value) in values.iter_mut().enumerate() {
            *value = diagonal[k].real_part();
        }
        Ok(values)
    }

    /// y ← U diag(s') Vᴴ of the vectors found last, with s' made of the k-th singular value s.
    pub(super) fn compose<T: Scalar>(&mut self, made: impl Fn(usize, f64) -> f64, y: &mut [T]) {
        let Self { left, right, values, row, .. } = self;
        for (i, y) in y.chunks_exact_mut(row.len()).enumerate() {
            row.fill(E::ZERO);
            for (k, &value) in values.iter().enumerate() {
                let value = made(k, value);
                if value == 0.0 {
                    continue;
                }
                let of_row = left[(i, k)].times(value);
                for (j, sum) in row.iter_mut().enumerate() {
                    *sum = sum.plus(of_row, right[(j, k)]);
                }
            }
            y.iter_mut().zip(&*row).for_each(|(y, &made)| *y = made.back());
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let entries = |matrix: &Mat<E>| matrix.nrows() * matrix.ncols() * size_of::<E>();
        let matrices: usize = [&self.matrix, &self.left, &self.right].map(entries).iter().sum();
        matrices + self.of_buffer + size_of_val(&self.row[..]) + size_of_val(&self.values[..])
    }
}

fn no_convergence() -> Error {
    Error::new(ErrorKind::Other, "singular values of a matrix: they did not converge")
}
