//! A part of a global array: a product, over the axes, of ranges of indices.

use ndarray::{ArrayViewD, ArrayViewMutD, Slice};
use std::ops::Range;

/// A box of a global array, one range an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region(Vec<Range<usize>>);

impl Region {
    pub(super) fn new(ranges: Vec<Range<usize>>) -> Self {
        Self(ranges)
    }

    /// The range of each axis.
    pub fn ranges(&self) -> &[Range<usize>] {
        &self.0
    }

    /// The lengths of the ranges.
    pub fn shape(&self) -> Vec<usize> {
        self.0.iter().map(Range::len).collect()
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.0.iter().map(Range::len).product()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What both have in common.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let both = self.0.iter().zip(&other.0);
        Self(both.map(|(a, b)| a.start.max(b.start)..a.end.min(b.end).max(a.start.max(b.start))).collect())
    }

    /// This region in indices counted from the start of `frame`, which contains it.
    #[must_use]
    pub fn within(&self, frame: &Self) -> Self {
        let both = self.0.iter().zip(&frame.0);
        Self(both.map(|(a, f)| a.start - f.start..a.end - f.start).collect())
    }

    /// This region of an array.
    pub fn of<'a, T>(&self, mut array: ArrayViewD<'a, T>) -> ArrayViewD<'a, T> {
        array.slice_each_axis_inplace(|axis| Slice::from(self.0[axis.axis.index()].clone()));
        array
    }

    /// This region of an array, to be changed.
    pub fn of_mut<'a, T>(&self, mut array: ArrayViewMutD<'a, T>) -> ArrayViewMutD<'a, T> {
        array.slice_each_axis_inplace(|axis| Slice::from(self.0[axis.axis.index()].clone()));
        array
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_boxes_share() {
        let a = Region::new(vec![0..3, 2..5]);
        let b = Region::new(vec![2..6, 0..4]);
        let c = a.intersection(&b);
        assert_eq!(c.ranges(), [2..3, 2..4]);
        assert_eq!(c.within(&a).ranges(), [2..3, 0..2]);
        assert!(a.intersection(&Region::new(vec![4..6, 0..1])).is_empty());
    }
}
