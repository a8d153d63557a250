//! How a layout cuts a file into runs, and whether rows would be better.

use super::strided::Strided;
use super::transfer::Transfer;
use crate::comm::Reduction;
use crate::error::Result;
use crate::layout::{Layout, Region};

/// Runs of so many bytes are read and written where they lie; shorter ones pay for a redistribution.
const SHORT: usize = 4 << 10;

/// The stretches without a gap in which what this rank holds lies in files.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Runs {
    bytes: usize,
    runs: usize,
}

impl Runs {
    /// Of a volume that holds the whole array.
    pub(super) fn of(volume: &Strided, layout: &Layout) -> Self {
        let whole = Region::whole(layout.shape());
        let mut runs = Self::default();
        for region in &*layout.regions(layout.comm().rank()) {
            runs.add(volume, &whole, region);
        }
        runs
    }

    /// Those in one more file, which holds a part of the array.
    pub(super) fn add(&mut self, volume: &Strided, part: &Region, wanted: &Region) {
        if let Some(transfer) = Transfer::new(volume, part, wanted) {
            let (elements, runs) = transfer.elements_and_runs();
            self.bytes += elements * volume.dtype.size();
            self.runs += runs;
        }
    }

    /// The layout of long runs to go through, if these are short and those longer. Collective.
    ///
    /// # Communication
    /// One all-reduce of three numbers.
    pub(super) fn better_rows(self, volume: &Strided, layout: &Layout) -> Result<Option<Layout>> {
        let rows = rows(volume, layout)?;
        Ok(self.are_worse_than(Self::of(volume, &rows), layout).then_some(rows))
    }

    /// Whether these, over all ranks, are short, and the others at least twice as long.
    pub(super) fn are_worse_than(self, others: Self, layout: &Layout) -> bool {
        let mut sums = [self.bytes, self.runs, others.runs];
        layout.comm().all_reduce(&mut sums, Reduction::Sum);
        let [bytes, runs, others] = sums;
        bytes / runs.max(1) < SHORT && runs / 2 > others
    }
}

/// The layout of the longest runs for all ranks: cut evenly along the axis whose indices lie farthest apart
/// in the file, of those that have one for each rank.
pub(super) fn rows(volume: &Strided, layout: &Layout) -> Result<Layout> {
    let (comm, shape) = (layout.comm(), layout.shape());
    let stride = |axis: &usize| volume.strides[*axis].unsigned_abs();
    let enough = (0..shape.len()).filter(|&axis| shape[axis] >= comm.size()).max_by_key(stride);
    match enough.or_else(|| (0..shape.len()).max_by_key(|&axis| shape[axis])) {
        Some(axis) => Layout::scatter(comm, shape, axis),
        None => Layout::replicated(comm, shape),
    }
}
