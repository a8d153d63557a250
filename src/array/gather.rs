//! The whole array in one place: on every rank, on one, or in each mask group.

use super::{DistArray, Layout, Region};
use crate::{Comm, Element};
use ndarray::{ArrayD, ArrayViewD, IxDyn};

impl<T: Element> DistArray<T> {
    /// The global array, on every rank. Of a stack, its elements member after member on one axis.
    ///
    /// # Communication
    /// One all-gather for each scattered member: each rank contributes its block. A replicated
    /// array is copied locally.
    pub fn gather_all(&self) -> ArrayD<T> {
        self.for_each_member(|layout, block| {
            if layout.is_replicated() {
                return Some(block.to_owned());
            }
            let ranks: Vec<_> = (0..layout.comm().size()).collect();
            Some(gather_over(layout.comm(), layout, &ranks, &block, layout.region_of_all()))
        })
        .unwrap_or_default()
    }

    /// The global array on the root, `None` elsewhere. Of a stack, as [`gather_all`](Self::gather_all).
    ///
    /// # Communication
    /// One all-to-all for each scattered member, in which every rank sends its block to the root.
    ///
    /// # Panics
    /// If there is no such root.
    #[track_caller]
    pub fn gather(&self, root: usize) -> Option<ArrayD<T>> {
        let (rank, size) = (self.comm().rank(), self.comm().size());
        assert!(root < size, "gather: expected a root below {size}, found {root}");
        self.for_each_member(|layout, block| {
            if layout.is_replicated() {
                return (rank == root).then(|| block.to_owned());
            }
            let mut sends = vec![0; size];
            sends[root] = block.len();
            let lengths: Vec<_> = (0..size).map(|r| layout.len_of(r)).collect();
            let receives = if rank == root { lengths } else { vec![0; size] };
            let mut blocks = vec![T::default(); receives.iter().sum()];
            let local: Vec<_> = block.iter().copied().collect();
            layout.comm().all_to_all_into(&local, &sends, &mut blocks, &receives);
            let ranks: Vec<_> = (0..size).collect();
            (rank == root).then(|| assemble(layout, &ranks, &blocks, &layout.region_of_all()))
        })
    }

    /// The blocks of the ranks of this rank's mask colour, one after another along the cut axis;
    /// the global array where there is no mask.
    ///
    /// # Communication
    /// One all-gather within each colour for each scattered member.
    pub fn gather_group(&self) -> ArrayD<T> {
        self.for_each_member(|layout, block| {
            let Some(axis) = layout.axis() else { return Some(block.to_owned()) };
            let (comm, colours) = (layout.comm(), layout.mask());
            let of_group = |&r: &usize| colours.is_none_or(|colours| colours[r] == colours[comm.rank()]);
            let ranks: Vec<_> = (0..comm.size()).filter(of_group).collect();
            let rows = ranks.iter().map(|&r| layout.range(r).len()).sum();
            let mut ranges = layout.region_of_all().ranges().to_vec();
            ranges[axis] = 0..rows;
            Some(gather_over(layout.group(), layout, &ranks, &block, Region::new(ranges)))
        })
        .unwrap_or_default()
    }

    /// `gather` of every array in the space; those of a stack joined on one axis.
    fn for_each_member(
        &self,
        mut gather: impl FnMut(&Layout, ArrayViewD<'_, T>) -> Option<ArrayD<T>>,
    ) -> Option<ArrayD<T>> {
        if let Ok(layout) = self.space().layout() {
            return gather(layout, self.local());
        }
        let mut at = 0;
        let mut all = Some(Vec::new());
        for layout in self.space().layouts() {
            let end = at + layout.local_len();
            let block = view(&layout.local_shape(), &self.as_slice()[at..end]);
            match (&mut all, gather(layout, block)) {
                (Some(all), Some(member)) => all.extend(member.iter().copied()),
                _ => all = None,
            }
            at = end;
        }
        all.map(|all| ArrayD::from_shape_fn(IxDyn(&[all.len()]), |index| all[index[0]]))
    }
}

impl Layout {
    /// The whole global array.
    pub(super) fn region_of_all(&self) -> Region {
        Region::new(self.shape().iter().map(|&n| 0..n).collect())
    }
}

fn gather_over<T: Element>(
    comm: &Comm,
    layout: &Layout,
    ranks: &[usize],
    block: &ArrayViewD<'_, T>,
    whole: Region,
) -> ArrayD<T> {
    let counts: Vec<_> = ranks.iter().map(|&r| layout.len_of(r)).collect();
    let mut blocks = vec![T::default(); counts.iter().sum()];
    let local: Vec<_>;
    let mine = if let Some(slice) = block.as_slice() {
        slice
    } else {
        local = block.iter().copied().collect::<Vec<_>>();
        &local
    };
    comm.all_gather_into(mine, &counts, &mut blocks);
    assemble(layout, ranks, &blocks, &whole)
}

/// Puts the ranks' blocks, which lie one after another, side by side along the cut axis.
fn assemble<T: Element>(layout: &Layout, ranks: &[usize], blocks: &[T], whole: &Region) -> ArrayD<T> {
    let mut global = ArrayD::from_elem(IxDyn(&whole.shape()), T::default());
    let (mut at, mut row) = (0, 0);
    for &rank in ranks {
        let shape = layout.shape_of(rank);
        let end = at + layout.len_of(rank);
        let mut ranges = whole.ranges().to_vec();
        if let Some(axis) = layout.axis() {
            ranges[axis] = row..row + shape[axis];
            row += shape[axis];
        }
        Region::new(ranges).of_mut(global.view_mut()).assign(&view(&shape, &blocks[at..end]));
        at = end;
    }
    global
}

fn view<'a, T>(shape: &[usize], data: &'a [T]) -> ArrayViewD<'a, T> {
    #[allow(clippy::expect_used)] // lengths and shapes come from the same layout
    ArrayViewD::from_shape(IxDyn(shape), data).expect("a block of the layout's shape")
}
