//! `lsm.py`: least-squares migration, sources over the ranks.

use crate::{PARTS, page::Page};
use lops::prelude::*;
use lops::signal::{axis, ricker};

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    // Two reflectors, which all ranks have; sources and receivers above them, ten sources for each part.
    let (nx, nz, step, velocity) = (81, 60, 4.0, 1000.0);
    let (x, z) = (axis(0.0, step, nx), axis(0.0, step, nz));
    let layout = Layout::replicated(page.comm, &[nx, nz])?;
    let reflectivity = DistArray::from_fn(&layout, |i| match i[1] {
        30 => -1.0,
        50 => 0.5,
        _ => 0.0,
    });
    let line = |n: usize, depth| {
        let (first, last) = (10.0 * step, (nx - 10) as f64 * step);
        (0..n).map(|k| [first + (last - first) * k as f64 / (n - 1) as f64, depth]).collect::<Vec<_>>()
    };
    let (sources, receivers) = (line(page.size(10 * PARTS, PARTS), 10.0), line(11, 20.0));

    // Data and migration.
    let (nt, dt) = (651, 0.004);
    let wavelet = ricker(&axis(0.0, dt, 41), 20.0)?;
    let kirchhoff = Kirchhoff::new([&x, &z], &sources, &receivers).velocity(velocity).record(nt, dt);
    let a = kirchhoff.wavelet(&wavelet.samples, wavelet.centre).on(&layout)?;
    let d = &a * &reflectivity;
    page.show("data", &d);
    page.show("adjoint", &(a.adjoint() * &d));

    // Inversion.
    let mut inverted = reflectivity.zeros_like();
    let report = cgls(&a, &d, &mut inverted, &Options::exactly(page.size(100, 10)))?;
    page.show("inverted", &inverted);
    page.show("data of the inverted", &(&a * &inverted));
    page.ensure(report.residual < 0.5 * d.norm(), "the inverted model explains the data")
}
