//! From one layout to another: one plan from data all ranks hold, one exchange, each element once.

mod combine;
mod contributions;
mod reshape;
mod way;

use super::dist_array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{ExchangePlan, Layout, Overlap, Partition, Placing, Region};
use crate::numbers::{Element, memory};
pub(crate) use combine::combined;

impl<T: Element> DistArray<T> {
    /// The same global array in another layout.
    ///
    /// Which ranks exchange what follows from the layouts, by arithmetic on blocks and periods; the last few
    /// plans are kept with the source's layout. What stays on its rank is copied while messages fly; beside the
    /// arrays there are a send and a receive buffer of what moves. To do it often without taking memory,
    /// see [`operators::Redistribute`](crate::operators::Redistribute).
    ///
    /// # Communication
    /// None where the layouts are equal or the source is replicated (one broadcast where only the
    /// target is kept equal by rank 0). From a grid to a replicated layout one all-gather. Otherwise one
    /// exchange: every element that changes its rank is sent once, in one message for each pair of ranks
    /// that share something.
    ///
    /// From chunks in [`Mode::Replica`](crate::layout::Mode::Replica) each element comes from one rank that holds
    /// it, and nothing is sent where the rank itself does. From chunks that are to be combined every
    /// contribution goes to where the element is wanted, and is combined there as [`Mode`](crate::layout::Mode) says,
    /// whatever the order of chunks; two exchanges, where it moves less to combine each element on one rank first. To chunks in mode sum or
    /// product the first one that covers an element gets its value and the others the identity; to others
    /// all get it. Elements that no chunk of the source covers are its mode's identity.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the global shapes differ, [`ErrorKind::Communicator`] if the ranks
    /// do, [`ErrorKind::Layout`] of a stack, [`ErrorKind::Parameter`] if the mode of one of the layouts is
    /// not defined for the type.
    pub fn redistribute(&self, target: &Layout) -> Result<Self> {
        let _operation = self.operation("redistribute", format_args!(", to {target:#}"));
        let source = self.layout()?;
        source.comm().same_as(target.comm(), "layout to redistribute to")?;
        same_shape(source, target)?;
        if source.partition() == target.partition() {
            return Ok(Self::from_parts(target.into(), memory::copied(self.as_slice())));
        }
        if !source.is_replicated() && (source.chunks().is_some() || target.chunks().is_some()) {
            let data = combined(source, self.as_slice(), target, Placing::of(target.mode()))?;
            return Ok(Self::from_parts(target.into(), data));
        }
        if source.is_replicated() {
            let mut array = Self::from_parts(target.into(), target.keep_first(target.own_part(self.as_slice()))?);
            if *source.partition() == Partition::Unsynced {
                array.sync();
            }
            return Ok(array);
        }
        if target.is_replicated() {
            let (global, _) = self.gather_all().into_raw_vec_and_offset(); // in C order, as it was assembled
            return Ok(Self::from_parts(target.into(), global));
        }
        let plan = source.plan_to(target, || ExchangePlan::new(source.comm(), source, target));
        let mut array = Self::zeros(target);
        plan.run(&mut plan.exchange(source.comm())?, self.as_slice(), array.as_mut_slice());
        Ok(array)
    }

    /// The same global array cut evenly along another axis. As [`redistribute`](Self::redistribute).
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; those of [`redistribute`](Self::redistribute).
    pub fn redistribute_axis(&self, axis: usize) -> Result<Self> {
        let _operation = self.operation("redistribute_axis", format_args!(", axis {axis}"));
        let layout = self.layout_with_axis(axis)?;
        let target = Layout::scatter(layout.comm(), layout.shape(), axis)?.masked_like(layout);
        if layout.axis() == Some(axis) { Ok(self.clone()) } else { self.redistribute(&target) }
    }
}

impl Layout {
    /// What this rank would send in a redistribution between two process grids: each rank that it sends
    /// to, with the number of elements. Computed by arithmetic on the layouts: 10⁹ elements dealt out in
    /// blocks to 1,000 ranks are as quick as a thousand. Local.
    ///
    /// # Errors
    /// Those of [`redistribute`](DistArray::redistribute); [`ErrorKind::Layout`] unless both are
    /// process grids.
    ///
    /// # Example
    /// ```
    /// use lops::{Layout, launch_threads};
    ///
    /// launch_threads(2, |comm| {
    ///     let (rows, columns) = (Layout::scatter(comm, &[4, 6], 0)?, Layout::scatter(comm, &[4, 6], 1)?);
    ///     assert_eq!(rows.sends_to(&columns)?, [(1 - comm.rank(), 6)]);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn sends_to(&self, target: &Self) -> Result<Vec<(usize, usize)>> {
        self.comm().same_as(target.comm(), "layout to redistribute to")?;
        same_shape(self, target)?;
        if let Some(other) = [self, target].into_iter().find(|layout| !layout.has_each_once()) {
            return Err(Error::expected(
                ErrorKind::Layout,
                "layout of a redistribution",
                "axes cut over a grid",
                other,
            ));
        }
        Ok(self.plan_to(target, || ExchangePlan::new(self.comm(), self, target)).sends().collect())
    }

    /// This rank's part of a global array, which lies in C order.
    pub(crate) fn own_part<T: Element>(&self, global: &[T]) -> Vec<T> {
        let mut part = memory::filled(self.local_len(), T::default());
        let (whole, mut at) = (Region::whole(self.shape()), 0);
        for region in &*self.regions(self.comm().rank()) {
            if let Some(overlap) = Overlap::of(&whole, region) {
                overlap.copy(global, &mut part[at..]);
            }
            at += region.len();
        }
        part
    }

    /// Puts a rank's part into a global array.
    pub(crate) fn put_part<T: Element>(&self, rank: usize, part: &[T], global: &mut [T]) {
        let (whole, mut at) = (Region::whole(self.shape()), 0);
        for region in &*self.regions(rank) {
            if let Some(overlap) = Overlap::of(region, &whole) {
                overlap.copy(&part[at..], global);
            }
            at += region.len();
        }
    }
}

fn same_shape(source: &Layout, target: &Layout) -> Result<()> {
    if source.shape() == target.shape() {
        return Ok(());
    }
    let (expected, found) = (format!("{:?}", source.shape()), format!("{:?}", target.shape()));
    Err(Error::expected(ErrorKind::Shape, "layout to redistribute to: shape", expected, found))
}
