//! Arrays of what every rank has by itself.

use crate::array::DistArray;
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Element;
use ndarray::{ArrayView, AsArray, Dimension};

impl<T: Element> DistArray<T> {
    /// One number of every rank: an array of as many elements as ranks, rank r having element r. Local.
    ///
    /// # Errors
    /// None: those of [`Layout::scatter`] cannot be.
    ///
    /// # Example
    /// ```
    /// # use lops::{DistArray, launch_threads};
    /// # launch_threads(3, |comm| {
    /// let x = DistArray::per_rank(comm, 10 * comm.rank())?;
    /// assert_eq!(x.gather_all().as_slice(), Some(&[0, 10, 20][..]));
    /// # Ok(()) }).unwrap();
    /// ```
    pub fn per_rank(comm: &Comm, value: T) -> Result<Self> {
        Ok(Self::from_parts(Layout::scatter(comm, &[comm.size()], 0)?.into(), vec![value]))
    }

    /// A block of every rank, one after another along an axis in the order of ranks: an array, or a slice,
    /// that may be empty and of another length on each rank.
    ///
    /// # Communication
    /// Two small all-gathers: each rank's shape.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if the blocks don't have such an axis; [`ErrorKind::Shape`] if they differ in anything
    /// but the length of that axis.
    ///
    /// # Example
    /// ```
    /// # use lops::{DistArray, launch_threads};
    /// # launch_threads(3, |comm| {
    /// let mine = vec![comm.rank(); comm.rank()];
    /// let x = DistArray::from_blocks(comm, 0, &mine)?;
    /// assert_eq!(x.gather_all().as_slice(), Some(&[1, 2, 2][..]));
    /// # Ok(()) }).unwrap();
    /// ```
    ///
    /// # Source
    /// `DistArray.from_localarrays` of DistArray.
    #[doc(alias = "concatenate")]
    pub fn from_blocks<'a, D: Dimension>(comm: &Comm, axis: usize, block: impl AsArray<'a, T, D>) -> Result<Self> {
        let block: ArrayView<'a, T, D> = block.into();
        let _operation = comm.operation("from_blocks", format_args!("{}, axis {axis}", T::DTYPE));
        let (all, counts) = comm.all_gather_uneven(block.shape());
        let mut rest = &all[..];
        let shapes: Vec<_> = counts.iter().map(|&ndim| rest.split_off(..ndim).unwrap_or_default()).collect();
        let mut shape = shapes[0].to_vec();
        crate::layout::check_axis(&shape, axis)?;
        let others = |shape: &[usize]| {
            let others = shape.iter().enumerate().filter(|&(k, _)| k != axis).map(|(_, &n)| n);
            (shape.len(), others.collect::<Vec<_>>())
        };
        if let Some(rank) = (0..comm.size()).find(|&rank| others(shapes[rank]) != others(shapes[0])) {
            let what = format!("shape of the block of rank {rank}");
            let expected = format!("that of rank 0, {:?}, but for axis {axis}", shapes[0]);
            return Err(Error::expected(ErrorKind::Shape, what, expected, format!("{:?}", shapes[rank])));
        }
        let sizes: Vec<_> = shapes.iter().map(|shape| shape[axis]).collect();
        shape[axis] = sizes.iter().fold(0, |sum: usize, &n| sum.saturating_add(n));
        let layout = Layout::scatter_sizes(comm, &shape, axis, &sizes)?;
        Ok(Self::from_parts(layout.into(), block.iter().copied().collect()))
    }
}
