//! What shapes and indices have to be.

use crate::error::{Error, ErrorKind, Result};

/// `Ok` if an array of this shape has this axis.
pub(crate) fn check_axis(shape: &[usize], axis: usize) -> Result<()> {
    if axis < shape.len() {
        return Ok(());
    }
    let expected = format!("less than {} (shape {shape:?})", shape.len());
    Err(Error::expected(ErrorKind::Axis, "axis", expected, axis))
}

/// `Ok` if an array of this shape has this index.
pub(crate) fn check_index(shape: &[usize], index: &[usize]) -> Result<()> {
    if index.len() == shape.len() && index.iter().zip(shape).all(|(i, n)| i < n) {
        return Ok(());
    }
    let expected = format!("one within shape {shape:?}");
    Err(Error::expected(ErrorKind::Shape, "index", expected, format!("{index:?}")))
}
