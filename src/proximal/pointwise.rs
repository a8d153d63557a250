//! Proxes that need of x only what lies at one place.

use crate::numbers::Scalar;

/// A prox that needs of x only what lies at one place: an element, or one of each member of a stack.
///
/// Methods that go through memory by rows compute such a prox of what they have just written, while it is in cache: see
/// [`PrimalDual`](super::PrimalDual). An author's own function may offer it with [`Proximal::pointwise`](super::Proximal::pointwise).
///
/// # Example
/// ```
/// use lops::proximal::{Pieces, Pointwise, Proximal};
/// use lops::{DistArray, Result, Space};
///
/// /// f(x) = ½ ‖x‖².
/// struct HalfSquare(Space);
///
/// impl Pointwise<f64> for HalfSquare {
///     fn prox_pieces(&self, tau: f64, pieces: &mut Pieces<'_, f64>) {
///         pieces.each(|_, x| x.iter_mut().for_each(|x| *x *= 1.0 / (1.0 + tau)));
///     }
///     fn is_even(&self) -> bool {
///         true
///     }
/// }
///
/// impl Proximal<f64> for HalfSquare {
///     fn space(&self) -> &Space {
///         &self.0
///     }
///     fn value(&self, x: &DistArray<f64>) -> Result<f64> {
///         Ok(0.5 * x.norm().powi(2))
///     }
///     fn prox_into(&self, tau: f64, x: &DistArray<f64>, y: &mut DistArray<f64>) -> Result<()> {
///         y.copy_from(x)?;
///         y.scale(1.0 / (1.0 + tau));
///         Ok(())
///     }
///     fn pointwise(&self) -> Option<&dyn Pointwise<f64>> {
///         Some(self)
///     }
/// }
/// ```
pub trait Pointwise<T: Scalar> {
    /// x ← prox_τf(x) of some elements, with the bits of [`prox_into`](super::Proximal::prox_into).
    fn prox_pieces(&self, tau: f64, pieces: &mut Pieces<'_, T>);

    /// Whether it is the same at all places. Then it is asked for places of other ranks too, whose number says nothing.
    fn is_even(&self) -> bool;

    /// Vectors that it reads beside x.
    fn reads(&self) -> usize {
        0
    }
}

/// Elements at the same places of all members of a stack, or some of an array, taken out of it.
#[derive(Debug)]
pub struct Pieces<'a, T> {
    values: &'a mut [T],
    length: usize,
    start: usize,
    stride: usize,
}

impl<'a, T> Pieces<'a, T> {
    /// These values, so many of each member, one after the other. Those of the first member lie at `start` of this rank's buffer, those
    /// of each further one `stride` after the ones before.
    pub(super) fn new(values: &'a mut [T], length: usize, start: usize, stride: usize) -> Self {
        Self { values, length: length.max(1), start, stride }
    }

    /// Calls `f` with each member's elements, and where in this rank's buffer they begin.
    pub fn each(&mut self, mut f: impl FnMut(usize, &mut [T])) {
        let (mut start, stride) = (self.start, self.stride);
        for piece in self.values.chunks_exact_mut(self.length) {
            f(start, piece);
            start += stride;
        }
    }

    /// Elements of each member.
    pub fn length(&self) -> usize {
        self.length
    }

    /// All of them, member after member.
    pub fn values(&mut self) -> &mut [T] {
        self.values
    }
}
