//! Kirchhoff modelling and migration of an image of 512 × 512 points from 64 sources and 128 receivers along its top. Flops: 6 a
//! point and trace.

use super::derivatives::directions;
use crate::Suite;
use lops::library::uniform;
use lops::prelude::*;

pub(crate) const NAMES: &[&str] = &["kirchhoff.fwd", "kirchhoff.adj"];

const SOURCES: usize = 64;
const RECEIVERS: usize = 128;
const SAMPLES: usize = 1024;

pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    let n = suite.arguments.n.unwrap_or(512);
    let axis: Vec<_> = (0..n).map(|k| k as f64).collect();
    let last = (n - 1) as f64;
    let along = |count: usize, depth: f64| {
        let place = |k: usize| [last * k as f64 / (count - 1) as f64, depth];
        (0..count).map(place).collect::<Vec<_>>()
    };
    // Waves to the far corners and back are recorded too.
    let step = 3.0 * last.max(1.0) / SAMPLES as f64;
    let layout = Layout::replicated(suite.comm, &[n, n])?;
    let kirchhoff = Kirchhoff::new([&axis, &axis], &along(SOURCES, 0.0), &along(RECEIVERS, last.min(1.0)));
    let a: Operator<f64> = kirchhoff.velocity(1.0).record(SAMPLES, step).on(&layout)?;
    let x = DistArray::from_fn(&layout, |i| uniform(61, (i[0] * n + i[1]) as u64));
    directions(suite, "kirchhoff", &[n, n, SOURCES, RECEIVERS], [0, 6 * n * n * SOURCES * RECEIVERS], &a, &x)
}
