//! Reductions: over all elements of a vector, or over some axes of an array.
//!
//! - `fold`: what a reduction is; `exact_folds`, `integer_folds`: the reductions there are;
//! - `block`: the walk over the lines of a block in memory;
//! - `lines`: where the parts of a line are, and how they come together;
//! - `whole`: over all elements; `products`: products, whose order is fixed, made of `factors`; `running`: running totals;
//! - `norms`: norms of lines; `outer`: the outer product, the other way round;
//! - `summable`, `extremes`: what sums, means and extrema of each type are.
//!
//! Everything that is added up over ranks is integers (the words of exact sums, counts, keys that are ordered
//! as the elements are), so the result does not depend on how the array is cut.

mod block;
mod column_terms;
mod exact_folds;
mod extremes;
mod factors;
mod fold;
mod integer_folds;
mod lines;
mod norms;
mod outer;
mod products;
mod rows;
mod running;
mod running_types;
mod summable;
mod summable_types;
mod whole;

use crate::array::DistArray;
use crate::comm::Operation;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Axes, Layout};
use crate::numbers::{Element, Real};
use exact_folds::{Deviations, Values};
pub use extremes::Comparable;
use fold::Parts;
use integer_folds::{Counted, Extreme, First};
use lines::Lines;
pub use summable::Summable;

/// An array about to be reduced over some of its axes: [`DistArray::over`] makes it, a reduction ends it.
///
/// The result lies where its elements come out: cut as the axes that stay were, of a process grid on the ranks
/// at its first coordinates; replicated where only axes that are reduced were cut, or where none stays; of an array
/// in chunks, scattered on an axis that stays. Of a mask, each group reduces what it has.
///
/// # Communication
/// None where every rank has the reduced axes in full, and of replicated arrays. Otherwise a part of a line is
/// W words of 8 bytes: 57 for a real sum or mean (114 complex), twice this and more for a variance
/// (57 + 114, complex 114 + 171), 1 for a sum of integers, a count or an extreme, 1 + 1 for where it is.
///
/// With m the most elements of a line on one rank, of s bytes each: if m s > 8 W, or where there is a mask,
/// parts are reduced where they lie and their words are added up, by all-reduces of L · 8 W bytes for L
/// lines in pieces of 2048 × 57 words where no axis that stays is cut, else by one exchange to the ranks where the lines
/// come out (and, before the second pass of variances and positions, another one back). If m s ≤ 8 W, and for products,
/// one exchange brings lines together: to the first coordinates of a grid that cuts an axis that stays;
/// else evenly to all ranks, and one all-gather of the result follows. Chunks are redistributed first, in
/// any case; what no chunk covers is 0 in its line.
///
/// Over all axes as over the whole array ([`DistArray::mean`], …).
///
/// # Errors
/// Of every reduction: [`ErrorKind::Axis`] if an axis does not exist or is named twice; [`ErrorKind::Layout`]
/// of a stack, and of a mask where both an axis that is reduced and one that stays are cut, or for a product
/// where a reduced one is; [`ErrorKind::Parameter`] if the mode of chunks is not defined for the type.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads};
///
/// launch_threads(3, |comm| {
///     let x = DistArray::from_fn(&Layout::scatter(comm, &[4, 6], 0)?, |i| (10 * i[0] + i[1]) as f64);
///     let means = x.over(&[1]).keep_dims().mean()?; // shape [4, 1], cut as x: nothing is sent
///     assert!((&x - &means).over(&[1]).sum()?.norm() == 0.0);
///     let greatest = x.over(&[0]).max()?; // shape [6], on every rank
///     assert_eq!(greatest.as_slice(), [30.0, 31.0, 32.0, 33.0, 34.0, 35.0]);
///     Ok(())
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use = "a reduction makes an array of it"]
pub struct Over<'a, T: Element> {
    array: &'a DistArray<T>,
    axes: Vec<usize>,
    keeps_dims: bool,
}

impl<T: Element> DistArray<T> {
    /// The array, to be reduced over these axes: `x.over(&[0, 2]).mean()?`. Over no axis, every element is
    /// a line of its own, as with NumPy's `axis=()`.
    #[doc(alias = "axis")]
    pub fn over(&self, axes: &[usize]) -> Over<'_, T> {
        Over { array: self, axes: axes.to_vec(), keeps_dims: false }
    }
}

impl<T: Element> Over<'_, T> {
    /// Leaves an axis of length 1 in the place of each that is reduced, so that the result broadcasts
    /// against the array.
    #[doc(alias = "keepdims")]
    pub fn keep_dims(self) -> Self {
        Self { keeps_dims: true, ..self }
    }

    /// Whether any element is not 0; of `bool`, whether any is true.
    ///
    /// # Errors
    /// Those of [`Over`].
    pub fn any(self) -> Result<DistArray<bool>> {
        let _operation = self.operation("over.any");
        self.fold(&Counted(|nonzero, _| nonzero > 0))
    }

    /// Whether no element is 0; of `bool`, whether all are true. True of lines without elements.
    ///
    /// # Errors
    /// Those of [`Over`].
    pub fn all(self) -> Result<DistArray<bool>> {
        let _operation = self.operation("over.all");
        self.fold(&Counted(|nonzero, count| nonzero == count))
    }

    /// The number of elements that are not 0; of `bool`, of those that are true. NaN is not 0.
    ///
    /// # Errors
    /// Those of [`Over`].
    pub fn count_nonzero(self) -> Result<DistArray<usize>> {
        let _operation = self.operation("over.count_nonzero");
        self.fold(&Counted(|nonzero, _| nonzero))
    }

    /// Begins a reduction of lines, over the ranks of one colour where there is a mask.
    fn operation(&self, name: &'static str) -> Option<Operation> {
        match self.array.space().mask() {
            Some(_) => self.array.reduction(name, format_args!("")),
            None => self.array.of_whole(name, format_args!(", axes {:?}", self.axes)),
        }
    }

    fn axes(&self) -> Result<Axes> {
        Axes::new(self.array.layout()?.shape(), &self.axes)
    }

    /// Over all axes at once: the value of the group, as an array without axes.
    fn value<U: Element>(&self, axes: &Axes, value: U) -> Result<DistArray<U>> {
        self.shaped(axes, DistArray::from_parts(self.array.layout()?.without(axes)?.into(), vec![value]))
    }

    fn shaped<U: Element>(&self, axes: &Axes, result: DistArray<U>) -> Result<DistArray<U>> {
        if !self.keeps_dims {
            return Ok(result);
        }
        let layout: Layout = self.array.layout()?.with_ones(axes)?;
        Ok(DistArray::from_parts(layout.into(), result.into_vec()))
    }

    /// The result of a reduction.
    pub(super) fn fold<F: Parts<T>>(&self, fold: &F) -> Result<DistArray<F::Out>> {
        let axes = self.axes()?;
        if axes.are_all() {
            return self.value(&axes, whole::fold(&*self.array.try_combined()?, fold));
        }
        let lines = Lines::new(self.array, &axes, Some(F::WORDS))?;
        self.shaped(&axes, lines.put(lines.fold(fold)?)?)
    }
}

impl<T: Summable> Over<'_, T> {
    /// Σ x: exact and rounded once, or of integers wrapping, as [`DistArray::sum`]; 0 without elements.
    ///
    /// # Errors
    /// Those of [`Over`].
    pub fn sum(self) -> Result<DistArray<T::Sum>> {
        let _operation = self.operation("over.sum");
        self.fold(&T::total())
    }

    /// ∏ x, multiplied in C order; of integers it wraps; 1 without elements. Over all axes as
    /// [`DistArray::prod`].
    ///
    /// # Errors
    /// Those of [`Over`].
    #[doc(alias = "product")]
    pub fn prod(self) -> Result<DistArray<T::Sum>> {
        let _operation = self.operation("over.prod");
        let axes = self.axes()?;
        if axes.are_all() {
            return self.value(&axes, self.array.prod()?);
        }
        let lines = Lines::new(self.array, &axes, None)?;
        self.shaped(&axes, lines.put(lines.fold_whole(&products::OfLine))?)
    }

    /// The mean, as [`DistArray::mean`]; NaN without elements.
    ///
    /// # Errors
    /// Those of [`Over`].
    #[doc(alias = "average")]
    pub fn mean(self) -> Result<DistArray<T::Mean>> {
        let _operation = self.operation("over.mean");
        self.fold(&Values(T::mean))
    }

    /// The variance, as [`DistArray::var`]; NaN without elements.
    ///
    /// # Errors
    /// Those of [`Over`].
    pub fn var(self, ddof: usize) -> Result<DistArray<T::Variance>> {
        let _operation = self.operation("over.var");
        self.variances(|squares, count| T::Variance::from_f64(whole::variance(squares, count, ddof)))
    }

    /// The standard deviation, as [`DistArray::std`]; NaN without elements.
    ///
    /// # Errors
    /// Those of [`Over`].
    pub fn std(self, ddof: usize) -> Result<DistArray<T::Variance>> {
        let _operation = self.operation("over.std");
        self.variances(|squares, count| T::Variance::from_f64(whole::variance(squares, count, ddof).sqrt()))
    }

    fn variances(&self, result: impl Fn(f64, usize) -> T::Variance) -> Result<DistArray<T::Variance>> {
        let axes = self.axes()?;
        if axes.are_all() {
            let (squares, count) = whole::squares(&*self.array.try_combined()?);
            return self.value(&axes, result(squares, count));
        }
        let lines = Lines::new(self.array, &axes, Some(<Values<T, f64> as Parts<T>>::WORDS))?;
        let centres = lines.back(lines.fold(&Values(T::centre))?)?;
        let variances = lines.fold(&Deviations { centres: &centres, result })?;
        self.shaped(&axes, lines.put(variances)?)
    }
}

impl<T: Comparable> Over<'_, T> {
    /// The least element, as [`DistArray::min`].
    ///
    /// # Errors
    /// Those of [`Over`]; [`ErrorKind::Shape`] if there are lines and they have no elements.
    #[doc(alias = "amin")]
    pub fn min(self) -> Result<DistArray<T>> {
        let _operation = self.operation("over.min");
        self.extreme::<false>()
    }

    /// The greatest element, as [`DistArray::max`].
    ///
    /// # Errors
    /// Those of [`Over`]; [`ErrorKind::Shape`] if there are lines and they have no elements.
    #[doc(alias = "amax")]
    pub fn max(self) -> Result<DistArray<T>> {
        let _operation = self.operation("over.max");
        self.extreme::<true>()
    }

    /// Where along the axis the least element is: the first one, if there are several. 0 and −0 are
    /// equal; a NaN is less than every number.
    ///
    /// # Errors
    /// Those of [`Over`]; [`ErrorKind::Axis`] unless it is one axis; [`ErrorKind::Shape`] if there are lines
    /// and they have no elements.
    pub fn argmin(self) -> Result<DistArray<usize>> {
        let _operation = self.operation("over.argmin");
        self.position::<false>()
    }

    /// Where along the axis the greatest element is: the first one, if there are several. 0 and −0 are
    /// equal; a NaN is greater than every number.
    ///
    /// # Errors
    /// Those of [`argmin`](Self::argmin).
    pub fn argmax(self) -> Result<DistArray<usize>> {
        let _operation = self.operation("over.argmax");
        self.position::<true>()
    }

    fn extreme<const MAX: bool>(&self) -> Result<DistArray<T>> {
        let (axes, fold) = (self.axes()?, Extreme::<MAX, _>(T::of_key));
        if axes.are_all() {
            whole::check_elements(self.array.space(), "extreme")?;
            return self.value(&axes, whole::fold(&*self.array.try_combined()?, &fold));
        }
        let lines = self.lines_with_elements(&axes)?;
        self.shaped(&axes, lines.put(lines.fold(&fold)?)?)
    }

    fn position<const MAX: bool>(&self) -> Result<DistArray<usize>> {
        let axes = self.axes()?;
        let [axis] = self.axes[..] else {
            let found = format!("{:?}", self.axes);
            return Err(Error::expected(ErrorKind::Axis, "axes of a position", "one axis", found));
        };
        if axes.are_all() {
            let index = whole::position::<T, MAX>(self.array)?;
            return self.value(&axes, index[0]);
        }
        let lines = self.lines_with_elements(&axes)?;
        let keys = lines.back(lines.fold(&Extreme::<MAX, _>(|key: T::Key| T::of_key(key).tied::<MAX>()))?)?;
        let set = lines.along(axis);
        self.shaped(&axes, lines.put(lines.fold(&First::<_, MAX> { keys: &keys, set: &set })?)?)
    }

    fn lines_with_elements(&self, axes: &Axes) -> Result<Lines<'_, T>> {
        let lines = Lines::new(self.array, axes, Some(1))?;
        if lines.shortest() == 0 {
            return Err(whole::no_elements("extreme", self.array.space()));
        }
        Ok(lines)
    }
}
