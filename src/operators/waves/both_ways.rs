//! Means forward and backward along an axis, which leave its phase.

use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::Operator;
use crate::operators::along::{Weights, taken_along};
use std::collections::BTreeMap;

/// Means over so many samples of an axis, which has more.
pub(super) fn smoothing<T: Scalar>(samples: usize, axis: usize, layout: &Layout) -> Result<Operator<T>> {
    taken_along("means both ways".into(), &triangle(layout.shape()[axis], samples), axis, layout)
}

/// The mean over so many samples, forward and then backward, of an axis that goes on beyond its ends as it does before them,
/// turned about its end points.
fn triangle(n: usize, samples: usize) -> Weights {
    let rows = (0..n).map(|k| {
        let mut row = BTreeMap::<usize, f64>::new();
        let mut add = |j: usize, weight: f64| *row.entry(j).or_default() += weight;
        for step in 1..2 * samples {
            let weight = (samples - samples.abs_diff(step)) as f64 / (samples * samples) as f64;
            let (place, first, last) = (k + step, samples, n - 1 + samples); // from `samples` before the axis on
            if place < first {
                add(0, 2.0 * weight);
                add(first - place, -weight);
            } else if place > last {
                add(n - 1, 2.0 * weight);
                add(n - 1 - (place - last), -weight);
            } else {
                add(place - first, weight);
            }
        }
        row.into_iter().collect()
    });
    Weights::new(n, rows)
}
