//! The two functions of a method that minimises f(x) + g(z), of a z that comes near x or its image.

use super::inner::Inner;
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::{Real, Scalar};
use crate::proximal::ProximalOperator;
use crate::solvers::{Measures, State};

/// f and g, what they take inside, and whether what they add up to is told.
pub(super) struct Summands<X: Scalar, Y: Scalar = X> {
    pub(super) f: ProximalOperator<X>,
    pub(super) g: ProximalOperator<Y>,
    pub(super) tells_objective: bool,
    inner: Inner,
}

impl<X: Scalar, Y: Scalar> Summands<X, Y> {
    pub(super) fn of(f: &ProximalOperator<X>, g: &ProximalOperator<Y>) -> Self {
        Self { f: f.clone(), g: g.clone(), tells_objective: false, inner: Inner::default() }
    }

    /// Counts iterations inside from now on.
    pub(super) fn begin(&mut self) {
        self.inner.begin(self.f.inner_iterations() + self.g.inner_iterations());
    }

    /// f(x) + g(z), if it is to be told.
    pub(super) fn objective(&self, x: &DistArray<X>, z: &DistArray<Y>) -> Result<Option<f64>> {
        self.tells_objective.then(|| value(&self.f, &self.g, x, z)).transpose()
    }

    /// What a step measured, with "objective", if there is one, and "inner", where anything is solved inside.
    pub(super) fn tell(&mut self, measures: Measures, objective: Option<f64>) -> Measures {
        let measures = objective.map_or(measures, |objective| measures.and("objective", objective));
        self.inner.measure(measures, self.f.inner_iterations() + self.g.inner_iterations())
    }

    /// Their part of a method's state.
    pub(super) fn state<'s>(&'s mut self, state: State<'s>) -> State<'s> {
        self.inner.state(state.within("f", self.f.state()).within("g", self.g.state()))
    }

    pub(super) fn scratch(&self) -> usize {
        self.f.scratch() + self.g.scratch()
    }
}

/// f(x) + g(z).
pub(super) fn value<X: Scalar, Y: Scalar>(
    f: &ProximalOperator<X>,
    g: &ProximalOperator<Y>,
    x: &DistArray<X>,
    z: &DistArray<Y>,
) -> Result<f64> {
    Ok(f.value(x)?.to_f64() + g.value(z)?.to_f64())
}
