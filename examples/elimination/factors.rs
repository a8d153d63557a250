//! Elimination on a distributed matrix.

use lops::library::uniform;
use lops::ndarray::{Array1, Zip};
use lops::prelude::*;

/// An element of the n × n matrix: random in [-1, 1), and 2 n more on the diagonal.
fn element(i: usize, j: usize, n: usize) -> f64 {
    uniform(7, (i * n + j) as u64) + if i == j { 2.0 * n as f64 } else { 0.0 }
}

/// The matrix, made where it lies.
pub(crate) fn matrix(layout: &Layout) -> DistArray<f64> {
    DistArray::from_fn(layout, |i| element(i[0], i[1], layout.shape()[0]))
}

/// The matrix with one column more, A times ones: the last column of a layout of n × (n + 1).
pub(crate) fn system(layout: &Layout) -> DistArray<f64> {
    let n = layout.shape()[0];
    DistArray::from_fn(layout, |i| {
        if i[1] < n { element(i[0], i[1], n) } else { (0..n).map(|j| element(i[0], j, n)).sum() }
    })
}

/// A ← the factors L (below the diagonal, which is 1) and U, in place; more columns than rows are
/// eliminated along.
///
/// # Communication
/// For each row but the last one broadcast of the pivot, and one exchange each of the column below it and
/// of the row beside it.
pub(crate) fn eliminate(a: &mut DistArray<f64>) -> Result<()> {
    for k in 0..a.shape()[0] - 1 {
        let pivot = a.get(&[k, k])?;
        a.view_mut(&index![k + 1.., k])?.map_in_place(|x| x / pivot);
        let (l, u) = (a.slice(&index![k + 1.., k..k + 1])?, a.slice(&index![k..k + 1, k + 1..])?);
        let mut left = a.view_mut(&index![k + 1.., k + 1..])?;
        let (l, u) = (l.broadcast_to(left.layout())?, u.broadcast_to(left.layout())?);
        Zip::from(left.local_mut()).and(l.local()).and(u.local()).for_each(|a, &l, &u| *a -= l * u);
    }
    Ok(())
}

/// x of U x = y, where [U | y] is an eliminated system; on all ranks.
///
/// # Communication
/// One all-gather for each row.
pub(crate) fn back_substituted(system: &DistArray<f64>) -> Result<Array1<f64>> {
    let n = system.shape()[0];
    let mut x = Array1::zeros(n);
    for k in (0..n).rev() {
        let row = system.slice(&index![k])?.gather_all();
        let known: f64 = (k + 1..n).map(|j| row[[j]] * x[j]).sum();
        x[k] = (row[[n]] - known) / row[[k]];
    }
    Ok(x)
}
