//! Reductions over all elements of a vector, or of what a mask group has of it.

use super::exact_folds::{Deviations, Values};
use super::extremes::Comparable;
use super::fold::Parts;
use super::integer_folds::{Counted, Extreme};
use super::summable::Summable;
use crate::array::{DistArray, Space};
use crate::comm::Reduction;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, Mode, Region};
use crate::numbers::{Element, Real};

impl<T: Summable> DistArray<T> {
    /// The mean Σ xᵢ / n over all elements of this rank's mask group, or of the vector: the exact sum, divided
    /// and rounded once; the same bits on any number of ranks. Of integers and `bool` it is an `f64`, and
    /// nothing overflows on the way. NaN without elements.
    ///
    /// # Communication
    /// One all-reduce of 456 bytes (912 where complex); none where every rank holds everything. Of chunks
    /// one of 8 bytes more, for the number of elements; chunks that are to be combined are so first: one exchange
    /// more. What no chunk covers does not count.
    ///
    /// # Panics
    /// If the mode of chunks is not defined for the type.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[4], 0)?, |i| [1e308_f64, 1e308, 1.0, -1.0][i[0]]);
    ///     assert_eq!(x.mean(), 5e307);
    ///     let y = x.map(|x| 1e15 + x.signum());
    ///     assert_eq!((y.mean(), y.var(0)), (1e15 + 0.5, 0.75));
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    #[doc(alias = "average")]
    pub fn mean(&self) -> T::Mean {
        let _operation = self.reduction("mean", format_args!(""));
        fold(&*self.combined(), &Values(T::mean))
    }

    /// The variance Σ |xᵢ − x̄|² / (n − ddof), where x̄ is the mean: real where the elements are complex. NaN
    /// without elements; as in NumPy a divisor below 0 is 0.
    ///
    /// Two passes: the mean is exact, each deviation from it and its square are rounded, their sums are
    /// exact. So the relative error is a few units in the last place however large the mean is, and the
    /// bits are the same on any number of ranks.
    ///
    /// # Communication
    /// That of [`mean`](Self::mean), and one all-reduce of 912 bytes more (1368 where complex).
    ///
    /// # Panics
    /// If the mode of chunks is not defined for the type.
    ///
    /// # Source
    /// T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample variance", The American
    /// Statistician 37 (1983), the corrected two-pass algorithm; behaviour: NumPy `var`.
    #[doc(alias = "variance")]
    pub fn var(&self, ddof: usize) -> T::Variance {
        let _operation = self.reduction("var", format_args!(", ddof {ddof}"));
        let (squares, count) = squares(&*self.combined());
        T::Variance::from_f64(variance(squares, count, ddof))
    }

    /// The standard deviation, √[`var`](Self::var).
    ///
    /// # Communication
    /// That of [`var`](Self::var).
    ///
    /// # Panics
    /// If the mode of chunks is not defined for the type.
    #[doc(alias = "standard_deviation")]
    pub fn std(&self, ddof: usize) -> T::Variance {
        let _operation = self.reduction("std", format_args!(", ddof {ddof}"));
        let (squares, count) = squares(&*self.combined());
        T::Variance::from_f64(variance(squares, count, ddof).sqrt())
    }
}

impl<T: Comparable> DistArray<T> {
    /// The least element of this rank's mask group, or of the vector: NaN if there is one; −0 is less than 0.
    ///
    /// # Communication
    /// One all-reduce of 8 bytes; none where every rank holds everything. Chunks that are to be combined are
    /// so first: one exchange more. What no chunk covers does not count.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if there is no element (in some mask group); [`ErrorKind::Parameter`] if the mode of
    /// chunks is not defined for the type.
    ///
    /// # Source
    /// NumPy `min`; the order of zeros is that of `minimum` in IEEE 754-2019.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[2, 3], 1)?, |i| (i[0] * 3 + i[1]) as f64 % 4.0);
    ///     assert_eq!((x.min()?, x.argmin()?), (0.0, vec![0, 0]));
    ///     assert_eq!((x.max()?, x.argmax()?), (3.0, vec![1, 0]));
    ///     assert!(x.map(|x| (1.0 - x).ln()).max()?.is_nan()); // of some numbers below 0
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    #[doc(alias = "amin")]
    pub fn min(&self) -> Result<T> {
        let _operation = self.reduction("min", format_args!(""));
        extreme::<T, false>(self)
    }

    /// The greatest element, as [`min`](Self::min) is the least: NaN if there is one; 0 is greater than −0.
    ///
    /// # Communication
    /// That of [`min`](Self::min).
    ///
    /// # Errors
    /// Those of [`min`](Self::min).
    #[doc(alias = "amax")]
    pub fn max(&self) -> Result<T> {
        let _operation = self.reduction("max", format_args!(""));
        extreme::<T, true>(self)
    }

    /// The global index of the least element: of several, the first one in C order; of NaNs too. 0 and −0
    /// are equal.
    ///
    /// It is an index and not a place in the flattened array, so that it can be used as one
    /// ([`get`](Self::get) takes it, and [`Layout::owner`]).
    ///
    /// # Communication
    /// Two all-reduces of 8 bytes; none where every rank holds everything. Chunks as in [`min`](Self::min).
    ///
    /// # Errors
    /// Those of [`min`](Self::min); [`ErrorKind::Layout`] of a stack.
    pub fn argmin(&self) -> Result<Vec<usize>> {
        let _operation = self.reduction("argmin", format_args!(""));
        position::<T, false>(self)
    }

    /// The global index of the greatest element, as [`argmin`](Self::argmin) is that of the least.
    ///
    /// # Communication
    /// That of [`argmin`](Self::argmin).
    ///
    /// # Errors
    /// Those of [`argmin`](Self::argmin).
    pub fn argmax(&self) -> Result<Vec<usize>> {
        let _operation = self.reduction("argmax", format_args!(""));
        position::<T, true>(self)
    }
}

impl<T: Element> DistArray<T> {
    /// Whether any element of this rank's mask group, or of the vector, is not 0; of `bool`, is true.
    ///
    /// # Communication
    /// One all-reduce of 8 bytes (of chunks, two); none where every rank holds everything. Chunks that are to
    /// be combined are so first: one exchange more. What no chunk covers does not count.
    ///
    /// # Panics
    /// If the mode of chunks is not defined for the type.
    pub fn any(&self) -> bool {
        let _operation = self.reduction("any", format_args!(""));
        self.count_nonzero() > 0
    }

    /// Whether no element is 0; of `bool`, whether all are true. True without elements.
    ///
    /// # Communication
    /// That of [`any`](Self::any).
    ///
    /// # Panics
    /// If the mode of chunks is not defined for the type.
    pub fn all(&self) -> bool {
        let _operation = self.reduction("all", format_args!(""));
        fold(&*self.combined(), &Counted(|nonzero, count| nonzero == count))
    }

    /// The number of elements that are not 0; of `bool`, of those that are true. NaN is not 0.
    ///
    /// # Communication
    /// That of [`any`](Self::any).
    ///
    /// # Panics
    /// If the mode of chunks is not defined for the type.
    pub fn count_nonzero(&self) -> usize {
        let _operation = self.reduction("count_nonzero", format_args!(""));
        fold(&*self.combined(), &Counted(|nonzero, _| nonzero))
    }
}

/// A reduction of a vector that has each element once, or the same everywhere.
pub(super) fn fold<T: Element, F: Parts<T>>(x: &DistArray<T>, fold: &F) -> F::Out {
    fold_counted(x, fold, if F::COUNTS { elements(x.space()) } else { 0 })
}

/// [`fold`], where the number of elements is known.
fn fold_counted<T: Element, F: Parts<T>>(x: &DistArray<T>, fold: &F, count: usize) -> F::Out {
    let space = x.space();
    let mut state = fold.start(0);
    space.for_each_counted(|range| fold.add(&mut state, &x.as_slice()[range]));
    if space.group().size() > 1 && !space.is_replicated() {
        let mut words = vec![0; F::WORDS];
        fold.pack(&mut state, &mut words);
        let reduction = match F::MODE {
            Mode::Min => Reduction::Min,
            Mode::Max => Reduction::Max,
            _ => Reduction::Sum,
        };
        space.group().all_reduce(&mut words, reduction);
        state = fold.unpack(&words);
    }
    fold.finish(&state, count)
}

/// The number of elements that a reduction counts.
fn elements(space: &Space) -> usize {
    let layouts = space.layouts();
    if layouts.iter().any(|layout| layout.chunks().is_some()) {
        let mut count = [0];
        space.for_each_counted(|range| count[0] += range.len());
        if space.group().size() > 1 {
            space.group().all_reduce(&mut count, Reduction::Sum);
        }
        return count[0];
    }
    let colour = space.mask().map_or(0, |colours| colours[space.comm().rank()]);
    layouts.iter().map(|layout| held(layout, colour)).sum()
}

/// How many elements of an array the ranks of a colour hold; of chunks, as often as they do.
fn held(layout: &Layout, colour: usize) -> usize {
    if layout.is_replicated() {
        return layout.size();
    }
    let in_group = |&rank: &usize| layout.mask().is_none_or(|colours| colours[rank] == colour);
    (0..layout.comm().size()).filter(in_group).map(|rank| layout.len_of(rank)).sum()
}

/// `Ok` if every mask group has an element.
pub(super) fn check_elements(space: &Space, what: &str) -> Result<()> {
    let has_none = |&colour: &usize| space.layouts().iter().all(|layout| held(layout, colour) == 0);
    let mut colours = space.mask().unwrap_or(&[0]).to_vec();
    colours.sort_unstable();
    colours.dedup();
    if colours.iter().any(has_none) { Err(no_elements(what, space)) } else { Ok(()) }
}

pub(super) fn no_elements(what: &str, space: &Space) -> Error {
    let group = if space.mask().is_some() { " in each group" } else { "" };
    Error::expected(ErrorKind::Shape, format!("{what} of an array {space}"), format!("an element{group}"), "none")
}

/// Σ |xᵢ − x̄|², and n.
pub(super) fn squares<T: Summable>(x: &DistArray<T>) -> (f64, usize) {
    let count = elements(x.space());
    let centre = fold_counted(x, &Values(T::centre), count);
    (fold_counted(x, &Deviations { centres: &[centre], result: |squares, _| squares }, count), count)
}

pub(super) fn variance(squares: f64, count: usize, ddof: usize) -> f64 {
    if count == 0 { f64::NAN } else { squares / count.saturating_sub(ddof) as f64 }
}

fn extreme<T: Comparable, const MAX: bool>(x: &DistArray<T>) -> Result<T> {
    check_elements(x.space(), if MAX { "maximum" } else { "minimum" })?;
    Ok(fold(&*x.try_combined()?, &Extreme::<MAX, _>(T::of_key)))
}

/// Where the extreme is: its key first, then the least index at which it is found.
pub(super) fn position<T: Comparable, const MAX: bool>(x: &DistArray<T>) -> Result<Vec<usize>> {
    let layout = x.layout()?;
    check_elements(x.space(), "position of an extreme")?;
    let x = &*x.try_combined()?;
    let key = fold(x, &Extreme::<MAX, _>(|key: T::Key| T::of_key(key).tied::<MAX>()));
    let mut first = [usize::MAX];
    let mut at = 0;
    for region in &*x.layout()?.regions(layout.comm().rank()) {
        let own = &x.as_slice()[at..at + region.len()];
        at += region.len();
        let mut matches = own.iter().enumerate().filter(|(_, x)| x.tied::<MAX>() == key);
        let found = if is_ascending(region) {
            matches.next().map(|(k, _)| flat(layout, &region.index(k)))
        } else {
            matches.map(|(k, _)| flat(layout, &region.index(k))).min()
        };
        first[0] = first[0].min(found.unwrap_or(usize::MAX));
    }
    if layout.group().size() > 1 && !layout.is_replicated() {
        layout.group().all_reduce(&mut first, Reduction::Min);
    }
    Ok(Region::whole(layout.shape()).index(first[0]))
}

/// Whether the C order of a region is that of the global array.
fn is_ascending(region: &Region) -> bool {
    region.sets().iter().all(|set| set.as_blocks().is_some())
}

fn flat(layout: &Layout, index: &[usize]) -> usize {
    index.iter().zip(layout.shape()).fold(0, |flat, (&i, &n)| flat * n + i)
}
