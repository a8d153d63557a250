//! Products of matrices.

use super::chunked::block_product;
use super::contraction::contract;
use super::multiplied::Multiplied;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::library::Index;
use std::borrow::Cow;

/// The matrix product, by NumPy's rules: of arrays with more than two axes the last two are matrices, and the
/// axes in front are broadcast; one axis alone is a row on the left and a column on the right, and the result
/// does not have it.
///
/// Arrays in any layout but chunks: one operand stays where it is, if the axis that is summed over is whole
/// on its ranks, else it is cut evenly along its longest other axis; what each rank needs of the other one
/// comes in tiles of 32 MB of `f64`. Which one stays is chosen by what has to be sent. The product is cut where that one is:
/// rows scattered times anything are rows scattered, anything times columns scattered are columns scattered.
/// A product of replicated arrays is replicated.
///
/// **Chunks** on either side are multiplied block by block, where a rank holds both, and the product is left
/// un-combined, in chunks of mode sum: each product of a block of `a` with a block of `b` is a chunk of its own.
/// Blocks have to meet then: every chunk is one cell of the grid that the bounds of all chunks make (for each
/// part of the axes in front, which are the same for both, by itself).
/// [`redistribute`](DistArray::redistribute) makes them so, or leads to a layout without chunks.
///
/// Integers wrap.
///
/// # Communication
/// One exchange for each tile, in which an element is sent once to each other rank that needs it: all of the
/// coming operand to every rank where rows or columns are cut, nothing where both are cut alike along axes in
/// front, or where it is replicated. One exchange before, where no operand can stay. Two vectors: that
/// of [`dot`](DistArray::dot).
///
/// Of chunks: none where some rank holds both blocks of each product; of several, the one with the least work
/// does it. Otherwise one exchange, in which blocks of one of the two go to ranks that hold the other: of that
/// one which needs fewer elements moved. Operands that are to be combined are so first
/// ([`change_mode`](DistArray::change_mode)).
///
/// # Same bits
/// Without chunks, on any number of ranks and in any layout: each element is the sum of its products in one
/// fixed order. In blocks of chunks, however the same blocks are dealt out: each partial product is rounded, and their
/// sum is exact and rounded once; other blocks round otherwise. Processors with other instructions may round differently.
///
/// # Errors
/// [`ErrorKind::Communicator`] if the ranks differ; [`ErrorKind::Shape`] if the shapes do not go together;
/// [`ErrorKind::Layout`] of a stack, a mask, chunks that are no blocks, blocks that do not meet or that
/// nobody holds.
///
/// # Source
/// NumPy, `matmul`; for chunks CuPy, `cupyx.distributed.array.matmul`, which fails where no rank holds both
/// blocks.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, layout::Mode, library::matmul};
///
/// launch_threads(3, |comm| {
///     let a = DistArray::full(Layout::scatter(comm, &[2, 7], 1)?, 1.0);
///     let b = DistArray::from_fn(&Layout::scatter(comm, &[7, 2], 0)?, |i| (i[0] * 2 + i[1]) as f64);
///     let c = matmul(&a, &b)?;
///     assert_eq!(c.layout()?, &Layout::scatter(comm, &[2, 2], 0)?);
///     assert_eq!(c.gather_all().into_raw_vec_and_offset().0, [42.0, 49.0, 42.0, 49.0]);
///
///     // As chunks: each rank has a part of every element of A B, and nothing is sent.
///     let chunks = |x: &DistArray<f64>| x.redistribute(&x.layout()?.with_mode(Mode::Replica)?);
///     let parts = matmul(&chunks(&a)?, &chunks(&b)?)?;
///     assert_eq!(parts.layout()?.mode(), Mode::Sum);
///     assert_eq!(parts.gather_all(), c.gather_all());
///     Ok(())
/// })
/// .unwrap();
/// ```
pub fn matmul<T: Multiplied>(a: &DistArray<T>, b: &DistArray<T>) -> Result<DistArray<T>> {
    let (of_a, of_b) = (a.layout()?, b.layout()?);
    check_operands(of_a, of_b)?;
    let _operation = a.operation("matmul", format_args!(", {of_b:#}"));
    if of_a.chunks().is_some() || of_b.chunks().is_some() {
        return block_product(a, b);
    }
    let (rows, columns) = (of_a.ndim(), of_b.ndim());
    for (layout, what) in [(of_a, "left"), (of_b, "right")] {
        if layout.ndim() == 0 {
            let what = format!("{what} operand of a matrix product");
            return Err(Error::expected(ErrorKind::Shape, what, "at least one axis", layout));
        }
    }
    let (inner, found) = (of_a.shape()[rows - 1], of_b.shape()[columns.saturating_sub(2)]);
    if inner != found {
        let what = format!("right operand of a matrix product with {of_a}");
        let expected = format!("{inner} rows");
        return Err(Error::expected(ErrorKind::Shape, what, expected, of_b));
    }
    if columns <= 2 {
        return contract(a, b, 0, 1); // one matrix on the right: all of the left operand are its rows
    }
    let batch = rows.max(columns) - 2;
    let (a, b) = (in_front(a, (batch + 2 - rows).min(batch))?, in_front(b, batch + 2 - columns)?);
    contract(&a, &b, batch, 1)
}

/// The array with so many axes of length 1 more in front.
fn in_front<T: Multiplied>(array: &DistArray<T>, count: usize) -> Result<Cow<'_, DistArray<T>>> {
    if count == 0 {
        return Ok(Cow::Borrowed(array));
    }
    array.slice(&vec![Index::NewAxis; count]).map(Cow::Owned)
}

/// `Ok` if both are on the same ranks and have no mask.
pub(super) fn check_operands(a: &Layout, b: &Layout) -> Result<()> {
    a.comm().same_as(b.comm(), "right operand of a product")?;
    match [a, b].into_iter().find(|layout| layout.mask().is_some()) {
        Some(masked) => Err(Error::expected(ErrorKind::Layout, "operand of a product", "one without mask", masked)),
        None => Ok(()),
    }
}
