//! Methods that minimise sums of functions, each by its prox or its gradient.

mod backtracking; //   steps that are found on the way
mod generalized_proximal_gradient;
mod gradient_steps; // what methods of gradients have in common
mod inner; //          iterations inside of proxes
mod momentum; //       looking ahead
mod proximal_gradient;
mod stepwise; // what all of them have in common

pub use backtracking::Backtracking;
pub use generalized_proximal_gradient::{GeneralizedProximalGradient, generalized_proximal_gradient};
pub use momentum::Acceleration;
pub use proximal_gradient::{ProximalGradient, proximal_gradient};
