//! Indices of one axis, in the order in which they lie in memory.

use std::fmt;
use std::ops::Range;
use std::rc::Rc;

/// Some indices of an axis: a range, a strided range, a block-cyclic set, or a list.
///
/// The first three are one thing, blocks of equal length at equal distances, of which the last may be
/// shorter; all that is asked of them is arithmetic. A list keeps the order in which it is given.
/// Sets are kept in a normal form, so two that hold the same indices in the same order are equal.
///
/// # Example
/// ```
/// use lops::layout::IndexSet;
///
/// let set = IndexSet::blocks(2, 2, 6, 15); // 2 3, 8 9, 14
/// assert_eq!(set.iter().collect::<Vec<_>>(), [2, 3, 8, 9, 14]);
/// assert_eq!((set.len(), set.get(3), set.position(8), set.position(4)), (5, 9, Some(2), None));
/// assert_eq!(IndexSet::list(vec![4, 6, 8]), IndexSet::strided(4, 9, 2));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IndexSet(Repr);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Blocks(Blocks),
    List(Rc<List>),
}

/// `block` indices from `start + k · period` on, for k = 0, 1, …, as far as they lie below `stop`.
///
/// In normal form: `stop` is one more than the last index, and one block alone is its own period.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Blocks {
    pub(crate) start: usize,
    pub(crate) block: usize,
    pub(crate) period: usize,
    pub(crate) stop: usize,
}

#[derive(PartialEq, Eq, Hash)]
struct List {
    items: Vec<usize>,
    /// The items in ascending order, each with its place in `items`.
    sorted: Vec<(usize, usize)>,
}

impl IndexSet {
    /// All indices from `start` to before `end`.
    pub fn range(range: Range<usize>) -> Self {
        let length = range.len().max(1);
        Self::blocks(range.start, length, length, range.end)
    }

    /// Every `step`-th index from `start` to before `stop`.
    ///
    /// # Panics
    /// If the step is 0.
    #[track_caller]
    pub fn strided(start: usize, stop: usize, step: usize) -> Self {
        Self::blocks(start, 1, step, stop)
    }

    /// `block` indices from every `period`-th one on, from `start` to before `stop`.
    ///
    /// # Panics
    /// If the block is empty or longer than the period.
    #[track_caller]
    pub fn blocks(start: usize, block: usize, period: usize, stop: usize) -> Self {
        assert!(block > 0 && block <= period, "blocks of 1 to {period} indices, found {block}");
        Self(Repr::Blocks(Blocks::new(start, block, period, stop)))
    }

    /// These indices in this order, each of which may stand once.
    pub fn list(items: Vec<usize>) -> Self {
        if let Some(blocks) = Blocks::of(&items) {
            return Self(Repr::Blocks(blocks));
        }
        let mut sorted: Vec<_> = items.iter().enumerate().map(|(at, &item)| (item, at)).collect();
        sorted.sort_unstable();
        Self(Repr::List(Rc::new(List { items, sorted })))
    }

    /// No index.
    pub fn empty() -> Self {
        Self(Repr::Blocks(Blocks::EMPTY))
    }

    /// How many indices there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::Blocks(blocks) => blocks.len(),
            Repr::List(list) => list.items.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The index at a position.
    ///
    /// # Panics
    /// If there are not so many.
    #[track_caller]
    pub fn get(&self, position: usize) -> usize {
        assert!(position < self.len(), "position {position} of {} indices", self.len());
        match &self.0 {
            Repr::Blocks(blocks) => blocks.get(position),
            Repr::List(list) => list.items[position],
        }
    }

    /// The position of an index, if it is among them.
    pub fn position(&self, index: usize) -> Option<usize> {
        match &self.0 {
            Repr::Blocks(blocks) => blocks.position(index),
            Repr::List(list) => {
                let found = list.sorted.binary_search_by_key(&index, |&(item, _)| item).ok()?;
                Some(list.sorted[found].1)
            }
        }
    }

    /// Whether an index is among them.
    pub fn contains(&self, index: usize) -> bool {
        self.position(index).is_some()
    }

    /// The indices in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len()).map(|position| self.get(position))
    }

    /// The same indices as a range, where they are one in ascending order.
    pub fn as_range(&self) -> Option<Range<usize>> {
        match &self.0 {
            Repr::Blocks(blocks) if blocks.block == blocks.period => Some(blocks.start..blocks.stop),
            Repr::Blocks(blocks) if blocks.len() == 0 => Some(0..0),
            _ => None,
        }
    }

    /// The same indices as first, step and number, where they are equally spaced and ascending.
    pub fn as_strided(&self) -> Option<(usize, usize, usize)> {
        match &self.0 {
            Repr::Blocks(blocks) if blocks.block == blocks.period => Some((blocks.start, 1, blocks.len())),
            Repr::Blocks(blocks) if blocks.block == 1 => Some((blocks.start, blocks.period, blocks.len())),
            _ => None,
        }
    }

    /// The least and one more than the greatest index; `0..0` where there is none.
    pub fn extent(&self) -> Range<usize> {
        match &self.0 {
            Repr::Blocks(blocks) => blocks.start..blocks.stop,
            Repr::List(list) => match (list.sorted.first(), list.sorted.last()) {
                (Some(first), Some(last)) => first.0..last.0.saturating_add(1),
                _ => 0..0,
            },
        }
    }

    /// The first index that stands more than once, if any.
    pub fn duplicate(&self) -> Option<usize> {
        match &self.0 {
            Repr::Blocks(_) => None,
            Repr::List(list) => list.sorted.windows(2).find(|pair| pair[0].0 == pair[1].0).map(|pair| pair[0].0),
        }
    }

    /// The set as blocks; `None` for a list that is none.
    pub(crate) fn as_blocks(&self) -> Option<Blocks> {
        match &self.0 {
            Repr::Blocks(blocks) => Some(*blocks),
            Repr::List(_) => None,
        }
    }
}

impl Blocks {
    pub(crate) const EMPTY: Self = Self { start: 0, block: 1, period: 1, stop: 0 };

    /// In normal form.
    pub(crate) fn new(start: usize, block: usize, period: usize, stop: usize) -> Self {
        if stop <= start {
            return Self::EMPTY;
        }
        let (last, inside) = ((stop - 1 - start) / period, (stop - 1 - start) % period);
        let stop = start + last * period + inside.min(block - 1) + 1;
        if last == 0 || period == block {
            return Self { start, block: stop - start, period: stop - start, stop };
        }
        Self { start, block, period, stop }
    }

    /// The blocks that these items are, in this order.
    fn of(items: &[usize]) -> Option<Self> {
        let (Some(&start), Some(&last)) = (items.first(), items.last()) else { return Some(Self::EMPTY) };
        let block = items.windows(2).position(|pair| pair[1] != pair[0].wrapping_add(1)).map_or(items.len(), |k| k + 1);
        let period = items.get(block).map_or(Some(block), |next| next.checked_sub(start))?;
        if period < block || last < start {
            return None;
        }
        let blocks = Self::new(start, block, period, last.checked_add(1)?);
        let same = blocks.len() == items.len() && items.iter().enumerate().all(|(at, &item)| blocks.get(at) == item);
        same.then_some(blocks)
    }

    pub(crate) fn len(&self) -> usize {
        let length = self.stop.saturating_sub(self.start);
        length / self.period * self.block + (length % self.period).min(self.block)
    }

    pub(crate) fn get(&self, position: usize) -> usize {
        self.start + position / self.block * self.period + position % self.block
    }

    pub(crate) fn position(&self, index: usize) -> Option<usize> {
        if index < self.start || index >= self.stop {
            return None;
        }
        let (number, inside) = ((index - self.start) / self.period, (index - self.start) % self.period);
        (inside < self.block).then_some(number * self.block + inside)
    }
}

impl fmt::Display for IndexSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Blocks(b) if b.block == b.period => write!(f, "{}..{}", b.start, b.stop),
            Repr::Blocks(b) if b.len() == 0 => f.write_str("0..0"),
            Repr::Blocks(b) if b.block == 1 => write!(f, "{}..{} by {}", b.start, b.stop, b.period),
            Repr::Blocks(b) => write!(f, "{}..{}, {} of every {}", b.start, b.stop, b.block, b.period),
            Repr::List(list) if list.items.len() <= 8 => write!(f, "{:?}", list.items),
            Repr::List(list) => write!(f, "{} indices {:?}…", list.items.len(), &list.items[..4]),
        }
    }
}

impl fmt::Debug for IndexSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Range<usize>> for IndexSet {
    fn from(range: Range<usize>) -> Self {
        Self::range(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn blocks_are_what_they_say(start in 0usize..9, block in 1usize..5, gap in 0usize..5, stop in 0usize..40) {
            let period = block + gap;
            let set = IndexSet::blocks(start, block, period, stop);
            let plain: Vec<_> = (start..stop.max(start)).filter(|i| (i - start) % period < block).collect();
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), plain.clone());
            prop_assert_eq!(&IndexSet::list(plain.clone()), &set);
            for index in 0..42 {
                prop_assert_eq!(set.position(index), plain.iter().position(|&i| i == index));
            }
            let range = plain.windows(2).all(|pair| pair[0] + 1 == pair[1]);
            prop_assert_eq!(set.as_range().is_some(), range);
            let even = plain.windows(3).all(|three| three[1] - three[0] == three[2] - three[1]);
            prop_assert_eq!(set.as_strided().is_some(), even);
        }

        #[test]
        fn lists_keep_their_order(items in prop::collection::vec(0usize..30, 0..12)) {
            let set = IndexSet::list(items.clone());
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), items.clone());
            let twice = (0..30).find(|i| items.iter().filter(|&j| j == i).count() > 1);
            prop_assert_eq!(set.duplicate(), twice);
            for index in 0..31 {
                prop_assert_eq!(set.contains(index), items.contains(&index));
            }
        }
    }
}
