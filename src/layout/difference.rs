//! What two regions share and what one has beyond the other, as regions, by arithmetic on their axes.

use super::index_set::{Blocks, IndexSet};
use super::overlap::pieces;
use super::region::Region;

/// The indices that both sets have, as disjoint sets.
fn shared(a: &IndexSet, b: &IndexSet) -> Vec<IndexSet> {
    if a == b {
        return vec![a.clone()];
    }
    let Some(blocks) = a.as_blocks().filter(|_| b.as_blocks().is_some()) else {
        let (list, other) = if a.as_blocks().is_none() { (a, b) } else { (b, a) };
        let both = IndexSet::list(list.iter().filter(|&index| other.contains(index)).collect());
        return if both.is_empty() { vec![] } else { vec![both] };
    };
    let mut sets = vec![];
    for piece in pieces(a, b) {
        if piece.count > 1 {
            let (first, second) = (blocks.get(piece.from), blocks.get(piece.from + piece.from_step));
            let (step, last) = (second - first, first + (piece.count - 1) * (second - first));
            sets.push(IndexSet::blocks(first, piece.len, step, last + piece.len));
        } else {
            run(blocks, piece.from, piece.len, &mut sets);
        }
    }
    sets
}

/// Places of a regular set that follow one another: the end of a block, and blocks.
fn run(blocks: Blocks, mut from: usize, mut len: usize, sets: &mut Vec<IndexSet>) {
    let inside = from % blocks.block;
    if inside > 0 {
        let head = (blocks.block - inside).min(len);
        let first = blocks.get(from);
        sets.push(IndexSet::range(first..first + head));
        (from, len) = (from + head, len - head);
    }
    if len > 0 {
        sets.push(IndexSet::blocks(blocks.get(from), blocks.block, blocks.period, blocks.get(from + len - 1) + 1));
    }
}

/// The indices of `a` that `b` does not have, as disjoint sets.
fn beyond(a: &IndexSet, b: &IndexSet) -> Vec<IndexSet> {
    if a.as_blocks().is_none() {
        let rest = IndexSet::list(a.iter().filter(|&index| !b.contains(index)).collect());
        return if rest.is_empty() { vec![] } else { vec![rest] };
    }
    let Some(blocks) = b.as_blocks() else {
        let rest = IndexSet::list(a.iter().filter(|&index| !b.contains(index)).collect());
        return if rest.is_empty() { vec![] } else { vec![rest] };
    };
    if blocks.len() == 0 {
        return vec![a.clone()];
    }
    let end = a.extent().end;
    // Behind the last block, where it is no shorter, comes one gap more.
    let last = blocks.stop - 1 - (blocks.stop - 1 - blocks.start) % blocks.period;
    let (mut tail, mut gaps) = (blocks.stop, vec![IndexSet::range(0..blocks.start)]);
    if blocks.block < blocks.period {
        let gap = blocks.period - blocks.block;
        if last + blocks.block == blocks.stop {
            tail = end.min(last.saturating_add(blocks.period)).max(blocks.stop);
        }
        gaps.push(IndexSet::blocks(blocks.start + blocks.block, gap, blocks.period, tail));
    }
    gaps.push(IndexSet::range(tail..end.max(tail)));
    gaps.iter().filter(|gap| !gap.is_empty()).flat_map(|gap| shared(a, gap)).collect()
}

impl Region {
    /// Whether the two have an element in common. (Of a scalar, always.)
    pub(crate) fn touches(&self, other: &Self) -> bool {
        let mut axes = self.sets().iter().zip(other.sets());
        let near = |(a, b): (&IndexSet, &IndexSet)| {
            let (a, b) = (a.extent(), b.extent());
            a.start < b.end && b.start < a.end
        };
        axes.clone().all(near) && axes.all(|(a, b)| a == b || !pieces(a, b).is_empty())
    }

    /// What both have, as disjoint regions.
    pub(crate) fn shared(&self, other: &Self) -> Vec<Self> {
        let mut parts = vec![vec![]];
        for (a, b) in self.sets().iter().zip(other.sets()) {
            let sets = shared(a, b);
            let longer = |part: &Vec<IndexSet>| {
                let part = part.clone();
                sets.clone().into_iter().map(move |set| part.iter().cloned().chain([set]).collect())
            };
            parts = parts.iter().flat_map(longer).collect();
        }
        parts.into_iter().map(Self::new).collect()
    }

    /// What this one has and the other does not, as disjoint regions.
    pub(crate) fn beyond(&self, other: &Self) -> Vec<Self> {
        if !self.touches(other) {
            return vec![self.clone()];
        }
        // What is outside on one axis, and inside on those before it.
        let mut rest = vec![];
        let mut inside = vec![vec![]];
        for (axis, (a, b)) in self.sets().iter().zip(other.sets()).enumerate() {
            let behind = &self.sets()[axis + 1..];
            for outside in beyond(a, b) {
                let region = |part: &Vec<IndexSet>| {
                    let sets = part.iter().chain([&outside]).chain(behind);
                    Self::new(sets.cloned().collect())
                };
                rest.extend(inside.iter().map(region));
            }
            let both = shared(a, b);
            let longer = |part: &Vec<IndexSet>| {
                let part = part.clone();
                both.clone().into_iter().map(move |set| part.iter().cloned().chain([set]).collect())
            };
            inside = inside.iter().flat_map(longer).collect();
        }
        rest
    }
}

/// What one region has and none of the others does.
pub(crate) fn beyond_all<'a>(region: &Region, others: impl IntoIterator<Item = &'a Region>) -> Vec<Region> {
    let mut rest = vec![region.clone()];
    for other in others.into_iter().filter(|other| region.touches(other)) {
        rest = rest.iter().flat_map(|part| part.beyond(other)).collect();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_set() -> impl Strategy<Value = IndexSet> {
        let regular = (0usize..9, 1usize..5, 0usize..7, 0usize..40)
            .prop_map(|(start, block, gap, stop)| IndexSet::blocks(start, block, block + gap, stop));
        let list = prop::sample::subsequence((0..40).collect::<Vec<usize>>(), 0..12).prop_shuffle();
        prop_oneof![3 => regular, 1 => list.prop_map(IndexSet::list)]
    }

    fn indices(sets: &[IndexSet]) -> Vec<usize> {
        let mut all: Vec<_> = sets.iter().flat_map(IndexSet::iter).collect();
        all.sort_unstable();
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn sets_are_split_into_what_is_shared_and_the_rest(a in any_set(), b in any_set()) {
            let both = (0..40).filter(|&i| a.contains(i) && b.contains(i)).collect::<Vec<_>>();
            let rest = (0..40).filter(|&i| a.contains(i) && !b.contains(i)).collect::<Vec<_>>();
            prop_assert_eq!(indices(&shared(&a, &b)), both);
            prop_assert_eq!(indices(&beyond(&a, &b)), rest);
        }

        #[test]
        fn regions_are_split_likewise(sets in prop::collection::vec((any_set(), any_set()), 0..3)) {
            let (a, b): (Vec<_>, Vec<_>) = sets.into_iter().unzip();
            let (a, b) = (Region::new(a), Region::new(b));
            let all = |regions: &[Region]| {
                let mut all = vec![];
                for region in regions {
                    region.for_each_index(|index| all.push(index.to_vec()));
                }
                all.sort_unstable();
                all
            };
            let mut mine = all(std::slice::from_ref(&a));
            prop_assert_eq!(all(&a.shared(&b)).is_empty(), !a.touches(&b));
            let mut parts = all(&a.shared(&b));
            prop_assert!(parts.iter().all(|index| b.position(index).is_some()));
            let rest = all(&a.beyond(&b));
            prop_assert!(rest.iter().all(|index| b.position(index).is_none()));
            parts.extend(rest);
            parts.sort_unstable();
            mine.sort_unstable();
            prop_assert_eq!(parts, mine);
        }
    }

    #[test]
    fn large_regular_sets_leave_few() {
        let n = 1 << 40;
        let odd = beyond(&IndexSet::range(0..n), &IndexSet::strided(0, n, 2));
        assert_eq!(odd, [IndexSet::strided(1, n, 2)]);
        assert!(beyond(&IndexSet::blocks(3, 64, 640, n), &IndexSet::blocks(5, 100, 700, n)).len() < 200);
    }
}
