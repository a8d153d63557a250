//! Which rank multiplies which blocks, and what it lacks for that: the same on all ranks.

use super::blocks::{Blocks, MatrixBlock};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{IndexSet, Region};
use std::collections::HashMap;
use std::ops::Range;

/// The operand of which blocks are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moved {
    Nothing,
    Left,
    Right,
}

/// A block times a block.
#[derive(Clone, Debug)]
pub(super) struct Product {
    pub(super) rank: usize,
    pub(super) left: usize,
    pub(super) right: usize,
    /// Where in what was sent to the rank the block starts that it lacked.
    pub(super) moved: Option<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct WorkPlan {
    pub(super) products: Vec<Product>,
    pub(super) moved: Moved,
    /// The blocks that each rank lacks, in the order in which they are sent.
    missing: Vec<Vec<usize>>,
    /// The number of elements in them.
    elements: usize,
}

impl WorkPlan {
    /// # Errors
    /// [`ErrorKind::Layout`] if blocks do not meet.
    pub(super) fn new(left: &Blocks, right: &Blocks, ranks: usize) -> Result<Self> {
        let pairs = pairs(left, right)?;
        let of_right = Self::moving(Moved::Right, &pairs, left, right, ranks);
        if of_right.elements == 0 {
            return Ok(Self { moved: Moved::Nothing, ..of_right });
        }
        let of_left = Self::moving(Moved::Left, &pairs, left, right, ranks);
        Ok(if of_left.elements < of_right.elements { of_left } else { of_right })
    }

    /// Each product on the rank with the least work of those that hold both blocks; where there is none,
    /// of those that hold the one that is not moved.
    fn moving(moved: Moved, pairs: &[(usize, usize)], left: &Blocks, right: &Blocks, ranks: usize) -> Self {
        let mut work = vec![0u128; ranks];
        let mut missing: Vec<Vec<usize>> = vec![vec![]; ranks];
        let mut room: Vec<HashMap<usize, usize>> = vec![HashMap::new(); ranks];
        let (mut filled, mut products) = (vec![0; ranks], Vec::with_capacity(pairs.len()));
        for &(l, r) in pairs {
            let (one, other) = (left.cell(l), right.cell(r));
            let (stays, goes, block) = if moved == Moved::Left { (other, one, l) } else { (one, other, r) };
            let both = stays.holders.iter().filter(|holder| goes.holder(holder.0).is_some());
            let least = |rank: &usize| (work[*rank], !room[*rank].contains_key(&block), *rank);
            let common = both.map(|holder| holder.0).min_by_key(least);
            let any = || stays.holders.iter().map(|holder| holder.0).min_by_key(least);
            let Some(rank) = common.or_else(any) else { continue };
            let lacked = common.is_none().then(|| {
                *room[rank].entry(block).or_insert_with(|| {
                    missing[rank].push(block);
                    filled[rank] += goes.region.len();
                    filled[rank] - goes.region.len()
                })
            });
            work[rank] += (one.region.len() as u128) * other.columns.len() as u128;
            products.push(Product { rank, left: l, right: r, moved: lacked });
        }
        Self { products, moved, missing, elements: filled.iter().sum() }
    }

    /// The regions of what each rank lacks, of the operand that is moved.
    pub(super) fn missing(&self, blocks: &Blocks) -> Vec<Vec<Region>> {
        let region = |&block: &usize| blocks.cell(block).region.clone();
        self.missing.iter().map(|of_rank| of_rank.iter().map(region).collect()).collect()
    }

    /// What each rank's products are of the result.
    pub(super) fn regions(&self, left: &Blocks, right: &Blocks) -> Vec<Vec<Region>> {
        let mut regions = vec![vec![]; self.missing.len()];
        for product in &self.products {
            let (one, other) = (left.cell(product.left), right.cell(product.right));
            let mut sets = one.batch.clone();
            // An operand of one axis adds none.
            if one.region.sets().len() > 1 {
                sets.push(IndexSet::range(one.rows.clone()));
            }
            if other.region.sets().len() > 1 {
                sets.push(IndexSet::range(other.columns.clone()));
            }
            regions[product.rank].push(Region::new(sets));
        }
        regions
    }
}

/// All pairs of blocks to multiply: part by part of the axes in front, rows of the left operand, columns of
/// the right one, and the axis between them.
fn pairs(left: &Blocks, right: &Blocks) -> Result<Vec<(usize, usize)>> {
    let (ours, theirs) = (batches(left), batches(right));
    if let Some(batch) = ours.iter().find(|batch| !theirs.contains(batch)) {
        return Err(apart(format!("axes in front of the right operand: chunks of {batch:?}")));
    }
    if let Some(batch) = theirs.iter().find(|batch| !ours.contains(batch)) {
        return Err(apart(format!("axes in front of the left operand: chunks of {batch:?}")));
    }
    let mut pairs = vec![];
    for batch in ours {
        let of_batch = |blocks: &Blocks| {
            let mine = |(_, block): &(usize, &MatrixBlock)| block.batch == batch;
            let blocks = blocks.all().iter().enumerate().filter(mine);
            blocks.map(|(k, block)| (k, block.clone())).collect::<Vec<_>>()
        };
        let (ours, theirs) = (of_batch(left), of_batch(right));
        let rows = bounds(ours.iter().map(|(_, block)| &block.rows));
        let inner = bounds(ours.iter().map(|(_, a)| &a.columns).chain(theirs.iter().map(|(_, b)| &b.rows)));
        let columns = bounds(theirs.iter().map(|(_, block)| &block.columns));
        let a = table(&ours, &rows, &inner, "left")?;
        let right = table(&theirs, &inner, &columns, "right")?;
        let b: Vec<Vec<usize>> = (0..columns.len() - 1).map(|j| right.iter().map(|row| row[j]).collect()).collect();
        for row in &a {
            for column in &b {
                pairs.extend(row.iter().copied().zip(column.iter().copied()));
            }
        }
    }
    Ok(pairs)
}

/// The parts of the axes in front that blocks have, in the order in which they come.
fn batches(blocks: &Blocks) -> Vec<Vec<IndexSet>> {
    let mut all: Vec<Vec<IndexSet>> = vec![];
    for block in blocks.all() {
        if !all.contains(&block.batch) {
            all.push(block.batch.clone());
        }
    }
    all
}

fn bounds<'a>(ranges: impl Iterator<Item = &'a Range<usize>>) -> Vec<usize> {
    let mut all: Vec<_> = ranges.flat_map(|range| [range.start, range.end]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The blocks as cells between these bounds.
fn table(blocks: &[(usize, MatrixBlock)], rows: &[usize], columns: &[usize], side: &str) -> Result<Vec<Vec<usize>>> {
    let mut table = vec![vec![None; columns.len() - 1]; rows.len() - 1];
    for (number, block) in blocks {
        let cell = |range: &Range<usize>, bounds: &[usize]| {
            let at = bounds.binary_search(&range.start).ok()?;
            (bounds.get(at + 1) == Some(&range.end)).then_some(at)
        };
        let (Some(i), Some(j)) = (cell(&block.rows, rows), cell(&block.columns, columns)) else {
            let bounds = format!("one cell between rows {rows:?} and columns {columns:?}");
            let what = format!("block of the {side} operand of a matrix product");
            return Err(Error::expected(ErrorKind::Layout, what, bounds, &block.region));
        };
        table[i][j] = Some(*number);
    }
    let full = |(i, row): (usize, Vec<Option<usize>>)| {
        let cell = |(j, block): (usize, Option<usize>)| {
            let (rows, columns) = (rows[i]..rows[i + 1], columns[j]..columns[j + 1]);
            block.ok_or_else(|| apart(format!("{side} operand: block of rows {rows:?} and columns {columns:?}")))
        };
        row.into_iter().enumerate().map(cell).collect()
    };
    table.into_iter().enumerate().map(full).collect()
}

fn apart(what: String) -> Error {
    Error::expected(ErrorKind::Layout, format!("matrix product, {what}"), "a rank that holds it", "none")
}
