//! Who holds an element, and where: computed from the layout, never asked for.

use super::index_set::IndexSet;
use super::region::Region;
use super::{Layout, Partition, check_index};
use crate::error::Result;
use std::borrow::Cow;

impl Layout {
    /// The regions that a rank holds, in the order in which they lie in its buffer: one but of a
    /// chunked layout; of a rank outside the grid, an empty one.
    ///
    /// # Panics
    /// If there is no such rank.
    #[track_caller]
    pub fn regions(&self, rank: usize) -> Cow<'_, [Region]> {
        self.expect_rank(rank);
        match self.partition() {
            Partition::Replicated | Partition::Unsynced => vec![Region::whole(self.shape())].into(),
            Partition::Grid(grid) => vec![grid.region(rank)].into(),
            Partition::Chunks(chunks) => chunks.of(rank).into(),
        }
    }

    /// The first rank that holds an element; `None` if no chunk covers it. Local.
    ///
    /// # Panics
    /// If there is no such index in the array.
    #[track_caller]
    pub fn owner(&self, index: &[usize]) -> Option<usize> {
        self.expect_index(index);
        match self.partition() {
            Partition::Replicated | Partition::Unsynced => Some(0),
            Partition::Grid(grid) => {
                let at = grid.axes().iter().zip(index).map(|(map, &i)| map.coordinate(i));
                Some(grid.rank_at(&at.collect::<Option<Vec<_>>>()?))
            }
            Partition::Chunks(_) => self.holders(index).next(),
        }
    }

    /// All ranks that hold an element, in order. Local.
    ///
    /// # Panics
    /// If there is no such index in the array.
    #[track_caller]
    pub fn owners(&self, index: &[usize]) -> Vec<usize> {
        self.expect_index(index);
        match self.partition() {
            Partition::Grid(_) => self.owner(index).into_iter().collect(),
            Partition::Replicated | Partition::Unsynced => (0..self.comm().size()).collect(),
            Partition::Chunks(_) => self.holders(index).collect(),
        }
    }

    fn holders(&self, index: &[usize]) -> impl Iterator<Item = usize> {
        let one = Region::new(index.iter().map(|&i| IndexSet::range(i..i + 1)).collect());
        self.near(&[one]).into_iter().filter(|&rank| self.local_index(rank, index).is_some())
    }

    /// Ranks, in order, among which are all that hold something of these regions. Local: by arithmetic on a
    /// grid, and down a tree of boxes around chunks.
    pub(crate) fn near(&self, regions: &[Region]) -> Vec<usize> {
        let ranks = 0..self.comm().size();
        let mut found = vec![];
        for region in regions.iter().filter(|region| !region.is_empty()) {
            match self.partition() {
                Partition::Replicated | Partition::Unsynced => return ranks.collect(),
                Partition::Grid(grid) => grid.meeting(region, &mut found),
                Partition::Chunks(chunks) => found.extend(chunks.near(region, ranks.clone())),
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// How many elements all ranks hold together.
    pub(crate) fn held(&self) -> u128 {
        match self.partition() {
            Partition::Replicated | Partition::Unsynced => self.size() as u128 * self.comm().size() as u128,
            Partition::Grid(_) => self.size() as u128,
            Partition::Chunks(chunks) => chunks.total(),
        }
    }

    /// Where in a rank's buffer an element lies; the first place, if there are several. Local.
    ///
    /// # Panics
    /// If there is no such index in the array, or no such rank.
    #[track_caller]
    pub fn local_index(&self, rank: usize, index: &[usize]) -> Option<usize> {
        self.expect_index(index);
        let mut before = 0;
        for region in &*self.regions(rank) {
            if let Some(at) = region.position(index) {
                return Some(before + at);
            }
            before += region.len();
        }
        None
    }

    /// The global index of a place in a rank's buffer. Local.
    ///
    /// # Panics
    /// If the rank does not hold so much, or there is no such rank.
    #[track_caller]
    pub fn global_index(&self, rank: usize, mut place: usize) -> Vec<usize> {
        for region in &*self.regions(rank) {
            if place < region.len() {
                return region.index(place);
            }
            place -= region.len();
        }
        panic!("place beyond the {} elements of rank {rank}", self.len_of(rank));
    }

    /// Calls `f` with the global index of every element that a rank holds, in the order of its buffer.
    ///
    /// # Panics
    /// If there is no such rank.
    #[track_caller]
    pub fn for_each_index(&self, rank: usize, mut f: impl FnMut(&[usize])) {
        for region in &*self.regions(rank) {
            region.for_each_index(&mut f);
        }
    }

    #[track_caller]
    pub(super) fn expect_rank(&self, rank: usize) {
        let size = self.comm().size();
        assert!(rank < size, "rank of a layout: expected below {size}, found {rank}");
    }

    #[track_caller]
    fn expect_index(&self, index: &[usize]) {
        if let Err(error) = self.check_index(index) {
            panic!("{error}");
        }
    }

    /// `Ok` if the array has this index.
    pub(crate) fn check_index(&self, index: &[usize]) -> Result<()> {
        check_index(self.shape(), index)
    }
}
