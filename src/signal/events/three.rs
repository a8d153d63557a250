//! Events over x and y: volumes.

use super::super::wavelets::Wavelet;
use super::traces::{Events, Traces, check, check_velocity};
use crate::error::Result;
use ndarray::{Dim, Ix3};

/// A plane wave in a volume: `t(x, y) = t₀ + x sin θ cos φ / v + y sin θ sin φ / v`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// The time at x = y = 0.
    pub t0: f64,
    /// The angle θ from the vertical, in degrees.
    pub theta: f64,
    /// The azimuth φ from x towards y, in degrees.
    pub phi: f64,
    /// The amplitude.
    pub amplitude: f64,
}

/// A reflection in a volume: `t(x, y) = √(t₀² + x² / vₓ² + y² / v_y²)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hyperboloid {
    /// The time at x = y = 0.
    pub t0: f64,
    /// The velocity along x, which sets the curvature there.
    pub vrms_x: f64,
    /// The velocity along y.
    pub vrms_y: f64,
    /// The amplitude.
    pub amplitude: f64,
}

/// Linear events at velocity v on traces at the places (x, y), of shape `[ny, nx, nt]`.
///
/// ```text
/// t(x, y) = t₀ + x sin θ cos φ / v + y sin θ sin φ / v
/// ```
///
/// The times rise in equal steps. A rank that has some of the traces passes their x and y, and gets those.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if there are fewer than two times;
/// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if they do not rise, v is 0, a number of an event is not finite, or
/// the wavelet's centre is not in it.
///
/// # Source
/// PyLops `utils.seismicevents.linear3d`, whose wavelet is centred at half its length.
pub fn linear3d(x: &[f64], y: &[f64], t: &[f64], v: f64, events: &[Plane], wavelet: &Wavelet) -> Result<Events<Ix3>> {
    let traces = Traces::new(t, wavelet)?;
    check_velocity(v)?;
    for (k, &Plane { t0, theta, phi, amplitude }) in events.iter().enumerate() {
        check(k, &[("time", t0), ("angle", theta), ("azimuth", phi), ("amplitude", amplitude)], &[])?;
    }
    let arrival = |x: f64, y: f64, event: &Plane| {
        let (theta, phi) = (event.theta.to_radians(), event.phi.to_radians());
        let (px, py) = (theta.sin() * phi.cos() / v, theta.sin() * phi.sin() / v);
        (event.t0 + px * x + py * y, event.amplitude)
    };
    Ok(traces.events(Dim([y.len(), x.len(), t.len()]), |k| {
        let (x, y) = (x[k % x.len()], y[k / x.len()]);
        events.iter().map(move |event| arrival(x, y, event))
    }))
}

/// Hyperbolic events on traces at the places (x, y), of shape `[ny, nx, nt]`.
///
/// ```text
/// t(x, y) = √(t₀² + x² / vₓ² + y² / v_y²)
/// ```
///
/// The times rise in equal steps. A rank that has some of the traces passes their x and y, and gets those.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if there are fewer than two times;
/// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if they do not rise, a number of an event is not finite, a velocity
/// is 0, or the wavelet's centre is not in it.
///
/// # Example
/// ```
/// use lops::signal::{Hyperboloid, axis, hyperbolic3d, ricker};
///
/// let (x, y, t) = (axis(-50.0, 5.0, 21), axis(-20.0, 5.0, 9), axis(0.0, 0.004, 100));
/// let wavelet = ricker(&t[..41], 20.0)?;
/// let event = Hyperboloid { t0: 0.2, vrms_x: 1100.0, vrms_y: 1100.0, amplitude: 1.0 };
/// let events = hyperbolic3d(&x, &y, &t, &[event], &wavelet)?;
/// assert_eq!(events.data.shape(), [9, 21, 100]);
/// assert_eq!(events.data[[4, 10, 50]], 1.0); // x = y = 0, 0.2 s
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// PyLops `utils.seismicevents.hyperbolic3d`, whose wavelet is centred at half its length.
pub fn hyperbolic3d(x: &[f64], y: &[f64], t: &[f64], events: &[Hyperboloid], wavelet: &Wavelet) -> Result<Events<Ix3>> {
    let traces = Traces::new(t, wavelet)?;
    for (k, &Hyperboloid { t0, vrms_x, vrms_y, amplitude }) in events.iter().enumerate() {
        let velocities = [("velocity along x", vrms_x), ("velocity along y", vrms_y)];
        check(k, &[("time", t0), ("amplitude", amplitude)], &velocities)?;
    }
    let arrival = |x: f64, y: f64, &Hyperboloid { t0, vrms_x, vrms_y, amplitude }: &Hyperboloid| {
        let squared = t0 * t0 + x * x / (vrms_x * vrms_x) + y * y / (vrms_y * vrms_y);
        (squared.sqrt(), amplitude)
    };
    Ok(traces.events(Dim([y.len(), x.len(), t.len()]), |k| {
        let (x, y) = (x[k % x.len()], y[k / x.len()]);
        events.iter().map(move |event| arrival(x, y, event))
    }))
}
