//! The distributed array: a space and this rank's part of a vector in it.

use super::chunks;
use super::space::Space;
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, Partition, check_axis};
use crate::numbers::memory::{self, Kept};
use crate::numbers::{DType, Element};
use ndarray::{ArrayView, ArrayViewD, ArrayViewMutD, AsArray, Dimension, IxDyn};

/// A vector of a [`Space`], of which this rank holds one contiguous local buffer.
///
/// Of a stack the buffer holds the members one after another, so that sums, norms and updates of a
/// stacked vector are the same loops. Elementwise work never communicates; everything that does
/// says so in its first lines.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads};
///
/// launch_threads(3, |comm| {
///     let rows = Layout::scatter(comm, &[7, 4], 0)?;
///     let x = DistArray::from_fn(&rows, |index| (index[0] * 4 + index[1]) as f64);
///     let y = 2.0 * &x + 1.0;
///     assert_eq!(y.local().shape(), rows.local_shape());
///     assert_eq!(x.sum(), 378.0); // one all-reduce
///     assert_eq!(y.gather_all()[[6, 3]], 55.0);
///     Ok(())
/// })
/// .unwrap();
/// ```
#[derive(PartialEq)]
pub struct DistArray<T: 'static> {
    space: Space,
    data: Kept<T>,
}

impl<T: Copy + 'static> Clone for DistArray<T> {
    fn clone(&self) -> Self {
        Self { space: self.space.clone(), data: memory::copied(&self.data).into() }
    }
}

impl<T: Element> DistArray<T> {
    /// Zeros (`false` for `bool`), as [`full`](Self::full). Local.
    ///
    /// # Panics
    /// As [`full`](Self::full).
    #[track_caller]
    pub fn zeros(space: impl Into<Space>) -> Self {
        Self::full(space, T::default())
    }

    /// The same value everywhere in the global array. Local.
    ///
    /// Of chunks that are summed or multiplied the first one that covers an element has the value, and the
    /// others the identity, as in all that is made from global values.
    ///
    /// # Panics
    /// If the mode of a layout is not defined for the type (see [`Mode::identity`](crate::layout::Mode::identity)).
    #[track_caller]
    pub fn full(space: impl Into<Space>, value: T) -> Self {
        let space = space.into();
        match chunks::filled(&space, value) {
            Ok(data) => Self { space, data: data.into() },
            Err(error) => panic!("{error}"),
        }
    }

    /// The value of `f` at every global index, as [`full`](Self::full). Local: each rank evaluates its own part.
    ///
    /// # Panics
    /// As [`full`](Self::full).
    #[track_caller]
    pub fn from_fn(layout: &Layout, mut f: impl FnMut(&[usize]) -> T) -> Self {
        let mut data = memory::room(layout.local_len());
        layout.for_each_index(layout.comm().rank(), |index| data.push(f(index)));
        match layout.keep_first(data) {
            Ok(data) => Self { space: layout.into(), data: data.into() },
            Err(error) => panic!("{error}"),
        }
    }

    /// From this rank's buffer: its block in C order, of a stack the members' one after another.
    ///
    /// # Communication
    /// One small all-reduce, so that a wrong length on one rank is an error on all.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the length is not the space's on some rank, [`ErrorKind::Parameter`] if the
    /// mode of a layout is not defined for the type.
    pub fn from_local(space: impl Into<Space>, data: Vec<T>) -> Result<Self> {
        let space = space.into();
        let fits = if data.len() == space.local_len() {
            Ok(())
        } else {
            let what = format!("local values of an array {space}");
            Err(Error::expected(ErrorKind::Shape, what, space.local_len(), data.len()))
        };
        chunks::check_modes::<T>(&space)?;
        let _operation = space.comm().operation("from_local", format_args!("{}, {space:#}", T::DTYPE));
        space.comm().agree(fits)?;
        Ok(Self { space, data: data.into() })
    }

    /// From the global array, an `ndarray` of any dimension or a slice, of which every rank passes a copy
    /// and keeps its part; chunks as [`full`](Self::full) has them.
    ///
    /// # Communication
    /// None where the array is cut; one broadcast of rank 0's values for [`Partition::Replicated`].
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the array's shape is not the layout's, [`ErrorKind::Parameter`] if the
    /// layout's mode is not defined for the type.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, ndarray::array};
    ///
    /// launch_threads(2, |comm| {
    ///     let x = DistArray::from_global(&Layout::scatter(comm, &[2, 3], 1)?, &array![[1, 2, 3], [4, 5, 6]])?;
    ///     assert_eq!(x.as_slice(), if comm.rank() == 0 { &[1, 2, 4, 5][..] } else { &[3, 6] });
    ///     let y = DistArray::from_global(&Layout::scatter(comm, &[3], 0)?, &[0.5, 1.0, 1.5])?;
    ///     assert_eq!(y.sum(), 3.0);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn from_global<'a, D: Dimension>(layout: &Layout, global: impl AsArray<'a, T, D>) -> Result<Self> {
        let global: ArrayView<'a, T, D> = global.into();
        if global.shape() != layout.shape() {
            let expected = format!("{:?}", layout.shape());
            return Err(Error::expected(ErrorKind::Shape, "global array", expected, format!("{:?}", global.shape())));
        }
        let global = global.as_standard_layout();
        let data = layout.keep_first(layout.own_part(global.as_slice().unwrap_or(&[])))?;
        let mut array = Self { space: layout.into(), data: data.into() };
        array.sync();
        Ok(array)
    }

    /// Several arrays as one vector, nested stacks as they are. Local: copies.
    ///
    /// # Errors
    /// Those of [`Space::stack`].
    pub fn stack(members: &[&Self]) -> Result<Self> {
        let space = Space::stack(members.iter().map(|member| member.space.clone()).collect())?;
        let data: Vec<_> = members.iter().flat_map(|member| member.data.iter().copied()).collect();
        Ok(Self { space, data: data.into() })
    }

    /// Zeros in the same space. Local.
    #[must_use]
    pub fn zeros_like(&self) -> Self {
        Self::zeros(&self.space)
    }

    /// The same value everywhere in the same space. Local.
    #[must_use]
    pub fn full_like(&self, value: T) -> Self {
        Self::full(&self.space, value)
    }

    /// The space of the vector.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// The layout of an array that is no stack.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if it is a stack.
    pub fn layout(&self) -> Result<&Layout> {
        self.space.layout()
    }

    /// The ranks.
    pub fn comm(&self) -> &Comm {
        self.space.comm()
    }

    /// The type of the elements.
    pub fn dtype(&self) -> DType {
        T::DTYPE
    }

    /// Bytes of one element.
    pub fn itemsize(&self) -> usize {
        T::DTYPE.size()
    }

    /// Bytes of the elements of the global vector, each counted once, as NumPy has it; what this rank holds of them is
    /// `size_of_val(x.as_slice())`. Local.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(2, |comm| {
    ///     let x = DistArray::<f32>::zeros(Layout::scatter(comm, &[3, 5], 0)?);
    ///     assert_eq!((x.itemsize(), x.nbytes()), (4, 60));
    ///     assert_eq!(size_of_val(x.as_slice()), if comm.rank() == 0 { 40 } else { 20 });
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn nbytes(&self) -> usize {
        self.size() * self.itemsize()
    }

    /// The number of elements of the global vector.
    pub fn size(&self) -> usize {
        self.space.size()
    }

    /// The global shape; of a stack, the number of its elements.
    pub fn shape(&self) -> Vec<usize> {
        self.space.layout().map_or_else(|_| vec![self.size()], |layout| layout.shape().to_vec())
    }

    /// This rank's block, with its true shape; of a stack, its buffer.
    pub fn local(&self) -> ArrayViewD<'_, T> {
        shaped(&self.space, &self.data)
    }

    /// This rank's block, to be changed. Of a replicated array all ranks change it alike, or call
    /// [`sync`](Self::sync) after.
    pub fn local_mut(&mut self) -> ArrayViewMutD<'_, T> {
        let shape = local_shape(&self.space);
        #[allow(clippy::expect_used)] // the buffer has the space's length since it was made
        ArrayViewMutD::from_shape(IxDyn(&shape), &mut self.data).expect("a buffer of the space's length")
    }

    /// This rank's buffer: its block in C order, of a stack the members' one after another.
    pub fn as_slice(&self) -> &[T] {
        &self.data
    }

    /// This rank's buffer, to be changed as [`local_mut`](Self::local_mut).
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.data
    }

    /// This rank's buffer.
    pub fn into_vec(self) -> Vec<T> {
        self.data.into_vec()
    }

    /// The number of members of a stack; 1 of an array.
    pub fn member_count(&self) -> usize {
        self.space.members().len()
    }

    /// This rank's block of the k-th member of a stack.
    ///
    /// # Panics
    /// If there is no such member.
    #[track_caller]
    pub fn member_local(&self, k: usize) -> ArrayViewD<'_, T> {
        let start: usize = self.space.members()[..k].iter().map(Space::local_len).sum();
        let member = &self.space.members()[k];
        shaped(member, &self.data[start..start + member.local_len()])
    }

    /// The k-th member of a stack, as an array of its own. Local: copies.
    ///
    /// # Panics
    /// If there is no such member.
    #[track_caller]
    pub fn member(&self, k: usize) -> Self {
        let start: usize = self.space.members()[..k].iter().map(Space::local_len).sum();
        let space = self.space.members()[k].clone();
        let data = self.data[start..start + space.local_len()].to_vec();
        Self { space, data: data.into() }
    }

    /// Copies another vector of the same space into this one. Local; allocates nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if the spaces differ.
    pub fn copy_from(&mut self, other: &Self) -> Result<()> {
        self.space.same_as(&other.space, "copied array")?;
        self.passes_over(1, 1);
        self.data.copy_from_slice(&other.data);
        Ok(())
    }

    /// Sets every element of the global array, as [`full`](Self::full). Local.
    pub fn fill(&mut self, value: T) {
        self.passes_over(0, 1);
        self.data.fill(value);
        if self.space.combines() {
            *self = Self::full(&self.space, value);
        }
    }

    /// Changes the local block on every rank; then, where it is replicated, rank 0's values win.
    ///
    /// # Communication
    /// One broadcast for each member that is [`Partition::Replicated`]; none otherwise.
    pub fn update(&mut self, change: impl FnOnce(ArrayViewMutD<'_, T>)) {
        change(self.local_mut());
        self.sync();
    }

    /// Makes rank 0's values everybody's, where the array is [`Partition::Replicated`].
    ///
    /// # Communication
    /// One broadcast for each such member; none otherwise.
    pub fn sync(&mut self) {
        let mut at = 0;
        for layout in self.space.layouts() {
            let end = at + layout.local_len();
            if *layout.partition() == Partition::Replicated && layout.comm().size() > 1 {
                let _operation = layout.comm().operation("sync", format_args!("{}, {layout:#}", T::DTYPE));
                layout.comm().broadcast(&mut self.data[at..end], 0);
            }
            at = end;
        }
    }

    /// This rank's buffer as one axis: the global array has the blocks one after another in rank
    /// order, which is the C-order ravel where axis 0 is cut. Local: moves the buffer.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if it is a stack, or in chunks, which may overlap
    /// ([`distribute_as`](Self::distribute_as) is the C-order ravel of any array).
    pub fn ravel(self) -> Result<Self> {
        let layout = self.space.layout()?;
        let comm = layout.comm();
        let sizes: Vec<_> = (0..comm.size()).map(|rank| layout.len_of(rank)).collect();
        let flat = match layout.partition() {
            Partition::Replicated => Layout::replicated(comm, &[layout.size()])?,
            Partition::Unsynced => Layout::unsynced(comm, &[layout.size()])?,
            Partition::Chunks(_) => {
                return Err(Error::expected(ErrorKind::Layout, "array to ravel", "no chunks", layout));
            }
            Partition::Grid(_) => Layout::scatter_sizes(comm, &[layout.size()], 0, &sizes)?,
        };
        let flat = match layout.mask() {
            Some(_) => flat.masked_like(layout),
            None => flat,
        };
        Ok(Self { space: flat.into(), data: self.data })
    }

    /// The same buffers seen with other shapes: every rank keeps its elements, in C order. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if some rank's number of elements would change.
    pub fn reshape(self, layout: &Layout) -> Result<Self> {
        self.comm().same_as(layout.comm(), "layout to reshape to")?;
        let lengths = |len: &dyn Fn(usize) -> usize| (0..layout.comm().size()).map(len).collect::<Vec<_>>();
        let (want, have) = (lengths(&|rank| layout.len_of(rank)), lengths(&|rank| self.space.len_of(rank)));
        if want != have {
            let what = format!("reshape of {} to {layout}: elements on each rank", self.space);
            return Err(Error::expected(ErrorKind::Shape, what, format!("{want:?}"), format!("{have:?}")));
        }
        Ok(Self { space: layout.into(), data: self.data })
    }

    /// An array of this space and these values, which the caller knows to fit.
    pub(crate) fn from_parts(space: Space, data: Vec<T>) -> Self {
        debug_assert_eq!(space.local_len(), data.len(), "local values of {space}");
        Self { space, data: data.into() }
    }

    /// The layout, if the array has this axis and is no stack.
    pub(crate) fn layout_with_axis(&self, axis: usize) -> Result<&Layout> {
        let layout = self.space.layout()?;
        check_axis(layout.shape(), axis)?;
        Ok(layout)
    }
}

fn local_shape(space: &Space) -> Vec<usize> {
    space.layout().map_or_else(|_| vec![space.local_len()], Layout::local_shape)
}

fn shaped<'a, T>(space: &Space, data: &'a [T]) -> ArrayViewD<'a, T> {
    #[allow(clippy::expect_used)] // the buffer has the space's length since it was made
    ArrayViewD::from_shape(IxDyn(&local_shape(space)), data).expect("a buffer of the space's length")
}
