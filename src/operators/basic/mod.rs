//! Operators that need nothing of others: diagonals, matrices, taking, permuting and moving elements.

mod diagonal;
mod identity;
mod matrix_mult;
mod redistribute;
mod restriction;
mod spread; //      between an array and overlapping chunks of it
mod transpose_axes;
mod zero;

pub use diagonal::Diagonal;
pub use identity::Identity;
pub use matrix_mult::MatrixMult;
pub use redistribute::Redistribute;
pub use restriction::Restriction;
pub use spread::{Fold, Overlaps, Spread};
pub use transpose_axes::TransposeAxes;
pub use zero::Zero;
