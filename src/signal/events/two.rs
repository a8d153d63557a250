//! Events along x: shot gathers, sections.

use super::super::wavelets::Wavelet;
use super::traces::{Events, Traces, check, check_velocity};
use crate::error::Result;
use ndarray::{Dim, Ix2};

/// A plane wave on a section: `t(x) = t₀ + x sin θ / v`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// The time at x = 0.
    pub t0: f64,
    /// The angle θ, in degrees.
    pub theta: f64,
    /// The amplitude.
    pub amplitude: f64,
}

/// A bent wave on a section: `t(x) = t₀ + pₓ x + pₓₓ x²`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parabola {
    /// The time at x = 0.
    pub t0: f64,
    /// The slowness pₓ.
    pub px: f64,
    /// The curvature pₓₓ.
    pub pxx: f64,
    /// The amplitude.
    pub amplitude: f64,
}

/// A reflection on a gather: `t(x) = √(t₀² + x² / v²)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hyperbola {
    /// The time at x = 0.
    pub t0: f64,
    /// The root-mean-square velocity v.
    pub vrms: f64,
    /// The amplitude.
    pub amplitude: f64,
}

/// Linear events at velocity v on traces at the places x, of shape `[nx, nt]`.
///
/// ```text
/// t(x) = t₀ + x sin θ / v
/// ```
///
/// The times rise in equal steps. A rank that has some of the traces passes their x, and gets those.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if there are fewer than two times;
/// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if they do not rise, v is 0, a number of an event is not finite, or
/// the wavelet's centre is not in it.
///
/// # Example
/// ```
/// use lops::signal::{Line, axis, linear2d, ricker};
///
/// let (x, t) = (axis(0.0, 10.0, 51), axis(0.0, 0.004, 200));
/// let wavelet = ricker(&t[..41], 20.0)?;
/// let flat = Line { t0: 0.2, theta: 0.0, amplitude: 2.0 };
/// let events = linear2d(&x, &t, 1500.0, &[flat], &wavelet)?;
/// assert_eq!(events.data.shape(), [51, 200]);
/// assert_eq!(events.data[[7, 50]], 2.0); // 0.2 s
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// PyLops `utils.seismicevents.linear2d`, whose wavelet is centred at half its length.
pub fn linear2d(x: &[f64], t: &[f64], v: f64, events: &[Line], wavelet: &Wavelet) -> Result<Events<Ix2>> {
    let traces = Traces::new(t, wavelet)?;
    check_velocity(v)?;
    for (k, event) in events.iter().enumerate() {
        check(k, &[("time", event.t0), ("angle", event.theta), ("amplitude", event.amplitude)], &[])?;
    }
    let arrival = |x: f64, event: &Line| (event.t0 + event.theta.to_radians().sin() / v * x, event.amplitude);
    Ok(traces.events(Dim([x.len(), t.len()]), |k| events.iter().map(move |event| arrival(x[k], event))))
}

/// Parabolic events on traces at the places x, of shape `[nx, nt]`.
///
/// ```text
/// t(x) = t₀ + pₓ x + pₓₓ x²
/// ```
///
/// The times rise in equal steps. A rank that has some of the traces passes their x, and gets those.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if there are fewer than two times;
/// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if they do not rise, a number of an event is not finite, or the
/// wavelet's centre is not in it.
///
/// # Source
/// PyLops `utils.seismicevents.parabolic2d`, whose wavelet is centred at half its length.
pub fn parabolic2d(x: &[f64], t: &[f64], events: &[Parabola], wavelet: &Wavelet) -> Result<Events<Ix2>> {
    let traces = Traces::new(t, wavelet)?;
    for (k, &Parabola { t0, px, pxx, amplitude }) in events.iter().enumerate() {
        check(k, &[("time", t0), ("slowness", px), ("curvature", pxx), ("amplitude", amplitude)], &[])?;
    }
    let arrival = |x: f64, event: &Parabola| (event.t0 + event.px * x + event.pxx * (x * x), event.amplitude);
    Ok(traces.events(Dim([x.len(), t.len()]), |k| events.iter().map(move |event| arrival(x[k], event))))
}

/// Hyperbolic events on traces at the places x, of shape `[nx, nt]`.
///
/// ```text
/// t(x) = √(t₀² + x² / v²)
/// ```
///
/// The times rise in equal steps. A rank that has some of the traces passes their x, and gets those.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if there are fewer than two times;
/// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if they do not rise, a number of an event is not finite, a velocity
/// is 0, or the wavelet's centre is not in it.
///
/// # Example
/// Each rank makes the traces that it has:
/// ```
/// use lops::signal::{Hyperbola, axis, hyperbolic2d, ricker};
/// use lops::{DistArray, Layout, launch_threads};
///
/// launch_threads(3, |comm| {
///     let (x, t) = (axis(-300.0, 5.0, 121), axis(0.0, 0.002, 400));
///     let wavelet = ricker(&t[..41], 20.0)?;
///     let event = Hyperbola { t0: 0.2, vrms: 1100.0, amplitude: 1.0 };
///
///     let layout = Layout::scatter(comm, &[121, 400], 0)?;
///     let rows = layout.regions(comm.rank())[0].sets()[0].as_range().unwrap_or(0..0);
///     let events = hyperbolic2d(&x[rows], &t, &[event], &wavelet)?;
///     let data = DistArray::from_local(&layout, events.data.into_raw_vec_and_offset().0)?;
///     assert_eq!(data.gather_all()[[60, 100]], 1.0); // x = 0, 0.2 s
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// PyLops `utils.seismicevents.hyperbolic2d`, whose wavelet is centred at half its length.
pub fn hyperbolic2d(x: &[f64], t: &[f64], events: &[Hyperbola], wavelet: &Wavelet) -> Result<Events<Ix2>> {
    let traces = Traces::new(t, wavelet)?;
    for (k, &Hyperbola { t0, vrms, amplitude }) in events.iter().enumerate() {
        check(k, &[("time", t0), ("amplitude", amplitude)], &[("velocity", vrms)])?;
    }
    let arrival = |x: f64, &Hyperbola { t0, vrms, amplitude }: &Hyperbola| {
        ((t0 * t0 + x * x / (vrms * vrms)).sqrt(), amplitude) // seconds
    };
    Ok(traces.events(Dim([x.len(), t.len()]), |k| events.iter().map(move |event| arrival(x[k], event))))
}
