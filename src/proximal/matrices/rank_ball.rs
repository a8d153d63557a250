//! Matrices of a rank that is not too large.

use super::super::ProximalOperator;
use super::{Rule, on_matrices};
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;

/// 0 where the ranks of matrices are at most r, ∞ elsewhere; of matrices along the last two axes, as
/// [`Nuclear`](crate::proximal::Nuclear). Its prox keeps the r largest
/// singular values of each. Not convex.
///
/// # Spaces
/// Those of [`Nuclear`](crate::proximal::Nuclear).
///
/// # Communication
/// Value and prox: one all-reduce of 8 bytes; the value one of 456 too.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::RankBall};
///
/// let layout = Layout::scatter(&Comm::solo(), &[1, 2, 2], 0)?;
/// let x = DistArray::from_fn(&layout, |i| [[3.0, 0.0], [0.0, 1.0]][i[1]][i[2]]);
/// let f = RankBall::new(1).on::<f64>(&layout)?;
/// let y = f.prox(&x, 1.0)?;
/// assert!((y.get(&[0, 0, 0])? - 3.0).abs() < 1e-12 && y.get(&[0, 1, 1])?.abs() < 1e-12);
/// assert_eq!((f.value(&x)?, f.value(&y)?), (f64::INFINITY, 0.0));
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// C. Eckart and G. Young, Psychometrika 1 (1936) 211. Singular values of at most 16 √(rows · columns) ε of the largest one count as 0.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`on` makes the proximal operator"]
pub struct RankBall {
    most: usize,
}

impl RankBall {
    /// Of at most this rank.
    pub fn new(most: usize) -> Self {
        Self { most }
    }

    /// On arrays of this layout.
    ///
    /// # Errors
    /// Those of [`Nuclear::on`](crate::proximal::Nuclear::on), but for σ; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if the rank is
    /// larger than the matrices' shorter side.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<ProximalOperator<T>> {
        on_matrices(layout, Rule::Rank(self.most))
    }
}
