//! Operators that take weighted samples along one axis, wherever it is cut.

mod flip;
mod interp;
mod pad;
mod roll;
mod spline;
mod symmetrize;
mod taken; //   what they have in common: y[…, k, …] = Σ wₖⱼ x[…, j, …]
mod weights;

pub use flip::Flip;
pub use interp::Interp;
pub use pad::Pad;
pub use roll::Roll;
pub use symmetrize::Symmetrize;
pub(super) use taken::operator as taken_along;
pub(super) use weights::Weights;
