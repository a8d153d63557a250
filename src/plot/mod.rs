//! Pictures of what an inversion did, as PNG files: no system font, no display, no server.
//!
//! - [`Section`]: a 2-D array as an image, depth or time pointing down, with axes in physical
//!   units and a colour bar;
//! - [`Panels`]: several sections in one picture, say model, background, inversion and difference;
//! - [`Curves`]: lines over a linear or logarithmic axis, say how solvers converge.
//!
//! Files are written whole or not at all. Call these on one rank only: nothing here communicates.

mod axes;
mod canvas;
mod curves;
mod limits;
mod palette;
mod panels;
mod resample;
mod section;
mod text;
mod ticks;

pub use curves::Curves;
pub use palette::Palette;
pub use panels::Panels;
pub use resample::Drawing;
pub use section::Section;
