//! vp, vs and density: of a file, or of folded layers with a fault, and what is known of them beforehand.

use crate::arguments::Arguments;
use lops::prelude::*;
use lops_examples::files;

/// Lengths of the boxes that smooth the background, in samples of time and traces.
const BOX: [usize; 2] = [31, 11];

/// Logarithms of the properties in km/s and g/cm³, [samples, 3, x] or [samples, 3, y, x].
pub(crate) fn model(comm: &Comm, arguments: &Arguments) -> Result<DistArray<f64>> {
    let Some(path) = &arguments.model else {
        let &Arguments { nt, nx, ny, .. } = arguments;
        let shape = if ny == 1 { vec![nt, 3, nx] } else { vec![nt, 3, ny, nx] };
        return Ok(DistArray::from_fn(&layout(comm, &shape)?, |i: &[usize]| {
            let across = i[2..].iter().rev().map(|&k| k as f64).collect::<Vec<_>>();
            of_layer(layer(i[0] as f64, across[0], across.get(1).copied().unwrap_or(0.0)))[i[1]].ln()
        }));
    };
    let dataset = arguments.dataset.as_deref();
    let shape = files::shape(comm, path, dataset)?;
    if !(3..=4).contains(&shape.len()) || shape[1] != 3 {
        let expected = "[samples, 3, x] or [samples, 3, y, x]";
        return Err(Error::expected(ErrorKind::Shape, path.display(), expected, format!("{shape:?}")));
    }
    let model = files::read::<f64>(&layout(comm, &shape)?, path, dataset)?;
    if !model.map(|value| value.is_finite() && value > 0.0).all() {
        return Err(Error::expected(ErrorKind::Parameter, path.display(), "positive finite values", "others too"));
    }
    Ok(model.map(f64::ln))
}

/// Traces over the ranks, along the last axis.
fn layout(comm: &Comm, shape: &[usize]) -> Result<Layout> {
    Layout::scatter(comm, shape, shape.len() - 1)
}

/// The model smoothed along time and space, twice: means over boxes, of what there is of them at the sides.
pub(crate) fn background(model: &DistArray<f64>) -> Result<DistArray<f64>> {
    let layout = model.layout()?;
    let axes: Vec<_> = axes(layout);
    let lengths: Vec<_> = axes.iter().map(|&axis| BOX[usize::from(axis > 0)]).collect();
    let smooth = Smoothing::new(&lengths).along(&axes).on::<f64>(layout)?;
    let there = &smooth * &DistArray::full(layout, 1.0);
    let once = &(&smooth * model) / &there;
    Ok(&(&smooth * &once) / &there)
}

/// Time and space.
pub(crate) fn axes(layout: &Layout) -> Vec<usize> {
    (0..layout.ndim()).filter(|&axis| axis != 1).collect()
}

/// The number of the layer at a place: folded, and thrown by a fault.
fn layer(t: f64, x: f64, y: f64) -> u32 {
    let fault = if x + 0.3 * y + 0.15 * t < 60.0 { 0.0 } else { 9.0 };
    let depth = t - 6.0 * (x / 17.0 + 0.4).sin() - 4.0 * (y / 11.0).cos() - fault;
    let above = |k: &u32| 14.0 + 9.0 * f64::from(*k) + 4.0 * random(*k, 5) < depth;
    (0..=depth as u32).take_while(above).map(|k| k + 1).last().unwrap_or(0)
}

/// vp, vs and density of a layer: deeper ones are faster, vs by no fixed ratio, density by Gardner's rule and a part of its own.
fn of_layer(k: u32) -> [f64; 3] {
    let vp = 2.0 + 0.09 * f64::from(k) + 0.3 * random(k, 1);
    let vs = vp * (0.5 + 0.05 * random(k, 2));
    [vp, vs, 0.31 * (1000.0 * vp).powf(0.25) * (1.0 + 0.06 * random(k, 3))]
}

/// Between −1 and 1, for a layer and a property.
fn random(k: u32, of: u32) -> f64 {
    let mixed = (k.wrapping_mul(2_654_435_761) ^ of.wrapping_mul(2_246_822_519)).wrapping_mul(3_266_489_917);
    f64::from((mixed ^ (mixed >> 15)) & 0xffff) / 32_767.5 - 1.0
}
