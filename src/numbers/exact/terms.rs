//! What is summed: `K` f64 terms for each element of a slice, or of two slices of one length.

use super::ahead::ask_ahead;

/// Slices whose elements yield f64 terms.
pub(crate) trait Terms: Copy {
    /// Terms of one element.
    const EACH: usize;

    /// Elements (not terms).
    fn len(self) -> usize;

    /// The first `n` elements and the others.
    fn split_at(self, n: usize) -> (Self, Self);

    /// Hands over all terms, one by one.
    fn for_each(self, take: impl FnMut(f64));

    /// Hands over all terms, `L` at a time in a fixed order, those of an element side by side; what a last set lacks
    /// is +0.0.
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
    fn for_each(self, take: impl FnMut(f64)) {
        self.0.iter().flat_map(|&x| self.1(x)).for_each(take);
    }

    #[inline(always)]
    fn for_each_lanes<const L: usize>(self, mut take: impl FnMut([f64; L])) {
        const { assert!(L.is_multiple_of(K)) };
        let sets = self.0.chunks_exact(L / K);
        let rest = sets.remainder();
        for x in sets {
            ask_ahead(x);
            let mut lanes = [0.0; L];
            for (terms, &x) in lanes.as_chunks_mut::<K>().0.iter_mut().zip(x) {
                *terms = self.1(x);
            }
            take(lanes);
        }
        if !rest.is_empty() {
            let mut lanes = [0.0; L];
            lanes.as_chunks_mut::<K>().0.iter_mut().zip(rest).for_each(|(terms, &x)| *terms = self.1(x));
            take(lanes);
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
    fn for_each(self, take: impl FnMut(f64)) {
        self.0.iter().zip(self.1).flat_map(|(&x, &y)| self.2(x, y)).for_each(take);
    }

    #[inline(always)]
    fn for_each_lanes<const L: usize>(self, mut take: impl FnMut([f64; L])) {
        const { assert!(L.is_multiple_of(K)) };
        let (x_sets, y_sets) = (self.0.chunks_exact(L / K), self.1.chunks_exact(L / K));
        let (x_rest, y_rest) = (x_sets.remainder(), y_sets.remainder());
        for (x, y) in x_sets.zip(y_sets) {
            ask_ahead(x);
            ask_ahead(y);
            let mut lanes = [0.0; L];
            for ((terms, &x), &y) in lanes.as_chunks_mut::<K>().0.iter_mut().zip(x).zip(y) {
                *terms = self.2(x, y);
            }
            take(lanes);
        }
        if !x_rest.is_empty() {
            let mut lanes = [0.0; L];
            let pairs = x_rest.iter().zip(y_rest);
            lanes.as_chunks_mut::<K>().0.iter_mut().zip(pairs).for_each(|(terms, (&x, &y))| *terms = self.2(x, y));
            take(lanes);
        }
    }
}
