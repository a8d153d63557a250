//! Arrays in chunks: what a chunk is, modes and their folds, who holds an element first, changes of mode
//! and of map, reductions and products that are left un-combined.

mod change;
mod chunk;
mod create;
mod difference;
mod holders;
mod index_map;
mod matmul;
mod modes;
mod reduce_axis;
mod settle;
mod views;

pub use chunk::{Along, Chunk, by};
pub(crate) use create::{check_modes, filled, only};
pub(crate) use holders::{Place, Placing, places, stretches};
pub use index_map::index_map_2d;
pub(crate) use matmul::block_product;
pub(crate) use modes::Folding;
