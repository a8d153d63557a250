//! The blocks that some axes of an array make, one for all indices of its other axes.

use crate::numbers::Scalar;
use crate::operators::Put;

/// Blocks that are packed together where they lie beside one another, so that whole cache lines are read.
const TOGETHER: usize = 8;

/// The blocks of an array in C order.
#[derive(Debug)]
pub(super) struct Blocks {
    /// The other axes, and how far apart their elements are; without the last axis of the array, if it is one of them.
    others: Vec<[usize; 2]>,
    /// Elements of the last axis, if that is one of the others: blocks that lie beside one another.
    beside: usize,
    /// Where the elements of a block are from its first one on, in the order of its axes; none where they are one after another.
    places: Option<Vec<usize>>,
    len: usize,
}

/// Some blocks beside one another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bundle {
    /// Which, of the others but for the last axis.
    outer: usize,
    first: usize,
    blocks: usize,
}

impl Bundle {
    pub(super) fn blocks(self) -> usize {
        self.blocks
    }
}

impl Blocks {
    /// Of an array of this shape; the axes of a block in any order.
    pub(super) fn new(shape: &[usize], axes: &[usize]) -> Self {
        let stride = |axis: usize| shape[axis + 1..].iter().product::<usize>();
        let last = shape.len() - 1;
        let others = (0..last).filter(|axis| !axes.contains(axis)).map(|axis| [shape[axis], stride(axis)]);
        let are_last = axes.iter().copied().eq(shape.len() - axes.len()..shape.len());
        let places = || {
            axes.iter().fold(vec![0], |places, &axis| {
                places.iter().flat_map(|place| (0..shape[axis]).map(move |k| place + k * stride(axis))).collect()
            })
        };
        Self {
            others: others.collect(),
            beside: if axes.contains(&last) { 1 } else { shape[last] },
            places: (!are_last).then(places),
            len: axes.iter().map(|&axis| shape[axis]).product(),
        }
    }

    /// Elements of a block.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn count(&self) -> usize {
        self.outer() * self.beside
    }

    pub(super) fn are_contiguous(&self) -> bool {
        self.places.is_none()
    }

    /// Blocks of a bundle, at most.
    pub(super) fn together(&self) -> usize {
        self.beside.clamp(1, TOGETHER)
    }

    pub(super) fn bundles(&self) -> impl Iterator<Item = Bundle> {
        let beside = self.beside;
        (0..self.outer()).flat_map(move |outer| {
            let firsts = (0..beside).step_by(TOGETHER);
            firsts.map(move |first| Bundle { outer, first, blocks: TOGETHER.min(beside - first) })
        })
    }

    /// Each block of a bundle in one piece.
    pub(super) fn pack<T: Scalar>(&self, bundle: Bundle, x: &[T], packed: &mut [T]) {
        let start = self.start(bundle);
        for (k, place) in self.places().enumerate() {
            for (block, &x) in x[start + place..][..bundle.blocks].iter().enumerate() {
                packed[block * self.len + k] = x;
            }
        }
    }

    /// Puts the blocks of a bundle where they belong.
    pub(super) fn unpack<T: Scalar>(&self, put: impl Put<T>, bundle: Bundle, packed: &[T], y: &mut [T]) {
        let start = self.start(bundle);
        for (k, place) in self.places().enumerate() {
            for (block, y) in y[start + place..][..bundle.blocks].iter_mut().enumerate() {
                put.one(y, packed[block * self.len + k]);
            }
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.places.as_ref().map_or(0, |places| size_of_val(&places[..]))
    }

    fn outer(&self) -> usize {
        self.others.iter().map(|[n, _]| n).product()
    }

    /// Where the first element of a bundle is.
    fn start(&self, bundle: Bundle) -> usize {
        let mut outer = bundle.outer;
        let mut start = bundle.first;
        for [n, stride] in self.others.iter().rev() {
            start += outer % n * stride;
            outer /= n;
        }
        start
    }

    fn places(&self) -> impl Iterator<Item = usize> {
        let listed = self.places.iter().flatten().copied();
        let in_order = if self.places.is_none() { 0..self.len } else { 0..0 };
        listed.chain(in_order)
    }
}
