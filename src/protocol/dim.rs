//! One dimension of the protocol: which indices of it a rank's buffer holds.

use crate::error::{Error, ErrorKind, Result};
use crate::layout::IndexSet;
use std::fmt::Display;
use std::ops::Range;

/// Which indices of one dimension a rank holds: one of the protocol's `dim_data` dictionaries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DimData {
    /// The length of the global array: boundary padding counts, communication padding does not.
    pub size: usize,
    /// The coordinate of this rank's process in the dimension.
    pub proc_grid_rank: usize,
    /// The number of processes in the dimension.
    pub proc_grid_size: usize,
    /// Which indices those are.
    pub dist_type: DistType,
}

/// How a dimension is dealt out, and what of it is this rank's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DistType {
    /// `b`: the indices from `start` to before `stop`, padding among them.
    Block {
        /// The first index of the buffer.
        start: usize,
        /// One more than its last.
        stop: usize,
        /// How many cells at the front and at the back are padding: at the two ends of the whole
        /// dimension *boundary* padding, which is part of the array; elsewhere *communication* padding,
        /// copies of cells that the neighbour owns.
        padding: (usize, usize),
        /// Whether boundary padding means a dimension that wraps around.
        periodic: bool,
    },
    /// `c`: blocks of `block_size` indices, dealt out in turn.
    Cyclic {
        /// The first index: `proc_grid_rank · block_size`.
        start: usize,
        /// The length of a block.
        block_size: usize,
    },
    /// `u`: these indices.
    Unstructured {
        /// In the order of the buffer, each once; they are names, so they may be negative or have gaps.
        indices: Vec<i64>,
        /// Whether no other rank has any of them too.
        one_to_one: bool,
    },
}

impl DistType {
    /// The protocol's letter.
    pub fn letter(&self) -> char {
        match self {
            Self::Block { .. } => 'b',
            Self::Cyclic { .. } => 'c',
            Self::Unstructured { .. } => 'u',
        }
    }
}

impl DimData {
    /// All n indices on one process: what the protocol's empty dictionary stands for.
    pub fn whole(n: usize) -> Self {
        let dist_type = DistType::Block { start: 0, stop: n, padding: (0, 0), periodic: false };
        Self { size: n, proc_grid_rank: 0, proc_grid_size: 1, dist_type }
    }

    /// How many indices the process owns: without communication padding, of which others are the owners.
    ///
    /// Of a cyclic dimension Σ min(b, n − s) over the starts s = `start`, `start` + P·b, … below n, with
    /// block size b: the last block may be short, whichever process has it. (The protocol's own helper
    /// counts a short block only on process 0.)
    ///
    /// # Example
    /// ```
    /// use lops::protocol::{DimData, DistType};
    ///
    /// let of = |rank| DimData {
    ///     size: 6,
    ///     proc_grid_rank: rank,
    ///     proc_grid_size: 2,
    ///     dist_type: DistType::Cyclic { start: 4 * rank, block_size: 4 },
    /// };
    /// assert_eq!((of(0).num_owned_indices(), of(1).num_owned_indices()), (4, 2));
    /// ```
    pub fn num_owned_indices(&self) -> usize {
        self.owned_cells().len()
    }

    /// Which cells of the buffer the process owns: all but communication padding.
    pub fn owned_cells(&self) -> Range<usize> {
        let cells = self.cells();
        let DistType::Block { padding: (front, back), .. } = self.dist_type else { return 0..cells };
        let front = if self.proc_grid_rank == 0 { 0 } else { front };
        let is_last = self.proc_grid_rank.saturating_add(1) >= self.proc_grid_size;
        let end = cells.saturating_sub(if is_last { 0 } else { back });
        front.min(end)..end
    }

    /// The number of cells of the buffer.
    pub fn cells(&self) -> usize {
        match &self.dist_type {
            DistType::Block { start, stop, .. } => stop.saturating_sub(*start),
            DistType::Cyclic { start, block_size } => {
                let block = (*block_size).max(1);
                let period = block.saturating_mul(self.proc_grid_size.max(1));
                IndexSet::blocks(*start, block, period, self.size).len()
            }
            DistType::Unstructured { indices, .. } => indices.len(),
        }
    }

    /// `Ok` if this is a dimension of the protocol, as far as one rank can tell.
    pub(super) fn check(&self, axis: usize) -> Result<()> {
        let wrong = |key: &str, expected: &dyn Display, found: &dyn Display| {
            let what = format!("dim_data {axis}, {key}");
            Err(Error::expected(ErrorKind::Format, what, expected, found))
        };
        let (rank, processes) = (self.proc_grid_rank, self.proc_grid_size);
        if processes == 0 {
            return wrong("proc_grid_size", &"at least 1", &0);
        }
        if rank >= processes {
            return wrong("proc_grid_rank", &format!("below {processes}"), &rank);
        }
        match &self.dist_type {
            &DistType::Block { start, stop, padding: (front, back), .. } => {
                if start > stop || stop > self.size {
                    let expected = format!("0 ≤ start ≤ stop ≤ {}", self.size);
                    return wrong("start and stop", &expected, &format!("{start} and {stop}"));
                }
                if rank == 0 && start != 0 {
                    return wrong("start of process 0", &0, &start);
                }
                if rank + 1 == processes && stop != self.size {
                    return wrong("stop of the last process", &self.size, &stop);
                }
                if front.checked_add(back).is_none_or(|both| both > stop - start) {
                    let expected = format!("no more than the {} cells in all", stop - start);
                    return wrong("padding", &expected, &format!("({front}, {back})"));
                }
            }
            &DistType::Cyclic { start, block_size } => {
                if block_size == 0 {
                    return wrong("block_size", &"at least 1", &0);
                }
                let first = rank.saturating_mul(block_size);
                if start != first && start != first.min(self.size) {
                    return wrong("start", &format!("{rank} · {block_size}"), &start);
                }
            }
            DistType::Unstructured { indices, .. } => {
                let mut sorted = indices.clone();
                sorted.sort_unstable();
                if let Some([twice, ..]) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
                    return wrong("indices", &"each once", &format!("{twice} twice"));
                }
                let (count, alone) = (indices.len(), processes == 1);
                if count > self.size || (alone && count < self.size) {
                    let expected = format!("{}{} of them", if alone { "" } else { "at most " }, self.size);
                    return wrong("indices", &expected, &count);
                }
            }
        }
        Ok(())
    }
}
