//! `plot_ffts.py`: Fourier transforms of two and three axes, and back.

use crate::page::Page;
use lops::prelude::*;
use std::f64::consts::PI;

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    let (dt, dx, dy, f0) = (0.005, 5.0, 3.0, 10.0);
    let wave = |i: &[usize]| ((2.0 * PI * f0 * i[0] as f64 * dt).sin() * (i[1] + 1) as f64).into();

    // Two axes, of which the first is cut.
    let layout = Layout::scatter(page.comm, &[128, 256], 0)?;
    let d = DistArray::<Complex<f64>>::from_fn(&layout, wave);
    let fft = FFT2D::over(0, 1).sampling(&[dt, dx]);
    let spectrum = fft.on(&layout)? * &d;
    page.show("spectrum", &spectrum);
    let inverted = fft.inverse(&layout)? * &spectrum;
    page.show("inverted", &inverted);
    page.ensure(inverted.allclose(&d, 0.0, 1e-12)?, "back from two axes")?;

    // Three axes.
    let layout = Layout::scatter(page.comm, &[128, 64, 13], 0)?;
    let d = DistArray::<Complex<f64>>::from_fn(&layout, wave);
    let fft = FFTND::over(&[0, 1, 2]).sampling(&[dt, dx, dy]);
    let spectrum = fft.on(&layout)? * &d;
    page.show("spectrum of three axes", &spectrum);
    let inverted = fft.inverse(&layout)? * &spectrum;
    page.show("inverted from three axes", &inverted);
    page.ensure(inverted.allclose(&d, 0.0, 1e-12)?, "back from three axes")
}
