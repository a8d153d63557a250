//! Shares of a whole.

use super::super::parameter::{combined, positive};
use super::super::separable::sums_over;
use super::super::set::{indicator, slack};
use super::super::{Proximal, ProximalOperator};
use crate::array::{DistArray, Space};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Real;
use crate::solvers::level_of_sum;

/// 0 where all xₖ ≥ 0 and Σ xₖ = r, ∞ elsewhere. Its prox is max(xₖ − λ, 0), at the λ at which these sum up to r. Real.
///
/// # Communication
/// The value: one all-reduce of 912 bytes. The prox: one of 456, and one of 912 a step of Newton's method, of which there are few.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::Simplex};
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let f = Simplex::new(1.0).on::<f64>(&layout)?;
/// let x = DistArray::from_fn(&layout, |i| [1.0, 0.5, -2.0][i[0]]);
/// assert_eq!(f.prox(&x, 1.0)?.as_slice(), [0.75, 0.25, 0.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// C. Michelot, J. Optim. Theory Appl. 50 (1986) 195. Behaviour: `Simplex` of pyproximal. What is off by √ε r counts as inside,
/// as rounding errors of a prox are.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`on` makes the proximal operator"]
pub struct Simplex {
    sum: f64,
}

impl Simplex {
    /// Of elements that sum up to this.
    pub fn new(sum: f64) -> Self {
        Self { sum }
    }

    /// On vectors of a space, arrays or stacks.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if the sum is not a finite number above 0; [`ErrorKind::Shape`] of a space without elements;
    /// [`ErrorKind::Layout`] of chunks that are still to be combined.
    pub fn on<T: Real>(self, space: impl Into<Space>) -> Result<ProximalOperator<T>> {
        positive("sum of Simplex", self.sum)?;
        let space = combined(space, "Simplex")?;
        let [count] = sums_over(&space, &vec![T::zero(); space.local_len()], |_, _| [1.0]);
        if count == 0.0 {
            return Err(Error::expected(ErrorKind::Shape, "space of Simplex", "an element at least", space));
        }
        Ok(ProximalOperator::new(Shares { space, sum: self.sum, count }))
    }
}

struct Shares {
    space: Space,
    sum: f64,
    /// Elements.
    count: f64,
}

impl<T: Real> Proximal<T> for Shares {
    fn space(&self) -> &Space {
        &self.space
    }

    fn value(&self, x: &DistArray<T>) -> Result<T> {
        let [sum, below] =
            sums_over(&self.space, x.as_slice(), |_, x| [x.to_f64(), f64::from(u8::from(x < T::zero()))]);
        Ok(indicator(below == 0.0 && (sum - self.sum).abs() <= self.sum * slack::<T>()))
    }

    fn prox_into(&self, _: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let [all] = sums_over(&self.space, x.as_slice(), |_, x| [x.to_f64()]);
        // No λ is less than the one that would do if none were cut off.
        let least = (all - self.sum) / self.count;
        let level = level_of_sum(self.sum, 0.0, |level| {
            Ok::<_, Error>(sums_over(&self.space, x.as_slice(), |_, x| {
                let size = x.to_f64() - least;
                if size > level { [size, 1.0] } else { [0.0; 2] }
            }))
        })?;
        y.copy_from(x)?;
        y.map_in_place(|x| T::from_f64((x.to_f64() - least - level).max(0.0)));
        Ok(())
    }

    fn name(&self) -> String {
        "Simplex".into()
    }
}
