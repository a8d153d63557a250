//! The gather, and the operators between slownesses and traces.

use crate::arguments::{Arguments, Events};
use lops::prelude::*;
use lops::signal::{Hyperbola, Line, Taper, axis, hyperbolic2d, linear2d, ricker};
use lops_examples::files::{read_real, real_shape};
use std::path::Path;

/// Between traces, in metres, and between samples, in seconds.
pub(crate) const DX: f64 = 10.0;
pub(crate) const DT: f64 = 0.004;

/// The whole gather, its traces cut over the ranks.
///
/// # Errors
/// Those of the file; [`ErrorKind::Parameter`] of too few traces or samples.
pub(crate) fn gather(comm: &Comm, arguments: &Arguments) -> Result<DistArray<f64>> {
    match &arguments.data {
        Some(path) => read(comm, path),
        None => synthetic(comm, arguments),
    }
}

fn read(comm: &Comm, path: &Path) -> Result<DistArray<f64>> {
    let shape = real_shape(comm, path)?;
    if shape.len() != 2 {
        let (what, found) = (format!("--data {}", path.display()), format!("{shape:?}"));
        return Err(Error::expected(ErrorKind::Shape, what, "[traces, samples]", found));
    }
    read_real(&Layout::scatter(comm, &shape, 0)?, path)
}

/// Each rank makes the traces that it has.
fn synthetic(comm: &Comm, arguments: &Arguments) -> Result<DistArray<f64>> {
    let (n, samples) = (arguments.traces, arguments.samples);
    if samples < 2 {
        return Err(Error::expected(ErrorKind::Parameter, "--samples", "at least 2", samples));
    }
    let layout = Layout::scatter(comm, &[n, samples], 0)?;
    let (t, end) = (axis(0.0, DT, samples), DT * samples as f64);
    let wavelet = ricker(&t[..samples.min(31)], 20.0)?;
    let from_middle = axis(-DX * (n / 2) as f64, DX, n);
    let own = &from_middle[layout.range(comm.rank())];
    let events = match arguments.events {
        Events::Hyperbolas => {
            let hyperbola = |(at, vrms, amplitude)| Hyperbola { t0: at * end, vrms, amplitude };
            let events = [(0.2, 1500.0, 1.0), (0.4, 1700.0, -0.8), (0.65, 2000.0, 0.6)].map(hyperbola);
            hyperbolic2d(own, &t, &events, &wavelet)?
        }
        Events::Lines => {
            let line = |(at, theta, amplitude)| Line { t0: at * end, theta, amplitude };
            let events = [(0.3, 0.0, 1.0), (0.5, 20.0, -0.8), (0.6, -35.0, 0.6)].map(line);
            linear2d(own, &t, 1500.0, &events, &wavelet)?
        }
    };
    DistArray::from_local(&layout, events.data.into_raw_vec_and_offset().0)
}

/// From the slownesses of all windows to the gather.
///
/// # Errors
/// Those of [`Windows`] and [`Radon`](lops::operators::Radon).
pub(crate) fn synthesis(layout: &Layout, arguments: &Arguments) -> Result<Operator<f64>> {
    let (samples, count) = (layout.shape()[1], arguments.slownesses);
    if count == 0 {
        return Err(Error::expected(ErrorKind::Parameter, "--slownesses", "at least 1", 0));
    }
    let step = if count > 1 { 2.0 * arguments.steepest / (count - 1) as f64 } else { 0.0 };
    let slownesses = axis(if count > 1 { -arguments.steepest } else { 0.0 }, step, count);
    let own = Layout::replicated(&layout.comm().alone(), &[count, samples])?;
    let traces = axis(0.0, DX, arguments.window);
    let radon = Radon2D::linear(&axis(0.0, DT, samples), [&traces], [&slownesses]).on::<f64>(&own)?;
    let windows = Sliding2D::new([arguments.window], [arguments.overlap]).taper(Some(Taper::Cosine));
    windows.on(layout, |_| Ok(radon.clone()))
}

/// Says which rank has what, then lets rank 0 fill in and take the adjoint alone.
///
/// # Errors
/// [`ErrorKind::Other`] on every rank if that gives other bits.
pub(crate) fn compare_with_one_rank(
    arguments: &Arguments,
    kept: &[usize],
    synthesis: &Operator<f64>,
    [slownesses, filled, data, image]: [&DistArray<f64>; 4],
) -> Result<()> {
    let comm = filled.comm();
    let layouts = [synthesis.domain().layout()?, synthesis.range().layout()?];
    let all = [slownesses, filled, data, image].map(|array| array.gather(0));
    let alone = || {
        let [Some(slownesses), Some(filled), Some(data), Some(image)] = all else { return Ok(()) };
        for rank in 0..comm.size() {
            let [windows, traces] = layouts.map(|layout| layout.regions(rank)[0].sets()[0].extent());
            println!("rank {rank}: windows {windows:?}, traces {traces:?}");
        }
        let layout = Layout::scatter(&comm.alone(), filled.shape(), 0)?;
        let synthesis = self::synthesis(&layout, arguments)?;
        let recorded = Restriction::new(kept).on::<f64>(&layout)?;
        let on = |space: &Space, values: &lops::ndarray::ArrayD<f64>| DistArray::from_global(space.layout()?, values);
        let filled_alone = &synthesis * &on(synthesis.domain(), &slownesses)?;
        let image_alone = synthesis.adjoint() * &(recorded.adjoint() * &on(recorded.range(), &data)?);
        if filled_alone.gather_all() == filled && image_alone.gather_all() == image {
            println!("one rank alone fills in the same bits, and has the same adjoint");
            return Ok(());
        }
        Err(Error::new(ErrorKind::Other, "one rank alone fills in other bits, or has another adjoint"))
    };
    comm.agree(alone())
}
