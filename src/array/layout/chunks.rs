//! Arrays in chunks that may overlap, and what overlaps mean.

use super::Region;
use std::fmt;

/// What the global array is where chunks overlap.
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

/// The chunks of each rank, and their mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunks {
    pub(super) regions: Vec<Vec<Region>>,
    pub(super) mode: Mode,
}

impl Chunks {
    /// Chunks whose overlaps hold the same values.
    pub(crate) fn replicas(regions: Vec<Vec<Region>>) -> Self {
        Self { regions, mode: Mode::Replica }
    }

    /// Other chunks of the same mode.
    pub(crate) fn with_regions(&self, regions: Vec<Vec<Region>>) -> Self {
        Self { regions, mode: self.mode }
    }

    /// The chunks of a rank, in order.
    pub fn of(&self, rank: usize) -> &[Region] {
        &self.regions[rank]
    }

    pub(super) fn transposed(&self, perm: &[usize]) -> Self {
        let turned = |region: &Region| Region::new(perm.iter().map(|&axis| region.sets()[axis].clone()).collect());
        let of_rank = |regions: &Vec<Region>| regions.iter().map(turned).collect();
        Self { regions: self.regions.iter().map(of_rank).collect(), mode: self.mode }
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
        let count: usize = self.regions.iter().map(Vec::len).sum();
        write!(f, "in {count} chunks over {} ranks ({})", self.regions.len(), self.mode)
    }
}
