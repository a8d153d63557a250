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
mod space;
pub(crate) mod sums;

pub use dist_array::DistArray;
pub(crate) use halo::Halo;
pub(crate) use layout::check_axis;
pub use layout::{AxisMap, Chunks, Cut, Grid, IndexSet, Layout, Mode, Partition, ProcessGrid, Region, grid_shape};
pub use norm::Norm;
pub use random::uniform;
pub(crate) use redistribute::Plan;
pub use space::Space;
pub use sums::{Summation, Summed};
