//! A part of a global array: a product, over the axes, of sets of indices.

use super::index_set::IndexSet;
use std::fmt;
use std::ops::Range;

/// A part of a global array, one [`IndexSet`] an axis, in C order of its own.
///
/// # Example
/// ```
/// use lops::layout::{IndexSet, Region};
///
/// let region = Region::new(vec![IndexSet::range(1..3), IndexSet::strided(0, 5, 2)]);
/// assert_eq!((region.shape(), region.len()), (vec![2, 3], 6));
/// assert_eq!(region.position(&[2, 4]), Some(5));
/// assert_eq!(region.index(5), [2, 4]);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Region(Vec<IndexSet>);

impl Region {
    /// The product of these sets.
    pub fn new(sets: Vec<IndexSet>) -> Self {
        Self(sets)
    }

    /// All of an array of this shape.
    pub fn whole(shape: &[usize]) -> Self {
        Self(shape.iter().map(|&n| IndexSet::range(0..n)).collect())
    }

    /// The indices of each axis.
    pub fn sets(&self) -> &[IndexSet] {
        &self.0
    }

    /// The numbers of indices of the axes.
    pub fn shape(&self) -> Vec<usize> {
        self.0.iter().map(IndexSet::len).collect()
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.0.iter().map(IndexSet::len).product()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.0.iter().any(IndexSet::is_empty)
    }

    /// The region as one range an axis, where it is a box.
    pub fn ranges(&self) -> Option<Vec<Range<usize>>> {
        self.0.iter().map(IndexSet::as_range).collect()
    }

    /// Where in the region's C order a global index lies, if it does.
    ///
    /// # Panics
    /// If the index does not have the region's number of axes.
    #[track_caller]
    pub fn position(&self, index: &[usize]) -> Option<usize> {
        assert_eq!(index.len(), self.0.len(), "axes of an index");
        let both = self.0.iter().zip(index);
        both.map(|(set, &i)| Some((set.len(), set.position(i)?))).try_fold(0, |at, axis| {
            let (n, i) = axis?;
            Some(at * n + i)
        })
    }

    /// The global index of a place in the region's C order.
    ///
    /// # Panics
    /// If there are not so many.
    #[track_caller]
    pub fn index(&self, mut position: usize) -> Vec<usize> {
        assert!(position < self.len(), "position {position} of {} elements", self.len());
        let mut index = vec![0; self.0.len()];
        for (i, set) in index.iter_mut().zip(&self.0).rev() {
            *i = set.get(position % set.len());
            position /= set.len();
        }
        index
    }

    /// Calls `f` with every global index, in the region's C order.
    pub fn for_each_index(&self, mut f: impl FnMut(&[usize])) {
        if self.is_empty() {
            return; // before the lists are made: the other axes may be long
        }
        let lists: Vec<Vec<usize>> = self.0.iter().map(|set| set.iter().collect()).collect();
        let mut places = vec![0; lists.len()];
        let mut index: Vec<usize> = lists.iter().map(|list| list[0]).collect();
        loop {
            f(&index);
            let mut axis = lists.len();
            loop {
                if axis == 0 {
                    return;
                }
                axis -= 1;
                places[axis] += 1;
                if places[axis] < lists[axis].len() {
                    index[axis] = lists[axis][places[axis]];
                    break;
                }
                places[axis] = 0;
                index[axis] = lists[axis][0];
            }
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (axis, set) in self.0.iter().enumerate() {
            write!(f, "{}{set}", if axis > 0 { ", " } else { "" })?;
        }
        f.write_str("]")
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_indices_are_inverse() {
        let sets = vec![IndexSet::list(vec![3, 0]), IndexSet::blocks(1, 2, 4, 9), IndexSet::range(2..4)];
        let region = Region::new(sets);
        let mut at = 0;
        region.for_each_index(|index| {
            assert_eq!(region.index(at), index);
            assert_eq!(region.position(index), Some(at));
            at += 1;
        });
        assert_eq!(at, region.len());
        assert_eq!(region.position(&[1, 1, 2]), None);
        let nothing = Region::new(vec![IndexSet::empty(), IndexSet::range(0..usize::MAX)]);
        nothing.for_each_index(|_| panic!("no index"));
        let mut scalars = 0;
        Region::whole(&[]).for_each_index(|_| scalars += 1);
        assert_eq!(scalars, 1);
    }
}
