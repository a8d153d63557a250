//! Methods that minimise sums of functions, each by its prox or its gradient.

mod primal_dual;
mod proximal_gradient;
mod stepwise; // what all of them have in common

pub use primal_dual::{AdaptivePrimalDual, CondatVu, PrimalDual, condat_vu, primal_dual};
pub use proximal_gradient::{ProximalGradient, proximal_gradient};
