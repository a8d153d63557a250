//! Operators that need nothing of others: diagonals, matrices, taking, permuting and moving elements.

mod diagonal;
mod function; //    two closures
mod gathered; //    parts to all ranks
mod halo; //        blocks with their neighbours' cells
mod identity;
mod matrix_mult;
mod parts; //       real and imaginary ones
mod redistribute;
mod restriction;
mod spread; //      between an array and overlapping chunks of it
mod transpose_axes;
mod zero;

pub use diagonal::Diagonal;
pub use function::Function;
pub(in crate::operators) use gathered::Gathered;
pub use halo::Halo;
pub use identity::Identity;
pub use matrix_mult::MatrixMult;
pub use parts::{ImaginaryPart, RealPart};
pub use redistribute::Redistribute;
pub(in crate::operators) use redistribute::Way;
pub use restriction::Restriction;
pub use spread::{Fold, Overlaps, Spread};
pub use transpose_axes::TransposeAxes;
pub use zero::Zero;
