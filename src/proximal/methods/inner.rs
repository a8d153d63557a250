//! Iterations of solvers inside of proxes and gradients.

use crate::numbers::Scalar;
use crate::proximal::ProximalOperator;
use crate::solvers::{Measures, State};

/// How many iterations functions took inside, since a method began.
#[derive(Debug, Default)]
pub(super) struct Inner {
    so_far: usize,
    /// What the functions say, who may have been asked by others before.
    seen: usize,
    /// Whether they solve at all, by what the first step did.
    solves: Option<bool>,
}

impl Inner {
    /// From what they say now.
    pub(super) fn begin<'a, T: Scalar>(&mut self, functions: impl IntoIterator<Item = &'a ProximalOperator<T>>) {
        self.begin_from(said(functions));
    }

    /// From what functions of several types say now, all together.
    pub(super) fn begin_from(&mut self, now: usize) {
        self.seen = now;
    }

    /// After a step: the measure "inner", where there is anything to tell.
    pub(super) fn measure<'a, T: Scalar>(
        &mut self,
        measures: Measures,
        functions: impl IntoIterator<Item = &'a ProximalOperator<T>>,
    ) -> Measures {
        self.measure_from(measures, said(functions))
    }

    /// The same of functions of several types.
    pub(super) fn measure_from(&mut self, measures: Measures, now: usize) -> Measures {
        self.so_far += now - self.seen;
        self.seen = now;
        if *self.solves.get_or_insert(self.so_far > 0) { measures.and("inner", self.so_far as f64) } else { measures }
    }

    /// Its part of a method's state.
    pub(super) fn state<'s>(&'s mut self, state: State<'s>) -> State<'s> {
        state.count("inner", &mut self.so_far)
    }
}

fn said<'a, T: Scalar>(functions: impl IntoIterator<Item = &'a ProximalOperator<T>>) -> usize {
    functions.into_iter().map(ProximalOperator::inner_iterations).sum()
}
