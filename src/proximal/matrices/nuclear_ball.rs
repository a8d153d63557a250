//! The ball of the sum of singular values.

use super::super::ProximalOperator;
use super::super::parameter::positive;
use super::{Rule, on_matrices};
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;

/// 0 where the singular values of each matrix sum up to at most r, ∞ elsewhere; of matrices along the last two axes, as
/// [`Nuclear`](crate::proximal::Nuclear). Its prox makes each singular value less, max(s − λ, 0), with the least λ from 0 that does.
///
/// # Spaces
/// Those of [`Nuclear`](crate::proximal::Nuclear).
///
/// # Communication
/// Value and prox: one all-reduce of 8 bytes; the value one of 456 too.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::NuclearBall};
///
/// let layout = Layout::scatter(&Comm::solo(), &[1, 2, 2], 0)?;
/// let x = DistArray::from_fn(&layout, |i| [[3.0, 0.0], [0.0, 1.0]][i[1]][i[2]]);
/// let f = NuclearBall::new(3.0).on::<f64>(&layout)?;
/// let y = f.prox(&x, 1.0)?; // 3 and 1 are 1/2 less
/// assert!((y.get(&[0, 0, 0])? - 2.5).abs() < 1e-12 && (y.get(&[0, 1, 1])? - 0.5).abs() < 1e-12);
/// assert_eq!((f.value(&x)?, f.value(&y)?), (f64::INFINITY, 0.0));
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// A. Beck, First-Order Methods in Optimization (2017), section 7.3. Behaviour: `NuclearBall` of pyproximal, of one matrix. What is outside by
/// √ε r counts as inside, as rounding errors of a prox are.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`on` makes the proximal operator"]
pub struct NuclearBall {
    radius: f64,
}

impl NuclearBall {
    /// Of this radius, around 0.
    pub fn new(radius: f64) -> Self {
        Self { radius }
    }

    /// On arrays of this layout.
    ///
    /// # Errors
    /// Those of [`Nuclear::on`](crate::proximal::Nuclear::on), of the radius instead of σ.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<ProximalOperator<T>> {
        positive("radius of NuclearBall", self.radius)?;
        on_matrices(layout, Rule::Ball(self.radius))
    }
}
