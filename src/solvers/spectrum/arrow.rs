//! The operator in a basis that has been restarted: a small matrix like an arrow with a tridiagonal, or bidiagonal, tail.
//!
//! ```text
//! d₀        b₀
//!    d₁     b₁           b₀, b₁ couple what was kept to the column after it,
//!       d₂  b₂
//!           d₃ b₃        each column after that to the next one.
//!              d₄ b₄
//! ```

use crate::error::{Error, ErrorKind, Result};
use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::svd::{ComputeSvdVectors, svd, svd_scratch};
use faer::{Col, Mat, Par, Spec};

/// The matrix: its upper triangle.
#[derive(Debug)]
pub(super) struct Arrow {
    pub(super) diagonal: Vec<f64>,
    /// Of each column the coupling; the last one's is to the vector after the basis.
    pub(super) beside: Vec<f64>,
    /// Columns that were kept.
    pub(super) kept: usize,
}

impl Arrow {
    /// With memory for so many columns, of which there are none.
    pub(super) fn of(columns: usize) -> Self {
        Self { diagonal: vec![0.0; columns], beside: vec![0.0; columns], kept: 0 }
    }

    /// The element in this row and a column to the right of it.
    pub(super) fn coupling(&self, row: usize, column: usize) -> f64 {
        if column == self.kept.max(row + 1) { self.beside[row] } else { 0.0 }
    }
}

/// Memory for eigenvalues or singular values of an [`Arrow`]: one thread, the same on every rank.
pub(super) struct Small {
    matrix: Mat<f64>,
    pub(super) values: Col<f64>,
    /// Eigenvectors, or left singular vectors.
    pub(super) left: Mat<f64>,
    /// Right singular vectors.
    pub(super) right: Mat<f64>,
    buffer: MemBuffer,
}

impl Small {
    /// For so many columns.
    pub(super) fn of(columns: usize) -> Self {
        let of_eigenvalues =
            self_adjoint_evd_scratch::<f64>(columns, ComputeEigenvectors::Yes, Par::Seq, Spec::default());
        let vectors = ComputeSvdVectors::Full;
        let of_svd = svd_scratch::<f64>(columns, columns, vectors, vectors, Par::Seq, Spec::default());
        let square = || Mat::zeros(columns, columns);
        Self {
            matrix: square(),
            values: Col::zeros(columns),
            left: square(),
            right: square(),
            buffer: MemBuffer::new(of_eigenvalues.or(of_svd)),
        }
    }

    /// The eigenvalues of the symmetric matrix with this upper triangle, of so many columns.
    pub(super) fn eigenvalues(&mut self, arrow: &Arrow, columns: usize) -> Result<()> {
        self.fill(arrow, columns, |above| above);
        let Self { matrix, values, left, buffer, .. } = self;
        let (a, u) =
            (matrix.as_ref().submatrix(0, 0, columns, columns), left.as_mut().submatrix_mut(0, 0, columns, columns));
        let found =
            self_adjoint_evd(a, part(values, columns), Some(u), Par::Seq, MemStack::new(buffer), Spec::default());
        found.map_err(|_| no_convergence())
    }

    /// The singular values of the upper triangular matrix, of so many columns.
    pub(super) fn singular_values(&mut self, arrow: &Arrow, columns: usize) -> Result<()> {
        self.fill(arrow, columns, |_| 0.0);
        let Self { matrix, values, left, right, buffer } = self;
        let a = matrix.as_ref().submatrix(0, 0, columns, columns);
        let [u, v] = [left, right].map(|vectors| Some(vectors.as_mut().submatrix_mut(0, 0, columns, columns)));
        let stack = MemStack::new(buffer);
        svd(a, part(values, columns), u, v, Par::Seq, stack, Spec::default()).map_err(|_| no_convergence())
    }

    /// The upper triangle, and below it what is made of the elements above.
    fn fill(&mut self, arrow: &Arrow, columns: usize, below: fn(f64) -> f64) {
        for column in 0..columns {
            self.matrix[(column, column)] = arrow.diagonal[column];
            for row in 0..column {
                let above = arrow.coupling(row, column);
                self.matrix[(row, column)] = above;
                self.matrix[(column, row)] = below(above);
            }
        }
    }
}

fn part(values: &mut Col<f64>, columns: usize) -> DiagMut<'_, f64> {
    values.as_mut().subrows_mut(0, columns).as_diagonal_mut()
}

fn no_convergence() -> Error {
    Error::new(ErrorKind::Other, "eigenvalues of a small matrix: the iteration did not converge")
}
