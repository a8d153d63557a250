//! Traces with spikes on them.

use super::super::wavelets::Wavelet;
use crate::error::{Error, ErrorKind, Result};
use ndarray::{Array, ArrayViewMut1, Axis, Dimension};

/// Events on traces: of shape `[nx, nt]` or `[ny, nx, nt]`.
///
/// An event of amplitude a that arrives between two samples, f of a sample after the first of them, is a spike of
/// (1 − f) a there and of f a at the second. So is one less than a sample before the first time, f being negative. Others
/// that do not arrive within the times, as long as the wavelet does not reach into them, are not there.
#[derive(Clone, Debug, PartialEq)]
pub struct Events<D: Dimension> {
    /// The events as spikes.
    pub spikes: Array<f64, D>,
    /// The same, convolved with the wavelet.
    pub data: Array<f64, D>,
}

/// Where events are put: times at equal steps, and the wavelet.
pub(super) struct Traces<'a> {
    first: f64,
    step: f64,
    samples: usize,
    wavelet: &'a Wavelet,
}

/// An event on a trace: when it arrives, and its amplitude.
pub(super) type Arrival = (f64, f64);

impl<'a> Traces<'a> {
    pub(super) fn new(t: &[f64], wavelet: &'a Wavelet) -> Result<Self> {
        let &[first, second, ..] = t else {
            return Err(Error::expected(ErrorKind::Shape, "times of events", "at least two", t.len()));
        };
        let step = second - first;
        if !(step.is_finite() && step > 0.0) {
            return Err(Error::expected(ErrorKind::Parameter, "step of the times of events", "above 0", step));
        }
        let length = wavelet.samples.len();
        if wavelet.centre >= length {
            let expected = format!("less than {length}, its samples");
            return Err(Error::expected(ErrorKind::Parameter, "centre of the wavelet", expected, wavelet.centre));
        }
        Ok(Self { first, step, samples: t.len(), wavelet })
    }

    /// The traces of arrays of this shape, whose last axis is time; `arrivals` of a trace by its number in C order.
    pub(super) fn events<D: Dimension, A: IntoIterator<Item = Arrival>>(
        &self,
        shape: D,
        arrivals: impl Fn(usize) -> A,
    ) -> Events<D> {
        let mut events = Events { spikes: Array::zeros(shape.clone()), data: Array::zeros(shape) };
        let time = Axis(events.spikes.ndim() - 1);
        // Spikes after the last sample, of which the front of the wavelet is seen.
        let mut trace = vec![0.0; self.samples + self.wavelet.centre];
        let traces = events.spikes.lanes_mut(time).into_iter().zip(events.data.lanes_mut(time));
        for (k, (mut spikes, data)) in traces.enumerate() {
            trace.fill(0.0);
            for (time, amplitude) in arrivals(k) {
                let place = (time - self.first) / self.step;
                let at = place.trunc();
                if at >= 0.0 && at + 1.0 < trace.len() as f64 {
                    let (fraction, at) = (place - at, at as usize);
                    trace[at] += amplitude * (1.0 - fraction);
                    trace[at + 1] += amplitude * fraction;
                }
            }
            spikes.iter_mut().zip(&trace).for_each(|(to, from)| *to = *from);
            self.convolve(&trace, data);
        }
        events
    }

    /// yᵢ ← Σₖ wₖ xᵢ₋ₖ₊ₒ with o the centre, from spike to spike, as most samples are 0.
    fn convolve(&self, trace: &[f64], mut data: ArrayViewMut1<'_, f64>) {
        let Wavelet { samples, centre, .. } = self.wavelet;
        for (at, spike) in trace.iter().enumerate().filter(|(_, spike)| **spike != 0.0) {
            let ahead = centre.saturating_sub(at); // samples of the wavelet before the first time
            let seen = data.iter_mut().skip(at.saturating_sub(*centre));
            seen.zip(samples.iter().skip(ahead)).for_each(|(to, w)| *to += w * spike);
        }
    }
}

/// Refuses numbers of events that are not finite, or 0 where they divide.
pub(super) fn check(event: usize, numbers: &[(&str, f64)], divisors: &[(&str, f64)]) -> Result<()> {
    for (what, value) in numbers {
        if !value.is_finite() {
            let what = format!("{what} of event {event}");
            return Err(Error::expected(ErrorKind::Parameter, what, "a finite number", value));
        }
    }
    for (what, value) in divisors {
        if !value.is_finite() || *value == 0.0 {
            let what = format!("{what} of event {event}");
            return Err(Error::expected(ErrorKind::Parameter, what, "a finite number that is not 0", value));
        }
    }
    Ok(())
}

/// Refuses a velocity that cannot be divided by.
pub(super) fn check_velocity(v: f64) -> Result<()> {
    if v.is_finite() && v != 0.0 {
        return Ok(());
    }
    Err(Error::expected(ErrorKind::Parameter, "velocity of the events", "a finite number that is not 0", v))
}
