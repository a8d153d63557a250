//! Operators near the inverse of another one, for the solvers that take such.

mod block_jacobi;
mod jacobi;

pub use block_jacobi::block_jacobi;
pub use jacobi::jacobi;
