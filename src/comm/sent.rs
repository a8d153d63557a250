//! What calls of verbs will send.

use super::{Comm, Sent};
use crate::numbers::Element;

impl Sent {
    /// One [`all_reduce`](Comm::all_reduce) of so many elements.
    ///
    /// ```
    /// # use lops::{comm::{Reduction, Sent}, launch_threads};
    /// # launch_threads(2, |comm| {
    /// let before = comm.traffic();
    /// comm.all_reduce(&mut [1.0, 2.0], Reduction::Sum);
    /// assert_eq!((comm.traffic() - before).total(), Sent::all_reduce::<f64>(comm, 2));
    /// # Ok(()) }).unwrap();
    /// ```
    pub fn all_reduce<T: Element>(comm: &Comm, elements: usize) -> Self {
        Self::collective::<T>(comm, elements)
    }

    /// One [`all_gather`](Comm::all_gather) to which this rank contributes so many elements.
    pub fn all_gather<T: Element>(comm: &Comm, elements: usize) -> Self {
        Self::collective::<T>(comm, elements)
    }

    /// One [`reduce_scatter`](Comm::reduce_scatter_into) of so many elements.
    pub fn reduce_scatter<T: Element>(comm: &Comm, elements: usize) -> Self {
        Self::collective::<T>(comm, elements)
    }

    /// One [`broadcast`](Comm::broadcast) of so many elements, which the root alone sends.
    pub fn broadcast<T: Element>(comm: &Comm, elements: usize, root: usize) -> Self {
        Self::collective::<T>(comm, if comm.rank() == root { elements } else { 0 })
    }

    fn collective<T: Element>(comm: &Comm, elements: usize) -> Self {
        let bytes = if comm.size() > 1 { elements * T::DTYPE.size() } else { 0 };
        Self { calls: 1, messages: u64::from(bytes > 0), bytes: bytes as u64 }
    }
}
