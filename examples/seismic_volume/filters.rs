//! Filters of three samples along the traces, on any block layout: act locally, on what lies around.

use lops::prelude::*;

/// The mean of each sample and its neighbours; at the ends of a trace, of two.
pub(crate) fn average(volume: &DistArray<f32>) -> Result<DistArray<f32>> {
    of_three(volume, |window| window.iter().sum::<f32>() / window.len() as f32)
}

/// The largest of each sample and its neighbours.
pub(crate) fn largest(volume: &DistArray<f32>) -> Result<DistArray<f32>> {
    of_three(volume, |window| window.iter().copied().fold(f32::NEG_INFINITY, f32::max))
}

/// f of each sample and its neighbours along the last axis, as far as there are any.
///
/// # Communication
/// None where traces are whole on their ranks; one plane to each neighbour where they are cut.
fn of_three(volume: &DistArray<f32>, f: impl Fn(&[f32]) -> f32) -> Result<DistArray<f32>> {
    let around = volume.add_ghost_cells_along(&[(0, 0), (0, 0), (1, 1)])?;
    let layout = volume.layout()?;
    // Where this rank's part begins: behind the sample that another rank lent, unless it is the first.
    let first = layout.ranges(layout.comm().rank()).map_or(0, |ranges| ranges[2].start);
    let lent = usize::from(first > 0);
    let (samples, with_ghosts) = (layout.local_shape()[2].max(1), around.shape()[2].max(1));
    let mut result = volume.zeros_like();
    let traces = around.as_slice().unwrap_or(&[]).chunks(with_ghosts);
    for (out, trace) in result.as_mut_slice().chunks_mut(samples).zip(traces) {
        for (k, value) in out.iter_mut().enumerate() {
            let at = k + lent;
            *value = f(&trace[at.saturating_sub(1)..(at + 2).min(trace.len())]);
        }
    }
    Ok(result)
}
