//! `plot_mdc.py`: multi-dimensional convolution, frequencies over the ranks.

use crate::page::Page;
use lops::ndarray::{Axis, s};
use lops::prelude::*;
use lops::signal::{Hyperbola, Taper, axis, hyperbolic2d, ricker, taper};

/// So many receivers and sources at this distance, samples in each half of time, and frequencies.
pub(crate) struct Survey {
    pub(crate) receivers: usize,
    pub(crate) sources: usize,
    pub(crate) step: f64,
    pub(crate) nt: usize,
    pub(crate) dt: f64,
    pub(crate) frequencies: usize,
}

/// The model, an event of spikes in the positive half of time, and the kernel's frequencies.
pub(crate) fn model_and_kernel(comm: &Comm, survey: &Survey) -> Result<(DistArray<f32>, DistArray<Complex<f32>>)> {
    let &Survey { receivers, sources, step, nt, dt, frequencies } = survey;
    let places = |n: usize| axis(-step * (n / 2) as f64, step, n);
    let (x, y, t) = (places(receivers), places(sources), axis(0.0, dt, nt));
    let event = |t0, vrms, amplitude| Hyperbola { t0, vrms, amplitude };
    let wavelet = ricker(&t[..41], 20.0)?;

    // Receivers are cut; the original has all of the model on every rank.
    let spikes = hyperbolic2d(&x, &t, &[event(0.2, 1100.0, 1.0)], &wavelet)?.spikes;
    let model = Layout::scatter(comm, &[2 * nt - 1, receivers, 1], 1)?;
    let spike = |i: &[usize]| i[0].checked_sub(nt - 1).map_or(0.0, |time| spikes[[i[1], time]] as f32);

    // Three tapered events from each source, of which each rank makes its own.
    let events = [event(0.2, 1200.0, 1.0), event(0.5, 1500.0, 0.6), event(0.7, 2000.0, 0.5)];
    let tapered = taper(&[sources, receivers], &[5, 5], Taper::Hanning)?;
    let layout = Layout::scatter(comm, &[sources, receivers, 2 * nt - 1], 0)?;
    let mut kernel = DistArray::<f32>::zeros(&layout);
    for (source, mut traces) in layout.range(comm.rank()).zip(kernel.local_mut().outer_iter_mut()) {
        let offsets: Vec<_> = x.iter().map(|x| x - y[source]).collect();
        let data = hyperbolic2d(&offsets, &t, &events, &wavelet)?.data;
        let data = data * tapered.slice(s![source, ..]).insert_axis(Axis(1));
        traces.slice_mut(s![.., nt - 1..]).assign(&data.mapv(|value| value as f32));
    }
    let kernel = rfft(&kernel, 2)?.slice(&index![.., .., ..frequencies])?.transpose(&[2, 0, 1])?;
    Ok((DistArray::from_fn(&model, spike), kernel))
}

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    let (receivers, sources, step) = (page.size(61, 21), page.size(101, 21), 10.0);
    let survey = Survey { receivers, sources, step, nt: 400, dt: 0.004, frequencies: 200 };
    let (m, kernel) = model_and_kernel(page.comm, &survey)?;

    // Forward and adjoint; the operator shares the frequencies out.
    let mdc = MDC::new(&kernel).sampling(survey.dt, 1.0).on(m.layout()?)?;
    let d = &mdc * &m;
    page.show("model", &m);
    page.show("data", &d);
    page.show("adjoint", &(mdc.adjoint() * &d));
    Ok(())
}
