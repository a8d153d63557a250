//! Neighbouring lines of a block, taken a few at a time through a buffer, so that whole stretches of memory are read and
//! written where lines do not lie in one piece.

use num_traits::Zero;
use std::ops::Range;

/// Bytes of neighbouring lines that are taken together.
const TOGETHER: usize = 256;

/// Numbers between the lines of a buffer, so that those of a length that is a power of two do not all fall on the same
/// lines of the cache.
pub(super) const BETWEEN: usize = 4;

/// The lines of a block of `outer` × n × `inner` elements.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    outer: usize,
    inner: usize,
}

/// Lines `first` to `first + width` of the `inner` of one outer index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tile {
    outer: usize,
    inner: usize,
    first: usize,
    width: usize,
}

impl Block {
    /// All lines along an axis of a local array of this shape; none on a rank that has nothing.
    pub(super) fn along(axis: usize, shape: &[usize]) -> Self {
        if shape[axis] == 0 {
            return Self { outer: 0, inner: 0 };
        }
        Self { outer: shape[..axis].iter().product(), inner: shape[axis + 1..].iter().product() }
    }

    /// Lines of numbers of so many bytes that are taken together.
    pub(super) fn width(self, bytes: usize) -> usize {
        (TOGETHER / bytes).min(self.inner).max(1)
    }

    /// All lines, so many at a time.
    pub(super) fn tiles(self, width: usize) -> impl Iterator<Item = Tile> {
        let Self { outer, inner } = self;
        (0..outer).flat_map(move |outer| {
            (0..inner).step_by(width).map(move |first| Tile { outer, inner, first, width: width.min(inner - first) })
        })
    }
}

impl Tile {
    pub(super) fn width(self) -> usize {
        self.width
    }

    /// Where its rows begin in a block with lines of this length.
    fn start(self, n: usize) -> usize {
        self.outer * n * self.inner
    }

    /// Copies `rows` of lines of length n to the buffer, where each line lies in one piece.
    pub(super) fn gather<X: Copy, Z>(
        self,
        (from, n): (&[X], usize),
        rows: Range<usize>,
        (buffer, stride): (&mut [Z], usize),
        f: impl Fn(X) -> Z,
    ) {
        let from = &from[self.start(n)..];
        if self.inner == 1 {
            buffer.iter_mut().zip(&from[rows]).for_each(|(z, &x)| *z = f(x));
            return;
        }
        for (k, row) in rows.enumerate() {
            let row = &from[row * self.inner + self.first..][..self.width];
            row.iter().enumerate().for_each(|(j, &x)| buffer[j * stride + k] = f(x));
        }
    }

    /// Copies from the buffer, its first entries, to `rows` of lines of length n.
    pub(super) fn scatter<Z: Copy, X>(
        self,
        (buffer, stride): (&[Z], usize),
        (to, n): (&mut [X], usize),
        rows: Range<usize>,
        f: impl Fn(Z) -> X,
    ) {
        let to = &mut to[self.start(n)..];
        if self.inner == 1 {
            to[rows].iter_mut().zip(buffer).for_each(|(x, &z)| *x = f(z));
            return;
        }
        for (k, row) in rows.enumerate() {
            let row = &mut to[row * self.inner + self.first..][..self.width];
            row.iter_mut().enumerate().for_each(|(j, x)| *x = f(buffer[j * stride + k]));
        }
    }

    /// Zeros in `rows` of lines of length n.
    pub(super) fn clear<X: Zero + Copy>(self, (to, n): (&mut [X], usize), rows: Range<usize>) {
        let to = &mut to[self.start(n)..];
        for row in rows {
            to[row * self.inner + self.first..][..self.width].fill(X::zero());
        }
    }
}
