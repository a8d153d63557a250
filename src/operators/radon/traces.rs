//! Traces that are dealt out to the ranks, from a model that all have.

use crate::array::Space;
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::signal::Named;
use crate::operators::{BlockMap, LinearOperator, Operator, VStack};

/// From a replicated model to data of which this rank has the traces of these maps, each of so many numbers.
pub(super) fn of_traces<T: Scalar, M: BlockMap<T>>(
    name: String,
    model: &Layout,
    data: &Layout,
    maps: impl Iterator<Item = (usize, M)>,
) -> Result<Operator<T>> {
    let own = model.comm().alone();
    let domain: Space = Layout::replicated(&own, model.shape())?.into();
    let traces = |(numbers, map)| {
        let range = Layout::replicated(&own, &[numbers])?.into();
        Ok(Operator::new(Traces { map, domain: domain.clone(), range }))
    };
    let inner = VStack::with_spaces(model, data, maps.map(traces).collect::<Result<_>>()?)?;
    Ok(Operator::new(Named { name, inner }))
}

struct Traces<M> {
    map: M,
    domain: Space,
    range: Space,
}

impl<T: Scalar, M: BlockMap<T>> LinearOperator<T> for Traces<M> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        self.map.forward(x, y);
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        self.map.adjoint(y, x);
    }

    fn scratch(&self) -> usize {
        self.map.bytes()
    }
}
