//! Where the blocks of an axis begin and end: even ones by arithmetic, others as a list.

use std::fmt;
use std::ops::Range;
use std::rc::Rc;

/// The bounds of blocks that follow one another, one block a coordinate: block p is from bound p to bound p + 1.
///
/// Even blocks (the first `n mod P` of n indices over P coordinates have one more) are two numbers, however many
/// there are; others are a list, which clones share. Bounds that are the same are equal, however they were given.
///
/// # Example
/// ```
/// use lops::layout::Bounds;
///
/// let bounds = Bounds::even(8, 3);
/// assert_eq!(bounds.iter().collect::<Vec<_>>(), [0, 3, 6, 8]);
/// assert_eq!((bounds.block(2), bounds.coordinate(5)), (6..8, Some(1)));
/// assert_eq!(bounds, Bounds::from(vec![0, 3, 6, 8]));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Bounds(Repr);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Even {
        n: usize,
        over: usize,
    },
    /// Not even ones.
    Listed(Rc<[usize]>),
}

impl Bounds {
    /// n indices over so many coordinates: the first n mod P get one more.
    ///
    /// # Panics
    /// If there is no coordinate.
    #[track_caller]
    pub fn even(n: usize, over: usize) -> Self {
        assert!(over > 0, "blocks of an axis: expected at least one coordinate");
        Self(Repr::Even { n, over })
    }

    /// The number of coordinates.
    pub fn coordinates(&self) -> usize {
        match &self.0 {
            Repr::Even { over, .. } => *over,
            Repr::Listed(bounds) => bounds.len() - 1,
        }
    }

    /// The axis' length: the last bound.
    pub fn size(&self) -> usize {
        match &self.0 {
            Repr::Even { n, .. } => *n,
            Repr::Listed(bounds) => bounds[bounds.len() - 1],
        }
    }

    /// Whether the blocks are even.
    pub fn are_even(&self) -> bool {
        matches!(self.0, Repr::Even { .. })
    }

    /// The block of a coordinate.
    ///
    /// # Panics
    /// If there is no such coordinate.
    #[track_caller]
    pub fn block(&self, coordinate: usize) -> Range<usize> {
        let over = self.coordinates();
        assert!(coordinate < over, "coordinate of an axis: expected below {over}, found {coordinate}");
        self.at(coordinate)..self.at(coordinate + 1)
    }

    /// All bounds: one more than coordinates, from 0 to the axis' length.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        let count = self.coordinates() + 1;
        (0..count).map(|k| self.at(k))
    }

    /// The coordinate whose block has this index.
    pub fn coordinate(&self, index: usize) -> Option<usize> {
        (index < self.size()).then(|| self.below(index) - 1)
    }

    /// Coordinates among which are all whose blocks have some of these indices.
    pub(crate) fn meeting(&self, range: Range<usize>) -> Range<usize> {
        let (start, end) = (range.start, range.end.min(self.size()));
        if start < end { self.below(start) - 1..self.below(end - 1) } else { 0..0 }
    }

    fn at(&self, k: usize) -> usize {
        match &self.0 {
            Repr::Even { n, over } => n / over * k + k.min(n % over),
            Repr::Listed(bounds) => bounds[k],
        }
    }

    /// How many bounds are at or before an index of the axis.
    fn below(&self, index: usize) -> usize {
        match &self.0 {
            Repr::Even { n, over } => {
                let (length, longer) = (n / over, n % over);
                let long = longer * (length + 1);
                let block = if index < long { index / (length + 1) } else { longer + (index - long) / length };
                block + 1
            }
            Repr::Listed(bounds) => bounds.partition_point(|&bound| bound <= index),
        }
    }
}

/// From a list, ascending from 0, of at least two; any other panics.
impl From<Vec<usize>> for Bounds {
    #[track_caller]
    fn from(bounds: Vec<usize>) -> Self {
        let ascend = bounds.len() > 1 && bounds[0] == 0 && bounds.is_sorted();
        assert!(ascend, "bounds of an axis: expected two or more, ascending from 0, found {bounds:?}");
        let even = Self::even(bounds[bounds.len() - 1], bounds.len() - 1);
        if even.iter().eq(bounds.iter().copied()) { even } else { Self(Repr::Listed(bounds.into())) }
    }
}

impl FromIterator<usize> for Bounds {
    fn from_iter<I: IntoIterator<Item = usize>>(bounds: I) -> Self {
        Self::from(bounds.into_iter().collect::<Vec<_>>())
    }
}

impl fmt::Debug for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn even_split_is_that_of_the_field() {
        assert!(Bounds::even(8, 3).iter().eq([0, 3, 6, 8]));
        assert!(Bounds::even(1, 4).iter().eq([0, 1, 1, 1, 1]));
        assert!(Bounds::even(0, 2).iter().eq([0, 0, 0]));
    }

    proptest! {
        #[test]
        fn even_or_not_bounds_say_the_same(
            n in 0usize..40,
            over in 1usize..9,
            mut cuts in prop::collection::vec(0usize..40, 0..9),
        ) {
            for cut in &mut cuts {
                *cut = (*cut).min(n);
            }
            cuts.extend([0, n]);
            cuts.sort_unstable();
            for bounds in [Bounds::even(n, over), Bounds::from(cuts)] {
                let list: Vec<_> = bounds.iter().collect();
                prop_assert_eq!(list.len(), bounds.coordinates() + 1);
                prop_assert_eq!(&Bounds::from(list.clone()), &bounds);
                let evenly = Bounds::even(n, list.len() - 1);
                prop_assert_eq!(bounds.are_even(), evenly.iter().eq(list.iter().copied()));
                for index in 0..n + 3 {
                    let owner = (0..bounds.coordinates()).find(|&p| bounds.block(p).contains(&index));
                    prop_assert_eq!(bounds.coordinate(index), owner);
                    for end in index..n + 3 {
                        let meeting = bounds.meeting(index..end);
                        for p in 0..bounds.coordinates() {
                            let block = bounds.block(p);
                            let meets = block.start.max(index) < block.end.min(end);
                            prop_assert!(!meets || meeting.contains(&p));
                        }
                        let ends = [meeting.start, meeting.end.wrapping_sub(1)];
                        let tight = |p: &usize| bounds.block(*p).start < end && bounds.block(*p).end > index;
                        prop_assert!(meeting.is_empty() || ends.iter().all(tight));
                    }
                }
            }
        }
    }
}
