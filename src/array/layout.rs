//! Which rank owns which part of a global array.

use super::region::Region;
use crate::{Comm, Error, ErrorKind, Result};
use std::{fmt, ops::Range, rc::Rc};

/// How a global array of this shape lies on the ranks of a communicator.
///
/// A layout is plain data that every rank holds in full: who owns an index, and what a neighbour's
/// block looks like, is computed and never asked for. A clone copies a pointer; two layouts are
/// equal when they say the same of the same communicator.
///
/// Arrays lie in C order (the last axis is contiguous), globally and in every block.
///
/// # Example
/// ```
/// # use lops::{Layout, launch_threads};
/// # launch_threads(3, |comm| {
/// let rows = Layout::scatter(comm, &[7, 4], 0)?;
/// assert_eq!([0, 1, 2].map(|rank| rows.range(rank)), [0..3, 3..5, 5..7]);
/// assert_eq!(rows.shape_of(2), [2, 4]);
/// # Ok(()) }).unwrap();
/// ```
#[derive(Clone)]
pub struct Layout(Rc<Inner>);

struct Inner {
    comm: Comm,
    shape: Vec<usize>,
    partition: Partition,
    mask: Option<Mask>,
}

/// What each rank holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Partition {
    /// Every rank holds the whole array; [`update`](crate::DistArray::update) and
    /// [`sync`](crate::DistArray::sync) make rank 0's values everybody's.
    Broadcast,
    /// Every rank holds the whole array and nobody keeps the copies equal but the program.
    UnsafeBroadcast,
    /// Rank r holds `bounds[r]..bounds[r + 1]` of one axis, and all of the others.
    Scatter {
        /// The axis that is cut.
        axis: usize,
        /// Where it is cut: one bound more than ranks, ascending from 0 to the axis' length.
        bounds: Vec<usize>,
    },
}

/// A colour per rank, and the ranks of this rank's colour.
#[derive(Clone)]
struct Mask {
    colours: Vec<usize>,
    group: Comm,
}

impl Layout {
    /// Cuts one axis evenly: the first `n mod P` ranks get one index more. Ranks may be empty.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis.
    pub fn scatter(comm: &Comm, shape: &[usize], axis: usize) -> Result<Self> {
        check_axis(shape, axis)?;
        Self::scatter_sizes(comm, shape, axis, &even_sizes(shape[axis], comm.size()))
    }

    /// Cuts one axis into given sizes, one for each rank; sizes may be 0.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis, [`ErrorKind::Layout`] if there is not one size
    /// for each rank, or if they don't add up to the axis' length.
    pub fn scatter_sizes(comm: &Comm, shape: &[usize], axis: usize, sizes: &[usize]) -> Result<Self> {
        check_axis(shape, axis)?;
        if sizes.len() != comm.size() {
            let expected = format!("{}, one for each rank", comm.size());
            return Err(Error::expected(ErrorKind::Layout, "number of local sizes", expected, sizes.len()));
        }
        let mut bounds = vec![0];
        for &size in sizes {
            bounds.push(bounds[bounds.len() - 1] + size);
        }
        if bounds[sizes.len()] != shape[axis] {
            return Err(Error::expected(
                ErrorKind::Layout,
                format!("local sizes {sizes:?}"),
                format!("a sum of {} (axis {axis} of shape {shape:?})", shape[axis]),
                bounds[sizes.len()],
            ));
        }
        Self::new(comm, shape, Partition::Scatter { axis, bounds })
    }

    /// Every rank holds everything, kept equal: rank 0 wins.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the number of elements overflows.
    pub fn broadcast(comm: &Comm, shape: &[usize]) -> Result<Self> {
        Self::new(comm, shape, Partition::Broadcast)
    }

    /// Every rank holds everything, and the program keeps the copies equal, or not.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the number of elements overflows.
    pub fn unsafe_broadcast(comm: &Comm, shape: &[usize]) -> Result<Self> {
        Self::new(comm, shape, Partition::UnsafeBroadcast)
    }

    fn new(comm: &Comm, shape: &[usize], partition: Partition) -> Result<Self> {
        if shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d)).is_none() {
            let found = format!("{shape:?}");
            return Err(Error::expected(ErrorKind::Shape, "shape", "a number of elements below 2⁶⁴", found));
        }
        Ok(Self(Rc::new(Inner { comm: comm.clone(), shape: shape.to_vec(), partition, mask: None })))
    }

    /// The same layout with a colour for each rank: reductions stay inside a colour, so that each
    /// group of ranks gets a value of its own.
    ///
    /// # Communication
    /// One split of the communicator.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if there is not one colour for each rank.
    pub fn with_mask(&self, colours: &[usize]) -> Result<Self> {
        if colours.len() != self.comm().size() {
            let expected = format!("{} colours, one for each rank", self.comm().size());
            return Err(Error::expected(ErrorKind::Layout, "mask", expected, colours.len()));
        }
        let group = self.comm().split(colours[self.comm().rank()]);
        Ok(Self(Rc::new(Inner {
            comm: self.comm().clone(),
            shape: self.shape().to_vec(),
            partition: self.partition().clone(),
            mask: Some(Mask { colours: colours.to_vec(), group }),
        })))
    }

    /// The same cut of an array of another shape: only axes that are not cut may differ.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if the cut axis would change.
    pub fn with_shape(&self, shape: &[usize]) -> Result<Self> {
        if let Some(axis) = self.axis()
            && shape.get(axis) != Some(&self.shape()[axis])
        {
            let expected = format!("{} on axis {axis}, which is cut", self.shape()[axis]);
            return Err(Error::expected(ErrorKind::Layout, "shape", expected, format!("{shape:?}")));
        }
        Ok(Self::new(&self.0.comm, shape, self.0.partition.clone())?.masked_like(self))
    }

    /// This layout with the mask of another, of the same communicator. Local.
    #[must_use]
    pub(crate) fn masked_like(mut self, other: &Self) -> Self {
        if let Some(inner) = Rc::get_mut(&mut self.0) {
            inner.mask.clone_from(&other.0.mask);
        }
        self
    }

    /// The ranks.
    pub fn comm(&self) -> &Comm {
        &self.0.comm
    }

    /// The ranks over which this rank's reductions run: those of its colour, or all.
    pub fn group(&self) -> &Comm {
        self.0.mask.as_ref().map_or(&self.0.comm, |mask| &mask.group)
    }

    /// The colours of the ranks, where the layout has a mask.
    pub fn mask(&self) -> Option<&[usize]> {
        self.0.mask.as_ref().map(|mask| &mask.colours[..])
    }

    /// The global shape.
    pub fn shape(&self) -> &[usize] {
        &self.0.shape
    }

    /// The number of axes.
    pub fn ndim(&self) -> usize {
        self.0.shape.len()
    }

    /// The number of elements of the global array.
    pub fn size(&self) -> usize {
        self.0.shape.iter().product()
    }

    /// What each rank holds.
    pub fn partition(&self) -> &Partition {
        &self.0.partition
    }

    /// The axis that is cut; `None` where every rank holds everything.
    pub fn axis(&self) -> Option<usize> {
        match self.0.partition {
            Partition::Scatter { axis, .. } => Some(axis),
            _ => None,
        }
    }

    /// Whether every rank holds everything.
    pub fn is_replicated(&self) -> bool {
        self.axis().is_none()
    }

    /// What this rank holds of the cut axis; of a replicated array, of axis 0.
    pub fn range(&self, rank: usize) -> Range<usize> {
        match &self.0.partition {
            Partition::Scatter { bounds, .. } => bounds[rank]..bounds[rank + 1],
            _ => 0..self.0.shape.first().copied().unwrap_or(1),
        }
    }

    /// The part of the global array that a rank holds.
    pub fn region(&self, rank: usize) -> Region {
        let mut ranges: Vec<_> = self.0.shape.iter().map(|&n| 0..n).collect();
        if let Some(axis) = self.axis() {
            ranges[axis] = self.range(rank);
        }
        Region::new(ranges)
    }

    /// The shape of a rank's block.
    pub fn shape_of(&self, rank: usize) -> Vec<usize> {
        self.region(rank).shape()
    }

    /// The shape of this rank's block.
    pub fn local_shape(&self) -> Vec<usize> {
        self.shape_of(self.comm().rank())
    }

    /// The number of elements of a rank's block.
    pub fn len_of(&self, rank: usize) -> usize {
        let cut = self.axis();
        let lengths = self.0.shape.iter().enumerate();
        lengths.map(|(axis, &n)| if cut == Some(axis) { self.range(rank).len() } else { n }).product()
    }

    /// The number of elements of this rank's block.
    pub fn local_len(&self) -> usize {
        self.len_of(self.comm().rank())
    }

    /// `Ok` if both are equal.
    ///
    /// # Errors
    /// [`ErrorKind::Communicator`] or [`ErrorKind::Layout`], naming both.
    pub fn same_as(&self, other: &Self, what: &str) -> Result<()> {
        self.comm().same_as(other.comm(), what)?;
        if self == other { Ok(()) } else { Err(Error::expected(ErrorKind::Layout, what, self, other)) }
    }
}

/// `Ok` if an array of this shape has this axis.
pub(crate) fn check_axis(shape: &[usize], axis: usize) -> Result<()> {
    if axis < shape.len() {
        return Ok(());
    }
    let expected = format!("less than {} (shape {shape:?})", shape.len());
    Err(Error::expected(ErrorKind::Axis, "axis", expected, axis))
}

/// n over P ranks: the first n mod P get one more.
fn even_sizes(n: usize, ranks: usize) -> Vec<usize> {
    (0..ranks).map(|rank| n / ranks + usize::from(rank < n % ranks)).collect()
}

impl PartialEq for Layout {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
            || (self.comm() == other.comm()
                && self.shape() == other.shape()
                && self.partition() == other.partition()
                && self.mask() == other.mask())
    }
}

impl Eq for Layout {}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ", self.shape())?;
        let ranks = self.comm().size();
        match self.partition() {
            Partition::Broadcast => write!(f, "broadcast to {ranks} ranks")?,
            Partition::UnsafeBroadcast => write!(f, "on each of {ranks} ranks (unsafe broadcast)")?,
            Partition::Scatter { axis, bounds } => {
                write!(f, "scattered on axis {axis} over {ranks} ranks")?;
                let sizes: Vec<_> = bounds.windows(2).map(|pair| pair[1] - pair[0]).collect();
                if sizes != even_sizes(self.shape()[*axis], ranks) {
                    write!(f, " in sizes {sizes:?}")?;
                }
            }
        }
        if let Some(colours) = self.mask() {
            write!(f, ", mask {colours:?}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_split_is_that_of_the_field() {
        assert_eq!(even_sizes(8, 3), [3, 3, 2]);
        assert_eq!(even_sizes(1, 4), [1, 0, 0, 0]);
        assert_eq!(even_sizes(0, 2), [0, 0]);
    }

    #[test]
    fn bad_layouts_are_refused_with_their_figures() {
        let comm = Comm::solo();
        let axis = Layout::scatter(&comm, &[3, 4], 2).unwrap_err();
        assert_eq!(axis.to_string(), "axis: expected less than 2 (shape [3, 4]), found 2");
        let sizes = Layout::scatter_sizes(&comm, &[3, 4], 1, &[3]).unwrap_err();
        assert_eq!(sizes.to_string(), "local sizes [3]: expected a sum of 4 (axis 1 of shape [3, 4]), found 3");
        let count = Layout::scatter_sizes(&comm, &[3], 0, &[1, 2]).unwrap_err();
        assert_eq!(count.kind(), ErrorKind::Layout);
        let huge = Layout::broadcast(&comm, &[usize::MAX, 2]).unwrap_err();
        assert_eq!(huge.kind(), ErrorKind::Shape);
    }
}
