//! The chunks of an operand, as blocks of matrices.

use crate::error::{Error, ErrorKind, Result};
use crate::layout::{IndexSet, Layout, Region};
use std::ops::Range;

/// Which operand it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Factor {
    Left,
    Right,
}

/// A block and who holds it.
#[derive(Clone, Debug)]
pub(super) struct MatrixBlock {
    /// The indices of the axes in front.
    pub(super) batch: Vec<IndexSet>,
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
    pub(super) region: Region,
    /// Ranks, and where in their buffers it starts.
    pub(super) holders: Vec<(usize, usize)>,
}

/// All blocks of an operand, each once.
#[derive(Clone, Debug)]
pub(super) struct Blocks(Vec<MatrixBlock>);

impl Blocks {
    pub(super) fn of(layout: &Layout, side: Factor) -> Result<Self> {
        let mut blocks: Vec<MatrixBlock> = vec![];
        for rank in 0..layout.comm().size() {
            let mut at = 0;
            for region in layout.regions(rank).iter().filter(|region| !region.is_empty()) {
                let start = at;
                at += region.len();
                match blocks.iter_mut().find(|block| block.region == *region) {
                    Some(block) if block.holders.last().is_some_and(|holder| holder.0 == rank) => {}
                    Some(block) => block.holders.push((rank, start)),
                    None => blocks.push(MatrixBlock::new(region, side, rank, start)?),
                }
            }
        }
        Ok(Self(blocks))
    }

    pub(super) fn cell(&self, k: usize) -> &MatrixBlock {
        &self.0[k]
    }

    pub(super) fn all(&self) -> &[MatrixBlock] {
        &self.0
    }

    /// Where in a rank's buffer a block starts, which it holds.
    pub(super) fn place(&self, k: usize, rank: usize) -> usize {
        self.0[k].holder(rank).unwrap_or(0)
    }
}

impl MatrixBlock {
    fn new(region: &Region, side: Factor, rank: usize, at: usize) -> Result<Self> {
        let (batch, matrix) = region.sets().split_at(region.sets().len().saturating_sub(2));
        let range = |set: &IndexSet| {
            let what = format!("chunk {region} of rank {rank} in a matrix product");
            set.as_range().ok_or_else(|| Error::expected(ErrorKind::Layout, what, "ranges of rows and columns", set))
        };
        let (rows, columns) = match (matrix, side) {
            ([rows, columns], _) => (range(rows)?, range(columns)?),
            ([columns], Factor::Left) => (0..1, range(columns)?),
            (sets, _) => (range(&sets[0])?, 0..1),
        };
        Ok(Self { batch: batch.to_vec(), rows, columns, region: region.clone(), holders: vec![(rank, at)] })
    }

    /// The number of matrices of which it is a block.
    pub(super) fn matrices(&self) -> usize {
        self.batch.iter().map(IndexSet::len).product()
    }

    /// Where in a rank's buffer it starts, if the rank has it.
    pub(super) fn holder(&self, rank: usize) -> Option<usize> {
        self.holders.iter().find(|holder| holder.0 == rank).map(|holder| holder.1)
    }
}
