//! `plot_halo.py`: local operators on blocks with the cells of their neighbours, as operators of the whole array.

use crate::{PARTS, page::Page};
use lops::ndarray::{Array2, Array4};
use lops::prelude::*;
use lops::signal::{axis, ricker};
use std::ops::Range;

/// A local operator on each rank's block and its halo, between arrays without: Hᴴ D H, where Hᴴ leaves the halos out.
fn in_blocks(
    layout: &Layout,
    widths: &[usize],
    local: impl Fn(&Layout) -> Result<Operator<f64>>,
) -> Result<Operator<f64>> {
    let halo = Halo::new(widths).cropped_adjoint().on(layout)?;
    let blocks = halo.range().layout()?;
    let own = Layout::scatter(&layout.comm().alone(), &blocks.local_shape(), 0)?;
    let diagonal = BlockDiag::with_spaces(blocks, blocks, vec![local(&own)?])?;
    Ok(halo.adjoint() * diagonal * &halo)
}

/// What this rank has of axis 0, with its halo.
fn extended(layout: &Layout, width: usize) -> Range<usize> {
    let Range { start, end } = layout.range(layout.comm().rank());
    start.saturating_sub(width)..(end + width).min(layout.shape()[0])
}

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    // One axis: derivatives of three and of five points.
    let n = 64 * PARTS;
    let layout = Layout::scatter(page.comm, &[n], 0)?;
    let x = DistArray::from_fn(&layout, |i| i[0] as f64);
    for (width, points) in [(1, Points::Three), (2, Points::Five)] {
        let derivative = FirstDerivative::along(0).stencil(Stencil::Centered { points, edge: false });
        let y = in_blocks(&layout, &[width], |own| derivative.on(own))? * &x;
        page.show(&format!("derivative of {} points in blocks", 2 * width + 1), &y);
        page.ensure(y.array_equal(&(derivative.on(&layout)? * &x))?, "as without halos")?;
    }

    // Two and three axes, cut into tiles along all of them: twice the array, and derivatives.
    for shape in [vec![n, n], vec![page.size(64, 16); 3]] {
        let layout = Layout::grid(page.comm, &shape, &vec![Cut::Block; shape.len()])?;
        let x = DistArray::from_fn(&layout, |i| i.iter().fold(0, |at, i| n * at + i) as f64);
        let twice = in_blocks(&layout, &[1], |own| Diagonal::of(&DistArray::full(own, 2.0)))?;
        page.ensure((&twice * &x).array_equal(&(2.0 * &x))?, "twice the array")?;
        for along in 0..shape.len() {
            let y = in_blocks(&layout, &[1], |own| FirstDerivative::along(along).on(own))? * &x;
            page.show(&format!("derivative along {along} of {shape:?} in tiles"), &y);
            page.ensure(y.array_equal(&(FirstDerivative::along(along).on(&layout)? * &x))?, "as without halos")?;
        }
    }

    // Convolution with wavelets that change along the axis: a block has those of its halo too.
    let t = axis(0.0, 0.004, 16);
    let wavelets =
        (0..2 * PARTS).map(|k| Ok(ricker(&t, 20.0 + 8.0 * k as f64)?.samples)).collect::<Result<Vec<_>>>()?;
    let (step, width) = (32, 32 + 15); // to the next wavelet, and half of one
    let centres: Vec<_> = (0..wavelets.len()).map(|k| step / 2 + step * k).collect();
    let convolution = |range: Range<usize>, own: &Layout| {
        let here: Vec<_> = (0..centres.len()).filter(|&k| range.contains(&centres[k])).collect();
        let filters = Array2::from_shape_fn((here.len(), 29), |(k, i)| wavelets[here[k]][i]);
        let places: Vec<_> = here.iter().map(|&k| centres[k] - range.start).collect();
        NonStationaryConvolve1D::new(&filters, &places).on(own)
    };
    let x = DistArray::from_fn(&layout, |i| f64::from(centres.contains(&i[0])));
    let blocks = in_blocks(&layout, &[width], |own| convolution(extended(&layout, width), own))?;
    let y = &blocks * &x;
    page.show("convolution in blocks", &y);
    page.show("adjoint of the convolution", &(convolution(0..n, &layout)?.adjoint() * &y));
    page.ensure(y.array_equal(&(convolution(0..n, &layout)? * &x))?, "as without halos")?;

    // The same with filters of two axes, the first of which is cut.
    let (ny, nx) = (32 * PARTS, 64);
    let wavelets = (0..4).map(|k| Ok(ricker(&t[..15], 20.0 + 8.0 * k as f64)?.samples)).collect::<Result<Vec<_>>>()?;
    let (step, width) = (16, 16 + 8);
    let centres: Vec<_> = (0..2 * PARTS).map(|k| step / 2 + step * k).collect();
    let convolution = |range: Range<usize>, own: &Layout| {
        let places: Vec<_> = centres.iter().filter(|i| range.contains(i)).map(|i| i - range.start).collect();
        let filter = |(_, k, i, j): (_, usize, usize, usize)| (-(i as f64 - 7.0).powi(2) / 8.0).exp() * wavelets[k][j];
        let filters = Array4::from_shape_fn((places.len(), 4, 15, 29), filter);
        NonStationaryConvolve2D::new(&filters, [&places, &[8, 24, 40, 56]]).on(own)
    };
    let layout = Layout::scatter(page.comm, &[ny, nx], 0)?;
    let x = DistArray::from_fn(&layout, |i| f64::from(i[0] % 16 == 8 && i[1] % 16 == 8));
    let blocks = in_blocks(&layout, &[width, 0], |own| convolution(extended(&layout, width), own))?;
    let y = &blocks * &x;
    page.show("convolution of two axes in blocks", &y);
    page.show("adjoint of the convolution of two axes", &(convolution(0..ny, &layout)?.adjoint() * &y));
    page.ensure(y.array_equal(&(convolution(0..ny, &layout)? * &x))?, "as without halos")
}
