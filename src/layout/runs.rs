//! What a rank holds as stretches of the global array in C order.

use super::Layout;
use super::index_set::IndexSet;
use super::region::Region;

impl Layout {
    /// Calls `f` with the first C-order index and the length of every stretch of consecutive elements that
    /// a rank holds, in the order of its buffer.
    pub(crate) fn for_each_run(&self, rank: usize, mut f: impl FnMut(usize, usize)) {
        for region in &*self.regions(rank) {
            runs_of(region, self.shape(), &mut f);
        }
    }
}

fn runs_of(region: &Region, shape: &[usize], f: &mut impl FnMut(usize, usize)) {
    if region.is_empty() {
        return; // before the lists are made: the other axes may be long
    }
    // The last axes that are whole belong to the stretches of the axis before them.
    let (mut axes, mut inner) = (region.sets(), 1);
    while let Some((last, before)) = axes.split_last()
        && last.as_range() == Some(0..shape[axes.len() - 1])
    {
        inner *= last.len();
        axes = before;
    }
    let Some((last, outer)) = axes.split_last() else { return f(0, inner) };
    let runs: Vec<_> = runs_of_axis(last).into_iter().map(|(start, length)| (start * inner, length * inner)).collect();
    let row = shape[outer.len()] * inner;
    Region::new(outer.to_vec()).for_each_index(|index| {
        let base = row * index.iter().zip(shape).fold(0, |flat, (&i, &n)| flat * n + i);
        for &(start, length) in &runs {
            f(base + start, length);
        }
    });
}

/// The stretches of consecutive indices of an axis: first index and length.
fn runs_of_axis(set: &IndexSet) -> Vec<(usize, usize)> {
    if let Some(blocks) = set.as_blocks() {
        let starts = (blocks.start..blocks.stop).step_by(blocks.period);
        return starts.map(|start| (start, blocks.block.min(blocks.stop - start))).collect();
    }
    let mut runs: Vec<(usize, usize)> = vec![];
    for index in set.iter() {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == index => *length += 1,
            _ => runs.push((index, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_all_indices_in_order() {
        let ranges = |ranges: &[(usize, usize)]| Region::new(ranges.iter().map(|&(a, b)| (a..b).into()).collect());
        let shape = [4, 6, 5];
        let regions = [
            Region::whole(&shape),
            ranges(&[(1, 3), (0, 6), (0, 5)]),
            ranges(&[(1, 3), (2, 4), (0, 5)]),
            ranges(&[(0, 4), (0, 6), (1, 2)]),
            ranges(&[(0, 4), (3, 3), (0, 5)]),
            Region::new(vec![
                IndexSet::list(vec![3, 1]),
                IndexSet::blocks(1, 2, 4, 6),
                IndexSet::list(vec![0, 1, 2, 4]),
            ]),
            Region::new(vec![IndexSet::range(0..4), IndexSet::list(vec![4, 5, 0, 1, 2]), IndexSet::range(0..5)]),
        ];
        for region in regions {
            let mut indices = vec![];
            region.for_each_index(|i| indices.push((i[0] * 6 + i[1]) * 5 + i[2]));
            let mut by_runs = vec![];
            runs_of(&region, &shape, &mut |start, length| by_runs.extend(start..start + length));
            assert_eq!(by_runs, indices, "{region}");
        }
        let mut scalar = vec![];
        runs_of(&Region::whole(&[]), &[], &mut |start, length| scalar.push((start, length)));
        assert_eq!(scalar, [(0, 1)]);
    }
}
