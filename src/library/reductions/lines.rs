//! The lines of a distributed array: where their parts are, and how these come together.

use super::block::fold_lines;
use super::fold::{Fold, Parts};
use crate::array::DistArray;
use crate::comm::{Comm, Reduction};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Axes, AxisMap, IndexSet, Layout, Mode, Region};
use crate::numbers::{Element, memory};
use std::borrow::Cow;

/// Integers that travel in one message of an all-reduce: those of 2048 exact sums.
const PIECE: usize = 2048 * crate::numbers::exact::WORDS;

/// An array seen as lines along some of its axes, moved so that they can be reduced.
pub(super) struct Lines<'a, T: Element> {
    array: Cow<'a, DistArray<T>>,
    axes: Axes,
    parts: Where,
    /// Where the results of the lines come out.
    natural: Layout,
    /// Where they are wanted.
    wanted: Layout,
}

/// Where the parts of a line are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    /// The line is whole on its rank, or on every rank.
    Together,
    /// On all ranks of the group.
    OnGroup,
    /// On the ranks that differ in the coordinates of the reduced axes.
    OnTeams,
}

impl<'a, T: Element> Lines<'a, T> {
    /// The lines of an array along some, not all, of its axes.
    ///
    /// `words` says how many integers a part of a line is when it travels. Where one rank's part of a line
    /// takes no more bytes than these do, and where parts cannot be put together (`None`), the array is
    /// moved so that lines are whole.
    pub(super) fn new(array: &'a DistArray<T>, axes: &Axes, words: Option<usize>) -> Result<Self> {
        let layout = array.layout()?;
        let wanted = layout.without(axes)?;
        if layout.chunks().is_some() {
            let target = layout.with_whole(axes)?;
            // What no chunk covers is 0, not the identity of a product or an extreme.
            let once = if layout.mode().identity::<T>()? == T::default() {
                Cow::Borrowed(array)
            } else {
                array.try_combined()?
            };
            return Self::moved(&once, axes, &target, wanted);
        }
        let parts = parts_of(layout, axes, &wanted);
        let masked = layout.mask().is_some();
        if masked && (parts == Where::OnTeams || (words.is_none() && cuts(layout, axes))) {
            let what = format!("masked layout of a reduction over {axes}, of which some are cut");
            let expected = "one that cuts no other axis, and no product";
            return Err(Error::expected(ErrorKind::Layout, what, expected, layout));
        }
        let moves = match words {
            Some(words) => parts != Where::Together && longest_part(layout, axes) * size_of::<T>() <= words * 8,
            None => parts != Where::Together || !in_order(layout, axes),
        };
        if moves && !masked {
            return Self::moved(array, axes, &layout.with_whole(axes)?, wanted);
        }
        Ok(Self { array: Cow::Borrowed(array), axes: axes.clone(), parts, natural: wanted.clone(), wanted })
    }

    fn moved(array: &DistArray<T>, axes: &Axes, target: &Layout, wanted: Layout) -> Result<Self> {
        let natural = target.without(axes)?;
        let array = Cow::Owned(array.redistribute(target)?);
        Ok(Self { array, axes: axes.clone(), parts: Where::Together, natural, wanted })
    }

    /// The results of all lines, of which this rank has those of [`put`](Self::put).
    pub(super) fn fold<F: Parts<T>>(&self, fold: &F) -> Result<Vec<F::Out>> {
        if self.parts == Where::Together {
            return Ok(self.fold_whole(fold));
        }
        let count = self.count();
        let mut words = memory::room(self.own_lines() * F::WORDS);
        if self.own_lines() > 0 {
            fold_lines(fold, self.array.as_slice(), &self.local_shape(), &self.axes, |mut state| {
                let end = words.len();
                words.resize(end + F::WORDS, 0);
                fold.pack(&mut state, &mut words[end..]);
            });
        }
        match self.parts {
            Where::OnTeams => words = self.joined(words, F::WORDS, F::MODE)?,
            _ => all_reduce(self.layout().group(), &mut words, F::MODE),
        }
        Ok(words.chunks_exact(F::WORDS).map(|words| fold.finish(&fold.unpack(words), count)).collect())
    }

    /// [`fold`](Self::fold), of lines that are whole.
    pub(super) fn fold_whole<F: Fold<T>>(&self, fold: &F) -> Vec<F::Out> {
        debug_assert_eq!(self.parts, Where::Together);
        let count = self.count();
        let mut out = memory::room(self.natural.local_len());
        fold_lines(fold, self.array.as_slice(), &self.local_shape(), &self.axes, |state| {
            out.push(fold.finish(&state, count));
        });
        out
    }

    /// Whether it is so on any of the ranks that must go the same way from here.
    pub(super) fn any(&self, own: bool) -> bool {
        let mut any = [u64::from(own)];
        if self.parts == Where::OnTeams {
            self.layout().comm().all_reduce(&mut any, Reduction::Max);
        }
        any[0] != 0
    }

    /// From the results of all lines those of the lines that this rank has parts of: for a second pass.
    pub(super) fn back<U: Element>(&self, results: Vec<U>) -> Result<Vec<U>> {
        if self.parts != Where::OnTeams {
            return Ok(results);
        }
        let chunks = Layout::in_chunks(self.layout().comm(), self.natural.shape(), self.teams(), Mode::Replica)?;
        Ok(DistArray::from_parts(self.natural.clone().into(), results).redistribute(&chunks)?.into_vec())
    }

    /// The array of the results.
    pub(super) fn put<U: Element>(&self, results: Vec<U>) -> Result<DistArray<U>> {
        let array = DistArray::from_parts(self.natural.clone().into(), results);
        if self.natural == self.wanted { Ok(array) } else { array.redistribute(&self.wanted) }
    }

    /// The least number of elements of a line, in any mask group; of arrays without lines that is none, so
    /// that nothing is missing.
    pub(super) fn shortest(&self) -> usize {
        if self.wanted.size() == 0 {
            return usize::MAX;
        }
        let mut colours = self.layout().mask().unwrap_or(&[0]).to_vec();
        colours.sort_unstable();
        colours.dedup();
        colours.iter().map(|&colour| self.count_of(colour)).min().unwrap_or(0)
    }

    /// The number of elements of each line of this rank's group.
    pub(super) fn count(&self) -> usize {
        let layout = self.layout();
        self.count_of(layout.mask().map_or(0, |colours| colours[layout.comm().rank()]))
    }

    fn count_of(&self, colour: usize) -> usize {
        let layout = self.layout();
        match (layout.mask(), self.natural.process_grid()) {
            (Some(colours), None) if !layout.is_replicated() => {
                let ranks = (0..colours.len()).filter(|&rank| colours[rank] == colour);
                ranks.map(|rank| self.axes.reduced(&layout.shape_of(rank)).iter().product::<usize>()).sum()
            }
            _ => self.axes.reduced(layout.shape()).iter().product(),
        }
    }

    /// What this rank has along one axis.
    pub(super) fn along(&self, axis: usize) -> IndexSet {
        self.layout().regions(self.layout().comm().rank())[0].sets()[axis].clone()
    }

    #[allow(clippy::expect_used)] // a stack has been refused
    fn layout(&self) -> &Layout {
        self.array.layout().expect("an array")
    }

    /// The shape of this rank's block; where each rank has all lines, also of those of which it has nothing.
    fn local_shape(&self) -> Vec<usize> {
        let layout = self.layout();
        let mut shape = layout.local_shape();
        if self.natural.is_replicated() {
            for (axis, n) in shape.iter_mut().enumerate().filter(|&(axis, _)| !self.axes.has(axis)) {
                *n = layout.shape()[axis];
            }
        }
        shape
    }

    /// The lines of which this rank gives a part.
    fn own_lines(&self) -> usize {
        if self.parts == Where::OnTeams && self.layout().local_len() == 0 {
            return 0;
        }
        self.axes.kept(&self.local_shape()).iter().product()
    }

    /// The lines of which each rank has a part.
    fn teams(&self) -> Vec<Vec<Region>> {
        let layout = self.layout();
        let of_rank = |rank| {
            let regions = layout.regions(rank);
            let full = regions.iter().filter(|region| !region.is_empty());
            full.map(|region| Region::new(self.axes.kept(region.sets()))).collect()
        };
        (0..layout.comm().size()).map(of_rank).collect()
    }

    /// The words of whole lines from those of their parts: an array in chunks that are combined where the
    /// lines come out.
    fn joined(&self, words: Vec<i64>, count: usize, mode: Mode) -> Result<Vec<i64>> {
        let with_words = |region: Region| Region::new([region.sets(), &[IndexSet::range(0..count)]].concat());
        let regions = self.teams().into_iter().map(|of_rank| of_rank.into_iter().map(with_words).collect()).collect();
        let shape = [self.natural.shape(), &[count]].concat();
        let chunks = Layout::in_chunks(self.layout().comm(), &shape, regions, mode)?;
        let target = self.natural.with_shape(&shape)?;
        Ok(DistArray::from_parts(chunks.into(), words).redistribute(&target)?.into_vec())
    }
}

fn parts_of(layout: &Layout, axes: &Axes, natural: &Layout) -> Where {
    match layout.process_grid() {
        None => Where::Together,
        Some(_) if natural.is_replicated() && layout.group().size() == 1 => Where::Together,
        Some(_) if natural.is_replicated() => Where::OnGroup,
        Some(grid) if axes.reduced(grid.shape()).iter().all(|&n| n == 1) => Where::Together,
        Some(_) => Where::OnTeams,
    }
}

/// Whether one of these axes is cut, be it into one part.
fn cuts(layout: &Layout, axes: &Axes) -> bool {
    layout.process_grid().is_some_and(|grid| axes.reduced(grid.axes()).iter().any(|map| !map.is_whole()))
}

/// Whether every rank has these axes in full, from the first index to the last.
pub(super) fn in_order(layout: &Layout, axes: &Axes) -> bool {
    let is_whole = |map: &AxisMap| map.coordinates() == 1 && map.set(0).as_range().is_some();
    layout.process_grid().is_none_or(|grid| axes.reduced(grid.axes()).iter().all(is_whole))
}

/// The most elements of a line that a rank has.
pub(super) fn longest_part(layout: &Layout, axes: &Axes) -> usize {
    let most = |map: &AxisMap| (0..map.coordinates()).map(|p| map.set(p).len()).max().unwrap_or(0);
    layout.process_grid().map_or(0, |grid| axes.reduced(grid.axes()).iter().map(most).product())
}

fn all_reduce(group: &Comm, words: &mut [i64], mode: Mode) {
    let reduction = match mode {
        Mode::Min => Reduction::Min,
        Mode::Max => Reduction::Max,
        _ => Reduction::Sum,
    };
    words.chunks_mut(PIECE).for_each(|piece| group.all_reduce(piece, reduction));
}
