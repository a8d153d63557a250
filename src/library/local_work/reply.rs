//! What ranks answer, gathered.

use crate::comm::Comm;
use crate::error::Result;
use crate::numbers::Element;

/// An answer of one rank: a number, an array or a vector of numbers, or nothing.
pub trait Reply {
    /// The answers of all ranks.
    type All;

    /// The answers of all ranks in their order, on every rank.
    ///
    /// # Errors
    /// None but those of the communicator.
    #[doc(hidden)]
    fn gather(self, comm: &Comm) -> Result<Self::All>;
}

impl Reply for () {
    type All = ();

    fn gather(self, _: &Comm) -> Result<()> {
        Ok(())
    }
}

impl<T: Element> Reply for T {
    type All = Vec<T>;

    fn gather(self, comm: &Comm) -> Result<Vec<T>> {
        Ok(comm.all_gather(&[self]))
    }
}

impl<T: Element, const N: usize> Reply for [T; N] {
    type All = Vec<[T; N]>;

    fn gather(self, comm: &Comm) -> Result<Vec<[T; N]>> {
        Ok(comm.all_gather(&self).as_chunks().0.to_vec())
    }
}

impl<T: Element> Reply for Vec<T> {
    type All = Vec<Vec<T>>;

    fn gather(self, comm: &Comm) -> Result<Vec<Vec<T>>> {
        let (all, counts) = comm.all_gather_uneven(&self);
        let mut rest = &all[..];
        let of_rank = |count| {
            let (mine, others) = rest.split_at(count);
            rest = others;
            mine.to_vec()
        };
        Ok(counts.into_iter().map(of_rank).collect())
    }
}
