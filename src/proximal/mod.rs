//! Proximal operators, functions with a value and a prox, and the solvers that make sums of them least.
//!
//! ```text
//! prox_τf(x) = the z that makes τ f(z) + ½ ‖z − x‖² least
//! ```
//!
//! [`Proximal`] is what an author writes; [`ProximalOperator`] is the shared handle everybody else uses: a clone copies a
//! pointer, and it carries what follows from a prox by formulas: the prox of the conjugate
//! ([`dual_prox`](ProximalOperator::dual_prox)), of f(x + b), f(σ x), σ f, f + ⟨q, x⟩ + β, f + ½ ρ ‖x − c‖², f(Q x), and of sums over the
//! members of a stack. The prox of f + g is found by theirs in turn ([`plus`](ProximalOperator::plus), [`Sum`]). Functions that are
//! sums over elements take a step for each ([`prox_by_steps`](ProximalOperator::prox_by_steps)).
//!
//! Types of this module are *descriptions*, as those of [`operators`](crate::operators) are: `.on(&space)?` makes the proximal operator on
//! vectors of a space, arrays or stacks, replicated or cut in any way; `of` makes one of arrays that carry their space.
//! Complex vectors have the real inner product, Re⟨x, y⟩.
//!
//! | f | |
//! |---|---|
//! | [`L1`], [`L0`], [`Huber`], [`LogPenalty`] | sums over elements that make small ones 0, or smaller |
//! | [`L2`], [`LeastSquares`], [`Quadratic`] | squares |
//! | [`Euclid`], [`L21`] | norms of all, of what belongs together |
//! | [`TV`] | total variation |
//! | [`Nuclear`], [`NuclearBall`], [`RankBall`] | singular values of matrices along the last two axes |
//! | [`NonNegative`], [`Bounds`], [`HalfSpace`], [`AffineSet`], [`Simplex`] | 0 in a set, ∞ outside |
//! | [`L1Ball`], [`EuclideanBall`], [`L0Ball`] | the same of balls |
//!
//! # Solvers
//! | least is made | by |
//! |---|---|
//! | f(x) + g(x), f with a gradient | [`proximal_gradient`] ([`ProximalGradient`]: FISTA, restarts, back-tracking) |
//! | Σ fᵢ(x) + Σ gⱼ(x), the fᵢ with gradients | [`generalized_proximal_gradient`] |
//! | f(x) + g(x), two proxes | [`douglas_rachford`], [`admm`]; roughly and fast [`hqs`] |
//! | Σ fᵢ(x), any number of proxes | [`ppxa`], [`consensus_admm`] |
//! | f(x) + g(A x), two proxes | [`primal_dual`] ([`PrimalDual`]: by rows; steps that adapt), [`linearized_admm`] |
//! | f(x) + g(x) + h(A x), f with a gradient | [`condat_vu`] |
//! | ½ ‖Op x − b‖² + g(A x) | [`admm_l2`], with CGLS inside |
//! | ½ ‖Op x − b‖² + Σ εᵢ ‖Rᵢ x‖₁ + … | [`split_bregman`] |
//!
//! They are [`Method`](crate::solvers::Method)s as all solvers are. Their criterion is the series "update", how far a step went, which is computed
//! from the state alone and so is always the true one; the tolerance is held against that of the first step. Steps that nobody gave follow from an
//! estimate of a norm. A solver inside of a prox begins where the last one ended, and its iterations are the series "inner". Updates that grow
//! without end are [`Reason::Unstable`](crate::solvers::Reason::Unstable): steps that are too long. Where a function bounds its vectors, such
//! steps go round, which is seen of those of [`PrimalDual`], [`LinearizedAdmm`] and [`ProximalGradient`] that are the user's:
//! [`Reason::TooLong`](crate::solvers::Reason::TooLong).
//!
//! # Same bits
//! Values and proxes have the same bits on any number of ranks and in any layout: what is not elementwise goes by exact sums.

mod affine_set;
mod balls;
mod bytes; //        what vectors take of memory
mod calculus; //     what follows from a prox by formulas
mod euclid;
mod half_space;
mod handle; //       ProximalOperator: the checked door
mod l21;
mod least_squares;
mod matrices; //     functions of singular values
mod methods; //      solvers
mod normal_factor; // (I + c AᴴA)⁻¹ of few elements
mod parameter; //    numbers that are looked at
mod per_element; //  one number for all elements, or one for each
mod pointwise; //    proxes that need only what lies at one place
mod quadratic;
mod separable; //    sums over elements
mod set; //          0 inside, ∞ outside
mod tv;

pub use affine_set::AffineSet;
pub use balls::{EuclideanBall, L0Ball, L1Ball, Simplex};
pub use calculus::Sum;
pub use euclid::Euclid;
pub use half_space::HalfSpace;
pub use handle::ProximalOperator;
pub use l21::L21;
pub use least_squares::LeastSquares;
pub use matrices::{Nuclear, NuclearBall, RankBall};
pub use methods::{Acceleration, Backtracking, ProximalGradient, proximal_gradient};
pub use methods::{AdaptivePrimalDual, CondatVu, PrimalDual, condat_vu, primal_dual};
pub use methods::{Admm, AdmmL2, admm, admm_l2};
pub use methods::{DouglasRachford, Ppxa, consensus_admm, douglas_rachford, ppxa};
pub use methods::{GeneralizedProximalGradient, generalized_proximal_gradient};
pub use methods::{Hqs, hqs};
pub use methods::{LinearizedAdmm, linearized_admm};
pub use methods::{SplitBregman, Term, split_bregman};
pub use pointwise::{Pieces, Pointwise};
pub use quadratic::Quadratic;
pub use separable::{Bounds, Huber, L0, L1, L2, LogPenalty, NonNegative};
pub use tv::TV;

use crate::array::{DistArray, Space};
use crate::error::Result;
use crate::numbers::Scalar;
use crate::solvers::{State, Stop};

/// A function f of vectors of one space, and its prox. All ranks call its methods together.
///
/// # Example
/// Everybody's own: f(x) = ½ ‖x‖², whose prox is x / (1 + τ).
/// ```
/// use lops::proximal::{Proximal, ProximalOperator};
/// use lops::{Comm, DistArray, Layout, Result, Space};
///
/// struct HalfSquare(Space);
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
/// }
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let f = ProximalOperator::new(HalfSquare(layout.clone().into()));
/// let x = DistArray::full(&layout, 3.0);
/// assert_eq!(f.prox(&x, 2.0)?.as_slice(), [1.0; 3]);
/// assert_eq!(f.dual_prox(&x, 2.0)?.as_slice(), [1.0; 3]); // f is its own conjugate
/// # Ok::<(), lops::Error>(())
/// ```
pub trait Proximal<T: Scalar> {
    /// The space of x.
    fn space(&self) -> &Space;

    /// f(x): infinite where x is not in the set that f stands for. The same on every rank.
    ///
    /// # Errors
    /// Those of what it is computed with.
    fn value(&self, x: &DistArray<T>) -> Result<T::Real>;

    /// y ← prox_τf(x), of a τ above 0 and of x and y of the space.
    ///
    /// # Errors
    /// Those of what it is computed with.
    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()>;

    /// The gradient, of a function that has one.
    fn smooth(&self) -> Option<&dyn Smooth<T>> {
        None
    }

    /// The prox with a step for each element, of a function that is a sum over elements.
    fn by_element(&self) -> Option<&dyn ByElement<T>> {
        None
    }

    /// The prox of some elements, of a function whose prox needs only what lies at one place.
    fn pointwise(&self) -> Option<&dyn Pointwise<T>> {
        None
    }

    /// Iterations of solvers inside, in all proxes so far.
    fn inner_iterations(&self) -> usize {
        0
    }

    /// Bytes that it keeps on this rank: vectors and weights that it was given, room for its proxes, factors, and what its operators
    /// keep ([`LinearOperator::scratch`](crate::LinearOperator::scratch)). For memory plans of solvers.
    fn scratch(&self) -> usize {
        0
    }

    /// All that the next prox depends on beside its τ and x, as where a solver inside begins; nothing of what has a formula. Methods
    /// save it in their [checkpoints](crate::solvers::Checkpoint), with what they go on from themselves.
    fn state(&self) -> State<'_> {
        State::new()
    }

    /// What it is called when it is printed.
    fn name(&self) -> String {
        let name = std::any::type_name::<Self>();
        let base = name.split('<').next().unwrap_or(name);
        base.rsplit("::").next().unwrap_or(base).to_string()
    }
}

/// A function that is a sum over elements, whose prox may take a step for each.
pub trait ByElement<T: Scalar> {
    /// y ← argmin f(z) + Σ |zₖ − xₖ|² / (2 τₖ), with τₖ so many times the number given for element k; all above 0.
    ///
    /// # Errors
    /// Those of what it is computed with.
    fn prox_by_steps(
        &self,
        steps: &DistArray<T::Real>,
        times: f64,
        x: &DistArray<T>,
        y: &mut DistArray<T>,
    ) -> Result<()>;
}

/// A function with a gradient.
pub trait Smooth<T: Scalar> {
    /// y ← ∇f(x).
    ///
    /// # Errors
    /// Those of what it is computed with.
    fn gradient_into(&self, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()>;

    /// y ← ∇f(x), and f(x) where both together cost less than each by itself: else `None`, as here.
    ///
    /// # Errors
    /// Those of [`gradient_into`](Self::gradient_into).
    fn gradient_and_value_into(&self, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<Option<T::Real>> {
        self.gradient_into(x, y).map(|()| None)
    }

    /// L with ‖∇f(x) − ∇f(y)‖ ≤ L ‖x − y‖, from which solvers choose their steps; `None` where nobody knows one, as here.
    ///
    /// # Errors
    /// Those of an [estimate of a norm](crate::Operator::norm_estimate).
    fn lipschitz(&self) -> Result<Option<f64>, Stop> {
        Ok(None)
    }
}
