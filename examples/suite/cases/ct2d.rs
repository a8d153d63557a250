//! Tomography of an image of 512 × 512 pixels at 360 angles by 724 detectors. Flops: 4 for each of the two pixels that a ray meets in a row.

use super::derivatives::directions;
use crate::Suite;
use lops::library::uniform;
use lops::prelude::*;
use std::f64::consts::PI;

pub(crate) const NAMES: &[&str] = &["ct2d.fwd", "ct2d.adj"];

const ANGLES: usize = 360;

pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    let n = suite.arguments.n.unwrap_or(512);
    let detectors = (n * 724).div_ceil(512);
    let angles: Vec<_> = (0..ANGLES).map(|k| PI * k as f64 / ANGLES as f64).collect();
    let layout = Layout::replicated(suite.comm, &[n, n])?;
    let a: Operator<f64> = CT2D::parallel(1.0, detectors, &angles).on(&layout)?;
    let x = DistArray::from_fn(&layout, |i| uniform(62, (i[0] * n + i[1]) as u64));
    directions(suite, "ct2d", &[n, n, ANGLES, detectors], [0, 8 * n * ANGLES * detectors], &a, &x)
}
