//! Into which pieces the blocks of a layout are cut, so that one is sent while another is transformed.

use super::route::longest;
use crate::layout::Layout;
use std::ops::Range;

/// Bytes of a piece: what stays in cache from where it is made to where it is put into messages.
const CACHED: usize = 1 << 20;

/// Bytes of a message, on average, that a piece is not to fall below: shorter ones take longer in all.
const MESSAGE: usize = 64 << 10;

/// Blocks of fewer pieces stay whole: they are in some cache anyway, and each piece costs a little.
const FEWEST: usize = 8;

/// The blocks of all ranks, cut along an axis. On all ranks the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pieces {
    pub(super) axis: usize,
    /// Places along the axis that a piece has; the last one may have fewer.
    width: usize,
    pub(super) count: usize,
    /// Whether a piece lies in one stretch of a block.
    pub(super) in_one_stretch: bool,
}

impl Pieces {
    /// Of blocks in a layout before passes and in one after them, along an axis that these leave alone; `None` where there is
    /// no such axis, or not enough to cut. `bytes` are those of a piece, if they are given.
    pub(super) fn of(
        [before, after]: [&Layout; 2],
        transformed: &[usize],
        size: usize,
        bytes: Option<usize>,
    ) -> Option<Self> {
        let lengths: Vec<_> = (0..before.ndim()).map(|axis| longest(before, axis).max(longest(after, axis))).collect();
        let axis = (0..lengths.len()).find(|axis| !transformed.contains(axis) && lengths[*axis] > 1)?;
        let block = lengths.iter().product::<usize>() * size;
        let fitting = match bytes {
            Some(bytes) => block / bytes.max(1),
            None => Some(block / CACHED.max(before.comm().size() * MESSAGE)).filter(|&count| count >= FEWEST)?,
        };
        let width = lengths[axis].div_ceil(fitting.max(1));
        let count = lengths[axis].div_ceil(width);
        let in_one_stretch = lengths[..axis].iter().all(|&length| length <= 1);
        (count > 1).then_some(Self { axis, width, count, in_one_stretch })
    }

    /// The places of each piece.
    pub(super) fn places(self) -> impl Iterator<Item = Range<usize>> {
        (0..self.count).map(move |k| k * self.width..(k + 1) * self.width)
    }

    /// The shapes of the pieces of this rank's block.
    pub(super) fn shapes(self, layout: &Layout) -> impl Iterator<Item = Vec<usize>> {
        let block = layout.local_shape();
        self.places().map(move |places| {
            let (mut shape, n) = (block.clone(), block[self.axis]);
            shape[self.axis] = places.end.min(n) - places.start.min(n);
            shape
        })
    }
}
