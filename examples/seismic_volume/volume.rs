//! Two dipping horizons and noise.

use lops::prelude::*;

/// The size of the volume, in the units of the horizons.
const EXTENT: [f64; 3] = [10.0, 10.0, 20.0];

/// A plane on which the signal peaks and across which it steps: A exp(−μ (z − z₀)²) + B tanh(μ (z − z₀)) + C.
struct Horizon {
    normal: [f64; 3],
    distance: f64,
    peak: f64,
    step: f64,
    level: f64,
    sharpness: f64,
}

const HORIZONS: [Horizon; 2] = [
    Horizon { normal: [0.1, -0.2, 1.0], distance: 10.0, peak: 100.0, step: 40.0, level: 0.0, sharpness: 0.1 },
    Horizon { normal: [0.4, 0.1, 1.0], distance: 15.0, peak: 25.0, step: 15.0, level: 0.0, sharpness: 0.7 },
];

impl Horizon {
    /// z₀(x, y): where the plane at this distance from the origin is.
    fn depth(&self, x: f64, y: f64) -> f64 {
        let length = self.normal.iter().map(|n| n * n).sum::<f64>().sqrt();
        let [nx, ny, nz] = self.normal.map(|n| n / length);
        (self.distance - nx * x - ny * y) / nz
    }

    fn signal(&self, below: f64) -> f64 {
        self.peak * (-self.sharpness * below * below).exp() + self.step * (self.sharpness * below).tanh() + self.level
    }
}

/// The n-th of `count` points from 0 to the end.
fn point(axis: usize, n: usize, count: usize) -> f64 {
    if count > 1 { EXTENT[axis] * n as f64 / (count - 1) as f64 } else { 0.0 }
}

/// The volume on a layout; every rank makes its own part.
pub(crate) fn make(layout: &Layout, seed: u64) -> Result<DistArray<f32>> {
    let (shape, depth) = (layout.shape(), layout.shape()[2]);
    // The noise is everybody's own too: it follows from the seed and the global index.
    let mut volume = Random::seed(seed).normal::<f32>(layout, 0.0, 2.0)?;
    volume.apply_mut(|block| {
        let (across, along, down) = (block.global(0)?, block.global(1)?, block.global(2)?);
        let traces = across.iter().flat_map(|i| along.iter().map(move |j| (i, j)));
        for ((i, j), trace) in traces.zip(block.as_mut_slice().chunks_mut(down.len().max(1))) {
            let depths = HORIZONS.each_ref().map(|horizon| horizon.depth(point(0, i, shape[0]), point(1, j, shape[1])));
            for (k, value) in down.iter().zip(trace) {
                let z = point(2, k, depth);
                let signals = HORIZONS.iter().zip(depths).map(|(horizon, z0)| horizon.signal(z - z0));
                *value += signals.sum::<f64>() as f32;
            }
        }
        Ok(())
    })?;
    Ok(volume)
}
