//! Arrays in chunks that may overlap, and what overlaps mean.

use super::boxes::Boxes;
use super::chunk::Chunk;
use super::index_set::IndexSet;
use super::region::Region;
use super::{Layout, Partition};
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use std::cell::OnceCell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::rc::Rc;

/// What the global array is where chunks overlap.
///
/// | mode | the element | identity: integers | floats | complex | `bool` |
/// |---|---|---|---|---|---|
/// | `Replica` | what any chunk holds, all the same | 0 | 0 | 0 | false |
/// | `Sum` | the sum | 0 | 0 | 0 | false; or |
/// | `Product` | the product | 1 | 1 | 1 | true; and |
/// | `Min` | the least, −0 before 0; NaN if there is one | greatest | +∞ | — | — |
/// | `Max` | the greatest, 0 before −0; NaN if there is one | least | −∞ | — | — |
///
/// What several chunks hold is combined so that it does not matter in what order they come, nor which rank has which:
/// of floating-point numbers the sum is exact and rounded once (−0 only where all are −0), and a product of more than
/// two is formed in ascending order of the factors; real ones neither over- nor underflow on the way. Infinities of both
/// signs add up to NaN. An element that no chunk covers is the identity wherever it is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Chunks hold the same values: any of them is the element's.
    #[default]
    Replica,
    /// The element is the sum of what the chunks hold.
    Sum,
    /// The element is their product.
    Product,
    /// The element is the least of them.
    Min,
    /// The element is the greatest of them.
    Max,
}

/// The chunks of each rank, and their mode. Clones share the chunks.
#[derive(Clone, Debug)]
pub struct Chunks {
    map: Rc<Map>,
    mode: Mode,
}

#[derive(Debug)]
struct Map {
    regions: Vec<Vec<Region>>,
    /// The number of elements on each rank, and on all.
    lengths: Vec<usize>,
    total: u128,
    /// Made where somebody asks who is near.
    boxes: OnceCell<Boxes>,
}

impl Layout {
    /// Every rank holds the chunks that `map` has for it: strided, overlapping, repeated, several or none;
    /// of an array of which they need not cover everything. Local.
    ///
    /// The chunks of a rank are put in ascending order (by first index, one more than the last, and step,
    /// axis after axis), empty ones are left out. Then the order of chunks, by which it is said which of them is the
    /// first or the last to have an element, is that of ranks and on each rank that of its chunks.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if there is not one list of chunks for each rank; [`ErrorKind::Axis`] if a
    /// chunk has more axes than the array; [`ErrorKind::Shape`] if it lies outside the array, a range runs
    /// backwards, or the number of elements overflows; [`ErrorKind::Parameter`] for a step of 0 or an
    /// index that a list has twice.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, layout::{Chunk, Mode, by}, ndarray::array};
    ///
    /// launch_threads(2, |comm| {
    ///     let map = [vec![Chunk::from(0..5), Chunk::from(by(1.., 2))], vec![Chunk::from(2..6)]];
    ///     let layout = Layout::chunked(comm, &[8], &map, Mode::Sum)?;
    ///     let x = DistArray::from_global(&layout, &array![1., 2., 3., 4., 5., 6., 7., 8.].into_dyn())?;
    ///     assert_eq!(x.chunks()[0].1.len(), if comm.rank() == 0 { 5 } else { 4 });
    ///     assert_eq!(x.gather_all().sum(), 29.0); // 1 to 6, and 8; no chunk covers the 7
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// CuPy, `cupyx.distributed.array.distributed_array`; there bounds are clipped, here they are checked.
    pub fn chunked<C: Into<Chunk> + Clone>(comm: &Comm, shape: &[usize], map: &[Vec<C>], mode: Mode) -> Result<Self> {
        if map.len() != comm.size() {
            let expected = format!("{}, one for each rank", comm.size());
            return Err(Error::expected(ErrorKind::Layout, "number of lists of chunks", expected, map.len()));
        }
        let of_rank = |(rank, chunks): (usize, &Vec<C>)| {
            let region = |(k, chunk): (usize, &C)| {
                let what = format!("chunk {k} of rank {rank}");
                chunk.clone().into().region(shape, &what)
            };
            let mut regions = chunks.iter().enumerate().map(region).collect::<Result<Vec<_>>>()?;
            regions.sort_by_cached_key(|region| region.sets().iter().map(order).collect::<Vec<_>>());
            Ok(regions)
        };
        let regions = map.iter().enumerate().map(of_rank).collect::<Result<Vec<_>>>()?;
        Self::in_chunks(comm, shape, regions, mode)
    }

    /// From regions that lie within the shape, in the order in which they are given.
    pub(crate) fn in_chunks(comm: &Comm, shape: &[usize], regions: Vec<Vec<Region>>, mode: Mode) -> Result<Self> {
        let full = |regions: Vec<Region>| regions.into_iter().filter(|region| !region.is_empty()).collect();
        let regions: Vec<Vec<Region>> = regions.into_iter().map(full).collect();
        let too_many = |regions: &Vec<Region>| {
            let sum = regions.iter().try_fold(0usize, |sum, region| sum.checked_add(region.len()));
            sum.is_none_or(|n| isize::try_from(n).is_err())
        };
        if let Some(rank) = regions.iter().position(too_many) {
            let what = format!("chunks of rank {rank}");
            return Err(Error::expected(ErrorKind::Shape, what, "a number of elements below 2⁶³", "more"));
        }
        Self::new(comm, shape, Partition::Chunks(Chunks::new(regions, mode)))
    }

    /// The chunks, where the layout has them.
    pub fn chunks(&self) -> Option<&Chunks> {
        match self.partition() {
            Partition::Chunks(chunks) => Some(chunks),
            _ => None,
        }
    }

    /// What the global array is where several ranks hold an element: [`Mode::Replica`] but of chunks of
    /// another mode.
    pub fn mode(&self) -> Mode {
        self.chunks().map_or(Mode::Replica, Chunks::mode)
    }

    /// The same chunks in another mode; of other layouts what each rank holds, as chunks. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if there is a mask.
    pub fn with_mode(&self, mode: Mode) -> Result<Self> {
        if self.mask().is_some() {
            return Err(Error::expected(ErrorKind::Layout, "layout to see as chunks", "one without mask", self));
        }
        if let Partition::Chunks(chunks) = self.partition() {
            let map = chunks.map.clone();
            return Self::new(self.comm(), self.shape(), Partition::Chunks(Chunks { map, mode }));
        }
        let regions = (0..self.comm().size()).map(|rank| self.regions(rank).into_owned()).collect();
        Self::in_chunks(self.comm(), self.shape(), regions, mode)
    }
}

impl PartialEq for Chunks {
    fn eq(&self, other: &Self) -> bool {
        let same = || self.map.lengths == other.map.lengths && self.map.regions == other.map.regions;
        self.mode == other.mode && (Rc::ptr_eq(&self.map, &other.map) || same())
    }
}

impl Eq for Chunks {}

impl Hash for Chunks {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.mode, &self.map.regions).hash(state);
    }
}

/// What the sets of chunks are sorted by: bounds, distance of the first two indices, and the rest.
fn order(set: &IndexSet) -> (usize, usize, usize, Vec<usize>) {
    let extent = set.extent();
    let step = if set.len() > 1 { set.get(1).abs_diff(set.get(0)) } else { 1 };
    let rest = if set.as_strided().is_some() { vec![] } else { set.iter().collect() };
    (extent.start, extent.end, step, rest)
}

impl Chunks {
    fn new(regions: Vec<Vec<Region>>, mode: Mode) -> Self {
        let lengths: Vec<usize> = regions.iter().map(|regions| regions.iter().map(Region::len).sum()).collect();
        let total = lengths.iter().map(|&n| n as u128).sum();
        Self { map: Rc::new(Map { regions, lengths, total, boxes: OnceCell::new() }), mode }
    }

    /// Chunks whose overlaps hold the same values.
    pub(crate) fn replicas(regions: Vec<Vec<Region>>) -> Self {
        Self::new(regions, Mode::Replica)
    }

    /// Other chunks of the same mode.
    pub(crate) fn with_regions(&self, regions: Vec<Vec<Region>>) -> Self {
        Self::new(regions, self.mode)
    }

    /// The chunks of a rank, in order.
    ///
    /// # Panics
    /// If there is no such rank.
    #[track_caller]
    pub fn of(&self, rank: usize) -> &[Region] {
        &self.map.regions[rank]
    }

    /// The chunks of each rank.
    pub fn map(&self) -> &[Vec<Region>] {
        &self.map.regions
    }

    /// The number of elements on a rank.
    pub(super) fn len_of(&self, rank: usize) -> usize {
        self.map.lengths[rank]
    }

    /// The number of elements on all ranks.
    pub(super) fn total(&self) -> u128 {
        self.map.total
    }

    /// Ranks of a range, in order, among which are all that have something of a region.
    pub(super) fn near(&self, region: &Region, within: Range<usize>) -> Vec<usize> {
        let map = &*self.map;
        let mut found = vec![];
        let boxes = map.boxes.get_or_init(|| Boxes::around(&map.regions, region.sets().len()));
        boxes.near(&map.regions, region, within, |rank| found.push(rank));
        found
    }

    pub(super) fn transposed(&self, perm: &[usize]) -> Self {
        let turned = |region: &Region| Region::new(perm.iter().map(|&axis| region.sets()[axis].clone()).collect());
        let of_rank = |regions: &Vec<Region>| regions.iter().map(turned).collect();
        self.with_regions(self.map().iter().map(of_rank).collect())
    }

    /// What overlaps mean.
    pub fn mode(&self) -> Mode {
        self.mode
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Replica => "replica",
            Self::Sum => "sum",
            Self::Product => "product",
            Self::Min => "min",
            Self::Max => "max",
        })
    }
}

impl fmt::Display for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count: usize = self.map().iter().map(Vec::len).sum();
        write!(f, "in {count} chunks over {} ranks ({})", self.map().len(), self.mode)
    }
}
