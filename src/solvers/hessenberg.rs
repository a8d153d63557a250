//! The small least-squares problem of GMRES: min ‖β e₁ − H y‖ with H upper Hessenberg, column by column, by rotations.
//!
//! Numbers are complex whatever the vectors are: there are few of them, and of real ones the imaginary parts stay 0. Every rank
//! solves the same problem.

use super::State;
use crate::error::{Error, ErrorKind, Result};
use num_complex::Complex;

/// R of H = Q R, the rotations that Qᴴ is made of, and Qᴴ β e₁.
#[derive(Debug)]
pub(super) struct Hessenberg {
    /// R by columns, one after the other: that of number k has k + 1 elements.
    r: Vec<Complex<f64>>,
    rotations: Vec<(f64, Complex<f64>)>,
    g: Vec<Complex<f64>>,
    y: Vec<Complex<f64>>,
    columns: usize,
}

impl Hessenberg {
    /// With memory for so many columns.
    pub(super) fn of(columns: usize) -> Self {
        let zero = Complex::new(0.0, 0.0);
        Self {
            r: vec![zero; columns * (columns + 1) / 2],
            rotations: vec![(1.0, zero); columns],
            g: vec![zero; columns + 1],
            y: vec![zero; columns],
            columns: 0,
        }
    }

    /// This and all columns.
    pub(super) fn state<'a>(&'a mut self, mut state: State<'a>) -> State<'a> {
        let Self { r, rotations, g, columns, .. } = self;
        let count = (*columns).min(rotations.len());
        for (k, r) in r.iter_mut().take(count * (count + 1) / 2).enumerate() {
            state = state.complex(&format!("small.r.{k}"), r);
        }
        for (k, (c, s)) in rotations.iter_mut().take(count).enumerate() {
            state = state.number(format!("small.c.{k}"), c).complex(&format!("small.s.{k}"), s);
        }
        for (k, g) in g.iter_mut().take(count + 1).enumerate() {
            state = state.complex(&format!("small.g.{k}"), g);
        }
        state.count("small.columns", columns)
    }

    /// `Ok` if there is room for the columns that were read.
    ///
    /// # Errors
    /// [`ErrorKind::Format`].
    pub(super) fn check(&self) -> Result<()> {
        let room = self.rotations.len();
        if self.columns <= room {
            return Ok(());
        }
        let expected = format!("at most {room}");
        Err(Error::expected(ErrorKind::Format, "columns of a cycle in a checkpoint", expected, self.columns))
    }

    /// No columns, and this β.
    pub(super) fn begin(&mut self, beta: f64) {
        self.columns = 0;
        self.g[0] = Complex::new(beta, 0.0);
    }

    /// Columns so far.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Whether there is no room for another one.
    pub(super) fn is_full(&self) -> bool {
        self.columns == self.rotations.len()
    }

    /// One column more: its upper part, and the number below. `Err` with the number on R's diagonal, and no column more, where
    /// `is_nothing` says that this is 0.
    pub(super) fn push(
        &mut self,
        upper: impl Iterator<Item = Complex<f64>>,
        below: f64,
        is_nothing: impl Fn(f64) -> bool,
    ) -> Result<(), f64> {
        let k = self.columns;
        let column = &mut self.r[k * (k + 1) / 2..][..=k];
        column.iter_mut().zip(upper).for_each(|(place, value)| *place = value);
        for (i, &(c, s)) in self.rotations[..k].iter().enumerate() {
            let (one, other) = (column[i], column[i + 1]);
            column[i] = one * c + s * other;
            column[i + 1] = other * c - s.conj() * one;
        }
        let size = column[k].norm();
        let diagonal = size.hypot(below);
        if is_nothing(diagonal) {
            return Err(diagonal);
        }
        let direction = if size == 0.0 { Complex::new(1.0, 0.0) } else { column[k] / size };
        let (c, s) = (size / diagonal, direction * (below / diagonal));
        column[k] = direction * diagonal;
        self.rotations[k] = (c, s);
        self.g[k + 1] = -s.conj() * self.g[k];
        self.g[k] *= c;
        self.columns += 1;
        Ok(())
    }

    /// The least ‖β e₁ − H y‖.
    pub(super) fn residual(&self) -> f64 {
        self.g[self.columns].norm()
    }

    /// The y of it.
    pub(super) fn solve(&mut self) -> &[Complex<f64>] {
        for i in (0..self.columns).rev() {
            let row = (i + 1..self.columns).map(|j| self.r[j * (j + 1) / 2 + i] * self.y[j]);
            let known = row.fold(self.g[i], |rest, term| rest - term);
            self.y[i] = known / self.r[i * (i + 1) / 2 + i];
        }
        &self.y[..self.columns]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_a_complex_problem() {
        // H = [[1 + i, 2], [3, −i], [0, 1]], β = 2: the normal equations hold.
        let (i, one) = (Complex::new(0.0, 1.0), Complex::new(1.0, 0.0));
        let h = [[one + i, one * 2.0], [one * 3.0, -i], [one * 0.0, one]];
        let mut problem = Hessenberg::of(2);
        problem.begin(2.0);
        problem.push([h[0][0]].into_iter(), 3.0, |_| false).unwrap();
        problem.push([h[0][1], h[1][1]].into_iter(), 1.0, |_| false).unwrap();
        assert!(problem.is_full());
        let y = problem.solve().to_vec();
        let rest = [0, 1, 2].map(|k| one * if k == 0 { 2.0 } else { 0.0 } - h[k][0] * y[0] - h[k][1] * y[1]);
        let norm = rest.iter().map(Complex::norm_sqr).sum::<f64>().sqrt();
        assert!((norm - problem.residual()).abs() < 1e-15);
        for column in [0, 1] {
            let gradient: Complex<f64> = h.iter().zip(rest).map(|(row, rest)| row[column].conj() * rest).sum();
            assert!(gradient.norm() < 1e-15);
        }
    }

    #[test]
    fn more_columns_than_room_are_refused() {
        let mut problem = Hessenberg { columns: 2, ..Hessenberg::of(2) };
        assert!(problem.check().is_ok());
        problem.columns = usize::MAX;
        assert_eq!(problem.check().unwrap_err().kind(), ErrorKind::Format);
        assert_eq!(problem.state(State::new()).numbers.len(), 3 * 2 + 2 * 3 + 3 * 2 + 1);
    }

    #[test]
    fn a_column_of_nothing_is_not_taken() {
        let mut problem = Hessenberg::of(1);
        problem.begin(1.0);
        assert_eq!(problem.push([Complex::new(0.0, 0.0)].into_iter(), 0.0, |size| size == 0.0), Err(0.0));
        assert_eq!((problem.columns(), problem.residual()), (0, 1.0));
    }
}
