//! Convolution of 2²⁰ numbers with a filter of 61 taps that changes: 64 filters, between which it is interpolated. Flops: 2 a tap.

use super::derivatives::directions;
use crate::{Suite, inputs::scattered};
use lops::prelude::*;
use lops::{library::uniform, ndarray::Array2};

pub(crate) const NAMES: &[&str] = &["nonstat1d.fwd", "nonstat1d.adj"];

const TAPS: usize = 61;

pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    let n = suite.arguments.n.unwrap_or(1 << 20);
    let step = (n / 64).max(1);
    let positions: Vec<_> = (step / 2..n).step_by(step).collect();
    let shape = (positions.len(), TAPS);
    let filters = Array2::from_shape_fn(shape, |(i, j)| uniform(51, (i * TAPS + j) as u64));
    let x = scattered(suite.comm, 52, &[n])?;
    let a = NonStationaryConvolve1D::new(&filters, &positions).along(0).on(x.layout()?)?;
    directions(suite, "nonstat1d", &[n, positions.len(), TAPS], [0, 2 * TAPS * n], &a, &x)
}
