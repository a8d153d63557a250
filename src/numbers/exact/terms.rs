//! What is summed: `K` f64 terms for each element of a slice, or of two slices of one length.

use prefetch_index::prefetch_index;

/// How far ahead of its use memory is asked for: a page, since the hardware's own prefetching stops at its end.
const BYTES_AHEAD: usize = 4096;
const CACHE_LINE: usize = 64;

/// Asks for the elements that will be the `set`-th set of `L` some time later; beyond the slice that is harmless.
#[inline(always)]
fn fetch_ahead<T, const L: usize>(x: &[T], set: usize) {
    for element in (0..L).step_by((CACHE_LINE / size_of::<T>()).max(1)) {
        prefetch_index(x, set * L + element + BYTES_AHEAD / size_of::<T>());
    }
}

/// Slices whose elements yield f64 terms.
pub(crate) trait Terms: Copy {
    /// Terms of one element.
    const EACH: usize;

    /// Elements (not terms).
    fn len(self) -> usize;

    /// The first `n` elements and the others.
    fn split_at(self, n: usize) -> (Self, Self);

    /// Hands over all terms, `L` at a time in a fixed order; what a last set lacks is +0.0.
    fn for_each_lanes<const L: usize>(self, take: impl FnMut([f64; L]));
}

/// `f` of each element of a slice.
#[derive(Clone, Copy)]
pub(crate) struct Each<'a, T, F, const K: usize>(&'a [T], F);

/// `f` of each pair of elements of two slices.
#[derive(Clone, Copy)]
pub(crate) struct Pairs<'a, T, U, F, const K: usize>(&'a [T], &'a [U], F);

impl<'a, T: Copy, F: Fn(T) -> [f64; K] + Copy, const K: usize> Each<'a, T, F, K> {
    pub(crate) fn new(x: &'a [T], f: F) -> Self {
        Self(x, f)
    }
}

impl<'a, T: Copy, U: Copy, F: Fn(T, U) -> [f64; K] + Copy, const K: usize> Pairs<'a, T, U, F, K> {
    pub(crate) fn new(x: &'a [T], y: &'a [U], f: F) -> Self {
        assert_eq!(x.len(), y.len(), "slices summed together have one length");
        Self(x, y, f)
    }
}

impl<T: Copy, F: Fn(T) -> [f64; K] + Copy, const K: usize> Terms for Each<'_, T, F, K> {
    const EACH: usize = K;

    #[inline(always)]
    fn len(self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn split_at(self, n: usize) -> (Self, Self) {
        let (head, tail) = self.0.split_at(n);
        (Self(head, self.1), Self(tail, self.1))
    }

    #[inline(always)]
    fn for_each_lanes<const L: usize>(self, mut take: impl FnMut([f64; L])) {
        let (sets, rest) = self.0.as_chunks::<L>();
        for (set, x) in sets.iter().enumerate() {
            fetch_ahead::<T, L>(self.0, set);
            for k in 0..K {
                take(std::array::from_fn(
                    #[inline(always)]
                    |lane| self.1(x[lane])[k],
                ));
            }
        }
        if !rest.is_empty() {
            for k in 0..K {
                let mut lanes = [0.0; L];
                lanes.iter_mut().zip(rest).for_each(|(lane, &x)| *lane = self.1(x)[k]);
                take(lanes);
            }
        }
    }
}

impl<T: Copy, U: Copy, F: Fn(T, U) -> [f64; K] + Copy, const K: usize> Terms for Pairs<'_, T, U, F, K> {
    const EACH: usize = K;

    #[inline(always)]
    fn len(self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn split_at(self, n: usize) -> (Self, Self) {
        let ((x, x_rest), (y, y_rest)) = (self.0.split_at(n), self.1.split_at(n));
        (Self(x, y, self.2), Self(x_rest, y_rest, self.2))
    }

    #[inline(always)]
    fn for_each_lanes<const L: usize>(self, mut take: impl FnMut([f64; L])) {
        let ((x_sets, x_rest), (y_sets, y_rest)) = (self.0.as_chunks::<L>(), self.1.as_chunks::<L>());
        for (set, (x, y)) in x_sets.iter().zip(y_sets).enumerate() {
            fetch_ahead::<T, L>(self.0, set);
            fetch_ahead::<U, L>(self.1, set);
            for k in 0..K {
                take(std::array::from_fn(
                    #[inline(always)]
                    |lane| self.2(x[lane], y[lane])[k],
                ));
            }
        }
        if !x_rest.is_empty() {
            for k in 0..K {
                let mut lanes = [0.0; L];
                let pairs = x_rest.iter().zip(y_rest);
                lanes.iter_mut().zip(pairs).for_each(|(lane, (&x, &y))| *lane = self.2(x, y)[k]);
                take(lanes);
            }
        }
    }
}
