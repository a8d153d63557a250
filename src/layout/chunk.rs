//! How a chunk is written down: integers, ranges and strided ranges, axis after axis.

use super::index_set::IndexSet;
use super::region::Region;
use crate::error::{Error, ErrorKind, Result};
use std::ops::{Bound, Range, RangeBounds, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

/// Some indices of one axis, whose length need not be known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Along(Indices);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Indices {
    /// From the first bound to before the second (to the axis' end where there is none), every so many.
    Every {
        start: usize,
        stop: Option<usize>,
        step: usize,
    },
    Set(IndexSet),
}

/// A part of an array, as a program writes it: an integer, a range, a strided range ([`by`]) or an
/// [`IndexSet`] for the first axis, or a tuple of them for the first few; axes behind them are whole.
/// An integer keeps its axis, of length 1.
///
/// # Example
/// ```
/// use lops::layout::{Chunk, by};
///
/// let rows = Chunk::from(2..5);
/// let block = Chunk::from((2..5, ..10));
/// let sieve = Chunk::from((7, by(1.., 4), ..));
/// assert_ne!(rows, block);
/// assert_eq!(sieve, Chunk::from((7..8, by(1.., 4), 0..)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk(Vec<Along>);

/// Every `step`-th index of a range.
pub fn by(range: impl RangeBounds<usize>, step: usize) -> Along {
    let start = match range.start_bound() {
        Bound::Included(&start) => start,
        Bound::Excluded(&before) => before.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let stop = match range.end_bound() {
        Bound::Included(&last) => Some(last.saturating_add(1)),
        Bound::Excluded(&stop) => Some(stop),
        Bound::Unbounded => None,
    };
    Along(Indices::Every { start, stop, step })
}

impl Along {
    /// The indices of an axis of length n.
    fn set(&self, n: usize, what: &str) -> Result<IndexSet> {
        match &self.0 {
            &Indices::Every { step: 0, .. } => {
                Err(Error::expected(ErrorKind::Parameter, format!("{what}: step"), "at least 1", 0))
            }
            &Indices::Every { start, stop, step } => {
                let stop = stop.unwrap_or(n.max(start));
                if start > stop || stop > n {
                    let found = format!("{start}..{stop}");
                    return Err(Error::expected(ErrorKind::Shape, what, format!("a range within 0..{n}"), found));
                }
                Ok(IndexSet::strided(start, stop, step))
            }
            Indices::Set(set) => {
                if set.extent().end > n {
                    let expected = format!("indices below {n}");
                    return Err(Error::expected(ErrorKind::Shape, what, expected, set.extent().end - 1));
                }
                if let Some(index) = set.duplicate() {
                    let message = format!("{what}: index {index} stands twice");
                    return Err(Error::new(ErrorKind::Parameter, message));
                }
                Ok(set.clone())
            }
        }
    }
}

impl Chunk {
    /// One entry an axis; axes behind them are whole.
    pub fn of(axes: Vec<Along>) -> Self {
        Self(axes)
    }

    /// The region of an array of this shape that it is.
    pub(crate) fn region(&self, shape: &[usize], what: &str) -> Result<Region> {
        if self.0.len() > shape.len() {
            let expected = format!("at most {} (shape {shape:?})", shape.len());
            return Err(Error::expected(ErrorKind::Axis, format!("{what}: number of axes"), expected, self.0.len()));
        }
        let set = |(axis, &n): (usize, &usize)| match self.0.get(axis) {
            Some(along) => along.set(n, &format!("{what} on axis {axis} of shape {shape:?}")),
            None => Ok(IndexSet::range(0..n)),
        };
        Ok(Region::new(shape.iter().enumerate().map(set).collect::<Result<_>>()?))
    }
}

macro_rules! ranges {
    ($($range:ty)*) => {$(
        impl From<$range> for Along {
            fn from(range: $range) -> Self {
                by(range, 1)
            }
        }
    )*};
}
ranges! {
    Range<usize> RangeFrom<usize> RangeTo<usize> RangeFull RangeInclusive<usize> RangeToInclusive<usize>
}

impl From<usize> for Along {
    fn from(index: usize) -> Self {
        by(index..index.saturating_add(1), 1)
    }
}

impl From<IndexSet> for Along {
    fn from(set: IndexSet) -> Self {
        Self(Indices::Set(set))
    }
}

macro_rules! one_axis {
    ($($t:ty)*) => {$(
        impl From<$t> for Chunk {
            fn from(along: $t) -> Self {
                Self(vec![along.into()])
            }
        }
    )*};
}
one_axis! {
    usize Range<usize> RangeFrom<usize> RangeTo<usize> RangeFull RangeInclusive<usize> RangeToInclusive<usize>
    IndexSet Along
}

macro_rules! tuples {
    ($($($axis:ident)*;)*) => {$(
        impl<$($axis: Into<Along>),*> From<($($axis,)*)> for Chunk {
            #[allow(non_snake_case, reason = "the axes are named as their types")]
            fn from(($($axis,)*): ($($axis,)*)) -> Self {
                Self(vec![$($axis.into()),*])
            }
        }
    )*};
}
tuples! { ; A; A B; A B C; A B C D; A B C D E; }

impl From<Vec<Along>> for Chunk {
    fn from(axes: Vec<Along>) -> Self {
        Self(axes)
    }
}

impl From<Region> for Chunk {
    fn from(region: Region) -> Self {
        Self(region.sets().iter().cloned().map(Along::from).collect())
    }
}
