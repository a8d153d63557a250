//! Numbers: what arrays can hold, what scalars can do, how sums of them are formed, and the loops over them.
//!
//! Everything here is one rank's own business.

mod arithmetic; // quotients and squares, where they need care
mod columns; // products of a matrix with columns, together or each by itself
mod complex_column; // products of complex matrices with one column
mod dense; // what products of dense matrices there are
mod dense_products; // how they are formed
pub(crate) mod digits; // sums of vectors that do not depend on their order
#[allow(unsafe_code)]
mod element; // Element, DType, and their view as bytes
pub mod exact; // sums that do not depend on their order
pub(crate) mod few; // sums of a few terms, for every element of a vector
mod fourier; // circular correlations by transforms
pub(crate) mod kernels; // loops over vectors, for each level of SIMD
mod lines; // transforms of lines
#[allow(unsafe_code)] // one call
pub(crate) mod memory; // large blocks in large pages
pub(crate) mod powers; // of two
#[allow(unsafe_code)]
mod reals; // complex vectors as real ones
mod scalar; // Number, Scalar, Real
mod sums; // partial sums, exact or plain
mod tapers; // weights that rise and fall
mod text; // arrays as NumPy writes them
mod types; // the one list of element types

pub use arithmetic::Arithmetic;
pub(crate) use arithmetic::{split, times_power_of_two};
pub(crate) use columns::Columns;
pub(crate) use dense::LEAST;
pub use dense::{Dense, Matrix, RowMajor};
pub(crate) use element::{Buffer, bytes_of, bytes_of_mut, elements_of, elements_of_mut};
pub use element::{DType, Element};
pub use fourier::{ByFrequency, Circular, Fourier};
pub use lines::{ComplexLines, RealLines};
pub(crate) use reals::{reals_of, reals_of_mut};
pub use scalar::{Number, Real, Scalar};
pub use sums::{PartialSum, Summation, Summed};
pub use tapers::Taper;
pub(crate) use text::{EDGE, Text, written};
pub(crate) use types::for_types;
