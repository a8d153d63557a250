//! Where vectors live and what they can do: [`Layout`], [`Space`], [`DistArray`].

mod arithmetic;
mod display;
mod dist_array;
mod elementwise;
mod gather;
mod halo;
pub(crate) mod kernels;
mod layout;
mod redistribute;
mod region;
mod space;

pub use dist_array::DistArray;
#[allow(unused_imports)] // for stencils, which come next
pub(crate) use halo::{Ghosts, Halo};
#[allow(unused_imports)]
pub(crate) use layout::check_axis;
pub use layout::{Layout, Partition};
pub use region::Region;
pub use space::Space;
