//! Where vectors live and what they can do: [`Layout`], [`Space`], [`DistArray`].

mod arithmetic;
pub(crate) mod broadcast;
pub(crate) mod chunks;
mod display;
mod dist_array;
mod elementwise;
pub(crate) mod find;
pub(crate) mod fused;
mod gather;
mod halo;
pub(crate) mod kernels;
mod layout;
pub(crate) mod like;
pub(crate) mod mode_rules;
pub(crate) mod norm;
mod norm_axis;
mod random;
mod redistribute;
pub(crate) mod reduce;
mod slicing;
mod space;
pub(crate) mod sums;
mod ufuncs;

pub use chunks::{Along, Chunk, by, index_map_2d, matmul};
pub use dist_array::DistArray;
pub(crate) use halo::{Faces, Halo};
pub(crate) use layout::check_axis;
pub use layout::{AxisMap, Chunks, Cut, Grid, IndexSet, Layout, Mode, Partition, ProcessGrid, Region, grid_shape};
pub use norm::Norm;
pub use random::uniform;
pub(crate) use redistribute::Plan;
pub use slicing::{DistView, DistViewMut, Index, Span, Value};
pub use space::Space;
pub use sums::{Summation, Summed};
pub use ufuncs::{Elementary, Integer, Operand, Ordered, Power};
