//! Norms and balls of singular values.

use super::parameter::{combined, positive};
use super::{Proximal, ProximalOperator};
use crate::array::{DistArray, Space, sums};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Layout};
use crate::numbers::exact::ExactSum;
use crate::numbers::{PartialSum, Real, Scalar};
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, Par};
use num_complex::Complex;

/// f(x) = σ Σ s, the sum of the singular values of matrices: what lies along the last two axes of an array, at each index of the
/// others. Its prox makes each singular value less, max(s − τσ, 0): matrices of low rank.
///
/// # Spaces
/// An array of two axes or more, the last two whole on every rank: each matrix is one rank's own.
///
/// # Communication
/// The value: one all-reduce of 456 bytes, and one of 8. The prox: one of 8.
///
/// # Same bits
/// On any number of ranks and in any layout. Singular values are computed in double precision.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::Nuclear};
///
/// let layout = Layout::scatter(&Comm::solo(), &[1, 2, 2], 0)?;
/// let x = DistArray::from_fn(&layout, |i| [[3.0, 0.0], [0.0, 1.0]][i[1]][i[2]]);
/// let f = Nuclear::new(2.0).on::<f64>(&layout)?;
/// assert!((f.value(&x)? - 8.0).abs() < 1e-12);
/// assert!((f.prox(&x, 0.5)?.get(&[0, 0, 0])? - 2.0).abs() < 1e-12);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// J.-F. Cai, E. Candès and Z. Shen, SIAM J. Optim. 20 (2010) 1956. Behaviour: `Nuclear` of pyproximal, of one matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`on` makes the proximal operator"]
pub struct Nuclear {
    sigma: f64,
}

impl Nuclear {
    /// σ times the sum of singular values.
    pub fn new(sigma: f64) -> Self {
        Self { sigma }
    }

    /// On arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if σ is not a finite number above 0; [`ErrorKind::Axis`] of less than two axes; [`ErrorKind::Layout`]
    /// if one of the last two is cut, and of chunks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<ProximalOperator<T>> {
        positive("sigma of Nuclear", self.sigma)?;
        matrices(layout, Rule::Sum(self.sigma))
    }
}

/// 0 where the ranks of matrices are at most r, ∞ elsewhere; of matrices along the last two axes, as [`Nuclear`]. Its prox keeps the r largest
/// singular values of each. Not convex.
///
/// # Spaces
/// Those of [`Nuclear`].
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
    /// Those of [`Nuclear::on`], but for σ.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<ProximalOperator<T>> {
        matrices(layout, Rule::Rank(self.most))
    }
}

/// What is done to singular values.
enum Rule {
    /// σ times their sum is the function.
    Sum(f64),
    /// So many are kept.
    Rank(usize),
}

fn matrices<T: Scalar>(layout: &Layout, rule: Rule) -> Result<ProximalOperator<T>> {
    let space = combined(layout, rule.name())?;
    let what = || format!("layout of {}", rule.name());
    let [.., rows, columns] = *layout.shape() else {
        return Err(Error::expected(ErrorKind::Axis, what(), "two axes at least", layout));
    };
    let are_whole = |axes: &[AxisMap]| axes[axes.len() - 2..].iter().all(AxisMap::is_whole);
    if !(layout.is_replicated() || layout.process_grid().is_some_and(|grid| are_whole(grid.axes()))) {
        let expected = "its last two axes whole on every rank";
        return Err(Error::expected(ErrorKind::Layout, what(), expected, layout));
    }
    Ok(ProximalOperator::new(Matrices { space, rows, columns, rule }))
}

impl Rule {
    fn name(&self) -> &'static str {
        match self {
            Self::Sum(_) => "Nuclear",
            Self::Rank(_) => "RankBall",
        }
    }

    /// What becomes of the k-th largest singular value.
    fn prox(&self, tau: f64, k: usize, value: f64) -> f64 {
        match self {
            Self::Sum(sigma) => (value - tau * sigma).max(0.0),
            Self::Rank(most) if k < *most => value,
            Self::Rank(_) => 0.0,
        }
    }
}

struct Matrices {
    space: Space,
    rows: usize,
    columns: usize,
    rule: Rule,
}

impl Matrices {
    /// The function's value of one matrix, by its singular values in descending order.
    fn of<T: Scalar>(&self, values: &[f64]) -> f64 {
        match self.rule {
            Rule::Sum(sigma) => sigma * values.iter().sum::<f64>(),
            Rule::Rank(most) => {
                let epsilon = Real::to_f64(<T::Real as num_traits::Float>::epsilon());
                let least =
                    16.0 * ((self.rows * self.columns) as f64).sqrt() * epsilon * values.first().unwrap_or(&0.0);
                let is_inside = values.get(most).is_none_or(|&value| value <= least);
                if is_inside { 0.0 } else { f64::INFINITY }
            }
        }
    }

    fn matrix<T: Scalar>(&self, x: &[T]) -> Mat<Complex<f64>> {
        let number = |x: T| Complex::new(x.re().to_f64(), x.im().to_f64());
        Mat::from_fn(self.rows, self.columns, |i, j| number(x[i * self.columns + j]))
    }

    /// y ← what the rule makes of one matrix.
    fn shrink<T: Scalar>(&self, tau: f64, x: &[T], y: &mut [T]) -> Result<()> {
        let svd = self.matrix(x).thin_svd().map_err(|_| no_convergence())?;
        let (u, s) = (svd.U(), svd.S().column_vector());
        let kept = Mat::from_fn(self.rows, u.ncols(), |i, k| u[(i, k)] * self.rule.prox(tau, k, s[k].re));
        let mut product = Mat::zeros(self.rows, self.columns);
        matmul(&mut product, Accum::Replace, &kept, svd.V().adjoint(), Complex::new(1.0, 0.0), Par::Seq);
        for (k, y) in y.iter_mut().enumerate() {
            let made = product[(k / self.columns, k % self.columns)];
            *y = T::from_parts(made.re, made.im);
        }
        Ok(())
    }

    /// Elements of a matrix; 1 where there are none, of which there are none.
    fn size(&self) -> usize {
        (self.rows * self.columns).max(1)
    }
}

fn no_convergence() -> Error {
    Error::new(ErrorKind::Other, "singular values of a matrix: they did not converge")
}

impl<T: Scalar> Proximal<T> for Matrices {
    fn space(&self) -> &Space {
        &self.space
    }

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        x.passes_over(1, 0);
        let of_matrix = |x| self.matrix::<T>(x).singular_values().map_err(|_| no_convergence());
        let matrices = x.as_slice().chunks_exact(self.size());
        let values = matrices.map(|x| Ok(self.of::<T>(&of_matrix(x)?))).collect::<Result<Vec<_>>>();
        let mut sum = ExactSum::new();
        sum.add_slice(&self.space.comm().agree(values)?);
        let mut sum = [PartialSum::Exact(sum)];
        sums::all_reduce(&self.space, &mut sum);
        Ok(T::Real::from_f64(sum[0].value()))
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        x.passes_over(1, 1);
        let matrices = x.as_slice().chunks_exact(self.size());
        let mut pairs = matrices.zip(y.as_mut_slice().chunks_exact_mut(self.size()));
        self.space.comm().agree(pairs.try_for_each(|(x, y)| self.shrink(tau, x, y)))
    }

    fn name(&self) -> String {
        self.rule.name().into()
    }
}
