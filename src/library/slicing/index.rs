//! What one writes to pick a part of an array: NumPy's expressions, one an axis.

use std::ops::{Range, RangeFrom, RangeFull, RangeTo};

/// What is picked of one axis, with NumPy's meaning; [`index!`](crate::index) writes several.
///
/// Negative numbers count from the end. Ranges are clipped to the axis and may be empty; a list or a
/// mask may pick any indices in any order. Where several axes have lists or masks each picks on its
/// own axis, as with NumPy's `np.ix_`, and every axis stays where it is.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, index, library::Index};
///
/// let layout = Layout::scatter(&Comm::solo(), &[4, 6], 0)?;
/// let x = DistArray::from_fn(&layout, |i| (10 * i[0] + i[1]) as i64);
/// assert_eq!(x.slice(&index![-1, 1..4])?.as_slice(), [31, 32, 33]);
/// assert_eq!(x.slice(&index![1.., ..;-2])?.shape(), [3, 3]);
/// assert_eq!(x.slice(&index![Index::Ellipsis, 0])?.as_slice(), [0, 10, 20, 30]);
/// assert_eq!(x.slice(&index![Index::list([2, 0, 0]), 5])?.as_slice(), [25, 5, 5]);
/// assert_eq!(x.slice(&index![Index::mask([true, false, false, true]), 5])?.as_slice(), [5, 35]);
/// assert_eq!(x.slice(&index![0, Index::NewAxis, ..2])?.shape(), [1, 2]);
/// # Ok::<(), lops::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Index {
    /// One index; the axis is dropped.
    At(isize),
    /// Every step-th index of a range.
    Range(Span, isize),
    /// These indices in this order; each may stand several times.
    List(Vec<isize>),
    /// The indices at which it is true: one value for each of the axis.
    Mask(Vec<bool>),
    /// A new axis of length 1.
    NewAxis,
    /// All of the axes that nothing else is said of, as NumPy's `...`.
    Ellipsis,
}

/// The ends of a range, where it has them; the first is picked and the second is not.
///
/// With a negative step the range is walked from its start *down* to its stop, as in NumPy: what
/// `a[8:2:-2]` is there is `8..2; -2` here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first index; the first or, where the step is negative, the last of the axis if not given.
    pub start: Option<isize>,
    /// The index before which it ends; through the end of the axis if not given.
    pub stop: Option<isize>,
}

impl Index {
    /// Every `step`-th index of a range: `range; step` in [`index!`](crate::index).
    pub fn stepped(range: impl Into<Span>, step: isize) -> Self {
        Self::Range(range.into(), step)
    }

    /// These indices in this order.
    pub fn list<I: TryInto<isize>>(items: impl IntoIterator<Item = I>) -> Self {
        Self::List(items.into_iter().map(to_isize).collect())
    }

    /// The indices at which the mask is true.
    pub fn mask(mask: impl Into<Vec<bool>>) -> Self {
        Self::Mask(mask.into())
    }
}

/// What is too large for an axis in any case becomes the largest number.
pub(super) fn to_isize<I: TryInto<isize>>(index: I) -> isize {
    index.try_into().unwrap_or(isize::MAX)
}

impl From<RangeFull> for Span {
    fn from(_: RangeFull) -> Self {
        Self::default()
    }
}

impl From<RangeFull> for Index {
    fn from(range: RangeFull) -> Self {
        Self::stepped(range, 1)
    }
}

macro_rules! of_integers {
    ($($t:ty)*) => {$(
        impl From<$t> for Index {
            fn from(index: $t) -> Self {
                Self::At(to_isize(index))
            }
        }

        impl From<Range<$t>> for Span {
            fn from(range: Range<$t>) -> Self {
                Self { start: Some(to_isize(range.start)), stop: Some(to_isize(range.end)) }
            }
        }

        impl From<RangeFrom<$t>> for Span {
            fn from(range: RangeFrom<$t>) -> Self {
                Self { start: Some(to_isize(range.start)), stop: None }
            }
        }

        impl From<RangeTo<$t>> for Span {
            fn from(range: RangeTo<$t>) -> Self {
                Self { start: None, stop: Some(to_isize(range.end)) }
            }
        }

        of_integers!(@range Range<$t>, RangeFrom<$t>, RangeTo<$t>);
    )*};
    (@range $($range:ty),*) => {$(
        impl From<$range> for Index {
            fn from(range: $range) -> Self {
                Self::stepped(range, 1)
            }
        }
    )*};
}
of_integers! { i32 isize usize }

/// What is picked of each axis: integers, ranges, ranges with a step, and any [`Index`].
///
/// | NumPy | here |
/// |---|---|
/// | `a[3, -1]` | `index![3, -1]` |
/// | `a[2:8, :]`, `a[2:8]` | `index![2..8, ..]`, `index![2..8]` |
/// | `a[::2]`, `a[8:2:-1]` | `index![..;2]`, `index![8..2;-1]` |
/// | `a[..., 0]` | `index![Index::Ellipsis, 0]` |
/// | `a[np.newaxis]` | `index![Index::NewAxis]` |
/// | `a[[4, 0]]` | `index![Index::list([4, 0])]` |
/// | `a[mask]`, along axis 0 | `index![Index::mask(mask)]` |
///
/// # Example
/// ```
/// use lops::{index, library::Index};
///
/// let picked = index![2, .., 1..-1; 2];
/// assert_eq!(picked, [Index::from(2), Index::from(..), Index::stepped(1..-1, 2)]);
/// ```
#[macro_export]
macro_rules! index {
    ($($axis:expr $(; $step:expr)?),* $(,)?) => {
        [$($crate::index!(@axis $axis $(; $step)?)),*]
    };
    (@axis $axis:expr) => { $crate::library::Index::from($axis) };
    (@axis $axis:expr; $step:expr) => {{
        #[allow(clippy::reversed_empty_ranges)] // walked downwards
        let stepped = $crate::library::Index::stepped($axis, $step);
        stepped
    }};
}
