//! The Distributed Array Protocol 0.10.0: how parallel codes hand each other arrays without copying.
//!
//! A rank's part of an array is a [`Structure`]: the protocol's version, the rank's values (the buffer),
//! and for each dimension a [`DimData`] that says which indices the values stand at. It is local to a rank:
//! - [`DistArray::protocol`] shows an array so, values borrowed;
//! - [`DistArray::protocol_padded`] the same with copies of the neighbours' cells around them;
//! - [`DistArray::from_protocol`] makes an array of what all ranks bring, values moved;
//! - [`Structure::json`] and [`Structure::from_json`] write and read all but the values.
//!
//! # How strict it is
//! Every rule of the protocol is held, also those that its own validator lets pass: no key too many or
//! missing, no value of another type, `padding` within the block, `indices` that stand once, a buffer of
//! just the shape that the dimensions say; across ranks, dimensions that agree and deal out each index once.
//! Two things are taken as its examples have them: `padding` may be a JSON list, and a cyclic dimension
//! that has nothing for a rank may say `start = size` where `proc_grid_rank · block_size` lies behind.
//!
//! Source: the protocol's text, enthought/distributed-array-protocol, release 0.10.0.
//!
//! # Example
//! ```
//! use lops::protocol::{DimData, DistType};
//! use lops::{DistArray, launch_threads, layout::Grid};
//!
//! launch_threads(4, |comm| {
//!     let layout = Grid::parse("bc")?.over(&[2, 2]).layout(comm, &[5, 9])?;
//!     let x = DistArray::from_fn(&layout, |i| (9 * i[0] + i[1]) as f64);
//!     let part = x.protocol()?.expect("every rank is in the grid");
//!     if comm.rank() == 3 {
//!         let dist_type = DistType::Cyclic { start: 1, block_size: 1 };
//!         assert_eq!(part.dim_data[1], DimData { size: 9, proc_grid_rank: 1, proc_grid_size: 2, dist_type });
//!         assert_eq!(part.buffer.as_ptr(), x.as_slice().as_ptr());
//!     }
//!     let again = DistArray::from_protocol(comm, part.to_owned())?;
//!     assert_eq!(again.layout()?, &layout);
//!     Ok(())
//! })
//! .unwrap();
//! ```

mod dim;
mod export;
mod import;
mod json;
mod structure;
#[cfg(test)]
mod tests;
mod wire;

pub use dim::{DimData, DistType};
pub(crate) use export::dim;
pub(crate) use import::Assembly;
pub use structure::Structure;
pub(crate) use structure::{check_dims, check_version};
pub(crate) use wire::gather;

#[allow(unused_imports, reason = "the page links to it")]
use crate::array::DistArray;

/// The version of the protocol that is written, and the only one that is read.
pub const VERSION: &str = "0.10.0";
