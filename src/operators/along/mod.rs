//! Operators that take weighted samples along one axis, wherever it is cut.

mod as_one; //  some axes, counted as one
mod bilinear;
mod flip;
mod interp;
mod pad;
mod regression;
mod roll;
mod spline;
mod symmetrize;
mod taken; //   what they have in common: y[…, k, …] = Σ wₖⱼ x[…, j, …]
mod weights;

pub use bilinear::Bilinear;
pub use flip::Flip;
pub use interp::Interp;
pub use pad::Pad;
pub use regression::{LinearRegression, Regression};
pub use roll::Roll;
pub use symmetrize::Symmetrize;
pub(in crate::operators) use taken::check_layout;
pub(super) use taken::operator as taken_along;
pub(super) use weights::Weights;
