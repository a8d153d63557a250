//! Eigenvalues and singular values: the largest, and estimates of norms and conditions.

mod estimate; //  of the norm and the condition, by the bidiagonal form
mod power; //     by powers
mod tridiagonal; // of a small matrix

pub(super) use estimate::norm_of;
pub use estimate::{Condition, Estimate};
pub use power::{PowerIteration, power_iteration};
