//! Arrays from formulas over their indices, evaluated by each rank for its part.

mod spacing;
mod step;

use super::dist_array::DistArray;
use super::space::Space;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{IndexSet, Layout, check_axis};
use crate::numbers::{Element, Number, Real, memory};
use spacing::Spacing;
use std::ops::RangeBounds;
pub use step::Step;

impl<T: Number> DistArray<T> {
    /// Ones, as [`full`](Self::full). Local.
    ///
    /// # Panics
    /// As [`full`](Self::full).
    #[track_caller]
    pub fn ones(space: impl Into<Space>) -> Self {
        Self::full(space, T::one())
    }

    /// 1 where the second index is the first one plus k, 0 elsewhere: for k = 0 the identity matrix. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the layout does not have two axes; [`ErrorKind::Parameter`] if the mode of chunks
    /// is not defined for the type.
    ///
    /// # Example
    /// ```
    /// # use lops::{DistArray, Layout, launch_threads, ndarray::array};
    /// # launch_threads(2, |comm| {
    /// let x = DistArray::<i32>::eye(&Layout::scatter(comm, &[2, 3], 0)?, 1)?;
    /// assert_eq!(x.gather_all(), array![[0, 1, 0], [0, 0, 1]].into_dyn());
    /// # Ok(()) }).unwrap();
    /// ```
    #[doc(alias = "identity")]
    pub fn eye(layout: &Layout, k: isize) -> Result<Self> {
        check_axes("layout of a matrix with ones on a diagonal", layout, 2)?;
        by_regions(layout, |sets, data| {
            let (rows, columns) = (&sets[0], &sets[1]);
            for row in rows.iter() {
                let start = data.len();
                data.resize(start + columns.len(), T::zero());
                if let Some(at) = row.checked_add_signed(k).and_then(|column| columns.position(column)) {
                    data[start + at] = T::one();
                }
            }
        })
    }
}

impl<T: Step> DistArray<T> {
    /// start + i · step for every index i of an array of one axis. Local.
    ///
    /// The layout says how many there are: NumPy's `arange(start, stop, step)` has ⌈(stop − start) / step⌉.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the layout does not have one axis; [`ErrorKind::Parameter`] if the last integer
    /// is beyond the type, or the mode of chunks is not defined for it.
    ///
    /// # Example
    /// ```
    /// # use lops::{DistArray, Layout, launch_threads};
    /// # launch_threads(2, |comm| {
    /// let x = DistArray::arange(&Layout::scatter(comm, &[4], 0)?, 7, -3)?;
    /// assert_eq!(x.gather_all().as_slice(), Some(&[7, 4, 1, -2][..]));
    /// # Ok(()) }).unwrap();
    /// ```
    pub fn arange(layout: &Layout, start: T, step: T) -> Result<Self> {
        check_axes("layout of a sequence", layout, 1)?;
        let n = layout.shape()[0];
        if !T::reaches(start, step, n) {
            let what = format!("{n} numbers from {start} on in steps of {step}");
            return Err(Error::expected(ErrorKind::Parameter, what, format!("all within {}", T::DTYPE), "one beyond"));
        }
        by_regions(layout, |sets, data| data.extend(sets[0].iter().map(|i| T::step(start, step, i))))
    }
}

impl<T: Real> DistArray<T> {
    /// Evenly spaced numbers over a range, as many as the layout's one axis has indices: the end is the last
    /// of them in `0.0..=1.0`, and one step further in `0.0..1.0`. Local.
    ///
    /// ```text
    /// xᵢ = start + i · (stop − start) / (n − 1)    of start..=stop,    xₙ₋₁ = stop
    /// xᵢ = start + i · (stop − start) / n          of start..stop
    /// ```
    ///
    /// One point is the start. Between equal ends all points are the same, also where these are infinite; the
    /// distance of the ends may be more than the largest number.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the layout does not have one axis; [`ErrorKind::Parameter`] if the range has no
    /// start or no end, or the mode of chunks is not defined for the type.
    ///
    /// # Example
    /// ```
    /// # use lops::{DistArray, Layout, launch_threads};
    /// # launch_threads(2, |comm| {
    /// let layout = Layout::scatter(comm, &[5], 0)?;
    /// let (closed, open) = (DistArray::linspace(&layout, 0.0..=1.0)?, DistArray::linspace(&layout, 0.0..1.0)?);
    /// assert_eq!(closed.gather_all().as_slice(), Some(&[0.0, 0.25, 0.5, 0.75, 1.0][..]));
    /// assert_eq!(open.get(&[4])?, 0.8);
    /// # Ok(()) }).unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy's `linspace`, with `endpoint` as the range has it.
    pub fn linspace(layout: &Layout, range: impl RangeBounds<T>) -> Result<Self> {
        check_axes("layout of evenly spaced numbers", layout, 1)?;
        Self::coordinates(layout, 0, range)
    }

    /// base to the power of evenly spaced exponents: [`linspace`](Self::linspace) of them. Local.
    ///
    /// # Errors
    /// Those of [`linspace`](Self::linspace).
    pub fn logspace(layout: &Layout, exponents: impl RangeBounds<T>, base: T) -> Result<Self> {
        check_axes("layout of numbers spaced by a factor", layout, 1)?;
        let spacing = Spacing::new(&exponents, layout.shape()[0])?;
        by_regions(layout, |sets, data| data.extend(sets[0].iter().map(|i| base.powf(spacing.at(i)))))
    }

    /// The coordinate of every element along an axis on which as many points as it has indices are evenly
    /// spaced, as [`linspace`](Self::linspace) spaces them. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Parameter`] if the range has no start or no
    /// end, or the mode of chunks is not defined for the type.
    ///
    /// # Example
    /// ```
    /// # use lops::{DistArray, Layout, launch_threads, ndarray::array};
    /// # launch_threads(2, |comm| {
    /// let plane = Layout::scatter(comm, &[3, 2], 0)?;
    /// let (x, y) = (DistArray::coordinates(&plane, 0, -1.0..=1.0)?, DistArray::coordinates(&plane, 1, 0.0..1.0)?);
    /// assert_eq!(x.gather_all(), array![[-1.0, -1.0], [0.0, 0.0], [1.0, 1.0]].into_dyn());
    /// assert_eq!(y.gather_all(), array![[0.0, 0.5], [0.0, 0.5], [0.0, 0.5]].into_dyn());
    /// # Ok(()) }).unwrap();
    /// ```
    #[doc(alias = "meshgrid")]
    #[doc(alias = "mgrid")]
    pub fn coordinates(layout: &Layout, axis: usize, range: impl RangeBounds<T>) -> Result<Self> {
        check_axis(layout.shape(), axis)?;
        let spacing = Spacing::new(&range, layout.shape()[axis])?;
        along(layout, axis, |i| spacing.at(i))
    }
}

impl DistArray<usize> {
    /// Every element's own index along an axis. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis.
    pub fn indices(layout: &Layout, axis: usize) -> Result<Self> {
        check_axis(layout.shape(), axis)?;
        along(layout, axis, |i| i)
    }
}

impl<T: Element> DistArray<T> {
    /// The value of `f` at the coordinates of every element, where the points of each axis are evenly spaced
    /// over its range as [`linspace`](DistArray::linspace) spaces them. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if there is not one range for each axis; [`ErrorKind::Parameter`] if a range has no
    /// start or no end, or the mode of chunks is not defined for the type.
    ///
    /// # Example
    /// ```
    /// # use lops::{DistArray, Layout, launch_threads};
    /// # launch_threads(2, |comm| {
    /// let plane = Layout::scatter(comm, &[3, 5], 1)?;
    /// let r = DistArray::from_coordinates(&plane, &[-1.0..=1.0, 0.0..=4.0], |x| f64::hypot(x[0], x[1]))?;
    /// assert_eq!(r.get(&[1, 3])?, 3.0);
    /// # Ok(()) }).unwrap();
    /// ```
    #[doc(alias = "fromfunction")]
    pub fn from_coordinates<R: Real>(
        layout: &Layout,
        ranges: &[impl RangeBounds<R>],
        mut f: impl FnMut(&[R]) -> T,
    ) -> Result<Self> {
        check_axes("layout of coordinates", layout, ranges.len())?;
        let spacings = ranges.iter().zip(layout.shape());
        let spacings = spacings.map(|(range, &n)| Spacing::new(range, n)).collect::<Result<Vec<_>>>()?;
        let mut point = vec![R::zero(); spacings.len()];
        let mut data = memory::room(layout.local_len());
        layout.for_each_index(layout.comm().rank(), |index| {
            for ((x, spacing), &i) in point.iter_mut().zip(&spacings).zip(index) {
                *x = spacing.at(i);
            }
            data.push(f(&point));
        });
        Ok(Self::from_parts(layout.into(), layout.keep_first(data)?))
    }
}

/// The value of f at every element's index along an axis.
fn along<T: Element>(layout: &Layout, axis: usize, f: impl Fn(usize) -> T) -> Result<DistArray<T>> {
    by_regions(layout, |sets, data| {
        let length = |sets: &[IndexSet]| sets.iter().map(IndexSet::len).product::<usize>();
        let (outer, inner) = (length(&sets[..axis]), length(&sets[axis + 1..]));
        if outer * inner == 0 {
            return; // before the list is made: the axis may be long
        }
        let values: Vec<_> = sets[axis].iter().map(&f).collect();
        for _ in 0..outer {
            for &value in &values {
                data.extend(std::iter::repeat_n(value, inner));
            }
        }
    })
}

/// The array of which `make` appends what lies in the region of these sets.
fn by_regions<T: Element>(layout: &Layout, mut make: impl FnMut(&[IndexSet], &mut Vec<T>)) -> Result<DistArray<T>> {
    let mut data = memory::room(layout.local_len());
    for region in &*layout.regions(layout.comm().rank()) {
        make(region.sets(), &mut data);
    }
    Ok(DistArray::from_parts(layout.into(), layout.keep_first(data)?))
}

fn check_axes(what: &str, layout: &Layout, axes: usize) -> Result<()> {
    if layout.ndim() == axes {
        return Ok(());
    }
    let expected = format!("{axes} {}", if axes == 1 { "axis" } else { "axes" });
    Err(Error::expected(ErrorKind::Shape, what, expected, format!("shape {:?}", layout.shape())))
}
