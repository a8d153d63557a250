//! Do messages stay among the ranks of a colour?
//!
//! Reductions of masked vectors run over the ranks of one colour, so a solver may stop in one colour and go on in
//! another. An operator whose messages go from colour to colour would then wait for ever. Solvers watch the beginning.

use super::Comm;
use super::engine::Neighbour;
use crate::error::{Error, ErrorKind, Result};
use std::cell::{Cell, RefCell};

/// What is watched on a rank: nothing, unless there are colours.
#[derive(Default)]
pub(super) struct Colours {
    is_watching: Cell<bool>,
    of_ranks: RefCell<Vec<usize>>,
    /// Ranks with this one's colour.
    alike: Cell<usize>,
    has_crossed: Cell<bool>,
}

impl Colours {
    /// A collective of so many ranks.
    pub(super) fn collective(&self, ranks: usize) {
        if self.is_watching.get() && ranks > self.alike.get() {
            self.has_crossed.set(true);
        }
    }

    /// Messages of this rank to and from neighbours.
    pub(super) fn exchange(&self, comm: &Comm, neighbours: &[Neighbour]) {
        if !self.is_watching.get() {
            return;
        }
        let colours = self.of_ranks.borrow();
        if colours.len() == comm.size() && neighbours.iter().any(|n| colours[n.rank] != colours[comm.rank()]) {
            self.has_crossed.set(true);
        }
    }
}

/// The watch on a rank, until it is dropped.
#[must_use = "`verdict` tells"]
pub(crate) struct ColourWatch<'a>(&'a Comm);

impl Comm {
    /// Watches from now on whether messages of this rank go to ranks of another colour; `colours` has one for each rank.
    pub(crate) fn watch_colours(&self, colours: &[usize]) -> ColourWatch<'_> {
        let watched = self.colours();
        watched.of_ranks.replace(colours.to_vec());
        watched.alike.set(colours.iter().filter(|&&colour| colour == colours[self.rank()]).count());
        watched.has_crossed.set(false);
        watched.is_watching.set(true);
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
        let has_crossed = comm.colours().has_crossed.get();
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
        self.0.colours().is_watching.set(false);
    }
}
