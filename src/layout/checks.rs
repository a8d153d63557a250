//! What shapes and indices have to be, and where an even split cuts.

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

/// n over P ranks: the first n mod P get one more.
pub(crate) fn even_bounds(n: usize, ranks: usize) -> Vec<usize> {
    (0..=ranks).map(|rank| n / ranks * rank + rank.min(n % ranks)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_split_is_that_of_the_field() {
        assert_eq!(even_bounds(8, 3), [0, 3, 6, 8]);
        assert_eq!(even_bounds(1, 4), [0, 1, 1, 1, 1]);
        assert_eq!(even_bounds(0, 2), [0, 0, 0]);
    }
}
