//! Sums along curves.

use crate::models::hyperbola;
use crate::tour::{SHAPE, Tour};
use lops::prelude::*;
use lops::signal::axis;

pub(crate) fn visit(tour: &mut Tour<'_>) -> Result<()> {
    let comm = tour.comm;
    let [times, traces] = SHAPE.map(|n| axis(0.0, 1.0, n));
    let slownesses = axis(-1.2, 0.1, 25);

    // One event along a line at each slowness, from times and slownesses to times and traces.
    let lines = || Radon2D::linear(&times, [&traces], [&slownesses]);
    let model_of_lines = Layout::scatter(comm, &[SHAPE[0], 25], 1)?;
    let events = DistArray::from_fn(&model_of_lines, |i| f64::from(i[1] % 8 == 4 && i[0] == 20 + i[1]));
    tour.show("Radon2D", &lines().along([1], 0).on(&model_of_lines)?, &events)?;
    // Hyperbolas of four velocities, to traces that are dealt out.
    let velocities = [0.5, 0.7, 1.0, 1.4];
    let scan = Radon::hyperbolic(&times, [&traces], [&velocities]);
    let replicated = Layout::replicated(comm, &[4, SHAPE[0]])?;
    let events = DistArray::from_fn(&replicated, |i| f64::from(i[1] == 10 * i[0] + 8));
    tour.show("Radon", &scan.over_traces(&replicated)?, &events)?;
    // Planes across three lines of traces.
    let planes = Radon3D::linear(&times, [&[0.0, 1.0, 2.0], &traces], [&[-4.0, 4.0], &slownesses]);
    let model_of_planes = Layout::scatter(comm, &[2, 25, SHAPE[0]], 0)?;
    let events = DistArray::from_fn(&model_of_planes, |i| f64::from(i[1] % 8 == 4 && i[2] == 20 + i[1]));
    tour.show("Radon3D", &planes.on(&model_of_planes)?, &events)?;

    // The same planes as delays of spectra, whose axes have no middle, with zeros behind the last time.
    let planes = FourierRadon3D::linear(&times, [&[0.0, 1.0, 2.0], &traces], [&[-4.0, 4.0], &slownesses]).nfft(128);
    tour.show("FourierRadon3D", &planes.on(&model_of_planes)?, &events)?;
    let spectra = Layout::scatter(comm, &[25, SHAPE[0]], 1)?;
    let events = DistArray::from_fn(&spectra, |i| f64::from(i[0] % 8 == 4 && i[1] == 60 - 2 * i[0]));
    let lines = FourierRadon2D::linear(&times, [&traces], [&slownesses]);
    tour.show("FourierRadon2D", &lines.on(&spectra)?, &events)?;
    let parabolas = FourierRadon::parabolic(&times, [&axis(-24.0, 1.0, SHAPE[1])], [&axis(-0.06, 0.005, 25)]);
    tour.show("FourierRadon", &parabolas.nfft(96).flims(0..30).on(&spectra)?, &events)?;

    // A hyperbola by its slopes; and from these back.
    let layout = Layout::scatter(comm, &[SHAPE[1], SHAPE[0]], 0)?;
    let gather = DistArray::from_fn(&layout, |i| hyperbola([i[1] as f64, i[0] as f64]));
    let by_slopes = ChirpRadon2D::new([1.5]).on(&layout)?;
    tour.show("ChirpRadon2D", &by_slopes, &gather)?;
    tour.show("ChirpRadon", &ChirpRadon::new([1.5]).inverse(&layout)?, &(&by_slopes * &gather))?;
    let layout = Layout::scatter(comm, &[8, SHAPE[1], SHAPE[0]], 1)?;
    let gather = DistArray::from_fn(&layout, |i| hyperbola([(i[2] + i[0]) as f64, i[1] as f64]));
    tour.show("ChirpRadon3D", &ChirpRadon3D::new([2.0, 1.5]).on(&layout)?, &gather)
}
