//! Products, in an order that does not depend on the cut.

use super::fold::Fold;
use super::summable::Summable;
use crate::array::DistArray;
use crate::error::Result;
use crate::layout::{Layout, Mode};

/// Elements that are multiplied one after another; the products of such blocks follow in the same way.
pub(super) const BLOCK: usize = 4096;

impl<T: Summable> DistArray<T> {
    /// ∏ xᵢ over the vector; 1 without elements. Of integers it wraps, in the widest type of the kind.
    ///
    /// Blocks of 4096 neighbours in C order are multiplied from the first to the last, then their
    /// products are, and so on: floating-point products round on the way, and the same bits come out on any
    /// number of ranks.
    ///
    /// # Communication
    /// None where every rank holds everything. Otherwise one exchange, which brings every block to one
    /// rank: of an array that is scattered on its first axis it sends at most 2048 elements from each rank to each
    /// neighbour; of others what has to move to be dealt out evenly in C order. Then one all-gather of the
    /// products of the blocks. Where there is a mask, each rank multiplies its buffer and one all-gather of these follows, which are
    /// multiplied in the order of ranks. Chunks are combined by one exchange before; what no chunk covers does
    /// not count.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of a stack;
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if the mode of chunks is not defined for the type.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[10], 0)?, |i| i[0] as i32 + 1);
    ///     assert_eq!(x.prod()?, 3_628_800_i64);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    #[doc(alias = "product")]
    pub fn prod(&self) -> Result<T::Sum> {
        let layout = self.layout()?;
        let comm = layout.comm();
        if layout.is_replicated() {
            return Ok(product(self.as_slice()));
        }
        if layout.mask().is_some() {
            let products = layout.group().all_gather(&[product(self.as_slice())]);
            return Ok(products.into_iter().fold(T::one(), T::product));
        }
        let flat = blockwise(layout)?;
        let moved = match layout.chunks() {
            // What no chunk covers is 1 in this mode.
            Some(_) => self.change_mode(Mode::Product)?.distribute_as(&flat)?,
            None => self.distribute_as(&flat)?,
        };
        let blocks = of_blocks(moved.as_slice());
        let counts: Vec<_> = (0..comm.size()).map(|rank| flat.len_of(rank).div_ceil(BLOCK)).collect();
        let mut all = vec![T::Sum::default(); counts.iter().sum()];
        comm.all_gather_into(&blocks, &counts, &mut all);
        Ok(of_all(all, T::one(), T::product))
    }
}

/// The layout of the array in C order in which each block is on one rank: as near as can be to where it is,
/// if it is scattered on its first axis, else even.
pub(super) fn blockwise(layout: &Layout) -> Result<Layout> {
    let (ranks, size) = (layout.comm().size(), layout.size());
    let row: usize = layout.shape().iter().skip(1).product();
    let end = |rank: usize| match layout.axis() {
        _ if rank + 1 == ranks => size,
        Some(0) => ((layout.range(rank).end * row + BLOCK / 2) / BLOCK * BLOCK).min(size),
        _ => (size.div_ceil(BLOCK) * (rank + 1) / ranks * BLOCK).min(size),
    };
    let ends: Vec<_> = (0..ranks).map(end).collect();
    let sizes: Vec<_> = (0..ranks).map(|rank| ends[rank] - rank.checked_sub(1).map_or(0, |last| ends[last])).collect();
    Layout::scatter_sizes(layout.comm(), &[size], 0, &sizes)
}

fn product<T: Summable>(x: &[T]) -> T::Sum {
    of_all(of_blocks(x), T::one(), T::product)
}

/// The products of blocks.
fn of_blocks<T: Summable>(x: &[T]) -> Vec<T::Sum> {
    let (fours, rest) = x.as_chunks::<{ 4 * BLOCK }>();
    // Four at a time, so that a multiplication need not wait for the last one to end.
    let mut products: Vec<_> = fours.iter().flat_map(|four| four_blocks::<T>(four.as_chunks::<BLOCK>().0)).collect();
    products.extend(rest.chunks(BLOCK).map(|block| multiplied::<T>(T::one(), block)));
    products
}

fn four_blocks<T: Summable>(blocks: &[[T; BLOCK]]) -> [T::Sum; 4] {
    let mut products = [T::one(); 4];
    for k in 0..BLOCK {
        for (product, block) in products.iter_mut().zip(blocks) {
            *product = T::product(*product, block[k].widened());
        }
    }
    products
}

fn multiplied<T: Summable>(first: T::Sum, x: &[T]) -> T::Sum {
    x.iter().fold(first, |product, x| T::product(product, x.widened()))
}

/// The product of products, again by blocks.
fn of_all<S: Copy>(products: Vec<S>, one: S, product: fn(S, S) -> S) -> S {
    if products.len() <= BLOCK {
        return products.into_iter().fold(one, product);
    }
    let blocks = products.chunks(BLOCK).map(|block| block.iter().copied().fold(one, product));
    of_all(blocks.collect(), one, product)
}

/// The product of a line, from its first element to its last.
pub(super) struct Product;

impl<T: Summable> Fold<T> for Product {
    type State = T::Sum;
    type Out = T::Sum;
    const COLUMNS: usize = 2048;
    const BY_ROWS: bool = true;

    fn start(&self, _: usize) -> T::Sum {
        T::one()
    }

    fn add(&self, product: &mut T::Sum, run: &[T]) {
        *product = multiplied(*product, run);
    }

    fn add_row(&self, products: &mut [T::Sum], row: &[T]) {
        products.iter_mut().zip(row).for_each(|(product, x)| *product = T::product(*product, x.widened()));
    }

    fn finish(&self, product: &T::Sum, _: usize) -> T::Sum {
        *product
    }
}
