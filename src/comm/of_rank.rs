//! What all communicators of one rank of a job share: its counters, what it is doing, which colours it may talk to, where
//! its time goes.

use super::timing::Recorder;
use super::traffic::Counters;
use std::cell::{Cell, RefCell};
use std::fmt;

#[derive(Default)]
pub(super) struct OfRank {
    pub(super) counters: Counters,
    pub(super) doing: Doing,
    pub(super) colours: Colours,
    pub(super) recorder: Recorder,
}

/// What a rank does now, whatever communicator it is on.
#[derive(Default)]
pub(super) struct Doing {
    pub(super) within: Cell<Within>,
    /// Room for words, used again.
    pub(super) words: RefCell<String>,
}

/// The operations that a rank is in: the one that was called first, and the last one inside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Within {
    outer: Option<&'static str>,
    inner: Option<&'static str>,
}

impl Within {
    pub(super) fn and(self, name: &'static str) -> Self {
        match self.outer {
            None => Self { outer: Some(name), inner: None },
            outer => Self { outer, inner: Some(name) },
        }
    }

    pub(super) fn is_none(self) -> bool {
        self.outer.is_none()
    }
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.outer, self.inner) {
            (Some(outer), Some(inner)) if outer != inner => write!(f, "{inner} in {outer}"),
            (outer, _) => f.write_str(outer.unwrap_or_default()),
        }
    }
}

/// Whether this rank's messages stay among the ranks of its colour; nothing, unless somebody watches.
#[derive(Default)]
pub(super) struct Colours {
    is_watching: Cell<bool>,
    of_ranks: RefCell<Vec<usize>>,
    /// Ranks with this one's colour.
    alike: Cell<usize>,
    has_crossed: Cell<bool>,
}

impl Colours {
    pub(super) fn watch(&self, colours: &[usize], rank: usize) {
        self.of_ranks.replace(colours.to_vec());
        self.alike.set(colours.iter().filter(|&&colour| colour == colours[rank]).count());
        self.has_crossed.set(false);
        self.is_watching.set(true);
    }

    pub(super) fn stop(&self) {
        self.is_watching.set(false);
    }

    pub(super) fn have_crossed(&self) -> bool {
        self.has_crossed.get()
    }

    /// A collective of so many ranks.
    pub(super) fn collective(&self, ranks: usize) {
        if self.is_watching.get() && ranks > self.alike.get() {
            self.has_crossed.set(true);
        }
    }

    /// Messages between this rank of so many and others.
    pub(super) fn exchange(&self, rank: usize, size: usize, mut others: impl Iterator<Item = usize>) {
        if !self.is_watching.get() {
            return;
        }
        let colours = self.of_ranks.borrow();
        if colours.len() == size && others.any(|other| colours[other] != colours[rank]) {
            self.has_crossed.set(true);
        }
    }
}
