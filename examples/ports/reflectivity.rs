//! `reflectivity.py`: a sparse reflectivity from a volume of traces, in two ways.

use crate::{PARTS, page::Page};
use lops::prelude::*;
use lops::proximal::{Acceleration, L1, LeastSquares, ProximalGradient};
use lops::signal::{axis, ricker};

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    // The same section at every y, two for each part; reflectivity and data of it.
    let section = page.section()?;
    let layout = section.layout(page.comm, page.size(2 * PARTS, 3))?;
    let r = FirstDerivative::along(2).on(&layout)? * &section.at_every_y(&layout);
    let wavelet = ricker(&axis(0.0, 0.004, 21), 15.0)?;
    let convolution = Convolve1D::new(&wavelet.samples, wavelet.centre).along(2).on(&layout)?;
    let d = &convolution * &r;
    page.show("reflectivity", &r);
    page.show("data", &d);

    // FISTA, with the step 1/‖A‖².
    let (iterations, zero) = (page.size(200, 10), r.zeros_like());
    let largest = power_iteration(&normal(&convolution), &mut zero.clone(), 10, 1e-5)?.value;
    let mut by_fista = zero.clone();
    let options = Options { tolerance: Tolerance::AbsoluteSquared(1e-16), ..Options::iterations(iterations) };
    let _ = Shrinkage::fista(&convolution, &d, &mut by_fista, 2e-2)?.step(1.0 / largest)?.solve(&options)?;
    page.show("by FISTA", &by_fista);

    // Proximal gradients that look ahead as FISTA does.
    let (f, g) = (LeastSquares::new(1.0).of(&convolution, &d)?, L1::new(1e-2).on(&layout)?);
    let mut x = zero;
    let method = ProximalGradient::new(&f, &g, &mut x)?.step(0.99 / largest)?.accelerated(Acceleration::Fista)?;
    let _ = method.solve(&Options::exactly(iterations))?;
    page.show("by proximal gradients", &x);
    page.ensure((&x - &by_fista).norm() < 0.1 * x.norm(), "both come to the same")
}
