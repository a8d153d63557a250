//! Parts of arrays that share their memory.

use super::assign::{Value, Values};
use super::index::Index;
use super::positions::Positions;
use super::sliced::{Sliced, SlicedPart};
use crate::array::{DistArray, mode_rules};
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Element;
use ndarray::{ArrayBase, ArrayViewD, ArrayViewMutD, Axis, IxDyn, RawData, Slice};
use std::fmt;

/// A part of a [`DistArray`] that shares its memory: made by [`DistArray::view`].
///
/// It has a layout of its own, that of [`DistArray::slice`].
#[derive(Clone)]
pub struct DistView<'a, T> {
    layout: Layout,
    local: ArrayViewD<'a, T>,
}

/// A part of a [`DistArray`] through which one writes: made by [`DistArray::view_mut`].
pub struct DistViewMut<'a, T> {
    layout: Layout,
    local: ArrayViewMutD<'a, T>,
}

impl<T: Element> DistArray<T> {
    /// A part of the array that shares its memory. Local: copies nothing.
    ///
    /// Integers, ranges and new axes make views of blocks, of cyclic axes, and of whatever else lies
    /// equally spaced; lists and masks never do. Whether it can be is the same on every rank.
    ///
    /// # Errors
    /// Those of [`slice`](Self::slice); [`ErrorKind::Layout`](crate::ErrorKind::Layout) if what is picked
    /// is not equally spaced in the memory of every rank, saying on which axis.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, index, launch_threads};
    ///
    /// launch_threads(2, |comm| {
    ///     let mut x = DistArray::from_fn(&Layout::scatter(comm, &[4, 6], 0)?, |i| (10 * i[0] + i[1]) as i64);
    ///     let column = x.view(&index![.., 5])?;
    ///     assert_eq!(column.view(&index![..;-1])?.to_owned().gather_all().as_slice().unwrap(), [35, 25, 15, 5]);
    ///     x.view_mut(&index![1..3, ..;2])?.map_in_place(|v| -v);
    ///     assert_eq!((x.get(&[2, 4])?, x.get(&[2, 3])?), (-24, 23));
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// A view borrows its array, so nothing can change beneath it:
    /// ```compile_fail,E0502
    /// # use lops::{Comm, DistArray, Layout, index};
    /// # let mut x = DistArray::<f64>::zeros(&Layout::scatter(&Comm::solo(), &[3], 0).unwrap());
    /// let view = x.view(&index![1..]).unwrap();
    /// x.fill(1.0);
    /// view.local();
    /// ```
    pub fn view(&self, index: &[Index]) -> Result<DistView<'_, T>> {
        let sliced = viewable(self.layout()?, index)?;
        let local = match &sliced.parts[..] {
            [part] => carve(block(part, self.as_slice()), part, &sliced),
            _ => nothing(&sliced.layout),
        };
        Ok(DistView { layout: sliced.layout, local })
    }

    /// A part of the array through which one writes. Local: copies nothing.
    ///
    /// Of a replicated array all ranks write alike, as through [`local_mut`](Self::local_mut).
    ///
    /// # Errors
    /// As [`view`](Self::view).
    pub fn view_mut(&mut self, index: &[Index]) -> Result<DistViewMut<'_, T>> {
        let sliced = viewable(self.layout()?, index)?;
        let local = match &sliced.parts[..] {
            [part] => {
                let buffer = &mut self.as_mut_slice()[part.start..][..part.shape.iter().product()];
                #[allow(clippy::expect_used)] // cut to the length of its shape
                let block = ArrayViewMutD::from_shape(IxDyn(&part.shape), buffer).expect("a block of its shape");
                carve(block, part, &sliced)
            }
            _ => nothing_mut(&sliced.layout),
        };
        Ok(DistViewMut { layout: sliced.layout, local })
    }
}

impl<'a, T: Element> DistView<'a, T> {
    /// The layout of the part.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The shape of the part.
    pub fn shape(&self) -> &[usize] {
        self.layout.shape()
    }

    /// What this rank holds of it; of a chunked layout, its chunk.
    pub fn local(&self) -> ArrayViewD<'_, T> {
        self.local.view()
    }

    /// A part of the part. Local: copies nothing.
    ///
    /// # Errors
    /// As [`DistArray::view`].
    pub fn view(&self, index: &[Index]) -> Result<DistView<'a, T>> {
        let sliced = viewable(&self.layout, index)?;
        let local = match &sliced.parts[..] {
            [part] => carve(self.local.clone(), part, &sliced),
            _ => nothing(&sliced.layout),
        };
        Ok(DistView { layout: sliced.layout, local })
    }

    /// The part as an array of its own. Local: copies.
    pub fn to_owned(&self) -> DistArray<T> {
        DistArray::from_parts((&self.layout).into(), self.local.iter().copied().collect())
    }

    /// f of every element. Local.
    ///
    /// # Panics
    /// As [`DistArray::map`].
    #[track_caller]
    pub fn map<U: Element>(&self, f: impl Fn(T) -> U) -> DistArray<U> {
        mode_rules::expect_any(&(&self.layout).into(), "map");
        DistArray::from_parts((&self.layout).into(), self.local.iter().map(|&x| f(x)).collect())
    }
}

impl<T: Element> DistViewMut<'_, T> {
    /// The layout of the part.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The shape of the part.
    pub fn shape(&self) -> &[usize] {
        self.layout.shape()
    }

    /// What this rank holds of it; of a chunked layout, its chunk.
    pub fn local(&self) -> ArrayViewD<'_, T> {
        self.local.view()
    }

    /// What this rank holds of it, to be changed.
    pub fn local_mut(&mut self) -> ArrayViewMutD<'_, T> {
        self.local.view_mut()
    }

    /// A part of the part, to be read. Local: copies nothing.
    ///
    /// # Errors
    /// As [`DistArray::view`].
    pub fn view(&self, index: &[Index]) -> Result<DistView<'_, T>> {
        DistView { layout: self.layout.clone(), local: self.local.view() }.view(index)
    }

    /// A part of the part, to be written to. Local: copies nothing.
    ///
    /// # Errors
    /// As [`DistArray::view`].
    pub fn view_mut(&mut self, index: &[Index]) -> Result<DistViewMut<'_, T>> {
        let sliced = viewable(&self.layout, index)?;
        let local = match &sliced.parts[..] {
            [part] => carve(self.local.view_mut(), part, &sliced),
            _ => nothing_mut(&sliced.layout),
        };
        Ok(DistViewMut { layout: sliced.layout, local })
    }

    /// The part as an array of its own. Local: copies.
    pub fn to_owned(&self) -> DistArray<T> {
        DistArray::from_parts((&self.layout).into(), self.local.iter().copied().collect())
    }

    /// Every element replaced by f of it. Local.
    ///
    /// # Panics
    /// As [`DistArray::map`].
    #[track_caller]
    pub fn map_in_place(&mut self, f: impl Fn(T) -> T) {
        mode_rules::expect_any(&(&self.layout).into(), "map_in_place");
        self.local.mapv_inplace(f);
    }

    /// Sets the part, as [`DistArray::assign`] does.
    ///
    /// # Errors
    /// Those of [`DistArray::assign`] about the value and the mode.
    pub fn assign<'v>(&mut self, value: impl Into<Value<'v, T>>) -> Result<()>
    where
        T: 'v,
    {
        match value.into().on(&self.layout, &[])? {
            Values::Same(value) => self.local.fill(value),
            Values::Each(values) => {
                #[allow(clippy::expect_used)] // as many as the part has on this rank
                let values = ArrayViewD::from_shape(self.local.raw_dim(), &values).expect("values of the part's shape");
                self.local.assign(&values);
            }
        }
        Ok(())
    }
}

fn viewable(source: &Layout, index: &[Index]) -> Result<Sliced> {
    let sliced = Sliced::new(source, index)?;
    sliced.check_view(source)?;
    Ok(sliced)
}

fn block<'a, T>(part: &SlicedPart, buffer: &'a [T]) -> ArrayViewD<'a, T> {
    let buffer = &buffer[part.start..][..part.shape.iter().product()];
    #[allow(clippy::expect_used)] // cut to the length of its shape
    ArrayViewD::from_shape(IxDyn(&part.shape), buffer).expect("a block of its shape")
}

/// What is picked of a block.
fn carve<S: RawData>(mut block: ArrayBase<S, IxDyn>, part: &SlicedPart, sliced: &Sliced) -> ArrayBase<S, IxDyn> {
    for (axis, places) in part.places.iter().enumerate().rev() {
        let steps = match places {
            Positions::At(at) => {
                block.collapse_axis(Axis(axis), *at);
                block = block.remove_axis(Axis(axis));
                continue;
            }
            Positions::Steps(steps) => steps,
            Positions::List(_) => unreachable!("a list of places in a view"),
        };
        let (low, high) = steps.ends();
        block.slice_axis_inplace(Axis(axis), Slice::new(low as isize, Some(high as isize + 1), steps.step));
    }
    for (at, _) in sliced.axes().iter().enumerate().filter(|(_, axis)| axis.is_none()) {
        block = block.insert_axis(Axis(at));
    }
    block
}

/// The part of a rank that holds none of it.
fn nothing<'a, T>(layout: &Layout) -> ArrayViewD<'a, T> {
    #[allow(clippy::expect_used)] // the shape has no element
    ArrayViewD::from_shape(IxDyn(&layout.local_shape()), &[]).expect("no element")
}

fn nothing_mut<'a, T>(layout: &Layout) -> ArrayViewMutD<'a, T> {
    #[allow(clippy::expect_used)] // the shape has no element
    ArrayViewMutD::from_shape(IxDyn(&layout.local_shape()), &mut []).expect("no element")
}

impl<T: Element> fmt::Debug for DistView<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}, view {}", self.local, T::DTYPE, self.layout)
    }
}

impl<T: Element> fmt::Debug for DistViewMut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}, view {}", self.local, T::DTYPE, self.layout)
    }
}
