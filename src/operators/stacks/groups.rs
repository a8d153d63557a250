//! Ranks in groups: who works together on a part of a stack.

use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Summation;
use std::{fmt, rc::Rc};

/// The ranks of a communicator in groups. All ranks of a group work on the group's parts of a
/// [`VStack`](super::VStack), an [`HStack`](super::HStack) or a [`BlockDiag`](super::BlockDiag)
/// together: shots × model blocks.
///
/// Where a stack takes groups it takes a communicator as well: then each rank works by itself.
///
/// # Example
/// ```
/// use lops::{launch_threads, operators::Groups};
///
/// launch_threads(5, |comm| {
///     let groups = Groups::new(comm, 2)?;
///     assert_eq!((groups.ranks(0), groups.ranks(1)), (&[0, 1, 2][..], &[3, 4][..]));
///     assert_eq!(groups.own().size(), if comm.rank() < 3 { 3 } else { 2 });
///     Ok(())
/// })
/// .unwrap();
/// ```
#[derive(Clone)]
pub struct Groups {
    inner: Rc<Inner>,
    summation: Summation,
}

struct Inner {
    comm: Comm,
    /// Of this rank's group.
    own: Comm,
    /// Of the ranks at this rank's place in every group.
    across: Comm,
    /// Group after group, and where each begins, and the last one ends.
    ranks: Vec<usize>,
    starts: Vec<usize>,
    index: usize,
    /// Each rank by itself, and nothing was split.
    alone: bool,
}

impl Groups {
    /// So many groups of consecutive ranks; the first ones have one rank more where the division
    /// leaves a remainder.
    ///
    /// # Communication
    /// Two splits of the communicator.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] unless there are 1 group to as many as ranks.
    pub fn new(comm: &Comm, count: usize) -> Result<Self> {
        let ranks = comm.size();
        if count == 0 || count > ranks {
            let expected = format!("1 to {ranks}, the number of ranks");
            return Err(Error::expected(ErrorKind::Parameter, "number of groups", expected, count));
        }
        let sizes = (0..count).map(|group| ranks / count + usize::from(group < ranks % count));
        let colours: Vec<_> = sizes.enumerate().flat_map(|(group, size)| std::iter::repeat_n(group, size)).collect();
        Self::by_colour(comm, &colours)
    }

    /// The ranks of one colour are a group; groups are in ascending order of colours.
    ///
    /// # Communication
    /// Two splits of the communicator.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if there is not one colour for each rank.
    pub fn by_colour(comm: &Comm, colours: &[usize]) -> Result<Self> {
        if colours.len() != comm.size() {
            let expected = format!("{}, one for each rank", comm.size());
            return Err(Error::expected(ErrorKind::Parameter, "number of colours", expected, colours.len()));
        }
        let mut sorted = colours.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let group_of = |rank: usize| sorted.partition_point(|&colour| colour < colours[rank]);
        let mut starts = vec![0; sorted.len() + 1];
        (0..comm.size()).for_each(|rank| starts[group_of(rank) + 1] += 1);
        (0..sorted.len()).for_each(|group| starts[group + 1] += starts[group]);
        let mut ranks: Vec<_> = (0..comm.size()).collect();
        ranks.sort_by_key(|&rank| colours[rank]);
        let index = group_of(comm.rank());
        let _operation = comm.operation("Groups", format_args!("{colours:?}"));
        let own = comm.split(index);
        let across = comm.split(own.rank());
        Ok(Self::from_inner(Inner { comm: comm.clone(), own, across, ranks, starts, index, alone: false }))
    }

    fn from_inner(inner: Inner) -> Self {
        Self { inner: Rc::new(inner), summation: Summation::Exact }
    }

    /// The same groups, for stacks that add vectors over ranks so. [`Summation::Exact`], the default, has the same
    /// bits on any number of ranks; [`Summation::Plain`] is one all-reduce in floating point.
    ///
    /// # Example
    /// ```
    /// use lops::operators::{Groups, Identity, VStack};
    /// use lops::{Layout, LinearOperator, launch_threads, numbers::Summation};
    ///
    /// launch_threads(2, |comm| {
    ///     let own = Layout::scatter(&comm.alone(), &[3], 0)?;
    ///     let plain = Groups::from(comm).summation(Summation::Plain);
    ///     let a = VStack::over(plain, 5, |_| Ok(Identity.on::<f64>(&own)))?;
    ///     assert_eq!(a.communication().adjoint.bytes, 24);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    #[must_use]
    pub fn summation(self, summation: Summation) -> Self {
        Self { summation, ..self }
    }

    /// How vectors are added over ranks.
    pub(super) fn sums(&self) -> Summation {
        self.summation
    }

    /// All ranks.
    pub fn comm(&self) -> &Comm {
        &self.inner.comm
    }

    /// The ranks of this rank's group: the communicator on which the spaces of its parts live.
    pub fn own(&self) -> &Comm {
        &self.inner.own
    }

    /// The number of groups.
    pub fn count(&self) -> usize {
        self.inner.starts.len() - 1
    }

    /// Which group this rank is in.
    pub fn index(&self) -> usize {
        self.inner.index
    }

    /// The ranks of a group, in ascending order.
    ///
    /// # Panics
    /// If there is no such group.
    #[track_caller]
    pub fn ranks(&self, group: usize) -> &[usize] {
        &self.inner.ranks[self.inner.starts[group]..self.inner.starts[group + 1]]
    }

    /// The ranks at this rank's place in every group: over them pieces of one model are summed.
    pub(super) fn across(&self) -> &Comm {
        &self.inner.across
    }

    /// Whether each rank is by itself and parts live on any communicator of one rank.
    pub(super) fn alone(&self) -> bool {
        self.inner.alone
    }

    /// `Ok` if all groups have as many ranks.
    pub(super) fn check_equal(&self, what: &str) -> Result<()> {
        let sizes: Vec<_> = self.inner.starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        if sizes.windows(2).all(|pair| pair[0] == pair[1]) {
            return Ok(());
        }
        let expected = "as many ranks in each, since each holds the same cut of one vector";
        Err(Error::expected(ErrorKind::Communicator, format!("groups of {what}"), expected, format!("{sizes:?}")))
    }
}

/// Each rank by itself; its parts live on a communicator of that rank alone ([`Comm::alone`]). Local.
impl From<&Comm> for Groups {
    fn from(comm: &Comm) -> Self {
        let (ranks, starts) = ((0..comm.size()).collect(), (0..=comm.size()).collect());
        let (own, across) = (comm.alone(), comm.clone());
        Self::from_inner(Inner { comm: comm.clone(), own, across, ranks, starts, index: comm.rank(), alone: true })
    }
}

impl From<&Groups> for Groups {
    fn from(groups: &Groups) -> Self {
        groups.clone()
    }
}

impl fmt::Debug for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups: Vec<_> = (0..self.inner.starts.len() - 1).map(|group| self.ranks(group)).collect();
        write!(f, "group {} of {groups:?}", self.index())
    }
}
