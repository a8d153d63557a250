//! Reductions whose state is one integer: sums of integers, counts, extrema and where they are.

use super::extremes::{Comparable, Key};
use super::fold::{Fold, Parts};
use super::summable::Summable;
use crate::layout::{IndexSet, Mode};
use crate::numbers::Element;
use multiversion::multiversion;
use num_traits::{AsPrimitive, WrappingAdd};
use std::marker::PhantomData;

/// Lines side by side whose states stay in the first cache.
const COLUMNS: usize = 2048;

/// Σ x in the widest type of the kind; it wraps.
#[derive(Clone, Debug)]
pub struct Wrapping<T, S>(PhantomData<(T, S)>);

impl<T, S> Default for Wrapping<T, S> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2", "aarch64+neon"))]
fn add_all<T: Summable<Sum = S>, S: WrappingAdd + Copy>(sum: S, x: &[T]) -> S {
    x.iter().fold(sum, |sum, x| sum.wrapping_add(&x.widened()))
}

#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2", "aarch64+neon"))]
fn add_each<T: Summable<Sum = S>, S: WrappingAdd + Copy>(sums: &mut [S], x: &[T]) {
    sums.iter_mut().zip(x).for_each(|(sum, x)| *sum = sum.wrapping_add(&x.widened()));
}

impl<T: Summable<Sum = S>, S: Element + WrappingAdd + AsPrimitive<i64>> Fold<T> for Wrapping<T, S>
where
    i64: AsPrimitive<S>,
{
    type State = S;
    type Out = S;
    const COLUMNS: usize = COLUMNS;
    const BY_ROWS: bool = true;

    fn start(&self, _: usize) -> S {
        S::default()
    }

    fn add(&self, sum: &mut S, run: &[T]) {
        *sum = add_all(*sum, run);
    }

    fn add_row(&self, sums: &mut [S], row: &[T]) {
        add_each(sums, row);
    }

    fn finish(&self, sum: &S, _: usize) -> S {
        *sum
    }
}

impl<T: Summable<Sum = S>, S: Element + WrappingAdd + AsPrimitive<i64>> Parts<T> for Wrapping<T, S>
where
    i64: AsPrimitive<S>,
{
    const WORDS: usize = 1;
    const MODE: Mode = Mode::Sum;

    fn pack(&self, sum: &mut S, words: &mut [i64]) {
        words[0] = sum.as_();
    }

    fn unpack(&self, words: &[i64]) -> S {
        words[0].as_()
    }
}

/// What follows from the number of elements that are not 0 (or `false`), and of all.
pub(super) struct Counted<O>(pub(super) fn(usize, usize) -> O);

#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2", "aarch64+neon"))]
fn count_all<T: Element>(x: &[T]) -> usize {
    let zero = T::default();
    x.iter().map(|&x| usize::from(x != zero)).sum()
}

#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2", "aarch64+neon"))]
fn count_each<T: Element>(counts: &mut [usize], x: &[T]) {
    let zero = T::default();
    counts.iter_mut().zip(x).for_each(|(count, &x)| *count += usize::from(x != zero));
}

impl<T: Element, O: Element> Fold<T> for Counted<O> {
    type State = usize;
    type Out = O;
    const COLUMNS: usize = COLUMNS;
    const BY_ROWS: bool = true;
    const COUNTS: bool = true;

    fn start(&self, _: usize) -> usize {
        0
    }

    fn add(&self, count: &mut usize, run: &[T]) {
        *count += count_all(run);
    }

    fn add_row(&self, counts: &mut [usize], row: &[T]) {
        count_each(counts, row);
    }

    fn finish(&self, &nonzero: &usize, count: usize) -> O {
        self.0(nonzero, count)
    }
}

impl<T: Element, O: Element> Parts<T> for Counted<O> {
    const WORDS: usize = 1;
    const MODE: Mode = Mode::Sum;

    fn pack(&self, count: &mut usize, words: &mut [i64]) {
        words[0] = *count as i64;
    }

    fn unpack(&self, words: &[i64]) -> usize {
        words[0] as usize
    }
}

/// Independent bests of a run: as many as keep the vector units busy, where one after another would wait for
/// the one before.
const LANES: usize = 64;

/// The least or the greatest element, by its key.
pub(super) struct Extreme<const MAX: bool, F>(pub(super) F);

#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2", "aarch64+neon"))]
fn best_of_all<T: Comparable, const MAX: bool>(best: T::Key, x: &[T]) -> T::Key {
    let (sets, rest) = x.as_chunks::<LANES>();
    let mut lanes = [best; LANES];
    for set in sets {
        lanes.iter_mut().zip(set).for_each(|(lane, x)| *lane = T::Key::better::<MAX>(*lane, x.key::<MAX>()));
    }
    let rest = rest.iter().map(|x| x.key::<MAX>());
    lanes.into_iter().chain(rest).fold(best, T::Key::better::<MAX>)
}

#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2", "aarch64+neon"))]
fn best_of_each<T: Comparable, const MAX: bool>(best: &mut [T::Key], x: &[T]) {
    best.iter_mut().zip(x).for_each(|(best, x)| *best = T::Key::better::<MAX>(*best, x.key::<MAX>()));
}

impl<T: Comparable, O: Element, F: Fn(T::Key) -> O, const MAX: bool> Fold<T> for Extreme<MAX, F> {
    type State = T::Key;
    type Out = O;
    const COLUMNS: usize = COLUMNS;
    const BY_ROWS: bool = true;

    fn start(&self, _: usize) -> T::Key {
        T::Key::worst::<MAX>()
    }

    fn add(&self, best: &mut T::Key, run: &[T]) {
        *best = best_of_all::<T, MAX>(*best, run);
    }

    fn add_row(&self, best: &mut [T::Key], row: &[T]) {
        best_of_each::<T, MAX>(best, row);
    }

    fn finish(&self, best: &T::Key, _: usize) -> O {
        self.0(*best)
    }
}

impl<T: Comparable, O: Element, F: Fn(T::Key) -> O, const MAX: bool> Parts<T> for Extreme<MAX, F> {
    const WORDS: usize = 1;
    const MODE: Mode = if MAX { Mode::Max } else { Mode::Min };

    fn pack(&self, best: &mut T::Key, words: &mut [i64]) {
        words[0] = (*best).into();
    }

    fn unpack(&self, words: &[i64]) -> T::Key {
        T::Key::of_word(words[0])
    }
}

/// The first index on its line of an element with this key.
pub(super) struct First<'a, K, const MAX: bool> {
    pub(super) keys: &'a [K],
    /// The indices that this rank's parts of the lines have.
    pub(super) set: &'a IndexSet,
}

/// What is looked for, how many elements have been seen, and the least index found.
#[derive(Clone, Copy)]
pub(super) struct Search<K> {
    key: K,
    seen: usize,
    found: usize,
}

impl<K: Key, const MAX: bool> First<'_, K, MAX> {
    fn see<T: Comparable<Key = K>>(&self, search: &mut Search<K>, x: T) {
        if x.tied::<MAX>() == search.key {
            search.found = search.found.min(self.set.get(search.seen));
        }
        search.seen += 1;
    }
}

impl<T: Comparable<Key = K>, K: Key, const MAX: bool> Fold<T> for First<'_, K, MAX> {
    type State = Search<K>;
    type Out = usize;
    const COLUMNS: usize = COLUMNS / 4;
    const BY_ROWS: bool = true;

    fn start(&self, line: usize) -> Search<K> {
        Search { key: self.keys[line], seen: 0, found: usize::MAX }
    }

    fn add(&self, search: &mut Search<K>, run: &[T]) {
        for &x in run {
            self.see(search, x);
        }
    }

    fn add_row(&self, searches: &mut [Search<K>], row: &[T]) {
        searches.iter_mut().zip(row).for_each(|(search, &x)| self.see(search, x));
    }

    fn finish(&self, search: &Search<K>, _: usize) -> usize {
        search.found
    }
}

impl<T: Comparable<Key = K>, K: Key, const MAX: bool> Parts<T> for First<'_, K, MAX> {
    const WORDS: usize = 1;
    const MODE: Mode = Mode::Min;

    fn pack(&self, search: &mut Search<K>, words: &mut [i64]) {
        words[0] = i64::try_from(search.found).unwrap_or(i64::MAX);
    }

    fn unpack(&self, words: &[i64]) -> Search<K> {
        Search { key: K::worst::<MAX>(), seen: 0, found: words[0] as usize }
    }
}
