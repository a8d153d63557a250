//! Consecutive axes as one: the regions of a layout in flat indices of its axes.

use super::Layout;
use super::index_set::IndexSet;
use super::plan::Regions;
use super::region::Region;
use std::borrow::Cow;
use std::ops::Range;

/// Consecutive axes of two shapes that together have the same number of indices: as few at a time as
/// can be. Each group is as one long axis to the plan.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AxisGroups {
    pub(crate) from: Vec<usize>,
    pub(crate) to: Vec<usize>,
}

impl AxisGroups {
    /// How many axes each group has, in both shapes, which have one size; `None` where that is 0.
    pub(crate) fn of(from: &[usize], to: &[usize]) -> Option<Self> {
        if from.contains(&0) || to.contains(&0) {
            return None;
        }
        let mut groups = Self { from: vec![], to: vec![] };
        let (mut a, mut b) = (0, 0);
        while a < from.len() || b < to.len() {
            let (first_a, first_b) = (a, b);
            let (mut n, mut m) = (1, 1);
            loop {
                // Lengths of 1 join the group before them.
                let take_a = a < from.len() && (a == first_a || n < m || from[a] == 1);
                let take_b = b < to.len() && (b == first_b || m < n || to[b] == 1);
                if take_a {
                    n *= from[a];
                    a += 1;
                }
                if take_b {
                    m *= to[b];
                    b += 1;
                }
                if !take_a && !take_b {
                    break;
                }
            }
            groups.from.push(a - first_a);
            groups.to.push(b - first_b);
        }
        Some(groups)
    }
}

/// A layout whose axes are joined in groups.
pub(crate) struct GroupedAxes<'a> {
    layout: &'a Layout,
    groups: &'a [usize],
}

impl Regions for GroupedAxes<'_> {
    fn of(&self, rank: usize) -> Cow<'_, [Region]> {
        let shape = self.layout.shape();
        let joined = |region: &Region| {
            let mut axis = 0;
            let group = |&count: &usize| {
                let axes = axis..axis + count;
                axis += count;
                flat(&region.sets()[axes.clone()], &shape[axes])
            };
            Region::new(self.groups.iter().map(group).collect())
        };
        self.layout.regions(rank).iter().map(joined).collect()
    }

    fn near(&self, regions: &[Region]) -> Vec<usize> {
        self.layout.near(&regions.iter().flat_map(|region| self.apart(region)).collect::<Vec<_>>())
    }
}

/// So many stretches of a joined axis are looked at one by one.
const MANY: usize = 1 << 12;

impl<'a> GroupedAxes<'a> {
    /// So many axes of the layout in each group.
    pub(crate) fn new(layout: &'a Layout, groups: &'a [usize]) -> Self {
        Self { layout, groups }
    }

    /// Regions of the layout in which lies all of a region of joined axes.
    fn apart(&self, region: &Region) -> Vec<Region> {
        if region.is_empty() {
            return vec![];
        }
        let mut all = vec![vec![]];
        let mut axis = 0;
        for (&count, set) in self.groups.iter().zip(region.sets()) {
            let shape = &self.layout.shape()[axis..axis + count];
            axis += count;
            let boxes: Vec<_> = stretches(set, MANY / all.len()).iter().flat_map(|run| around(run, shape)).collect();
            all = all.iter().flat_map(|sets| boxes.iter().map(move |own| [&sets[..], own].concat())).collect();
        }
        all.into_iter().map(Region::new).collect()
    }
}

/// The stretches of a set, or all between its first index and its last where there are more than so many.
fn stretches(set: &IndexSet, most: usize) -> Vec<Range<usize>> {
    let all = set.extent();
    match set.as_blocks() {
        _ if all.is_empty() => vec![],
        Some(blocks) if all.len().div_ceil(blocks.period) <= most => {
            all.clone().step_by(blocks.period).map(|start| start..(start + blocks.block).min(all.end)).collect()
        }
        None if set.len() <= most => set.iter().map(|index| index..index + 1).collect(),
        _ => vec![all],
    }
}

/// Sets of the axes of this shape, one after another, whose products have all flat indices of a range that is not
/// empty: the rows that it begins and ends in, and those between.
fn around(run: &Range<usize>, shape: &[usize]) -> Vec<Vec<IndexSet>> {
    let Some((&n, inner)) = shape.split_first() else { return vec![vec![]] };
    let row: usize = inner.iter().product();
    let (first, last) = (run.start / row, (run.end - 1) / row);
    let of_rows = |rows: Range<usize>, run: Range<usize>| {
        around(&run, inner).into_iter().map(move |sets| [&[IndexSet::range(rows.clone())], &sets[..]].concat())
    };
    let (from, to) = (run.start - first * row, run.end - last * row);
    debug_assert!(last < n);
    if first == last {
        return of_rows(first..last + 1, from..to).collect();
    }
    // What is a whole row belongs to those between.
    let (head, tail) = (usize::from(from > 0), usize::from(to < row));
    let mut all: Vec<_> = of_rows(first + head..last + 1 - tail, 0..row).collect();
    if head > 0 {
        all.extend(of_rows(first..first + 1, from..row));
    }
    if tail > 0 {
        all.extend(of_rows(last..last + 1, 0..to));
    }
    all
}

/// The C-order indices of a product of sets, in C order.
fn flat(sets: &[IndexSet], shape: &[usize]) -> IndexSet {
    let Some((last, outer)) = sets.split_last() else { return IndexSet::range(0..1) };
    let mut inner = (last.clone(), shape[outer.len()]);
    for (set, &n) in outer.iter().zip(shape).rev() {
        inner = (product(set, &inner.0, inner.1), n * inner.1);
    }
    inner.0
}

/// The indices `i · m + j` for i of the one set and j of the other, i outside.
fn product(outer: &IndexSet, inner: &IndexSet, m: usize) -> IndexSet {
    if outer.is_empty() || inner.is_empty() {
        return IndexSet::empty();
    }
    let (first, last) = (outer.extent().start, outer.extent().end - 1);
    if let Some(rows) = outer.as_blocks()
        && inner.as_range() == Some(0..m)
    {
        return IndexSet::blocks(rows.start * m, rows.block * m, rows.period * m, rows.stop * m);
    }
    if let (Some((_, step, _)), Some(columns)) = (outer.as_strided(), inner.as_range()) {
        let (start, block) = (first * m + columns.start, columns.len());
        return IndexSet::blocks(start, block, (step * m).max(block), last * m + columns.end);
    }
    if let (Some(_), Some(columns)) = (outer.as_range(), inner.as_blocks())
        && (outer.len() == 1
            || (m.is_multiple_of(columns.period) && columns.len() == m / columns.period * columns.block))
    {
        return IndexSet::blocks(first * m + columns.start, columns.block, columns.period, last * m + columns.stop);
    }
    IndexSet::list(outer.iter().flat_map(|i| inner.iter().map(move |j| i * m + j)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::Comm;
    use proptest::prelude::*;

    #[test]
    fn axes_join_where_their_products_meet() {
        let of = |from: &[usize], to: &[usize]| AxisGroups::of(from, to).map(|groups| (groups.from, groups.to));
        assert_eq!(of(&[13, 17, 19], &[13, 323]), Some((vec![1, 2], vec![1, 1])));
        assert_eq!(of(&[40], &[5, 8]), Some((vec![1], vec![2])));
        assert_eq!(of(&[3, 5, 2], &[6, 5]), Some((vec![3], vec![2])));
        assert_eq!(of(&[4, 1], &[1, 4]), Some((vec![2], vec![2])));
        assert_eq!(of(&[], &[1, 1]), Some((vec![0], vec![2])));
        assert_eq!(of(&[0, 3], &[3, 0]), None);
    }

    fn set(n: usize) -> impl Strategy<Value = IndexSet> {
        let blocks = (0..n, 1usize..4, 0usize..4, 0..=n)
            .prop_map(|(start, block, gap, stop)| IndexSet::blocks(start, block, block + gap, stop));
        let list = prop::sample::subsequence((0..n).collect::<Vec<_>>(), 0..=n).prop_shuffle().prop_map(IndexSet::list);
        prop_oneof![3 => blocks, 1 => Just(IndexSet::range(0..n)), 1 => list]
    }

    #[test]
    fn nobody_is_near_a_region_without_elements() {
        let comm = Comm::pretend(1, 9);
        let layout = Layout::scatter(&comm, &[6, 5, 4], 0).unwrap();
        let grouped = GroupedAxes::new(&layout, &[1, 2]);
        let region = |first, second| Region::new(vec![first, second]);
        let (none, some) = (IndexSet::empty(), IndexSet::range(1..3));
        for regions in
            [[region(none.clone(), some.clone())], [region(some.clone(), none.clone())], [region(none.clone(), none)]]
        {
            assert!(grouped.near(&regions).is_empty());
        }
        assert_eq!(grouped.near(&[region(some.clone(), some)]), [1, 2]);
    }

    proptest! {
        #[test]
        fn what_is_joined_lies_in_boxes(
            shape in prop::collection::vec(1usize..5, 0..4),
            a in 0usize..200,
            length in 1usize..200,
        ) {
            let n: usize = shape.iter().product();
            let run = a % n..(a % n + length).min(n);
            let boxes: Vec<_> = around(&run, &shape).into_iter().map(Region::new).collect();
            let whole = Region::whole(&shape);
            let mut held = vec![];
            for region in &boxes {
                region.for_each_index(|index| held.extend(whole.position(index)));
            }
            held.sort_unstable();
            prop_assert_eq!(held, run.collect::<Vec<_>>());
        }

        #[test]
        fn flat_indices_are_in_c_order(a in set(5), b in set(4), c in set(6)) {
            let mut expected = vec![];
            let region = Region::new(vec![a.clone(), b.clone(), c.clone()]);
            region.for_each_index(|i| expected.push((i[0] * 4 + i[1]) * 6 + i[2]));
            prop_assert_eq!(flat(&[a, b, c], &[5, 4, 6]).iter().collect::<Vec<_>>(), expected);
        }
    }
}
