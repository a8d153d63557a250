//! Methods that minimise sums of functions, each by its prox or its gradient.

mod proximal_gradient;
mod stepwise; // what all of them have in common

pub use proximal_gradient::{ProximalGradient, proximal_gradient};
