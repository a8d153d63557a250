//! Which ranks have chunks near a region: a tree of boxes over the ranks in order.

use super::region::Region;
use std::ops::Range;

/// Ranks whose chunks are looked at one after another.
const LEAF: usize = 8;

/// The boxes around the chunks of ranks that follow one another: of [`LEAF`] ranks each, of two such, and so on.
///
/// Ranks that follow one another mostly lie together, so a question goes down a few branches only; the answer comes
/// in the order of ranks. Where they do not, it looks at all of them.
#[derive(Debug)]
pub(super) struct Boxes {
    axes: usize,
    /// A power of two.
    leaves: usize,
    /// First indices and ends, axis by axis, of node 1, the root, and of 2k and 2k + 1 below node k.
    bounds: Vec<(usize, usize)>,
}

impl Boxes {
    /// Of chunks of an array with so many axes.
    pub(super) fn around(regions: &[Vec<Region>], axes: usize) -> Self {
        let leaves = regions.len().div_ceil(LEAF).next_power_of_two();
        let mut boxes = Self { axes, leaves, bounds: vec![(usize::MAX, 0); 2 * leaves * axes] };
        for (leaf, ranks) in regions.chunks(LEAF).enumerate() {
            for region in ranks.iter().flatten() {
                boxes.widen(leaves + leaf, |axis| {
                    let Range { start, end } = region.sets()[axis].extent();
                    (start, end)
                });
            }
        }
        for node in (1..leaves).rev() {
            for below in [2 * node, 2 * node + 1] {
                let inner: Vec<_> = boxes.of(below).to_vec();
                boxes.widen(node, |axis| inner[axis]);
            }
        }
        boxes
    }

    fn of(&self, node: usize) -> &[(usize, usize)] {
        &self.bounds[node * self.axes..(node + 1) * self.axes]
    }

    fn widen(&mut self, node: usize, by: impl Fn(usize) -> (usize, usize)) {
        for (axis, bounds) in self.bounds[node * self.axes..(node + 1) * self.axes].iter_mut().enumerate() {
            let (start, end) = by(axis);
            *bounds = (bounds.0.min(start), bounds.1.max(end));
        }
    }

    /// Calls `f`, in order, with the ranks in a range that have a chunk whose box meets that of a region.
    pub(super) fn near(
        &self,
        regions: &[Vec<Region>],
        wanted: &Region,
        within: Range<usize>,
        mut f: impl FnMut(usize),
    ) {
        let extents: Vec<_> = wanted.sets().iter().map(|set| (set.extent().start, set.extent().end)).collect();
        let meets = |a: &[(usize, usize)]| a.iter().zip(&extents).all(|(a, b)| a.0 < b.1 && b.0 < a.1);
        let of_region = |region: &Region| {
            let mut sets = region.sets().iter().zip(&extents);
            sets.all(|(set, b)| set.extent().start < b.1 && b.0 < set.extent().end)
        };
        let mut open = vec![(1, 0, self.leaves)];
        while let Some((node, first, leaves)) = open.pop() {
            let ranks = first * LEAF..((first + leaves) * LEAF).min(regions.len());
            if ranks.start >= within.end || ranks.end <= within.start || !meets(self.of(node)) {
                continue;
            }
            if leaves > 1 {
                let half = leaves / 2;
                open.push((2 * node + 1, first + half, half));
                open.push((2 * node, first, half));
                continue;
            }
            let ranks = ranks.start.max(within.start)..ranks.end.min(within.end);
            ranks.filter(|&rank| regions[rank].iter().any(&of_region)).for_each(&mut f);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::index_set::IndexSet;
    use super::*;
    use proptest::prelude::*;

    fn region(axes: usize) -> impl Strategy<Value = Region> {
        let set = (0usize..30, 1usize..9, 1usize..3).prop_map(|(a, n, step)| IndexSet::strided(a, a + n, step));
        prop::collection::vec(set, axes).prop_map(Region::new)
    }

    fn map() -> impl Strategy<Value = (Vec<Vec<Region>>, Region, usize, usize)> {
        (0usize..3).prop_flat_map(|axes| {
            let of_rank = prop::collection::vec(region(axes), 0..3);
            (prop::collection::vec(of_rank, 1..60), region(axes), 0usize..60, 0usize..60)
        })
    }

    proptest! {
        #[test]
        fn ranks_that_touch_are_found_in_order((regions, wanted, from, to) in map()) {
            let boxes = Boxes::around(&regions, wanted.sets().len());
            let mut found = vec![];
            boxes.near(&regions, &wanted, from..to, |rank| found.push(rank));
            prop_assert!(found.is_sorted_by(|a, b| a < b));
            prop_assert!(found.iter().all(|rank| (from..to).contains(rank) && *rank < regions.len()));
            for rank in (from..to).filter(|&rank| rank < regions.len()) {
                let touches = regions[rank].iter().any(|region| region.touches(&wanted));
                prop_assert!(!touches || found.contains(&rank));
            }
        }
    }
}
