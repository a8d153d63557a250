//! Pictures of what an inversion did, as PNG files: no system font, no display, no server.
//!
//! - [`Section`]: a 2-D array, or a slice of a larger one, as an image, depth or time pointing down, with axes in physical
//!   units and a colour bar;
//! - [`Panels`]: several sections in one picture, say model, background, inversion and difference, in the same colours;
//! - [`Slices`]: three slices through a volume where they meet;
//! - [`Wiggles`]: traces as lines, what is above 0 filled;
//! - [`Animation`]: sections one after another, say the slices of a volume along an axis, as one animated PNG or as numbered files;
//! - [`Ownership`]: which rank holds what of a distributed array, [`LocalParts`]: what each rank holds;
//! - [`Curves`]: lines over a linear or logarithmic axis, say how solvers converge, or traces of a volume.
//!
//! Pictures are collective: `Section::of(&array)` and its kin take distributed arrays, all ranks call `save`, and rank 0 draws and writes.
//! What it draws comes to it, and no more: of arrays with many samples for each pixel ranks send means. So there is nothing to ask for
//! by rank, an error is the same on every rank, and the picture has the same bits on any number of them.
//!
//! ```
//! use lops::{plot::Section, prelude::*};
//!
//! launch_threads(3, |comm| {
//!     let volume = DistArray::from_fn(&Layout::scatter(comm, &[20, 30, 40], 0)?, |i| (i[0] + i[1] * i[2]) as f32);
//!     Section::of(&volume).slice(0, 10).title("In the middle").save(std::env::temp_dir().join("lops-doc-plot.png"))
//! })
//! .unwrap();
//! ```
//!
//! What a rank has for itself it draws for itself: `Section::new(view)`, `Wiggles::new(view)` and `Curves::new()` with lines of its own do
//! not communicate.
//! Files are written whole or not at all.

mod animation;
mod axes;
mod canvas;
mod curves;
mod limits;
mod line;
mod looks;
mod ownership;
mod palette;
mod panels;
mod resample;
mod section;
mod sharing;
mod slices;
mod source;
mod text;
mod ticks;
mod together;
mod wiggles;

pub use animation::Animation;
pub use curves::Curves;
pub use ownership::{LocalParts, Ownership};
pub use palette::Palette;
pub use panels::Panels;
pub use resample::Drawing;
pub use section::Section;
pub use slices::Slices;
pub use wiggles::Wiggles;
