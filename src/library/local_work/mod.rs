//! Think globally, act locally: a program's own work on every rank's block, and what the ranks found.

mod block;
mod per_rank;
mod reply;

use crate::array::DistArray;
use crate::comm::Comm;
use crate::error::Result;
use crate::numbers::Element;
pub use block::{Block, BlockMut};
pub use reply::Reply;

impl<T: Element> DistArray<T> {
    /// What `act` finds in every rank's block, in the order of ranks, on every rank.
    ///
    /// A block knows where in the global array it lies. Each rank answers with a number (the result is a
    /// vector of one for each rank), an array of numbers, a vector of as many as it likes, or nothing. An
    /// error of one rank is every rank's result. See [`apply_to`] for several arrays.
    ///
    /// # Communication
    /// One all-reduce of 8 bytes and one all-gather of the answers; two where they are vectors, none where they
    /// are nothing. What `act` does with the communicator is its own.
    ///
    /// # Errors
    /// That of the first rank whose `act` failed.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[7, 2], 0)?, |i| i[0] + i[1]);
    ///     let firsts = x.apply(|block| Ok(block.global(0)?.get(0)))?;
    ///     assert_eq!(firsts, [0, 3, 5]);
    ///     let rows = x.apply(|block| Ok(block.local().rows().into_iter().map(|row| row.sum()).collect::<Vec<_>>()))?;
    ///     assert_eq!(rows, [vec![1, 3, 5], vec![7, 9], vec![11, 13]]);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// `Context.apply` of DistArray.
    pub fn apply<R: Reply>(&self, act: impl FnOnce(&mut Block<'_, T>) -> Result<R>) -> Result<R::All> {
        apply_to(self, act)
    }

    /// As [`apply`](Self::apply), with blocks that may be changed.
    ///
    /// Of chunks each has its own values, as they lie on the rank. Where an error comes back, blocks are as far
    /// changed as their ranks came.
    ///
    /// # Communication
    /// That of [`apply`](Self::apply), and of [`sync`](Self::sync).
    ///
    /// # Errors
    /// That of the first rank whose `act` failed.
    ///
    /// # Example
    /// ```
    /// # use lops::{DistArray, Layout, launch_threads};
    /// # launch_threads(2, |comm| {
    /// let mut x = DistArray::<f64>::zeros(&Layout::scatter(comm, &[4, 3], 0)?);
    /// x.apply_mut(|block| {
    ///     let rows = block.global(0)?;
    ///     for (row, mut values) in rows.iter().zip(block.local_mut().rows_mut()) {
    ///         values.fill(row as f64);
    ///     }
    ///     Ok(())
    /// })?;
    /// assert_eq!(x.get(&[3, 0])?, 3.0);
    /// # Ok(()) }).unwrap();
    /// ```
    pub fn apply_mut<R: Reply>(&mut self, act: impl FnOnce(&mut BlockMut<'_, T>) -> Result<R>) -> Result<R::All> {
        apply_to(self, act)
    }
}

/// As [`DistArray::apply`], on the blocks of several arrays, of any layouts and types: a tuple of up to six
/// `&x` or `&mut x`.
///
/// # Communication
/// That of [`DistArray::apply`], and of [`DistArray::sync`] for those that may be changed.
///
/// # Errors
/// That of the first rank whose `act` failed; [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if
/// the arrays are not all of one communicator.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, library::apply_to, launch_threads};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[5], 0)?;
///     let x = DistArray::arange(&layout, 0, 1)?;
///     let mut y = DistArray::zeros(&layout);
///     let sums = apply_to((&x, &mut y), |(x, y)| {
///         let mut sum = 0;
///         for (y, &x) in y.local_mut().iter_mut().zip(x.local()) {
///             sum += x;
///             *y = sum; // a running sum of each block
///         }
///         Ok(sum)
///     })?;
///     assert_eq!(sums, [3, 7]);
///     assert_eq!(y.gather_all().as_slice(), Some(&[0, 1, 3, 3, 7][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// `Context.register` of DistArray.
#[doc(alias = "register")]
pub fn apply_to<A: Arrays, R: Reply>(arrays: A, act: impl FnOnce(&mut A::Blocks) -> Result<R>) -> Result<R::All> {
    let comm = arrays.comm().clone();
    arrays.check(&comm)?;
    let _operation = comm.operation("apply", format_args!(""));
    let mut blocks = arrays.blocks();
    let answer = comm.agree(act(&mut blocks))?;
    A::finish(blocks);
    answer.gather(&comm)
}

/// What [`apply_to`] acts on: `&x`, `&mut x`, or a tuple of them.
pub trait Arrays {
    /// The blocks of this rank.
    type Blocks;

    #[doc(hidden)]
    fn comm(&self) -> &Comm;

    #[doc(hidden)]
    fn check(&self, comm: &Comm) -> Result<()>;

    #[doc(hidden)]
    fn blocks(self) -> Self::Blocks;

    /// Makes replicated arrays that may have been changed the same everywhere.
    #[doc(hidden)]
    fn finish(blocks: Self::Blocks);
}

impl<'a, T: Element> Arrays for &'a DistArray<T> {
    type Blocks = Block<'a, T>;

    fn comm(&self) -> &Comm {
        DistArray::comm(self)
    }

    fn check(&self, comm: &Comm) -> Result<()> {
        comm.same_as(DistArray::comm(self), "arrays to act on")
    }

    fn blocks(self) -> Block<'a, T> {
        Block(self)
    }

    fn finish(_: Block<'a, T>) {}
}

impl<'a, T: Element> Arrays for &'a mut DistArray<T> {
    type Blocks = BlockMut<'a, T>;

    fn comm(&self) -> &Comm {
        DistArray::comm(self)
    }

    fn check(&self, comm: &Comm) -> Result<()> {
        comm.same_as(DistArray::comm(self), "arrays to act on")
    }

    fn blocks(self) -> BlockMut<'a, T> {
        BlockMut(self)
    }

    fn finish(block: BlockMut<'a, T>) {
        block.0.sync();
    }
}

macro_rules! tuples {
    ($($first:ident $(, $next:ident)*;)*) => {$(
        impl<$first: Arrays $(, $next: Arrays)*> Arrays for ($first, $($next,)*) {
            type Blocks = ($first::Blocks, $($next::Blocks,)*);

            fn comm(&self) -> &Comm {
                self.0.comm()
            }

            #[allow(non_snake_case)]
            fn check(&self, comm: &Comm) -> Result<()> {
                let ($first, $($next,)*) = self;
                $first.check(comm)?;
                $($next.check(comm)?;)*
                Ok(())
            }

            #[allow(non_snake_case)]
            fn blocks(self) -> Self::Blocks {
                let ($first, $($next,)*) = self;
                ($first.blocks(), $($next.blocks(),)*)
            }

            #[allow(non_snake_case)]
            fn finish(blocks: Self::Blocks) {
                let ($first, $($next,)*) = blocks;
                <$first as Arrays>::finish($first);
                $(<$next as Arrays>::finish($next);)*
            }
        }
    )*};
}
tuples! {
    A;
    A, B;
    A, B, C;
    A, B, C, D;
    A, B, C, D, E;
    A, B, C, D, E, F;
}
