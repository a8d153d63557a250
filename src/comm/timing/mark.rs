//! Marks: what a program does from here to there.

use super::super::Comm;
use super::super::of_rank::OfRank;
use super::record::Counts;
use std::fmt;
use std::rc::Rc;

/// A mark of a [`Timing`](super::Timing), until it is dropped; nothing, where none is under way.
///
/// [`Comm::mark`] makes one.
#[must_use = "the mark ends when this is dropped"]
pub struct Mark(Option<(Rc<OfRank>, u64)>);

impl Mark {
    /// The mark of a rank, if it records; it is then asked for the name.
    #[inline]
    pub(in crate::comm) fn open<N: AsRef<str>>(
        of_rank: &Rc<OfRank>,
        counts: Counts,
        name: impl FnOnce() -> Option<N>,
    ) -> Self {
        if !of_rank.recorder.is_on() {
            return Self(None);
        }
        let number = name().and_then(|name| of_rank.recorder.enter(name.as_ref(), counts, &of_rank.counters));
        Self(number.map(|number| (of_rank.clone(), number)))
    }
}

impl Drop for Mark {
    #[inline]
    fn drop(&mut self) {
        if let Some((of_rank, number)) = self.0.take() {
            of_rank.recorder.leave(number, &of_rank.counters);
        }
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Mark under way" } else { "Mark of nothing" })
    }
}

impl Comm {
    /// Marks what this rank does until the mark is dropped, in the tree of a [`Timing`](super::Timing): marks nest, and
    /// those of one name inside the same one are one node. Without a timing under way this does nothing.
    ///
    /// Local; ranks may have different marks.
    ///
    /// # Example
    /// ```
    /// use lops::{comm::{Reduction, Timing}, launch_threads};
    ///
    /// launch_threads(2, |comm| {
    ///     let timing = Timing::start(comm)?;
    ///     for _ in 0..3 {
    ///         let _mark = comm.mark("shot");
    ///         let _inner = comm.mark("stack");
    ///         comm.all_reduce(&mut [1.0], Reduction::Sum);
    ///     }
    ///     let report = timing.finish();
    ///     assert_eq!(report.node(&["shot", "stack"]).unwrap().calls, 3..=3);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    #[inline]
    pub fn mark(&self, name: &str) -> Mark {
        Mark::open(&self.0.of_rank, Counts::Once, || Some(name))
    }

    /// The same, by a name that is only made where a timing is under way; no mark, where there is none.
    #[inline]
    pub(crate) fn mark_by(&self, name: impl FnOnce() -> Option<String>) -> Mark {
        Mark::open(&self.0.of_rank, Counts::Once, name)
    }

    /// More of a mark that was counted before.
    #[inline]
    pub(in crate::comm) fn mark_more(&self, name: &str) -> Mark {
        Mark::open(&self.0.of_rank, Counts::More, || Some(name))
    }
}
