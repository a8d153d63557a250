//! Where vectors live and what they can do: [`Layout`], [`Space`], [`DistArray`].

mod arithmetic;
mod display;
mod dist_array;
mod elementwise;
pub(crate) mod find;
pub(crate) mod fused;
mod gather;
mod halo;
pub(crate) mod kernels;
mod layout;
pub(crate) mod norm;
mod random;
mod redistribute;
pub(crate) mod reduce;
mod region;
mod space;
pub(crate) mod sums;

pub use dist_array::DistArray;
pub(crate) use halo::Halo;
pub(crate) use layout::check_axis;
pub use layout::{Layout, Partition};
pub use norm::Norm;
pub use random::uniform;
pub use region::Region;
pub use space::Space;
pub use sums::{Summation, Summed};
