//! Differences of neighbours along an axis.

use super::result_layout::{once, truncated};
use crate::array::DistArray;
use crate::error::Result;
use crate::layout::{IndexSet, Layout, Mode, Region};
use crate::numbers::{Number, memory};

impl<T: Number> DistArray<T> {
    /// The differences of neighbours along an axis, `order` times over: `yᵢ = xᵢ₊₁ - xᵢ`, of which there is
    /// one less than elements each time.
    ///
    /// Each difference lies where its first element does: of a block axis the last ranks that hold any have
    /// `order` rows less. Chunks become an even cut of the first axis, before.
    ///
    /// # Communication
    /// One exchange, whatever the order: an element is sent once to each other rank that needs it, of a block
    /// axis the first `order` rows of a block to the rank before. None along axes that are whole. Of chunks
    /// one more before it.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if there is no such axis;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of a stack.
    ///
    /// # Panics
    /// Where a difference of integers overflows, as `-` does: in builds with overflow checks.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[5], 0)?, |i| (i[0] * i[0]) as f64);
    ///     assert_eq!(x.diff(1, 0)?.gather_all().as_slice().unwrap(), [1.0, 3.0, 5.0, 7.0]);
    ///     assert_eq!(x.diff(2, 0)?.gather_all().as_slice().unwrap(), [2.0, 2.0, 2.0]);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy, `diff`.
    pub fn diff(&self, order: usize, axis: usize) -> Result<Self> {
        let _operation = self.operation("diff", format_args!(", order {order} along {axis}"));
        let n = self.layout_with_axis(axis)?.shape()[axis];
        let source = once(self)?;
        let layout = source.layout()?;
        let order = order.min(n); // n differences of n elements are none, and so are more
        let target = truncated(layout, axis, n - order)?;
        let rank = layout.comm().rank();
        let needed = |rank: usize| {
            let mut region = target.regions(rank)[0].sets().to_vec();
            region[axis] = reached(&region[axis], order);
            Region::new(region)
        };
        let has_all = |rank: usize| needed(rank).is_empty() || needed(rank) == layout.regions(rank)[0];
        let all: Vec<_> = (0..layout.comm().size()).map(|rank| vec![needed(rank)]).collect();
        let brought = if (0..layout.comm().size()).all(has_all) {
            None
        } else {
            let target = Layout::in_chunks(layout.comm(), layout.shape(), all, Mode::Replica)?;
            Some(source.redistribute(&target)?)
        };
        let mut values = memory::copied(brought.as_ref().unwrap_or(&*source).as_slice());
        let region = target.regions(rank)[0].clone();
        if region.is_empty() {
            values.clear();
        } else {
            let inner = region.shape()[axis + 1..].iter().product();
            for left in (0..order).rev() {
                let set = &region.sets()[axis];
                values = differences(&values, &reached(set, left + 1), &reached(set, left), inner);
            }
        }
        Ok(Self::from_parts(target.into(), values))
    }
}

/// The indices of a set and up to so many behind each; in ascending order, where there are more.
fn reached(set: &IndexSet, by: usize) -> IndexSet {
    if by == 0 || set.is_empty() {
        return set.clone();
    }
    if let Some(range) = set.as_range() {
        return IndexSet::range(range.start..range.end + by);
    }
    let mut all: Vec<_> = set.iter().collect();
    all.sort_unstable();
    let mut reached: Vec<usize> = vec![];
    for index in all {
        let next = reached.last().map_or(index, |&last| index.max(last + 1));
        reached.extend(next..=index + by);
    }
    IndexSet::list(reached)
}

/// The differences at the indices `to` of an axis, of which `from` are there; rows of `inner` elements.
fn differences<T: Number>(values: &[T], from: &IndexSet, to: &IndexSet, inner: usize) -> Vec<T> {
    let mut out = memory::room(values.len() / from.len() * to.len());
    let both = |high: &[T], low: &[T], out: &mut Vec<T>| out.extend(high.iter().zip(low).map(|(&b, &a)| b - a));
    let in_order = from.as_range().is_some() && to.as_range().is_some();
    let place = |index| from.position(index).map_or(0, |place| place * inner);
    let places: Vec<_> =
        if in_order { vec![] } else { to.iter().map(|index| (place(index), place(index + 1))).collect() };
    for block in values.chunks_exact(from.len() * inner) {
        if in_order {
            both(&block[inner..], block, &mut out);
        } else {
            for &(a, b) in &places {
                both(&block[b..b + inner], &block[a..a + inner], &mut out);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reached_is_there_once() {
        for (items, by) in [(vec![3, 4, 5], 2), (vec![0, 4, 8], 1), (vec![9, 0, 4], 5), (vec![2], 3), (vec![], 4)] {
            let mut expected: Vec<_> = items.iter().flat_map(|&index| index..=index + by).collect();
            expected.sort_unstable();
            expected.dedup();
            assert_eq!(reached(&IndexSet::list(items), by).iter().collect::<Vec<_>>(), expected);
        }
    }
}
