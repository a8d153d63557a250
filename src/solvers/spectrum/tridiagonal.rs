//! Eigenvalues of a small symmetric tridiagonal matrix, the same on every rank.

use faer::{Mat, Side};

/// The singular values of a bidiagonal matrix with an eigenvector's last component each, in ascending order: diagonal α₁ … α_k and below
/// it β₂ … β_{k+1}.
///
/// Those of B are the eigenvalues of [0 B; Bᵀ 0] above 0, which is tridiagonal with α₁, β₂, α₂, … beside its diagonal where the rows
/// and columns are dealt out in turn.
pub(super) fn singular_values(alphas: &[f64], betas: &[f64]) -> Vec<(f64, f64)> {
    let k = alphas.len();
    let n = k + 1 + betas.len();
    let beside = |i: usize| if i.is_multiple_of(2) { alphas[i / 2] } else { betas[i / 2] };
    let largest = alphas.iter().chain(betas).fold(0.0f64, |most, &x| most.max(x.abs()));
    if largest == 0.0 {
        return vec![(0.0, 0.0); k];
    }
    // Row 0 is u₁, row 1 v₁, row 2 u₂, …
    let matrix = Mat::from_fn(n, n, |i, j| match (i + 1 == j, j + 1 == i) {
        (true, _) => beside(i) / largest,
        (_, true) => beside(j) / largest,
        _ => 0.0,
    });
    let Ok(eigen) = matrix.self_adjoint_eigen(Side::Lower) else { return vec![(f64::NAN, f64::NAN); k] };
    let (values, vectors) = (eigen.S(), eigen.U());
    // They come in ascending order, and in pairs ±σ: the last k of them.
    let found = (n - k..n).map(|i| (values[i].max(0.0) * largest, vectors[(n - 1, i)] * 2f64.sqrt()));
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of [3 0; 4 5] the singular values are √45 and √5.
    #[test]
    fn of_two_columns() {
        let found = singular_values(&[3.0, 5.0], &[4.0]);
        assert!((found[0].0 - 5f64.sqrt()).abs() < 1e-14 && (found[1].0 - 45f64.sqrt()).abs() < 1e-14, "{found:?}");
    }

    /// Of the column (3, 4) it is 5, and the last component of its left vector 4/5.
    #[test]
    fn of_one_column_with_the_next_row() {
        let found = singular_values(&[3.0], &[4.0]);
        assert!((found[0].0 - 5.0).abs() < 1e-14 && (found[0].1.abs() - 0.8).abs() < 1e-14, "{found:?}");
    }
}
