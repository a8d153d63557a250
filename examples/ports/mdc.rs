//! `plot_mdc.py`: multi-dimensional convolution, frequencies over the ranks.

use crate::page::Page;
use lops::ndarray::{Axis, s};
use lops::prelude::*;
use lops::signal::{Hyperbola, Taper, axis, hyperbolic2d, ricker, taper};

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    let (nx, ny, nt, dt, nfmax) = (61, 101, 400, 0.004, 200);
    let (x, y, t) = (axis(-300.0, 10.0, nx), axis(-500.0, 10.0, ny), axis(0.0, dt, nt));
    let event = |t0, vrms, amplitude| Hyperbola { t0, vrms, amplitude };
    let wavelet = ricker(&t[..41], 20.0)?;

    // The model, an event of spikes in the positive half of time; and a kernel of three tapered events for each source,
    // of which each rank makes its own.
    let spikes = hyperbolic2d(&x, &t, &[event(0.2, 1100.0, 1.0)], &wavelet)?.spikes;
    let events = [event(0.2, 1200.0, 1.0), event(0.5, 1500.0, 0.6), event(0.7, 2000.0, 0.5)];
    let tapered = taper(&[ny, nx], &[5, 5], Taper::Hanning)?;
    let layout = Layout::scatter(page.comm, &[ny, nx, 2 * nt - 1], 0)?;
    let mut kernel = DistArray::<f32>::zeros(&layout);
    for (source, mut traces) in layout.range(page.comm.rank()).zip(kernel.local_mut().outer_iter_mut()) {
        let offsets: Vec<_> = x.iter().map(|x| x - y[source]).collect();
        let data =
            hyperbolic2d(&offsets, &t, &events, &wavelet)?.data * tapered.slice(s![source, ..]).insert_axis(Axis(1));
        traces.slice_mut(s![.., nt - 1..]).assign(&data.mapv(|value| value as f32));
    }

    // Its frequencies, which the operator shares out.
    let kernel = rfft(&kernel, 2)?.slice(&index![.., .., ..nfmax])?.transpose(&[2, 0, 1])?;

    // Forward and adjoint. Receivers of the model are cut; the original has all of it on every rank.
    let layout = Layout::scatter(page.comm, &[2 * nt - 1, nx, 1], 1)?;
    let m = DistArray::from_fn(&layout, |i| i[0].checked_sub(nt - 1).map_or(0.0, |time| spikes[[i[1], time]] as f32));
    let mdc = MDC::new(&kernel).sampling(dt, 1.0).on(&layout)?;
    let d = &mdc * &m;
    page.show("model", &m);
    page.show("data", &d);
    page.show("adjoint", &(mdc.adjoint() * &d));
    Ok(())
}
