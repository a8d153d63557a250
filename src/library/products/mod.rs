//! Products of matrices and of arrays of any number of axes, in any layouts.
//!
//! One of the two operands stays where it is, cut along axes that the product keeps, and every rank gets
//! what it needs of the other, tile by tile. Each element of the product is one sum on one rank, always
//! formed in the same order, so that neither the layouts nor the number of ranks show in its bits.

mod chunked;
mod contraction;
mod factor_axes;
mod matmul;
mod multiplied;
mod tensordot;

pub use matmul::matmul;
pub use multiplied::Multiplied;
pub use tensordot::{Contracted, inner, tensordot};
