//! The triangle R of A_S = Q R, column by column, and what a step along the last column of Q is in coefficients.
//!
//! Numbers are complex whatever the vectors are, as in GMRES's small problem: there are few of them. Every rank solves the same.

use crate::numbers::powers::two_to;
use num_complex::Complex;

/// R, with columns in units of powers of two.
#[derive(Debug)]
pub(super) struct Triangle {
    /// By columns, one after the other: that of number k has k + 1 elements.
    r: Vec<Complex<f64>>,
    units: Vec<i32>,
    y: Vec<Complex<f64>>,
}

impl Triangle {
    /// With memory for so many columns.
    pub(super) fn of(columns: usize) -> Self {
        let zero = Complex::new(0.0, 0.0);
        Self { r: vec![zero; columns * (columns + 1) / 2], units: vec![0; columns], y: vec![zero; columns] }
    }

    /// Column k: what is above the diagonal, and the number on it, both times 2^unit.
    pub(super) fn set(&mut self, k: usize, above: impl Iterator<Item = Complex<f64>>, diagonal: f64, unit: i32) {
        let column = &mut self.r[k * (k + 1) / 2..][..=k];
        column.iter_mut().zip(above.take(k)).for_each(|(place, value)| *place = value);
        column[k] = Complex::new(diagonal, 0.0);
        self.units[k] = unit;
    }

    /// The y of R y = γ eₖ, with R of the first k + 1 columns.
    pub(super) fn solve_last(&mut self, k: usize, gamma: Complex<f64>) -> &[Complex<f64>] {
        let at = |i: usize, j: usize| j * (j + 1) / 2 + i;
        let Self { r, units, y } = self;
        for i in (0..=k).rev() {
            let right = if i == k { gamma } else { Complex::new(0.0, 0.0) };
            let known = (i + 1..=k).fold(right, |rest, j| rest - r[at(i, j)] * y[j]);
            y[i] = known / r[at(i, i)].re;
        }
        for (y, unit) in y[..=k].iter_mut().zip(units) {
            *y = Complex::new(two_to(y.re, -*unit), two_to(y.im, -*unit));
        }
        &self.y[..=k]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_along_the_last_column() {
        // R = [[2, 1 + i, 4], [0, 0.5, −i], [0, 0, 3]]; the last column is told in units of 8.
        let (i, one) = (Complex::new(0.0, 1.0), Complex::new(1.0, 0.0));
        let columns = [vec![], vec![one + i], vec![one * 0.5, -i / 8.0]];
        let mut triangle = Triangle::of(3);
        for (k, (above, (diagonal, unit))) in columns.into_iter().zip([(2.0, 0), (0.5, 0), (0.375, 3)]).enumerate() {
            triangle.set(k, above.into_iter(), diagonal, unit);
        }
        let y = triangle.solve_last(2, one * 6.0).to_vec();
        let rows = [[one * 2.0, one + i, one * 4.0], [one * 0.0, one * 0.5, -i], [one * 0.0, one * 0.0, one * 3.0]];
        for (row, right) in rows.into_iter().zip([0.0, 0.0, 6.0]) {
            let left: Complex<f64> = row.iter().zip(&y).map(|(r, y)| r * y).sum();
            assert!((left - right).norm() < 1e-14, "{left} and {right}");
        }
        // Of fewer columns.
        assert_eq!(triangle.solve_last(0, one), [one * 0.5]);
    }
}
