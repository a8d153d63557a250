//! A block seen along one of its axes.

use std::ops::Range;

/// A block in C order as `outer × n × inner`: the axes before one axis, that axis, and the axes after it.
///
/// What works along one axis does the same for each of `outer` slabs of `n` rows of `inner` contiguous elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AlongAxis {
    pub(crate) outer: usize,
    pub(crate) n: usize,
    pub(crate) inner: usize,
}

impl AlongAxis {
    pub(crate) fn new(shape: &[usize], axis: usize) -> Self {
        Self { outer: shape[..axis].iter().product(), n: shape[axis], inner: shape[axis + 1..].iter().product() }
    }

    /// The same block as elements that are each `parts` numbers.
    pub(crate) fn in_parts(self, parts: usize) -> Self {
        Self { inner: self.inner * parts, ..self }
    }

    /// Where some rows of a slab lie.
    pub(crate) fn rows(self, outer: usize, rows: Range<usize>) -> Range<usize> {
        let start = outer * self.n;
        (start + rows.start) * self.inner..(start + rows.end) * self.inner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_slabs_of_rows() {
        let along = |axis| AlongAxis::new(&[2, 3, 4, 5], axis);
        assert_eq!(along(0), AlongAxis { outer: 1, n: 2, inner: 60 });
        assert_eq!(along(2), AlongAxis { outer: 6, n: 4, inner: 5 });
        assert_eq!(along(3).in_parts(2), AlongAxis { outer: 24, n: 5, inner: 2 });
        assert_eq!(along(2).rows(1, 1..3), 25..35);
    }
}
