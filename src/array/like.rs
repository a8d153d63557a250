//! An array moved to where another one lies, and repeated to its shape.

use super::dist_array::DistArray;
use super::{broadcast, mode_rules};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{ExchangePlan, IndexSet, Layout, Partition, Region, Regions};
use crate::numbers::Element;
use std::borrow::Cow;

impl<T: Element> DistArray<T> {
    /// The array in the layout of another one, so that the two can be added: `&a + b.like(&a)?`.
    ///
    /// As [`broadcast_to`](Self::broadcast_to) the other's layout.
    ///
    /// # Communication
    /// That of [`broadcast_to`](Self::broadcast_to).
    ///
    /// # Errors
    /// Those of [`broadcast_to`](Self::broadcast_to).
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let a = DistArray::from_fn(&Layout::scatter(comm, &[4, 6], 0)?, |i| (10 * i[0] + i[1]) as f64);
    ///     let b = DistArray::from_fn(&Layout::scatter(comm, &[4, 6], 1)?, |i| i[1] as f64);
    ///     let column = DistArray::from_fn(&Layout::scatter(comm, &[4, 1], 0)?, |i| i[0] as f64);
    ///     let d = &a - b.like(&a)? - 10.0 * &column; // the column lines up with a: nothing moves
    ///     assert_eq!(d.norm(), 0.0);
    ///     assert!(a.zip(&b, |a, b| a + b).unwrap_err().to_string().contains("`like` moves it there"));
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn like<U: Element>(&self, other: &DistArray<U>) -> Result<Self> {
        self.broadcast_to(other.layout()?)
    }

    /// The array in another layout, repeated to its shape by NumPy's rules where that differs.
    ///
    /// # Communication
    /// For equal shapes that of [`redistribute`](Self::redistribute). Otherwise: none of a replicated
    /// array; one all-gather of it to a replicated layout; one exchange, in which each element is sent
    /// once to each rank that needs it, to others. Chunks are first redistributed to have each element
    /// once.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the shape cannot be broadcast to the layout's, [`ErrorKind::Communicator`] if
    /// the ranks differ, [`ErrorKind::Layout`] of a stack, or for another shape of chunks that are not
    /// replicas.
    pub fn broadcast_to(&self, layout: &Layout) -> Result<Self> {
        let _operation = self.of_whole("broadcast_to", format_args!(", to {layout:#}"));
        let own = self.layout()?;
        if !broadcast::fits(own.shape(), layout.shape()) {
            let expected = format!("a shape that broadcasts to {:?}", layout.shape());
            return Err(Error::expected(ErrorKind::Shape, "array to broadcast", expected, own));
        }
        Ok(Self::from_parts(layout.into(), fetch(self, layout, "array to broadcast")?))
    }
}

/// This rank's part of a layout, of an array whose shape broadcasts to its shape.
pub(crate) fn fetch<T: Element>(array: &DistArray<T>, layout: &Layout, what: &str) -> Result<Vec<T>> {
    let own = array.layout()?;
    own.comm().same_as(layout.comm(), what)?;
    if own.shape() == layout.shape() {
        return Ok(array.redistribute(layout)?.into_vec());
    }
    mode_rules::check_any(array.space(), what)?;
    mode_rules::check_any(&layout.into(), what)?;
    if own.is_replicated() {
        let mut part = broadcast::own_part(array.as_slice(), own.shape(), layout);
        if *own.partition() == Partition::Unsynced && *layout.partition() == Partition::Replicated {
            layout.comm().broadcast(&mut part, 0);
        }
        return Ok(part);
    }
    if layout.is_replicated() {
        let global = array.gather_all();
        return Ok(broadcast::own_part(global.as_slice().unwrap_or(&[]), own.shape(), layout));
    }
    if let Partition::Chunks(_) = own.partition() {
        let once = match own.ndim() {
            0 => Layout::replicated(own.comm(), own.shape())?,
            _ => Layout::scatter(own.comm(), own.shape(), 0)?,
        };
        return fetch(&array.redistribute(&once)?, layout, what);
    }
    let rank = layout.comm().rank();
    let needed = Needed { layout, of: own.shape() };
    let mine = needed.of(rank).into_owned();
    let plan = ExchangePlan::new(own.comm(), own, &needed);
    let mut blocks = vec![T::default(); mine.iter().map(Region::len).sum()];
    plan.run(&mut plan.exchange(own.comm())?, array.as_slice(), &mut blocks);
    let mut part = Vec::with_capacity(layout.local_len());
    let mut rest = &blocks[..];
    for (region, needed) in layout.regions(rank).iter().filter(|region| !region.is_empty()).zip(&mine) {
        let (block, others) = rest.split_at(needed.len());
        broadcast::expand(block, &needed.shape(), &region.shape(), &mut part);
        rest = others;
    }
    Ok(part)
}

/// What the ranks of a layout need of an array whose shape broadcasts to its shape.
struct Needed<'a> {
    layout: &'a Layout,
    of: &'a [usize],
}

impl Regions for Needed<'_> {
    fn of(&self, rank: usize) -> Cow<'_, [Region]> {
        let regions = self.layout.regions(rank);
        regions.iter().filter_map(|region| broadcast::against(region, self.of)).collect()
    }

    fn near(&self, regions: &[Region]) -> Vec<usize> {
        let shape = self.layout.shape();
        let repeated = |region: &Region| {
            let set = |(axis, &n): (usize, &usize)| match (axis + self.of.len()).checked_sub(shape.len()) {
                Some(own) if self.of[own] == n => region.sets()[own].clone(),
                // the one index that there is stands against all
                Some(own) if region.sets()[own].is_empty() => IndexSet::empty(),
                _ => IndexSet::range(0..n),
            };
            Region::new(shape.iter().enumerate().map(set).collect())
        };
        self.layout.near(&regions.iter().map(repeated).collect::<Vec<_>>())
    }
}
