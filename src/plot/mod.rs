//! Pictures of what an inversion did, as PNG files: no system font, no display, no server.
//!
//! - [`Section`]: a 2-D array as an image, depth or time pointing down, with axes in physical
//!   units and a colour bar;
//! - [`Panels`]: several sections in one picture, say model, background, inversion and difference;
//! - [`Ownership`]: which rank holds what of a distributed array, [`LocalParts`]: what each rank holds;
//! - [`Curves`]: lines over a linear or logarithmic axis, say how solvers converge.
//!
//! Files are written whole or not at all. Call these on one rank only: nothing here communicates, but
//! for pictures of distributed arrays, which all ranks call and rank 0 writes.

mod axes;
mod canvas;
mod curves;
mod limits;
mod ownership;
mod palette;
mod panels;
mod resample;
mod section;
mod text;
mod ticks;

pub use curves::Curves;
pub use ownership::{LocalParts, Ownership};
pub use palette::Palette;
pub use panels::Panels;
pub use resample::Drawing;
pub use section::Section;
