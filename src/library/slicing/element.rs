//! Single elements, by global index.

use super::index::to_isize;
use super::selection::within;
use crate::array::{DistArray, mode_rules};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Element;

impl<T: Element> DistArray<T> {
    /// One element, on every rank; 0 where no chunk covers it. Negative indices count from the end.
    ///
    /// # Communication
    /// One broadcast of one element from its owner; none of a replicated array.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is not one index an axis, or one is out of range; [`ErrorKind::Layout`] of
    /// a stack, and of chunks that are not replicas.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let mut x = DistArray::from_fn(&Layout::scatter(comm, &[7, 4], 0)?, |i| (10 * i[0] + i[1]) as f64);
    ///     x.set(&[6, 1], 0.5)?;
    ///     assert_eq!((x.get(&[3, 2])?, x.get(&[-1, -3])?), (32.0, 0.5));
    ///     assert_eq!(x.local_value(&[0, 3])?.is_some(), comm.rank() == 0);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn get<I: TryInto<isize> + Copy>(&self, index: &[I]) -> Result<T> {
        let _operation = self.of_whole("get", format_args!(""));
        let layout = self.layout()?;
        let index = element(layout, index)?;
        mode_rules::check_any(self.space(), "get")?;
        let Some(owner) = layout.owner(&index) else { return Ok(T::default()) };
        let mut value = [T::default()];
        if let Some(place) = layout.local_index(layout.comm().rank(), &index) {
            value[0] = self.as_slice()[place];
        }
        if !layout.is_replicated() {
            layout.comm().broadcast(&mut value, owner);
        }
        Ok(value[0])
    }

    /// One element, on the ranks that hold it. Local.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn local_value<I: TryInto<isize> + Copy>(&self, index: &[I]) -> Result<Option<T>> {
        let layout = self.layout()?;
        let index = element(layout, index)?;
        mode_rules::check_any(self.space(), "local_value")?;
        Ok(layout.local_index(layout.comm().rank(), &index).map(|place| self.as_slice()[place]))
    }

    /// Sets one element, wherever it is held: every rank says the same index and value. Local.
    ///
    /// # Errors
    /// As [`get`](Self::get); [`ErrorKind::Layout`] if no chunk covers the element.
    pub fn set<I: TryInto<isize> + Copy>(&mut self, index: &[I], value: T) -> Result<()> {
        let layout = self.layout()?.clone();
        let index = element(&layout, index)?;
        mode_rules::check_any(self.space(), "set")?;
        if layout.owner(&index).is_none() {
            return Err(in_no_chunk(&layout, &index));
        }
        let mut start = 0;
        for region in &*layout.regions(layout.comm().rank()) {
            if let Some(place) = region.position(&index) {
                self.as_mut_slice()[start + place] = value;
            }
            start += region.len();
        }
        Ok(())
    }
}

fn element<I: TryInto<isize> + Copy>(layout: &Layout, index: &[I]) -> Result<Vec<usize>> {
    let shape = layout.shape();
    let index: Vec<isize> = index.iter().map(|&i| to_isize(i)).collect();
    let found = || index.iter().zip(shape).map(|(&i, &n)| within(i, n)).collect::<Option<Vec<_>>>();
    found().filter(|found| found.len() == shape.len() && index.len() == shape.len()).ok_or_else(|| {
        let expected = format!("one within shape {shape:?}");
        Error::expected(ErrorKind::Axis, "index of an element", expected, format!("{index:?}"))
    })
}

fn in_no_chunk(layout: &Layout, index: &[usize]) -> Error {
    let what = format!("element {index:?} of an array {layout}");
    Error::expected(ErrorKind::Layout, what, "one that a rank holds", "none that does")
}
