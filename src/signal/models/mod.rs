//! Synthetic models of the ground, by formulas.

mod layers;
mod marmousi;

pub use layers::{Fault, Layers};
pub use marmousi::marmousi_like;

use crate::error::Result;
use crate::layout::{Layout, check_axis};

/// Where a point is along two axes: its indices, x and z.
fn point(layout: &Layout, axes: [usize; 2]) -> Result<impl Fn(&[usize]) -> [f64; 2]> {
    axes.into_iter().try_for_each(|axis| check_axis(layout.shape(), axis))?;
    Ok(move |index: &[usize]| axes.map(|axis| index[axis] as f64))
}
