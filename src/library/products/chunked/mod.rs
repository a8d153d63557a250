//! Products of matrices in blocks, the partial products left un-combined.

mod blocks;
mod plan;

use super::multiplied::{Multiplied, Whole};
use crate::array::{DistArray, combined};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, Mode, Placing};
use crate::numbers::RowMajor;
use blocks::{Blocks, Factor};
use plan::{Moved, WorkPlan};
use std::borrow::Cow;

/// The matrix product of arrays on the same ranks, without masks, in mode sum: each product of a block of `a`
/// with a block of `b` is a chunk of its own, on a rank that holds both.
///
/// [`matmul`](crate::library::matmul) says it all.
pub(crate) fn block_product<T: Multiplied>(a: &DistArray<T>, b: &DistArray<T>) -> Result<DistArray<T>> {
    let (of_a, of_b) = (a.layout()?, b.layout()?);
    let shape = shape_of_product(of_a, of_b)?;
    let (left, right) = (Blocks::of(of_a, Factor::Left)?, Blocks::of(of_b, Factor::Right)?);
    if of_a.size() == 0 || of_b.size() == 0 {
        // Sums of nothing, or no sums at all: no chunk is needed for either.
        let nothing = Layout::in_chunks(of_a.comm(), &shape, vec![vec![]; of_a.comm().size()], Mode::Sum)?;
        return Ok(DistArray::from_parts(nothing.into(), vec![]));
    }
    let plan = WorkPlan::new(&left, &right, of_a.comm().size())?;
    // All that can be refused has been: from here on ranks send.
    let (a, b) = (a.as_replicas()?, b.as_replicas()?);
    let (of_a, of_b) = (a.layout()?, b.layout()?);
    let moved = match plan.moved {
        Moved::Nothing => vec![],
        Moved::Left => moved(of_a, &a, plan.missing(&left))?,
        Moved::Right => moved(of_b, &b, plan.missing(&right))?,
    };
    let result = Layout::in_chunks(of_a.comm(), &shape, plan.regions(&left, &right), Mode::Sum)?;
    let mut data = vec![T::zero(); result.local_len()];
    let mut rest = &mut data[..];
    for product in plan.products.iter().filter(|product| product.rank == of_a.comm().rank()) {
        let sent = |side| product.moved.filter(|_| plan.moved == side).map(|at| &moved[at..]);
        let from_a = sent(Moved::Left).unwrap_or_else(|| &a.as_slice()[left.place(product.left, product.rank)..]);
        let from_b = sent(Moved::Right).unwrap_or_else(|| &b.as_slice()[right.place(product.right, product.rank)..]);
        let (one, other) = (left.cell(product.left), right.cell(product.right));
        let (m, k, n) = (one.rows.len(), one.columns.len(), other.columns.len());
        let (block, behind) = rest.split_at_mut(one.matrices() * m * n);
        rest = behind;
        let pairs = from_a.chunks_exact(m * k).zip(from_b.chunks_exact(k * n));
        for (c, (values, b)) in block.chunks_exact_mut(m * n).zip(pairs) {
            let a = RowMajor { values, rows: m, columns: k, stride: k };
            let b = RowMajor { values: b, rows: k, columns: n, stride: n };
            T::add_product(Whole::Matrix, c, n, a, b); // C ← 0 + A B
        }
    }
    Ok(DistArray::from_parts(result.into(), data))
}

impl<T: Multiplied> DistArray<T> {
    fn as_replicas(&self) -> Result<Cow<'_, Self>> {
        if self.space().combines() { self.change_mode(Mode::Replica).map(Cow::Owned) } else { Ok(Cow::Borrowed(self)) }
    }
}

/// The blocks that ranks lack.
fn moved<T: Multiplied>(layout: &Layout, x: &DistArray<T>, missing: Vec<Vec<crate::layout::Region>>) -> Result<Vec<T>> {
    let target = Layout::in_chunks(layout.comm(), layout.shape(), missing, Mode::Replica)?;
    combined(layout, x.as_slice(), &target, Placing::All)
}

fn shape_of_product(a: &Layout, b: &Layout) -> Result<Vec<usize>> {
    for layout in [a, b] {
        if layout.ndim() == 0 {
            return Err(Error::expected(ErrorKind::Shape, "operand of a matrix product", "at least one axis", layout));
        }
    }
    let (left, right) = (a.shape(), b.shape());
    let (batch_a, row) = left.split_at(left.len().saturating_sub(2));
    let (batch_b, column) = right.split_at(right.len().saturating_sub(2));
    let inner = column[0];
    if batch_a != batch_b || row[row.len() - 1] != inner {
        let expected = format!("{batch_a:?} in front, and {} on the next axis", row[row.len() - 1]);
        let what = format!("shape of the right operand of a matrix product with {left:?}");
        return Err(Error::expected(ErrorKind::Shape, what, expected, format!("{right:?}")));
    }
    let mut shape = batch_a.to_vec();
    shape.extend(&row[..row.len() - 1]);
    shape.extend(&column[1..]);
    Ok(shape)
}
