//! `plot_nonstatconv.py`: convolution with wavelets that change along the axis, which is cut, of one axis and two.

use crate::{PARTS, page::Page};
use lops::ndarray::Array2;
use lops::prelude::*;
use lops::signal::{axis, ricker};

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    // Four wavelets for each part, from low to high frequencies, and spikes where they are centred.
    let (local, filters) = (64, 4);
    let n = local * PARTS;
    let t = axis(0.0, 0.004, 16);
    let wavelets = (0..filters * PARTS).map(|k| Ok(ricker(&t, 20.0 + 8.0 * k as f64)?.samples));
    let wavelets = wavelets.collect::<Result<Vec<Vec<f64>>>>()?;
    let wavelets = Array2::from_shape_fn((wavelets.len(), wavelets[0].len()), |(k, i)| wavelets[k][i]);
    let step = local / filters;
    let centres: Vec<_> = (0..filters * PARTS).map(|k| step / 2 + k * step).collect();

    // One axis, and the first and the second one of two.
    for (shape, along) in [(vec![n], 0), (vec![n, 20], 0), (vec![20, n], 1)] {
        let layout = Layout::scatter(page.comm, &shape, along)?;
        let x = DistArray::from_fn(&layout, |i| f64::from(centres.contains(&i[along])));
        let convolution = NonStationaryConvolve1D::new(&wavelets, &centres).along(along).on(&layout)?;
        let y = &convolution * &x;
        page.show(&format!("forward on {shape:?}"), &y);
        page.show(&format!("adjoint on {shape:?}"), &(convolution.adjoint() * &y));
    }
    Ok(())
}
