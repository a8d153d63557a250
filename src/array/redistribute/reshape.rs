//! The same elements in C order as an array of another shape: a redistribution of flat indices.

use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisGroups, ExchangePlan, GroupedAxes, Layout};
use crate::numbers::Element;

impl<T: Element> DistArray<T> {
    /// The elements of the global array in C order, as an array of another shape in any layout: what
    /// `reshape` is in NumPy and `distribute_as` in DistArray. ([`reshape`](Self::reshape) moves nothing
    /// and reinterprets each rank's buffer.)
    ///
    /// # Communication
    /// That of [`redistribute`](Self::redistribute): one exchange, in which every element that changes its
    /// rank is sent once. For another shape, chunks take the way over even cuts of the first axis of either
    /// shape: up to three exchanges.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the numbers of elements differ; those of
    /// [`redistribute`](Self::redistribute).
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, layout::Cut};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[40], 0)?, |i| i[0]);
    ///     let y = x.distribute_as(&Layout::grid(comm, &[5, 8], &[Cut::Cyclic, Cut::Block])?)?;
    ///     assert_eq!(y.gather_all()[[2, 3]], 19);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn distribute_as(&self, target: &Layout) -> Result<Self> {
        let _operation = self.operation("distribute_as", format_args!(", to {target:#}"));
        let source = self.layout()?;
        if source.shape() == target.shape() {
            return self.redistribute(target);
        }
        let comm = source.comm();
        comm.same_as(target.comm(), "layout to distribute as")?;
        if source.size() != target.size() {
            let what = format!("elements of shape {:?} for one of shape {:?}", target.shape(), source.shape());
            return Err(Error::expected(ErrorKind::Shape, what, source.size(), target.size()));
        }
        if !source.has_each_once() || !target.has_each_once() {
            // What is held several times, or not at all, takes the way over a layout where it is not.
            if source.is_replicated() {
                let layout = source.with_partition(target.shape(), source.partition().clone())?;
                return Self::from_parts(layout.into(), self.as_slice().to_vec()).redistribute(target);
            }
            if target.is_replicated() {
                let layout = target.with_partition(source.shape(), target.partition().clone())?;
                return Ok(Self::from_parts(target.into(), self.redistribute(&layout)?.into_vec()));
            }
            let once = |shape: &[usize]| {
                if shape.is_empty() { Layout::replicated(comm, shape) } else { Layout::scatter(comm, shape, 0) }
            };
            let moved = self.redistribute(&once(source.shape())?)?.distribute_as(&once(target.shape())?)?;
            return moved.redistribute(target);
        }
        let mut array = Self::zeros(target);
        if let Some(groups) = AxisGroups::of(source.shape(), target.shape()) {
            let from = GroupedAxes::new(source, &groups.from);
            let to = GroupedAxes::new(target, &groups.to);
            let plan = source.plan_to(target, || ExchangePlan::new(comm, &from, &to));
            plan.run(&mut plan.exchange(comm)?, self.as_slice(), array.as_mut_slice());
        }
        Ok(array)
    }
}
