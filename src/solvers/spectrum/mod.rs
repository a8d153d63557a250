//! Eigenvalues and singular values: a few from the ends of the spectrum, and estimates of norms and conditions.

mod arrow; //     the small matrix of a restarted basis
mod basis; //     an orthonormal basis that grows and is turned
mod bidiagonal; // the process for singular values
mod eigsh;
mod ends; //      which values are wanted
mod estimate; //  of the norm and the condition, by the bidiagonal form
mod krylov; //    restarts, and when to end
mod lanczos; //   the process for eigenvalues
mod limits; //    what a search is told
mod power; //     by powers
mod svds;
mod tridiagonal; // of a small matrix

pub use eigsh::{Eigenpairs, Eigsh, eigsh};
pub use ends::Which;
pub(crate) use estimate::norm_of;
pub use estimate::{Condition, Estimate};
pub use power::{PowerIteration, power_iteration};
pub use svds::{Svds, Triplets, svds};
