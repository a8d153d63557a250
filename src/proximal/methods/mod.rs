//! Methods that minimise sums of functions, each by its prox or its gradient.

mod admm_l2;
mod blocks; //   elementwise work with sums
mod proximal_gradient;
mod stepwise; // what all of them have in common

pub use admm_l2::{AdmmL2, admm_l2};
pub use proximal_gradient::{ProximalGradient, proximal_gradient};
