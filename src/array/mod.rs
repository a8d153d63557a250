//! Where vectors live and what they can do: [`Layout`], [`Space`], [`DistArray`].

mod act;
mod arithmetic;
pub(crate) mod broadcast;
pub(crate) mod chunks;
mod create;
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
mod rearrange;
mod redistribute;
pub(crate) mod reduce;
mod runs;
mod slicing;
mod space;
pub(crate) mod sums;
mod ufuncs;

pub use act::{Arrays, Block, BlockMut, Reply, apply_to};
pub use chunks::{Along, Chunk, by, index_map_2d, matmul};
pub use create::Step;
pub use dist_array::DistArray;
pub(crate) use halo::{Faces, Halo};
pub(crate) use layout::check_axis;
pub use layout::{AxisMap, Chunks, Cut, Grid, IndexSet, Layout, Mode, Partition, ProcessGrid, Region, grid_shape};
pub use norm::Norm;
pub use random::{Random, uniform};
pub use rearrange::Pad;
pub(crate) use rearrange::{Walk, inverse, permuted};
pub(crate) use redistribute::{Piece, Plan, pieces};
#[cfg(feature = "hdf5")]
pub(crate) use slicing::Steps;
pub use slicing::{DistView, DistViewMut, Index, Span, Value};
pub(crate) use slicing::{Pick, Selection};
pub use space::Space;
pub use sums::{Summation, Summed};
pub use ufuncs::{Elementary, Integer, Operand, Ordered, Power};
