//! Sparse solvers: iterations that shrink small coefficients to 0.

mod analysis; //   coefficients that a transform makes of the model
mod l1_ball; //    the nearest point of it
mod percentile; // of all moduli, by counting
mod shrinkage; //  ISTA and FISTA
mod soft; //       what they do with each coefficient
mod sparse_problem; // what they have in common
mod spgl1; //      as sparse as the data allow
mod twist; //      two-step iterations

pub use shrinkage::{Shrinkage, fista, ista};
pub use soft::Threshold;
pub use spgl1::{Spgl1, spgl1};
pub use twist::{TwIst, twist};
