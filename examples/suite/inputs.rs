//! Inputs by global index, the same on any number of ranks, and checksums of results.

use lops::library::uniform;
use lops::prelude::*;
use serde_json::{Value, json};

/// The seed of the weights in checksums.
const CHECK_SEED: u64 = 9999;

/// Uniform numbers of this seed, scattered on axis 0.
pub(crate) fn scattered(comm: &Comm, seed: u64, shape: &[usize]) -> Result<DistArray<f64>> {
    let layout = Layout::scatter(comm, shape, 0)?;
    let values = (first(&layout)..).take(layout.local_len()).map(|i| uniform(seed, i));
    DistArray::from_local(&layout, values.collect())
}

/// The global index of this rank's first element: the layout is cut on axis 0 or not at all.
fn first(layout: &Layout) -> u64 {
    let row: usize = layout.shape()[1..].iter().product();
    (layout.range(layout.comm().rank()).start * row) as u64
}

/// Sum, 2-norm, and a weighted sum, which notices a permutation; of a stack, those of its members.
pub(crate) fn checksum(x: &DistArray<f64>) -> Value {
    match x.layout() {
        Ok(layout) if layout.is_replicated() => checksum_of(x.as_slice().iter().copied(), 0, None),
        Ok(layout) => checksum_of(x.as_slice().iter().copied(), first(layout), Some(x.comm())),
        Err(_) => (0..x.member_count()).map(|k| checksum(&x.member(k))).collect(),
    }
}

/// That of values whose first has this global index, added up over these ranks.
pub(crate) fn checksum_of(values: impl Iterator<Item = f64>, first: u64, comm: Option<&Comm>) -> Value {
    let mut sums = [0.0; 3];
    for (y, i) in values.zip(first..) {
        sums[0] += y;
        sums[1] += y * y;
        sums[2] += y * uniform(CHECK_SEED, i);
    }
    if let Some(comm) = comm {
        comm.all_reduce(&mut sums, Reduction::Sum);
    }
    json!({"sum": sums[0], "norm2": sums[1].sqrt(), "wsum": sums[2]})
}

/// Uniform numbers of this seed by global index, in any layout; complex ones of two.
pub(crate) fn numbers<T: Scalar>(layout: &Layout, seed: u64) -> DistArray<T> {
    let shape = layout.shape().to_vec();
    DistArray::from_fn(layout, |index| {
        let i = index.iter().zip(&shape).fold(0, |i, (&k, &n)| i * n as u64 + k as u64);
        if T::IS_COMPLEX {
            T::from_parts(uniform(seed, 2 * i), uniform(seed, 2 * i + 1))
        } else {
            T::from_parts(uniform(seed, i), 0.0)
        }
    })
}

/// As [`checksum`], of any scalar in any layout, by global index; a complex sum is a pair.
pub(crate) fn numbers_checksum<T: Scalar>(y: &DistArray<T>) -> Result<Value> {
    let weights = numbers::<T::Real>(y.layout()?, CHECK_SEED);
    let mut sums = [0.0; 5];
    for (y, w) in y.as_slice().iter().zip(weights.as_slice()) {
        let (re, im, w) = (y.re().to_f64(), y.im().to_f64(), w.to_f64());
        for (sum, term) in sums.iter_mut().zip([re, im, re * re + im * im, re * w, im * w]) {
            *sum += term;
        }
    }
    y.comm().all_reduce(&mut sums, Reduction::Sum);
    let number = |re: f64, im: f64| if im == 0.0 { json!(re) } else { json!([re, im]) };
    Ok(json!({"sum": number(sums[0], sums[1]), "norm2": sums[2].sqrt(), "wsum": number(sums[3], sums[4])}))
}

/// The checksum of one number.
pub(crate) fn value(value: f64) -> Value {
    json!({ "value": value })
}
