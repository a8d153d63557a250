//! The survey: where sources and receivers are, the kernel between them, and the wavefield that is sought.

use crate::arguments::Arguments;
use lops::ndarray::{Array2, ArrayD, IxDyn, s};
use lops::prelude::*;
use lops::signal::{Hyperbola, Taper, Wavelet, axis, hyperbolic2d, ricker, taper};

/// Sampling of time, in seconds, and of places, in metres.
pub(crate) const DT: f64 = 0.002;
pub(crate) const DX: f64 = 5.0;

/// The wavelet's peak frequency in Hz, and the samples of a half of it.
const PEAK: f64 = 20.0;
const HALF_WAVELET: usize = 41;

/// Samples until the first event has come from the model to the sources: 0.2 s twice, and the wavelet.
const LEAST_TIMES: usize = 250;

/// Traces at each side of the kernel that are tapered.
const TAPERED: usize = 5;

pub(crate) struct Survey {
    /// Times from 0 on; places of sources and receivers.
    pub(crate) t: Vec<f64>,
    pub(crate) sources: Vec<f64>,
    pub(crate) receivers: Vec<f64>,
    pub(crate) frequencies: usize,
    wavelet: Wavelet,
}

impl Survey {
    pub(crate) fn new(arguments: &Arguments) -> Result<Self> {
        let &Arguments { sources, receivers, nt, frequencies, .. } = arguments;
        let flags =
            [("--sources", sources, 2 * TAPERED), ("--receivers", receivers, 2 * TAPERED), ("--nt", nt, LEAST_TIMES)];
        if let Some((flag, found, least)) = flags.into_iter().find(|&(_, found, least)| found < least) {
            return Err(Error::expected(ErrorKind::Parameter, flag, format!("at least {least}"), found));
        }
        if !(1..=nt).contains(&frequencies) {
            let expected = format!("1 to {nt}, as many as there are times");
            return Err(Error::expected(ErrorKind::Parameter, "--frequencies", expected, frequencies));
        }
        let t = axis(0.0, DT, nt);
        let wavelet = ricker(&t[..HALF_WAVELET], PEAK)?;
        let centred = |n: usize| axis(-DX * (n / 2) as f64, DX, n);
        Ok(Self { t, sources: centred(sources), receivers: centred(receivers), frequencies, wavelet })
    }

    /// Samples of two-sided time.
    pub(crate) fn times(&self) -> usize {
        2 * self.t.len() - 1
    }

    pub(crate) fn model_shape(&self) -> [usize; 3] {
        [self.times(), self.receivers.len(), 1]
    }

    /// The wavefield that is sought, with nothing before time 0: each rank makes the receivers it has.
    pub(crate) fn model(&self, layout: &Layout) -> Result<DistArray<f64>> {
        let events = [Hyperbola { t0: 0.2, vrms: 1100.0, amplitude: 1.0 }];
        let own = layout.range(layout.comm().rank());
        let field = hyperbolic2d(&self.receivers[own.clone()], &self.t, &events, &self.wavelet)?.spikes;
        let (before, first) = (self.t.len() - 1, own.start);
        Ok(DistArray::from_fn(layout, |i| if i[0] < before { 0.0 } else { field[[i[1] - first, i[0] - before]] }))
    }

    /// The kernel's frequencies: three events from each source to all receivers, each rank those of its sources. It is scaled for
    /// the operator.
    pub(crate) fn kernel(&self, comm: &Comm) -> Result<DistArray<Complex<f64>>> {
        let (ns, nr, nt) = (self.sources.len(), self.receivers.len(), self.t.len());
        let events = [(0.2, 1200.0, 1.0), (0.5, 1500.0, 0.6), (0.7, 2000.0, 0.5)];
        let events = events.map(|(t0, vrms, amplitude)| Hyperbola { t0, vrms, amplitude });
        let taper = self.taper()?;
        let layout = Layout::scatter(comm, &[ns, nr, self.times()], 0)?;
        let own = layout.range(comm.rank());
        let mut part = ArrayD::<f64>::zeros(IxDyn(&layout.local_shape()));
        for (k, source) in own.enumerate() {
            let offsets: Vec<_> = self.receivers.iter().map(|receiver| receiver - self.sources[source]).collect();
            let traces = hyperbolic2d(&offsets, &self.t, &events, &self.wavelet)?.data;
            let mut of_source = part.slice_mut(s![k, .., nt - 1..]);
            for ((r, time), value) in of_source.indexed_iter_mut() {
                *value = traces[[r, time]] * taper[[source, r]];
            }
        }
        let part = part.into_raw_vec_and_offset().0;
        let spectra = rfft(&DistArray::from_local(&layout, part)?, 2)?.slice(&index![.., .., ..self.frequencies])?;
        let scale = DT * (nt as f64).sqrt();
        (&spectra * Complex::new(scale, 0.0)).transpose(&[2, 0, 1])
    }

    fn taper(&self) -> Result<Array2<f64>> {
        taper(&[self.sources.len(), self.receivers.len()], &[TAPERED; 2], Taper::Hanning)?
            .into_dimensionality()
            .map_err(|error| Error::new(ErrorKind::Shape, error.to_string()))
    }

    /// Where a kernel from a file lies: each rank has some of its frequencies.
    pub(crate) fn kernel_layout(&self, comm: &Comm) -> Result<Layout> {
        Layout::scatter(comm, &[self.frequencies, self.sources.len(), self.receivers.len()], 0)
    }
}
