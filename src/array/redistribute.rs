//! From one layout to another: one plan from data all ranks hold, one exchange, each element once.

use super::{DistArray, Layout, Partition};
use crate::{Element, Error, ErrorKind, Result};
use ndarray::{ArrayViewD, ArrayViewMutD, IxDyn};

impl<T: Element> DistArray<T> {
    /// The same global array in another layout.
    ///
    /// # Communication
    /// None where the layouts are equal or the source is replicated (one broadcast where only the
    /// target is kept equal by rank 0). To a replicated layout one all-gather. Otherwise one
    /// all-to-all: every element that changes its rank is sent once, to pairs of ranks that share
    /// something.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the global shapes differ, [`ErrorKind::Communicator`] if the ranks
    /// do, [`ErrorKind::Layout`] of a stack.
    pub fn redistribute(&self, target: &Layout) -> Result<Self> {
        let source = self.layout()?;
        source.comm().same_as(target.comm(), "layout to redistribute to")?;
        if source.shape() != target.shape() {
            let (expected, found) = (format!("{:?}", source.shape()), format!("{:?}", target.shape()));
            return Err(Error::expected(ErrorKind::Shape, "layout to redistribute to: shape", expected, found));
        }
        if source.partition() == target.partition() {
            return Ok(Self::from_parts(target.into(), self.as_slice().to_vec()));
        }
        if source.is_replicated() {
            let mine = target.region(target.comm().rank()).of(self.local());
            let mut array = Self::from_parts(target.into(), mine.iter().copied().collect());
            if *source.partition() == Partition::UnsafeBroadcast {
                array.sync();
            }
            return Ok(array);
        }
        if target.is_replicated() {
            let global = self.gather_all();
            return Ok(Self::from_parts(target.into(), global.iter().copied().collect()));
        }
        Ok(Self::from_parts(target.into(), exchange(source, target, self.as_slice())))
    }

    /// The same global array cut evenly along another axis. As [`redistribute`](Self::redistribute).
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; those of [`redistribute`](Self::redistribute).
    pub fn redistribute_axis(&self, axis: usize) -> Result<Self> {
        let layout = self.layout_with_axis(axis)?;
        let target = Layout::scatter(layout.comm(), layout.shape(), axis)?.masked_like(layout);
        if layout.axis() == Some(axis) { Ok(self.clone()) } else { self.redistribute(&target) }
    }
}

/// The all-to-all between two scattered layouts: intersections of boxes, packed in C order.
fn exchange<T: Element>(source: &Layout, target: &Layout, data: &[T]) -> Vec<T> {
    let comm = source.comm();
    let (from, to) = (source.region(comm.rank()), target.region(comm.rank()));
    let ranks = 0..comm.size();
    let sends: Vec<_> = ranks.clone().map(|rank| from.intersection(&target.region(rank))).collect();
    let receives: Vec<_> = ranks.map(|rank| to.intersection(&source.region(rank))).collect();
    let mut packed = Vec::with_capacity(data.len());
    for part in sends.iter().filter(|part| !part.is_empty()) {
        packed.extend(part.within(&from).of(view(&from.shape(), data)).iter().copied());
    }
    let lengths = |parts: &[super::Region]| parts.iter().map(super::Region::len).collect::<Vec<_>>();
    let mut received = vec![T::default(); to.len()];
    comm.all_to_all_into(&packed, &lengths(&sends), &mut received, &lengths(&receives));
    let mut result = vec![T::default(); to.len()];
    #[allow(clippy::expect_used)] // made with this length above
    let mut block = ArrayViewMutD::from_shape(IxDyn(&to.shape()), &mut result).expect("a block of the target");
    let mut at = 0;
    for part in receives.iter().filter(|part| !part.is_empty()) {
        let end = at + part.len();
        part.within(&to).of_mut(block.view_mut()).assign(&view(&part.shape(), &received[at..end]));
        at = end;
    }
    result
}

fn view<'a, T>(shape: &[usize], data: &'a [T]) -> ArrayViewD<'a, T> {
    #[allow(clippy::expect_used)] // lengths and shapes come from the same regions
    ArrayViewD::from_shape(IxDyn(shape), data).expect("a block of the region's shape")
}
