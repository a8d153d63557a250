//! Where the values of a picture come from: this rank's own array, or one of all ranks, of which rank 0 gets what is shown.

use crate::array::DistArray;
use crate::comm::Reduction;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::library::Index;
use crate::numbers::{DType, Element, bytes_of, elements_of};
use ndarray::{Array2, ArrayView2, Axis, CowArray, Ix2, Slice};
use num_complex::Complex;
use std::fmt::Debug;

/// An array to draw.
#[derive(Clone, Debug)]
pub(super) enum Source<'a> {
    /// This rank's, drawn here.
    Local(ArrayView2<'a, f64>),
    /// Of all ranks, drawn on rank 0.
    Distributed(&'a dyn Pictured),
}

/// Which two axes are shown, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Plane {
    /// Axes that are fixed, each with its index.
    pub(super) fixed: Vec<(usize, usize)>,
    /// Whether the first of the two axes runs across.
    pub(super) transposed: bool,
    /// Of what runs across, one of so many is shown; all if 0.
    pub(super) every: usize,
}

/// Values to draw: rows run down. Of large arrays they are means of blocks of samples.
#[derive(Clone, Debug)]
pub(super) struct Image<'a> {
    pub(super) values: CowArray<'a, f64, Ix2>,
    /// How many values the rows and columns of samples make: not whole where a last block is smaller.
    pub(super) extent: (f64, f64),
    /// Rows and columns of samples.
    pub(super) samples: (usize, usize),
    /// The least and the greatest finite sample; the first is the greater where there is none.
    pub(super) range: (f64, f64),
}

impl<'a> Image<'a> {
    pub(super) fn of(values: impl Into<CowArray<'a, f64, Ix2>>) -> Self {
        let values = values.into();
        let samples = values.dim();
        let range = range(values.iter().copied());
        Self { values, extent: (samples.0 as f64, samples.1 as f64), samples, range }
    }

    fn turned(self) -> Self {
        let (extent, samples) = ((self.extent.1, self.extent.0), (self.samples.1, self.samples.0));
        Self { values: self.values.reversed_axes(), extent, samples, ..self }
    }
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    values.filter(|v| v.is_finite()).fold(none, |(low, high), v| (low.min(v), high.max(v)))
}

impl<'a> Source<'a> {
    /// The ranks that draw together, if they do.
    pub(super) fn layout(&self) -> Result<Option<&Layout>> {
        match self {
            Self::Local(_) => Ok(None),
            Self::Distributed(array) => array.layout().map(Some),
        }
    }

    /// The lengths of the axes.
    pub(super) fn axes(&self) -> Result<Vec<usize>> {
        match self {
            Self::Local(values) => Ok(values.shape().to_vec()),
            Self::Distributed(array) => Ok(array.layout()?.shape().to_vec()),
        }
    }

    /// The numbers of rows and columns of samples that a plane shows.
    pub(super) fn shape(&self, plane: &Plane) -> Result<[usize; 2]> {
        let shape = self.axes()?;
        Ok(match plane.free_axes(shape.len())? {
            [Some(down), across] => [shape[down], across.map_or(1, |axis| shape[axis])],
            [None, across] => [1, across.map_or(1, |axis| shape[axis])],
        })
    }

    /// What is shown, for a picture of at most so many pixels down and across; on rank 0 only where it is distributed.
    pub(super) fn image(&self, plane: &Plane, (down, across): (usize, usize)) -> Result<Option<Image<'a>>> {
        let image = match self {
            Self::Local(values) => {
                if let Some((axis, _)) = plane.fixed.first() {
                    let expected = "none (ndarray's `index_axis` takes one)";
                    return Err(Error::expected(ErrorKind::Axis, "slice of a section of a view", expected, axis));
                }
                let every = Slice::new(0, None, plane.every.max(1) as isize);
                let mut values = *values;
                values.slice_axis_inplace(Axis(usize::from(!plane.transposed)), every);
                Some(Image::of(values))
            }
            Self::Distributed(array) => {
                let most = if plane.transposed { [across, down] } else { [down, across] };
                array.gather(&plane.index(array.layout()?.ndim())?, most)?
            }
        };
        Ok(image.map(|image| if plane.transposed { image.turned() } else { image }))
    }
}

impl Plane {
    /// The axes that run down and across, where there are such.
    pub(super) fn free_axes(&self, ndim: usize) -> Result<[Option<usize>; 2]> {
        if let Some((axis, _)) = self.fixed.iter().find(|(axis, _)| *axis >= ndim) {
            let expected = format!("one of {ndim} axes");
            return Err(Error::expected(ErrorKind::Axis, "axis of a slice to draw", expected, axis));
        }
        let is_free = |axis: &usize| self.fixed.iter().all(|(fixed, _)| fixed != axis);
        let mut axes = match (0..ndim).filter(is_free).collect::<Vec<_>>()[..] {
            [only] => [None, Some(only)],
            [first, second] => [Some(first), Some(second)],
            ref free => {
                let expected = "one or two axes, the others at an index (`slice`)";
                return Err(Error::expected(ErrorKind::Axis, "axes to draw", expected, free.len()));
            }
        };
        if self.transposed {
            axes.reverse();
        }
        Ok(axes)
    }

    /// What is taken of each axis, so that two are left: one that there is not is new, and the first.
    fn index(&self, ndim: usize) -> Result<Vec<Index>> {
        let [down, across] = self.free_axes(ndim)?;
        let of_axis = |axis: usize| match self.fixed.iter().rev().find(|(fixed, _)| *fixed == axis) {
            Some(&(_, at)) => at.into(),
            None if across == Some(axis) && self.every > 1 => Index::stepped(.., self.every as isize),
            None => (..).into(),
        };
        let new = if down.is_none() || across.is_none() { vec![Index::NewAxis] } else { vec![] };
        Ok(new.into_iter().chain((0..ndim).map(of_axis)).collect())
    }
}

/// An array of all ranks that can be drawn, whatever the type of its elements.
pub(super) trait Pictured: Debug {
    fn layout(&self) -> Result<&Layout>;

    /// The plane that the index leaves, on rank 0: all of it, or, where it has more than twice `most` samples along an axis,
    /// means of blocks, at most so many. Blocks are the same on any number of ranks, and so are their means.
    ///
    /// # Communication
    /// One all-to-all in which every rank sends what it has of the plane to rank 0. Of a plane that is too large, first what lies on
    /// the wrong side of a block's edge moves to its neighbour (of a plane that is not cut along one axis, all of it moves to where
    /// it is), then means are sent; and one all-reduce of two numbers.
    fn gather<'i>(&self, index: &[Index], most: [usize; 2]) -> Result<Option<Image<'i>>>;
}

impl<T: Element> Pictured for DistArray<T> {
    fn layout(&self) -> Result<&Layout> {
        DistArray::layout(self)
    }

    fn gather<'i>(&self, index: &[Index], most: [usize; 2]) -> Result<Option<Image<'i>>> {
        let taken;
        let plane = if *index == [(..).into(), (..).into()] {
            self
        } else {
            taken = self.slice(index)?;
            &taken
        };
        let shape = [0, 1].map(|axis| plane.shape()[axis]);
        let block = [0, 1].map(|axis| shape[axis].div_ceil(2 * most[axis].max(1)).max(1));
        if block == [1, 1] {
            let values =
                plane.gather(0).map(|values| Array2::from_shape_vec(shape, floats(values.as_slice().unwrap_or(&[]))));
            return values.transpose().map(|values| values.map(Image::of)).map_err(Error::other);
        }
        let (source, comm) = (plane.layout()?, plane.comm());
        let axis = source.axis().unwrap_or(0);
        let sizes = sizes_of_whole_blocks(source, axis, block[axis]);
        let target = Layout::scatter_sizes(comm, &shape, axis, &sizes)?.masked_like(source);
        let aligned = plane.redistribute(&target)?;
        let (means, (low, high)) = means_of_blocks(&aligned, block);
        let mut ends = [low, -high];
        comm.all_reduce(&mut ends, Reduction::Min);
        let few = [0, 1].map(|axis| shape[axis].div_ceil(block[axis]));
        let sizes: Vec<_> = sizes.iter().map(|size| size.div_ceil(block[axis])).collect();
        let few = DistArray::from_local(&Layout::scatter_sizes(comm, &few, axis, &sizes)?, means)?;
        let extent = |axis: usize| shape[axis] as f64 / block[axis] as f64;
        Ok(few.gather(0).and_then(|means| means.into_dimensionality::<Ix2>().ok()).map(|means| Image {
            values: means.into(),
            extent: (extent(0), extent(1)),
            samples: shape.into(),
            range: (ends[0], -ends[1]),
        }))
    }
}

/// What each rank gets of an axis so that no block lies on two: nearly what it has, where the axis is cut, else as much as others.
pub(super) fn sizes_of_whole_blocks(source: &Layout, axis: usize, block: usize) -> Vec<usize> {
    let (n, ranks) = (source.shape()[axis], source.comm().size());
    let blocks = n.div_ceil(block);
    let own_end = |rank: usize| {
        let end = source.axis().map(|_| source.range(rank).end);
        end.map_or((rank + 1) * blocks / ranks, |end| end.div_ceil(block))
    };
    let mut ends: Vec<_> = (0..ranks).map(own_end).collect();
    ends[ranks - 1] = blocks;
    // Ranks without any, and ranks in another order, are no reason for a size below 0.
    let mut before = 0;
    let size = |end: usize| {
        let size = (end * block).min(n).saturating_sub(before);
        before += size;
        size
    };
    ends.into_iter().map(size).collect()
}

/// The mean of each whole block of this rank's part, and its least and greatest sample. Where less than half of a block is finite there
/// is no mean.
fn means_of_blocks<T: Element>(aligned: &DistArray<T>, block: [usize; 2]) -> (Vec<f64>, (f64, f64)) {
    let local = aligned.local();
    let (rows, columns) = (local.shape()[0], local.shape()[1]);
    let across = columns.div_ceil(block[1]);
    let mut means = Vec::with_capacity(rows.div_ceil(block[0]) * across);
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    let (mut ends, mut sums) = (none, vec![(0.0, 0.0); across]);
    for first in (0..rows).step_by(block[0]) {
        let here = first..(first + block[0]).min(rows);
        sums.fill((0.0, 0.0));
        for row in here.clone() {
            let values = floats(&aligned.as_slice()[row * columns..(row + 1) * columns]);
            for (values, (sum, count)) in values.chunks(block[1]).zip(&mut sums) {
                // Divided before they are added, so that large ones do not overflow.
                let part = 1.0 / (values.len() * here.len()) as f64;
                for value in values.iter().filter(|value| value.is_finite()) {
                    (*sum, *count) = (*sum + part * value, *count + part);
                    ends = (ends.0.min(*value), ends.1.max(*value));
                }
            }
        }
        means.extend(sums.iter().map(|(sum, count)| if *count >= 0.4999 { sum / count } else { f64::NAN }));
    }
    (means, ends)
}

/// Values as numbers to draw: of complex ones the moduli, of `bool` 0 and 1.
pub(super) fn floats<T: Element>(values: &[T]) -> Vec<f64> {
    fn each<T: Element, U: Element>(values: &[T], value: impl Fn(U) -> f64) -> Vec<f64> {
        elements_of::<U>(bytes_of(values)).iter().map(|&element| value(element)).collect()
    }
    match T::DTYPE {
        DType::Bool => each(values, |v: bool| f64::from(u8::from(v))),
        DType::I8 => each(values, |v: i8| v.into()),
        DType::I16 => each(values, |v: i16| v.into()),
        DType::I32 => each(values, |v: i32| v.into()),
        DType::I64 => each(values, |v: i64| v as f64),
        DType::U8 => each(values, |v: u8| v.into()),
        DType::U16 => each(values, |v: u16| v.into()),
        DType::U32 => each(values, |v: u32| v.into()),
        DType::U64 => each(values, |v: u64| v as f64),
        DType::F32 => each(values, |v: f32| v.into()),
        DType::F64 => each(values, |v: f64| v),
        DType::C64 => each(values, |v: Complex<f32>| f64::from(v.re).hypot(v.im.into())),
        DType::C128 => each(values, |v: Complex<f64>| v.re.hypot(v.im)),
    }
}
