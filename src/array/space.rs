//! Where a vector lives: one array, or a stack of spaces.

use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use std::fmt;
use std::ops::Range;
use std::rc::Rc;

/// The space of a vector: a [`Layout`], or several spaces one after another, nested as one likes.
///
/// Equality is by value. An operator maps one space to another.
#[derive(Clone, PartialEq, Eq)]
pub enum Space {
    /// One distributed array.
    Array(Layout),
    /// Several, as one vector.
    Stack(Rc<[Space]>),
}

impl Space {
    /// Several spaces as one.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if there is none; [`ErrorKind::Communicator`] if they are not all of one
    /// communicator; [`ErrorKind::Layout`] if their masks differ.
    pub fn stack(members: Vec<Space>) -> Result<Self> {
        let Some(first) = members.first() else {
            return Err(Error::expected(ErrorKind::Shape, "stack", "at least one member", 0));
        };
        for (k, member) in members.iter().enumerate() {
            first.comm().same_as(member.comm(), &format!("member {k} of a stack"))?;
            if first.mask() != member.mask() {
                let mask = |space: &Space| format!("{:?}", space.mask());
                let what = format!("mask of member {k} of a stack");
                return Err(Error::expected(ErrorKind::Layout, what, mask(first), mask(member)));
            }
        }
        Ok(Self::Stack(members.into()))
    }

    /// The ranks.
    pub fn comm(&self) -> &Comm {
        self.first_layout().comm()
    }

    /// The ranks over which this rank's reductions run (see [`Layout::with_mask`]).
    pub fn group(&self) -> &Comm {
        self.first_layout().group()
    }

    /// The number of elements of the global vector.
    pub fn size(&self) -> usize {
        if let Self::Array(layout) = self { layout.size() } else { self.members().iter().map(Self::size).sum() }
    }

    /// The number of elements on this rank.
    pub fn local_len(&self) -> usize {
        self.len_of(self.comm().rank())
    }

    /// The number of elements on a rank.
    pub fn len_of(&self, rank: usize) -> usize {
        match self {
            Self::Array(layout) => layout.len_of(rank),
            Self::Stack(members) => members.iter().map(|member| member.len_of(rank)).sum(),
        }
    }

    /// The layout, where this is the space of one array.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if it is a stack.
    pub fn layout(&self) -> Result<&Layout> {
        match self {
            Self::Array(layout) => Ok(layout),
            Self::Stack(_) => Err(Error::expected(ErrorKind::Layout, "space", "one array", self)),
        }
    }

    /// The members of a stack; the space itself where it is that of one array.
    pub fn members(&self) -> &[Space] {
        match self {
            Self::Array(_) => std::slice::from_ref(self),
            Self::Stack(members) => members,
        }
    }

    /// The layouts of all arrays in it, nested stacks unfolded, in order.
    pub fn layouts(&self) -> Vec<&Layout> {
        match self {
            Self::Array(layout) => vec![layout],
            Self::Stack(members) => members.iter().flat_map(Space::layouts).collect(),
        }
    }

    /// The colours of the ranks, where the space has a mask.
    pub fn mask(&self) -> Option<&[usize]> {
        self.first_layout().mask()
    }

    fn first_layout(&self) -> &Layout {
        match self {
            Self::Array(layout) => layout,
            Self::Stack(members) => members[0].first_layout(),
        }
    }

    /// Whether every rank holds all of it.
    pub fn is_replicated(&self) -> bool {
        match self {
            Self::Array(layout) => layout.is_replicated(),
            Self::Stack(members) => members.iter().all(Space::is_replicated),
        }
    }

    /// Whether some array in it is in chunks that are to be combined.
    pub(crate) fn combines(&self) -> bool {
        match self {
            Self::Array(layout) => layout.mode().combines(),
            Self::Stack(members) => members.iter().any(Space::combines),
        }
    }

    /// Calls `f` with every stretch of this rank's buffer that this rank adds to a reduction of its own.
    ///
    /// What every rank holds counts once: for the first rank of the group, or for each rank by
    /// itself where all is replicated and nothing is sent. Of chunks that overlap, the first one counts.
    pub(crate) fn for_each_counted(&self, mut f: impl FnMut(Range<usize>)) {
        let counts_replicas = self.group().rank() == 0 || self.is_replicated();
        self.for_each_stretch(counts_replicas, |range, counted| {
            if counted {
                f(range);
            }
        });
    }

    /// Calls `f` with every stretch of this rank's buffer and whether it counts, replicas as told.
    pub(crate) fn for_each_stretch(&self, counts_replicas: bool, mut f: impl FnMut(Range<usize>, bool)) {
        self.walk(0, counts_replicas, &mut f);
    }

    fn walk(&self, start: usize, counts_replicas: bool, f: &mut dyn FnMut(Range<usize>, bool)) -> usize {
        match self {
            Self::Array(layout) => {
                let end = start + layout.local_len();
                if layout.chunks().is_some() {
                    let mut at = start;
                    for range in layout.counted() {
                        let (first, last) = (start + range.start, start + range.end);
                        if at < first {
                            f(at..first, false);
                        }
                        f(first..last, true);
                        at = last;
                    }
                    if at < end {
                        f(at..end, false);
                    }
                    return end;
                }
                f(start..end, counts_replicas || !layout.is_replicated());
                end
            }
            Self::Stack(members) => members.iter().fold(start, |at, member| member.walk(at, counts_replicas, f)),
        }
    }

    /// `Ok` if both are equal.
    ///
    /// # Errors
    /// [`ErrorKind::Communicator`] or [`ErrorKind::Shape`], naming both.
    pub fn same_as(&self, other: &Self, what: &str) -> Result<()> {
        if self == other {
            return Ok(());
        }
        self.comm().same_as(other.comm(), what)?;
        Err(Error::expected(ErrorKind::Shape, what, self, other))
    }
}

impl From<Layout> for Space {
    fn from(layout: Layout) -> Self {
        Self::Array(layout)
    }
}

impl From<&Layout> for Space {
    fn from(layout: &Layout) -> Self {
        Self::Array(layout.clone())
    }
}

impl From<&Space> for Space {
    fn from(space: &Space) -> Self {
        space.clone()
    }
}

impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Array(layout) => fmt::Display::fmt(layout, f),
            Self::Stack(members) => {
                f.write_str("stack of ")?;
                for (k, member) in members.iter().enumerate() {
                    f.write_str(if k > 0 { ", (" } else { "(" })?;
                    fmt::Display::fmt(member, f)?;
                    f.write_str(")")?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Debug for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
