//! A velocity model with most of what makes imaging hard.

use super::point;
use crate::array::DistArray;
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use std::f64::consts::PI;

/// A velocity model in the manner of Marmousi, in m/s, of any size: water above layers that thicken downwards, fold, and are broken by three
/// leaning faults; below an unconformity an anticline; and a lens of salt. The axes are x and z.
///
/// Each rank makes its own part, by formulas of `x / nₓ` and `z / n_z`: the same model on any grid of samples.
///
/// # Errors
/// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if there is no such axis.
///
/// # Example
/// The model, and the dips of its layers:
/// ```
/// use lops::plot::{Palette, Panels, Section};
/// use lops::signal::{StructureTensor, marmousi_like};
/// use lops::{DistArray, Layout, launch_threads};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[92, 75], 0)?;
///     let model: DistArray<f64> = marmousi_like(&layout, [0, 1])?;
///     assert_eq!((model.min()?, model.max()?), (1500.0, 4700.0)); // water and salt
///     let tensor = StructureTensor::over([1, 0]).smooth([2.0, 3.0]).eps(1e-6);
///     let [dips, _] = tensor.dips(&model)?;
///     if let (Some(model), Some(dips)) = (model.gather(0), dips.gather(0)) {
///         let [model, dips] = [model, dips].map(|array| array.into_dimensionality().unwrap().reversed_axes());
///         Panels::new(2)
///             .panel(Section::new(model.view()).title("velocity"))
///             .panel(Section::new(dips.view()).title("dips").palette(Palette::Seismic))
///             .save(std::env::temp_dir().join("lops-marmousi-like.png"))?;
///     }
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Shaped after R. Versteeg, "The Marmousi experience", The Leading Edge 13, 1994; the formulas are this crate's own.
pub fn marmousi_like<T: Scalar>(layout: &Layout, axes: [usize; 2]) -> Result<DistArray<T>> {
    let point = point(layout, axes)?;
    let lengths = axes.map(|axis| layout.shape()[axis] as f64);
    Ok(DistArray::from_fn(layout, |index| {
        let [x, z] = point(index);
        T::from_parts(velocity(x / lengths[0], z / lengths[1]), 0.0)
    }))
}

const WATER: f64 = 1500.0;
const SALT: f64 = 4700.0;

/// Where a fault meets the surface, how far it goes in x down to the bottom, and by how much layers lie deeper behind it.
const FAULTS: [[f64; 3]; 3] = [[0.28, 0.22, 0.06], [0.42, 0.20, 0.07], [0.55, 0.16, -0.05]];

/// How much layers are faster than others as deep, in turn.
const CONTRASTS: [f64; 11] = [0.0, 260.0, -120.0, 340.0, 90.0, -200.0, 420.0, 40.0, 240.0, -160.0, 130.0];

/// x and z from 0 to 1.
fn velocity(x: f64, z: f64) -> f64 {
    if z < 0.04 {
        return WATER;
    }
    let lens = ((x - 0.68) / 0.13).powi(2) + ((z - 0.72 - 0.25 * (x - 0.68)) / 0.05).powi(2);
    if lens < 1.0 {
        return SALT;
    }
    let unconformity = 0.70 - 0.18 * (-((x - 0.55) / 0.22).powi(2)).exp();
    if z > unconformity {
        // An anticline.
        let depth = z + 0.22 * (-((x - 0.55) / 0.18).powi(2)).exp();
        return 2900.0 + 1100.0 * (depth - 0.6) + contrast(14.0 * depth);
    }
    let behind = FAULTS.iter().filter(|[at, lean, _]| x > at + lean * z);
    let throws: f64 = behind.map(|[_, _, throw]| throw).sum();
    // Beds that dip towards the left, the more the deeper, and turn up in the middle.
    let depth = z - throws - 0.35 * z * (0.5 - x) + 0.05 * z * (3.0 * PI * x).sin();
    1600.0 + 1700.0 * depth.max(0.0) + contrast(24.0 * depth.max(0.0).powf(0.85))
}

/// That of a layer by its number.
fn contrast(layer: f64) -> f64 {
    CONTRASTS[layer.max(0.0) as usize % CONTRASTS.len()]
}
