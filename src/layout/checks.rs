//! What shapes and indices have to be.

use crate::error::{Error, ErrorKind, Result};
use std::fmt::Display;

/// `Ok` if an array of this shape has this axis.
pub(crate) fn check_axis(shape: &[usize], axis: usize) -> Result<()> {
    if axis < shape.len() {
        return Ok(());
    }
    let expected = format!("less than {} (shape {shape:?})", shape.len());
    Err(Error::expected(ErrorKind::Axis, "axis", expected, axis))
}

/// `Ok` if an array of this shape has these axes of something, each named once.
pub(crate) fn check_axes(what: impl Display, shape: &[usize], axes: &[usize]) -> Result<()> {
    axes.iter().try_for_each(|&axis| check_axis(shape, axis))?;
    match axes.iter().enumerate().find(|&(k, axis)| axes[..k].contains(axis)) {
        None => Ok(()),
        Some((_, axis)) => {
            Err(Error::expected(ErrorKind::Axis, format!("axes of {what}"), "each once", format!("{axis} twice")))
        }
    }
}

/// `Ok` if an array of this shape has this index.
pub(crate) fn check_index(shape: &[usize], index: &[usize]) -> Result<()> {
    if index.len() == shape.len() && index.iter().zip(shape).all(|(i, n)| i < n) {
        return Ok(());
    }
    let expected = format!("one within shape {shape:?}");
    Err(Error::expected(ErrorKind::Shape, "index", expected, format!("{index:?}")))
}
