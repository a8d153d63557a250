//! Iterations of solvers inside of proxes and gradients.

use crate::solvers::{Measures, State};

/// How many iterations functions took inside, since a method began.
#[derive(Debug, Default)]
pub(super) struct Inner {
    so_far: usize,
    /// What the functions said last, who may have been asked by others before.
    seen: usize,
    /// Whether they solve at all, by what the first step did.
    solves: Option<bool>,
}

impl Inner {
    /// From what the functions say now, all together.
    pub(super) fn begin(&mut self, now: usize) {
        self.seen = now;
    }

    /// After a step, from what they say then: the measure "inner", where there is anything to tell.
    pub(super) fn measure(&mut self, measures: Measures, now: usize) -> Measures {
        self.so_far += now - self.seen;
        self.seen = now;
        if *self.solves.get_or_insert(self.so_far > 0) { measures.and("inner", self.so_far as f64) } else { measures }
    }

    /// Its part of a method's state.
    pub(super) fn state<'s>(&'s mut self, state: State<'s>) -> State<'s> {
        state.count("inner", &mut self.so_far)
    }
}
