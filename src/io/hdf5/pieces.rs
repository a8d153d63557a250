//! Boxes in pieces that are small enough for one call of MPI.

use std::ops::Range;

/// A part of a box that is written at once.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where it lies in the global array.
    pub(super) ranges: Vec<Range<usize>>,
    /// Where it begins in the box's buffer; it ends where the next begins.
    pub(super) at: usize,
}

/// How a box is cut into pieces of so many bytes at most, or of one element.
#[derive(Debug)]
pub(super) struct Pieces<'a> {
    /// Bytes of an element.
    pub(super) size: usize,
    pub(super) most: usize,
    /// Pieces of the first axis are as long as a multiple of this, where they are longer.
    pub(super) chunk: Option<&'a [usize]>,
}

impl Pieces<'_> {
    /// How many indices of the axis that is cut a piece has, and which axis that is.
    fn step(&self, shape: &[usize]) -> (usize, usize) {
        for axis in 0..shape.len() {
            let row = shape[axis + 1..].iter().fold(self.size, |bytes, &n| bytes.saturating_mul(n)).max(1);
            if row <= self.most || axis + 1 == shape.len() {
                let rows = (self.most / row).max(1);
                let unit = self.chunk.map_or(1, |chunk| chunk[axis].max(1));
                return (axis, if rows > unit { rows / unit * unit } else { rows });
            }
        }
        (0, 1)
    }

    /// The number of pieces of a box.
    pub(super) fn count(&self, ranges: &[Range<usize>]) -> usize {
        let shape: Vec<_> = ranges.iter().map(Range::len).collect();
        if shape.is_empty() {
            return 1;
        }
        let (axis, step) = self.step(&shape);
        shape[..axis].iter().product::<usize>() * shape[axis].div_ceil(step)
    }

    /// The k-th of them.
    pub(super) fn get(&self, ranges: &[Range<usize>], k: usize) -> Piece {
        let shape: Vec<_> = ranges.iter().map(Range::len).collect();
        let mut piece = ranges.to_vec();
        if shape.is_empty() {
            return Piece { ranges: piece, at: 0 };
        }
        let (axis, step) = self.step(&shape);
        let steps = shape[axis].div_ceil(step);
        let (mut row, first) = (k / steps, k % steps * step);
        let inner: usize = shape[axis + 1..].iter().product();
        let at = (row * shape[axis] + first) * inner;
        let start = ranges[axis].start + first;
        piece[axis] = start..(start + step).min(ranges[axis].end);
        for before in (0..axis).rev() {
            let index = ranges[before].start + row % shape[before];
            piece[before] = index..index + 1;
            row /= shape[before];
        }
        Piece { ranges: piece, at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Region;
    use proptest::prelude::*;

    fn length(ranges: &[Range<usize>]) -> usize {
        ranges.iter().map(Range::len).product()
    }

    proptest! {
        #[test]
        fn pieces_are_the_box_in_order(
            ranges in prop::collection::vec((0usize..4, 1usize..6), 0..4),
            most in 1usize..200,
            chunk in prop::collection::vec(1usize..4, 4),
        ) {
            let ranges: Vec<_> = ranges.into_iter().map(|(start, n)| start..start + n).collect();
            for chunk in [None, Some(&chunk[..])] {
                let pieces = Pieces { size: 4, most, chunk };
                let mut at = 0;
                let mut all = vec![];
                for k in 0..pieces.count(&ranges) {
                    let piece = pieces.get(&ranges, k);
                    prop_assert_eq!(piece.at, at);
                    let n = length(&piece.ranges);
                    prop_assert!(n == 1 || 4 * n <= most);
                    at += n;
                    let region = Region::new(piece.ranges.into_iter().map(Into::into).collect());
                    region.for_each_index(|index| all.push(index.to_vec()));
                }
                let mut plain = vec![];
                let region = Region::new(ranges.iter().cloned().map(Into::into).collect());
                region.for_each_index(|index| plain.push(index.to_vec()));
                prop_assert_eq!(all, plain);
            }
        }
    }
}
