//! Fourier transforms, and convolution with the matrices of a kernel.

use crate::models::{hyperbola, model, waves};
use crate::tour::Tour;
use lops::prelude::*;
use std::f64::consts::TAU;

/// Times of a wavefield, with 0 in the middle; places; frequencies of the kernel.
const TIMES: usize = 63;
const PLACES: usize = 48;
const FREQUENCIES: usize = 24;

pub(crate) fn visit(tour: &mut Tour<'_>) -> Result<()> {
    let (rows, columns) = (tour.rows.clone(), tour.columns.clone());

    // Of real numbers: half of the spectrum, complex, of which the picture shows moduli.
    let traces = FFT::along(0).on_real::<f64>(&columns)?;
    tour.show("FFT", &traces, &model(&columns, hyperbola))?;
    // The axes may be cut. Frequency 0 of the rows is brought to the middle.
    let plane = FFT2D::over(0, 1).norm(FFTNorm::Ortho).fftshift_after(&[0]).on_real::<f64>(&rows)?;
    tour.show("FFT2D", &plane, &model(&rows, waves))?;
    let complex = model(&rows, waves).map(|x| Complex::new(x, 0.0));
    let whole = FFTND::over(&[0, 1]).fftshift_after(&[0, 1]).on::<f64>(&rows)?;
    tour.show("FFTND", &whole, &complex)?;
    let turning = complex.map(|z| Complex::from_polar(z.norm(), 5.0 * z.re));
    tour.show("RealPart", &RealPart.on::<f64>(&rows), &turning)?;
    tour.show("ImaginaryPart", &ImaginaryPart.on::<f64>(&rows), &turning)?;

    // A matrix for each frequency f: the delay τ from each receiver r to each source s, as a phase.
    let frequencies = Layout::scatter(tour.comm, &[FREQUENCIES, PLACES, PLACES], 0)?;
    let kernel = DistArray::from_fn(&frequencies, |i| {
        let [f, s, r] = [i[0], i[1], i[2]].map(|k| k as f64);
        let delay = (8f64.powi(2) + (0.9 * (s - r)).powi(2)).sqrt();
        Complex::from_polar((-(f / 10.0).powi(2)).exp(), -TAU * f * delay / TIMES as f64)
    });
    let wavefields = Layout::scatter(tour.comm, &[TIMES, PLACES, 1], 1)?;
    let mdc = MDC::new(&kernel).on(&wavefields)?;
    // Three receivers send at time 0.
    let model = DistArray::from_fn(&wavefields, |i| f64::from(i[0] == TIMES / 2 && [10, 24, 36].contains(&i[1])));
    tour.show("MDC", &mdc, &model)
}
