//! Do messages stay among the ranks of a colour?
//!
//! Reductions of masked vectors run over the ranks of one colour, so a solver may stop in one colour and go on in
//! another. An operator whose messages go from colour to colour would then wait for ever. Solvers watch the beginning.

use super::Comm;
use crate::error::{Error, ErrorKind, Result};

/// The watch on a rank, until it is dropped.
#[must_use = "`verdict` tells"]
pub(crate) struct ColourWatch<'a>(&'a Comm);

impl Comm {
    /// Watches from now on whether messages of this rank go to ranks of another colour; `colours` has one for each rank.
    pub(crate) fn watch_colours(&self, colours: &[usize]) -> ColourWatch<'_> {
        self.colours().watch(colours, self.rank());
        ColourWatch(self)
    }
}

impl ColourWatch<'_> {
    /// `Ok` if no rank's messages have left its colour.
    ///
    /// # Communication
    /// One all-reduce of a number.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] on all ranks, with `what` in its words.
    pub(crate) fn verdict(self, what: &str) -> Result<()> {
        let comm = self.0;
        let has_crossed = comm.colours().have_crossed();
        drop(self);
        let words = || {
            let expected = "messages within each colour of the mask alone, as colours stop by themselves";
            Error::expected(ErrorKind::Layout, what, expected, "some to ranks of another colour, or of all")
        };
        comm.agree(if has_crossed { Err(words()) } else { Ok(()) })
    }
}

impl Drop for ColourWatch<'_> {
    fn drop(&mut self) {
        self.0.colours().stop();
    }
}
