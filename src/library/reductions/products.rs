//! Products, in an order that does not depend on the cut.

use super::fold::Fold;
use super::summable::{Product, STRETCH, Summable};
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
    /// number of ranks. On the way nothing overflows or vanishes: exponents of 2 are counted beside the numbers.
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
        let _operation = self.reduction("prod", format_args!(""));
        let layout = self.layout()?;
        if layout.is_replicated() {
            return Ok(product::<T>(self.as_slice()).value());
        }
        if layout.mask().is_some() {
            let own = packed::<T>(&[product::<T>(self.as_slice())]);
            return Ok(joined::<T>(&unpacked::<T>(&layout.group().all_gather(&own))).value());
        }
        let flat = blockwise(layout)?;
        let moved = match layout.chunks() {
            // What no chunk covers is 1 in this mode.
            Some(_) => self.change_mode(Mode::Product)?.distribute_as(&flat)?,
            None => self.distribute_as(&flat)?,
        };
        Ok(of_all::<T>(all_blocks::<T>(&flat, &of_blocks(moved.as_slice()))).value())
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

/// The products of the blocks of all ranks, of an array in this layout.
pub(super) fn all_blocks<T: Summable>(flat: &Layout, own: &[T::Product]) -> Vec<T::Product> {
    let words = <T::Product as Product<T>>::WORDS;
    let counts: Vec<_> = (0..flat.comm().size()).map(|rank| words * flat.len_of(rank).div_ceil(BLOCK)).collect();
    let mut all = vec![0; counts.iter().sum()];
    flat.comm().all_gather_into(&packed::<T>(own), &counts, &mut all);
    unpacked::<T>(&all)
}

fn packed<T: Summable>(products: &[T::Product]) -> Vec<i64> {
    let mut words = vec![];
    for product in products {
        product.pack(&mut words);
    }
    words
}

fn unpacked<T: Summable>(words: &[i64]) -> Vec<T::Product> {
    words.chunks_exact(<T::Product as Product<T>>::WORDS).map(T::Product::unpack).collect()
}

fn product<T: Summable>(x: &[T]) -> T::Product {
    of_all::<T>(of_blocks(x))
}

/// The products of blocks.
fn of_blocks<T: Summable>(x: &[T]) -> Vec<T::Product> {
    let (fours, rest) = x.as_chunks::<{ 4 * BLOCK }>();
    // Four at a time, so that a multiplication need not wait for the last one to end.
    let mut products: Vec<_> = fours.iter().flat_map(|four| four_blocks::<T>(four.as_chunks::<BLOCK>().0)).collect();
    products.extend(rest.chunks(BLOCK).map(|block| multiplied::<T>(T::Product::ONE, block)));
    products
}

fn four_blocks<T: Summable>(blocks: &[[T; BLOCK]]) -> [T::Product; 4] {
    let mut products = [T::Product::ONE; 4];
    for start in (0..BLOCK).step_by(STRETCH) {
        let stretch = start..start + STRETCH;
        let are_moderate = blocks.iter().fold(true, |all, block| {
            block[stretch.clone()].iter().fold(all, |all, &x| all & T::Product::is_moderate(x))
        });
        if are_moderate && products.iter().all(|product| product.has_room()) {
            for k in stretch {
                for (product, block) in products.iter_mut().zip(blocks) {
                    *product = product.plain(T::Product::of(block[k]));
                }
            }
        } else {
            for (product, block) in products.iter_mut().zip(blocks) {
                *product = multiplied::<T>(*product, &block[stretch.clone()]);
            }
        }
    }
    products
}

pub(super) fn multiplied<T: Summable>(first: T::Product, x: &[T]) -> T::Product {
    x.iter().fold(first, |product, &x| product.times(x))
}

/// The product of products, one after another.
pub(super) fn joined<T: Summable>(products: &[T::Product]) -> T::Product {
    products.iter().fold(T::Product::ONE, |product, &next| product.joined(next))
}

/// The product of products, again by blocks.
fn of_all<T: Summable>(products: Vec<T::Product>) -> T::Product {
    if products.len() <= BLOCK {
        return joined::<T>(&products);
    }
    of_all::<T>(products.chunks(BLOCK).map(joined::<T>).collect())
}

/// The product of a line, from its first element to its last.
pub(super) struct OfLine;

impl<T: Summable> Fold<T> for OfLine {
    type State = T::Product;
    type Out = T::Sum;
    const COLUMNS: usize = 2048;
    const BY_ROWS: bool = true;

    fn start(&self, _: usize) -> T::Product {
        T::Product::ONE
    }

    fn add(&self, product: &mut T::Product, run: &[T]) {
        *product = multiplied::<T>(*product, run);
    }

    fn add_row(&self, products: &mut [T::Product], row: &[T]) {
        products.iter_mut().zip(row).for_each(|(product, &x)| *product = product.times(x));
    }

    fn finish(&self, product: &T::Product, _: usize) -> T::Sum {
        product.value()
    }
}
