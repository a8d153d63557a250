//! What a NumPy user reaches for: functions of elements, reductions, indexing, rearranging, sorting, random
//! numbers, products, local action. Most of it is methods of [`DistArray`](crate::DistArray).

mod display; // this rank's part as text
mod local_work; // closures on local blocks
mod phantoms; // images for tomography
mod products; // matmul, tensordot, inner
mod random; // random fields and permutations
mod rearrange; // flip, roll, pad, concatenate, …
mod reduce_axis; // chunks combined along an axis
mod reductions; // reductions over axes
mod show; // the global array as text
mod slicing; // views, elements, assignment
mod sorting; // sort, search, histogram, unique
mod ufuncs; // exp … atan2, comparisons, bits

pub use local_work::{Arrays, Block, BlockMut, Reply, apply_to};
pub use phantoms::shepp_logan;
pub use products::{Contracted, Multiplied, inner, matmul, tensordot};
pub use rand;
pub use rand_distr;
pub use random::{Random, uniform};
pub use rearrange::Pad;
pub(crate) use rearrange::{Walk, inverse, permuted};
pub use reductions::{Comparable, Over, Summable};
pub use show::Shown;
#[cfg(feature = "hdf5")]
pub(crate) use slicing::Steps;
pub use slicing::{DistView, DistViewMut, Index, Span, Value};
pub(crate) use slicing::{Pick, Selection};
pub use sorting::{Histogram, Side, Sortable};
pub use ufuncs::{Elementary, Integer, Operand, Ordered, Power};
