//! The volume before traces are taken away.

use super::Events;
use lops::prelude::*;
use lops::signal::{Hyperboloid, Plane, axis, hyperbolic3d, linear3d, ricker};

/// Between traces, in metres, and between samples, in seconds.
pub(crate) const DX: f64 = 10.0;
pub(crate) const DT: f64 = 0.004;

/// A volume [samples, lines, traces], cut along its lines: each rank makes those that it has.
///
/// # Errors
/// [`ErrorKind::Parameter`] of too few samples.
pub(crate) fn volume(comm: &Comm, [lines, traces, samples]: [usize; 3], events: Events) -> Result<DistArray<f64>> {
    if samples < 2 {
        return Err(Error::expected(ErrorKind::Parameter, "--samples", "at least 2", samples));
    }
    let layout = Layout::scatter(comm, &[samples, lines, traces], 1)?;
    let (t, end) = (axis(0.0, DT, samples), DT * samples as f64);
    let wavelet = ricker(&t[..samples.min(21)], 20.0)?;
    let x = axis(-DX * (traces / 2) as f64, DX, traces);
    let y = axis(-DX * (lines / 2) as f64, DX, lines);
    let own = &y[layout.range(comm.rank())];
    let events = match events {
        Events::Planes => {
            let plane = |(at, theta, phi, amplitude)| Plane { t0: at * end, theta, phi, amplitude };
            let planes = [(0.3, 0.0, 0.0, 1.0), (0.5, 25.0, 35.0, -0.8), (0.65, -20.0, 70.0, 0.6)].map(plane);
            linear3d(&x, own, &t, 1500.0, &planes, &wavelet)?
        }
        Events::Reflections => {
            let reflection =
                |(at, vrms, amplitude)| Hyperboloid { t0: at * end, vrms_x: vrms, vrms_y: vrms, amplitude };
            let reflections = [(0.25, 1500.0, 1.0), (0.45, 1700.0, -0.8), (0.65, 2000.0, 0.6)].map(reflection);
            hyperbolic3d(&x, own, &t, &reflections, &wavelet)?
        }
    };
    // [y, x, t] becomes [t, y, x].
    let values = events.data.permuted_axes([2, 0, 1]);
    DistArray::from_local(&layout, values.iter().copied().collect::<Vec<_>>())
}
