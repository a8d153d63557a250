//! The whole array in one place: on every rank, on one, or in each mask group.

use super::dist_array::DistArray;
use super::redistribute::combined;
use crate::comm::Comm;
use crate::layout::{Layout, Mode, Placing, Region};
use crate::numbers::{Element, memory};
use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn, concatenate};

impl<T: Element> DistArray<T> {
    /// The global array, on every rank. Of a stack, its elements member after member on one axis.
    ///
    /// # Communication
    /// One all-gather for each scattered member: each rank contributes its block. A replicated
    /// array is copied locally. Of chunks one exchange, as
    /// [`redistribute`](Self::redistribute) to a replicated layout: elements that no chunk covers are the
    /// mode's identity.
    ///
    /// # Panics
    /// If the mode of chunks is not defined for the type.
    #[track_caller]
    pub fn gather_all(&self) -> ArrayD<T> {
        let _operation = self.of_whole("gather_all", format_args!(""));
        self.for_each_member(|layout, block| {
            if layout.is_replicated() {
                return Some(shaped(layout.shape(), block.to_vec()));
            }
            if layout.chunks().is_some() {
                return Some(shaped(layout.shape(), of_chunks(layout, block, None)));
            }
            let ranks: Vec<_> = (0..layout.comm().size()).collect();
            let blocks = all_blocks(layout.comm(), layout, &ranks, block);
            Some(assemble(layout, &blocks))
        })
        .unwrap_or_default()
    }

    /// The global array on the root, `None` elsewhere. Of a stack, as [`gather_all`](Self::gather_all).
    ///
    /// # Communication
    /// One all-to-all for each scattered member, in which every rank sends its block to the root. Of chunks
    /// one exchange.
    ///
    /// # Panics
    /// If there is no such root, or the mode of chunks is not defined for the type.
    #[track_caller]
    pub fn gather(&self, root: usize) -> Option<ArrayD<T>> {
        let _operation = self.operation("gather", format_args!(", on rank {root}"));
        let (rank, size) = (self.comm().rank(), self.comm().size());
        assert!(root < size, "gather: expected a root below {size}, found {root}");
        self.for_each_member(|layout, block| {
            if layout.is_replicated() {
                return (rank == root).then(|| shaped(layout.shape(), block.to_vec()));
            }
            if layout.chunks().is_some() {
                let global = of_chunks(layout, block, Some(root));
                return (rank == root).then(|| shaped(layout.shape(), global));
            }
            let mut sends = vec![0; size];
            sends[root] = block.len();
            let lengths: Vec<_> = (0..size).map(|r| layout.len_of(r)).collect();
            let receives = if rank == root { lengths } else { vec![0; size] };
            let mut blocks = memory::filled(receives.iter().sum(), T::default());
            layout.comm().all_to_all_into(block, &sends, &mut blocks, &receives);
            (rank == root).then(|| assemble(layout, &blocks))
        })
    }

    /// The blocks of the ranks of this rank's mask colour, one after another along the cut axis;
    /// the global array where there is no mask.
    ///
    /// # Communication
    /// One all-gather within each colour for each member that is cut.
    ///
    /// # Panics
    /// Where there is a mask, and the array is neither scattered nor broadcast.
    #[track_caller]
    pub fn gather_group(&self) -> ArrayD<T> {
        let _operation = self.reduction("gather_group", format_args!(""));
        let Some(colours) = self.space().mask() else { return self.gather_all() };
        self.for_each_member(|layout, block| {
            if layout.is_replicated() {
                return Some(shaped(layout.shape(), block.to_vec()));
            }
            let Some(axis) = layout.axis() else {
                panic!("gather_group of a masked array: expected a scattered layout, found {layout}");
            };
            let ranks: Vec<_> = (0..colours.len()).filter(|&r| colours[r] == colours[layout.comm().rank()]).collect();
            let blocks = all_blocks(layout.group(), layout, &ranks, block);
            let views: Vec<_> = split(&ranks, layout, &blocks);
            #[allow(clippy::expect_used)] // blocks of one layout differ along its axis only
            Some(concatenate(Axis(axis), &views).expect("blocks that fit"))
        })
        .unwrap_or_default()
    }

    /// `gather` of every array in the space, given its buffer; those of a stack joined on one axis.
    fn for_each_member(&self, mut gather: impl FnMut(&Layout, &[T]) -> Option<ArrayD<T>>) -> Option<ArrayD<T>> {
        if let Ok(layout) = self.space().layout() {
            return gather(layout, self.as_slice());
        }
        let mut at = 0;
        let mut all = Some(Vec::new());
        for layout in self.space().layouts() {
            let end = at + layout.local_len();
            match (&mut all, gather(layout, &self.as_slice()[at..end])) {
                (Some(all), Some(member)) => all.extend(member.iter().copied()),
                _ => all = None,
            }
            at = end;
        }
        all.map(|all| shaped(&[all.len()], all))
    }
}

/// The global array, from chunks: on one rank, or on all.
#[track_caller]
fn of_chunks<T: Element>(layout: &Layout, own: &[T], root: Option<usize>) -> Vec<T> {
    let whole = |rank| if root.is_none_or(|root| root == rank) { vec![Region::whole(layout.shape())] } else { vec![] };
    let regions = (0..layout.comm().size()).map(whole).collect();
    let global = Layout::in_chunks(layout.comm(), layout.shape(), regions, Mode::Replica)
        .and_then(|target| combined(layout, own, &target, Placing::All));
    match global {
        Ok(global) => global,
        Err(error) => panic!("{error}"),
    }
}

/// The buffers of some ranks one after another, on all of them.
fn all_blocks<T: Element>(comm: &Comm, layout: &Layout, ranks: &[usize], block: &[T]) -> Vec<T> {
    let counts: Vec<_> = ranks.iter().map(|&r| layout.len_of(r)).collect();
    let mut blocks = memory::filled(counts.iter().sum(), T::default());
    comm.all_gather_into(block, &counts, &mut blocks);
    blocks
}

/// The global array, from the buffers of all ranks one after another.
fn assemble<T: Element>(layout: &Layout, blocks: &[T]) -> ArrayD<T> {
    let mut global = memory::filled(layout.size(), T::default());
    let mut at = 0;
    for rank in 0..layout.comm().size() {
        layout.put_part(rank, &blocks[at..], &mut global);
        at += layout.len_of(rank);
    }
    shaped(layout.shape(), global)
}

/// The blocks of some ranks, which lie one after another.
fn split<'a, T>(ranks: &[usize], layout: &Layout, blocks: &'a [T]) -> Vec<ArrayViewD<'a, T>> {
    let mut rest = blocks;
    let block = |&rank: &usize| {
        let (block, others) = rest.split_at(layout.len_of(rank));
        rest = others;
        #[allow(clippy::expect_used)] // lengths and shapes come from the same layout
        ArrayViewD::from_shape(IxDyn(&layout.shape_of(rank)), block).expect("a block of the layout's shape")
    };
    ranks.iter().map(block).collect()
}

fn shaped<T>(shape: &[usize], values: Vec<T>) -> ArrayD<T> {
    #[allow(clippy::expect_used)] // as many values as the layout has elements
    ArrayD::from_shape_vec(IxDyn(shape), values).expect("values of the layout's shape")
}
