//! The gathers, when sources fire, and the spectrum in which gathers are sparse.

use crate::arguments::{Arguments, Kind};
use lops::ndarray::Array2;
use lops::prelude::*;
use lops::signal::{Hyperbola, axis, hyperbolic2d, ricker};
use std::f64::consts::PI;

/// Between samples in seconds, between sources and receivers in metres.
pub(crate) const DT: f64 = 0.004;
const DX: f64 = 15.0;

/// Gathers `[sources, receivers, samples]`, whole but for the receivers.
pub(crate) fn layout(comm: &Comm, arguments: &Arguments) -> Result<Layout> {
    Layout::scatter(comm, &[arguments.sources, arguments.receivers, arguments.samples], 1)
}

/// Three reflections: what a receiver sees of a source follows from their distance.
pub(crate) fn gathers(layout: &Layout, arguments: &Arguments) -> Result<DistArray<f64>> {
    let &Arguments { sources, receivers, samples, .. } = arguments;
    let first = 0.5 * sources.saturating_sub(receivers) as f64; // receivers lie below the middle of the line
    let offsets: Vec<_> =
        (0..sources + receivers - 1).map(|k| k as f64 - first - (receivers - 1) as f64).map(|k| DX * k).collect();
    let end = DT * samples as f64;
    let events = [(0.2, 1500.0, 1.0), (0.4, 1800.0, -0.8), (0.63, 2100.0, 0.6)];
    let events = events.map(|(t0, vrms, amplitude)| Hyperbola { t0: t0 * end, vrms, amplitude });
    let wavelet = ricker(&axis(0.0, DT, samples.min(31)), 18.0)?;
    let traces = hyperbolic2d(&offsets, &axis(0.0, DT, samples), &events, &wavelet)?.data;
    Ok(DistArray::from_fn(layout, |i| traces[[i[0] + receivers - 1 - i[1], i[2]]]))
}

/// B: what is recorded where sources fire into one another. The random times follow from a seed, the same on any ranks.
pub(crate) fn blending(layout: &Layout, arguments: &Arguments) -> Result<Operator<f64>> {
    let &Arguments { sources, samples, overlap, group, dither, .. } = arguments;
    let line = Layout::replicated(&layout.comm().alone(), &[sources])?;
    let late = if dither > 0.0 { Random::seed(5).uniform::<f64>(&line, 0.0, dither)? } else { DistArray::zeros(&line) };
    let late = late.as_slice();
    let interval = (1.0 - overlap) * DT * samples as f64;
    let times = || {
        Array2::from_shape_fn((group, sources / group), |(member, record)| late[member * (sources / group) + record])
    };
    match arguments.kind {
        Kind::Continuous => {
            let times: Vec<_> = late.iter().enumerate().map(|(source, late)| interval * source as f64 + late).collect();
            BlendingContinuous::new(&times).sampling(DT).on(layout)
        }
        Kind::Group => BlendingGroup::new(&times()).sampling(DT).on(layout),
        Kind::Half => BlendingHalf::new(&times()).sampling(DT).on(layout),
    }
}

/// W: gathers from spectra over sources and time, one for each window of sources. Windows overlap by halves with weights whose squares add up to one:
/// W Wᴴ = 1.
pub(crate) fn synthesis(layout: &Layout, arguments: &Arguments) -> Result<Operator<Complex<f64>, f64>> {
    let &Arguments { sources, window, .. } = arguments;
    let (half, count) = (window / 2, 2 * sources / window - 1);
    let of_window = |k: usize| {
        let places: Vec<_> = (k * half..k * half + window).collect();
        let chosen = Restriction::new(&places).along(0).on::<f64>(layout)?;
        let inside = chosen.range().layout()?;
        let weight = |i: &[usize]| match i[0] {
            i if k == 0 && i < half || k + 1 == count && i >= half => 1.0,
            i => (PI * (i as f64 + 0.5) / window as f64).sin(),
        };
        let weights = Diagonal::of(&DistArray::from_fn(inside, weight))?;
        let spectrum = FFTND::over(&[0, 2]).norm(FFTNorm::Ortho).on_real::<f64>(inside)?;
        chosen.adjoint().compose(&weights.compose(&spectrum.adjoint())?)
    };
    StackedHStack::of((0..count).map(of_window).collect::<Result<_>>()?)
}
