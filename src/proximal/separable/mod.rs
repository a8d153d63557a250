//! Functions that are sums over the elements.

mod bounds;
mod huber;
mod l0;
mod l1;
mod l2;
mod log_penalty;
mod non_negative;

pub use bounds::Bounds;
pub use huber::Huber;
pub use l0::L0;
pub use l1::L1;
pub use l2::L2;
pub use log_penalty::LogPenalty;
pub use non_negative::NonNegative;

use super::parameter::combined;
use super::{ByElement, Pieces, Pointwise, Proximal, ProximalOperator, Smooth};
use crate::array::{DistArray, Space, sums};
use crate::error::Result;
use crate::numbers::exact::ExactSum;
use crate::numbers::{PartialSum, Real, Scalar};
use crate::solvers::Stop;

/// f(x) = Σ fₖ(xₖ): fₖ and its prox, of the element at place k of this rank's buffer.
trait Separable<T: Scalar> {
    const NAME: &'static str;

    fn value_at(&self, k: usize, x: T) -> f64;

    fn prox_at(&self, tau: f64, k: usize, x: T) -> T;

    /// Bytes of what it was given for each element.
    fn bytes(&self) -> usize {
        0
    }

    /// x ← prox of the elements from place k on.
    fn prox_from(&self, tau: f64, k: usize, x: &mut [T]) {
        for (k, x) in (k..).zip(x) {
            *x = self.prox_at(tau, k, *x);
        }
    }

    /// Vectors of a number for each element that its prox reads: none of a function that is the same at all places. One, to be on the safe
    /// side, of what does not say so.
    fn reads(&self) -> usize {
        1
    }

    /// Whether it has a derivative everywhere.
    const SMOOTH: bool = false;

    /// How much the derivative changes at most, over how much x does.
    fn lipschitz(&self) -> Option<f64> {
        None
    }

    /// The derivative at x.
    fn slope_at(&self, _k: usize, x: T) -> T {
        x
    }
}

/// The proximal operator of a sum over elements.
fn on_elements<T: Scalar, S: Separable<T> + 'static>(space: impl Into<Space>, terms: S) -> Result<ProximalOperator<T>> {
    Ok(ProximalOperator::new(OverElements { space: combined(space, S::NAME)?, terms }))
}

/// Elements that stay in the first cache.
const BLOCK: usize = 1024;

struct OverElements<S> {
    space: Space,
    terms: S,
}

impl<T: Scalar, S: Separable<T>> Proximal<T> for OverElements<S> {
    fn space(&self) -> &Space {
        &self.space
    }

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        let [value] = sums_over(&self.space, x.as_slice(), |k, x| [self.terms.value_at(k, x)]);
        Ok(T::Real::from_f64(value))
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        x.passes_over(1 + self.terms.reads(), 1);
        let pairs = y.as_mut_slice().chunks_mut(BLOCK).zip(x.as_slice().chunks(BLOCK));
        for (k, (y, x)) in pairs.enumerate() {
            y.copy_from_slice(x);
            self.terms.prox_from(tau, k * BLOCK, y);
        }
        Ok(())
    }

    fn pointwise(&self) -> Option<&dyn Pointwise<T>> {
        Some(self)
    }

    fn smooth(&self) -> Option<&dyn Smooth<T>> {
        S::SMOOTH.then_some(self)
    }

    fn by_element(&self) -> Option<&dyn ByElement<T>> {
        Some(self)
    }

    fn scratch(&self) -> usize {
        self.terms.bytes()
    }

    fn name(&self) -> String {
        S::NAME.into()
    }
}

impl<T: Scalar, S: Separable<T>> Pointwise<T> for OverElements<S> {
    fn prox_pieces(&self, tau: f64, pieces: &mut Pieces<'_, T>) {
        pieces.each(|k, x| self.terms.prox_from(tau, k, x));
    }

    fn is_even(&self) -> bool {
        self.terms.reads() == 0
    }

    fn reads(&self) -> usize {
        self.terms.reads()
    }
}

impl<T: Scalar, S: Separable<T>> Smooth<T> for OverElements<S> {
    fn gradient_into(&self, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        x.passes_over(1 + self.terms.reads(), 1);
        for (k, (y, &x)) in y.as_mut_slice().iter_mut().zip(x.as_slice()).enumerate() {
            *y = self.terms.slope_at(k, x);
        }
        Ok(())
    }

    fn lipschitz(&self) -> Result<Option<f64>, Stop> {
        Ok(self.terms.lipschitz())
    }
}

impl<T: Scalar, S: Separable<T>> ByElement<T> for OverElements<S> {
    fn prox_by_steps(
        &self,
        steps: &DistArray<T::Real>,
        times: f64,
        x: &DistArray<T>,
        y: &mut DistArray<T>,
    ) -> Result<()> {
        x.passes_over(2 + self.terms.reads(), 1);
        let given = x.as_slice().iter().zip(steps.as_slice());
        for (k, (y, (&x, step))) in y.as_mut_slice().iter_mut().zip(given).enumerate() {
            *y = self.terms.prox_at(times * step.to_f64(), k, x);
        }
        Ok(())
    }
}

/// Exact sums over all elements of a vector, in one message.
pub(super) fn sums_over<T: Scalar, const N: usize>(
    space: &Space,
    x: &[T],
    terms: impl Fn(usize, T) -> [f64; N],
) -> [f64; N] {
    let mut found = [(); N].map(|()| ExactSum::new());
    space.for_each_counted(|range| {
        let start = range.start;
        for (k, &x) in x[range].iter().enumerate() {
            found.iter_mut().zip(terms(start + k, x)).for_each(|(sum, term)| sum.add(term));
        }
    });
    space.comm().moves(size_of_val(x), 0);
    let mut found = found.map(PartialSum::Exact);
    sums::all_reduce(space, &mut found);
    found.map(|sum| sum.value())
}
