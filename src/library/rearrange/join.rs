//! Several arrays as one.

use super::mosaic::Mosaic;
use super::result_layout::{once, recut, with_axis};
use crate::array::{DistArray, Spaces};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, Partition, check_axis};
use crate::library::Index;
use crate::numbers::Element;
use std::borrow::Cow;

impl<T: Element> DistArray<T> {
    /// Arrays one after another along an axis that they have.
    ///
    /// They may lie as they like. The result is cut as the first of them that is cut at all, an axis that
    /// changes its length evenly again: blocks as even blocks, cyclic axes in the same blocks; listed ones
    /// become even blocks. Chunks become an even cut of the first axis; replicated arrays alone make a
    /// replicated one. ([`redistribute`](Self::redistribute) leads to other layouts. [`stack`](Self::stack)
    /// moves nothing and makes a vector of several members, for stacked operators.)
    ///
    /// # Communication
    /// One exchange, in which each element that changes its rank is sent once; none along an axis that is
    /// whole, of arrays that are cut alike. Chunks first take one of their own each.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if there is no array; [`ErrorKind::Axis`] if they have no such axis;
    /// [`ErrorKind::Shape`] if they differ along another one; [`ErrorKind::Communicator`] if they live on
    /// different ranks; [`ErrorKind::Layout`] of a stack, or of different masks.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, ndarray::array};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::full(Layout::scatter(comm, &[2, 3], 0)?, 1);
    ///     let y = DistArray::full(Layout::replicated(comm, &[1, 3])?, 2);
    ///     let z = DistArray::concatenate(&[&x, &y], 0)?;
    ///     assert_eq!(z.gather_all(), array![[1, 1, 1], [1, 1, 1], [2, 2, 2]].into_dyn());
    ///     assert_eq!(z.layout()?, &Layout::scatter(comm, &[3, 3], 0)?);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy, `concatenate`.
    #[doc(alias = "hstack")]
    #[doc(alias = "vstack")]
    pub fn concatenate(arrays: &[&Self], axis: usize) -> Result<Self> {
        let pattern = pattern(arrays, "arrays to concatenate")?;
        let _operation = arrays[0].operation("concatenate", format_args!(", {} along {axis}", Spaces(arrays)));
        check_axis(pattern.shape(), axis)?;
        let mut shape = pattern.shape().to_vec();
        shape[axis] = 0;
        for array in arrays {
            let own = array.layout()?.shape();
            if own.len() != shape.len() || (0..own.len()).any(|k| k != axis && own[k] != shape[k]) {
                let what = format!("array to concatenate along axis {axis}");
                let expected = format!("the shape {:?} but for that axis", pattern.shape());
                return Err(Error::expected(ErrorKind::Shape, what, expected, format!("{own:?}")));
            }
            shape[axis] = shape[axis].saturating_add(own[axis]); // too large for any layout, where it overflows
        }
        let target = recut(&pattern, &shape)?;
        let (mut mosaic, mut at) = (Mosaic::new(), vec![0; shape.len()]);
        for array in arrays {
            mosaic.add(once(array)?, at.clone())?;
            at[axis] += array.layout()?.shape()[axis];
        }
        let mut result = Self::zeros(target);
        mosaic.put_into(&mut result)?;
        Ok(result)
    }

    /// Arrays of one shape side by side along a new axis, which is whole on every rank; the others are cut as
    /// in the first array that is cut at all ([`concatenate`](Self::concatenate) says more). Of chunks, the first
    /// axis is cut, be it the new one.
    ///
    /// Not a stacked vector, whose members keep their layouts: that is [`stack`](Self::stack).
    ///
    /// # Communication
    /// As [`concatenate`](Self::concatenate): none where all are in one layout.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if the axis is beyond the number of axes; [`ErrorKind::Shape`] if shapes differ;
    /// otherwise those of [`concatenate`](Self::concatenate).
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, ndarray::array};
    ///
    /// launch_threads(2, |comm| {
    ///     let rows = Layout::scatter(comm, &[3], 0)?;
    ///     let (x, y) = (DistArray::full(&rows, 1), DistArray::full(&rows, 2));
    ///     let z = DistArray::stack_along(&[&x, &y], 1)?;
    ///     assert_eq!(z.gather_all(), array![[1, 2], [1, 2], [1, 2]].into_dyn());
    ///     assert_eq!(z.layout()?, &Layout::scatter(comm, &[3, 2], 0)?);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy, `stack`.
    pub fn stack_along(arrays: &[&Self], axis: usize) -> Result<Self> {
        let pattern = pattern(arrays, "arrays to stack")?;
        let _operation = arrays[0].operation("stack_along", format_args!(", {} along {axis}", Spaces(arrays)));
        if axis > pattern.ndim() {
            let expected = format!("at most {} (arrays of shape {:?})", pattern.ndim(), pattern.shape());
            return Err(Error::expected(ErrorKind::Axis, "new axis", expected, axis));
        }
        for array in arrays {
            let own = array.layout()?.shape();
            if own != pattern.shape() {
                let expected = format!("the shape {:?}", pattern.shape());
                return Err(Error::expected(ErrorKind::Shape, "array to stack", expected, format!("{own:?}")));
            }
        }
        let target = with_axis(&pattern, axis, arrays.len())?;
        let mut index = vec![Index::from(..); pattern.ndim()];
        index.insert(axis, Index::NewAxis);
        let mut mosaic = Mosaic::new();
        for (k, array) in arrays.iter().enumerate() {
            let mut at = vec![0; index.len()];
            at[axis] = k;
            mosaic.add(Cow::Owned(once(array)?.slice(&index)?), at)?;
        }
        let mut result = Self::zeros(target);
        mosaic.put_into(&mut result)?;
        Ok(result)
    }
}

/// The layout by which the result is cut: that of the first array that is cut; of replicated ones alone, that
/// of one which nobody keeps equal, if there is one.
fn pattern<T: Element>(arrays: &[&DistArray<T>], what: &str) -> Result<Layout> {
    let layouts = arrays.iter().map(|array| array.layout()).collect::<Result<Vec<_>>>()?;
    let Some(first) = layouts.first() else {
        return Err(Error::expected(ErrorKind::Parameter, what, "at least one", "none"));
    };
    for layout in &layouts {
        first.comm().same_as(layout.comm(), what)?;
    }
    let cut = layouts.iter().find(|layout| !layout.is_replicated());
    let unkept = || layouts.iter().find(|layout| *layout.partition() == Partition::Unsynced);
    let pattern = *cut.or_else(unkept).unwrap_or(first);
    let fits =
        |layout: &&Layout| layout.mask() == pattern.mask() || (layout.is_replicated() && layout.mask().is_none());
    match layouts.iter().find(|layout| !fits(layout)) {
        Some(other) => Err(Error::expected(ErrorKind::Layout, what, format!("the mask of {pattern}"), other)),
        None => Ok(pattern.clone()),
    }
}
