//! Where vectors live and what they can do: [`Space`], [`DistArray`].

mod arithmetic; // + - * between arrays and numbers
pub(crate) mod broadcast; // NumPy's rule, for operands that meet on the spot
pub(crate) mod chunks; // arrays in chunks: creation, modes, combination
mod create; // zeros, linspace, coordinates, …
mod dist_array;
mod division; // /
mod dot; // sums and inner products
mod elementwise; // map, zip, axpy, …
pub(crate) mod find; // the first element that is not finite, the size of the largest
mod fused; // the verbs of Krylov methods
mod gather;
mod halo; // ghosts, one message to each neighbour
pub(crate) mod like;
pub(crate) mod mode_rules; // what may be done to chunks by themselves
pub(crate) mod norm;
mod operation; // what ranks compare
mod redistribute;
mod space;
pub(crate) mod sums; // the ranks' parts of a sum, added up

pub(crate) use broadcast::{Against, common_shape, for_each_stretch, meet};
pub use create::Step;
pub use dist_array::DistArray;
pub use find::Place;
pub(crate) use find::{exponent, first_non_finite};
pub(crate) use fused::add_conjugate;
pub(crate) use halo::Faces;
pub use halo::{Ghosts, GhostsMut, Halo, HaloBack};
pub(crate) use mode_rules::Work;
pub use norm::Norm;
pub(crate) use norm::{Fold, Power, norm2};
pub(crate) use operation::Spaces;
pub(crate) use redistribute::combined;
pub use space::Space;
pub(crate) use sums::Reducer;
pub use sums::Summing;
