//! `mdd.py`: multi-dimensional deconvolution, frequencies over the ranks; its model and kernel are made as those of `mdc`.

use crate::mdc::{Survey, model_and_kernel};
use crate::page::Page;
use lops::prelude::*;

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    let (receivers, sources) = (page.size(121, 21), page.size(201, 31));
    let (nt, frequencies) = (page.size(800, 250), page.size(400, 80));
    let survey = Survey { receivers, sources, step: 5.0, nt, dt: 0.002, frequencies };
    let (m, kernel) = model_and_kernel(page.comm, &survey)?;

    // Data and adjoint.
    let mdc = MDC::new(&kernel).sampling(survey.dt, 1.0).on(m.layout()?)?;
    let d = &mdc * &m;
    page.show("data", &d);
    page.show("adjoint", &(mdc.adjoint() * &d));

    // Inversion.
    let mut inverted = m.zeros_like();
    let report = cgls(&mdc, &d, &mut inverted, &Options::exactly(page.size(50, 10)))?;
    page.show("inverted", &inverted);
    page.ensure(report.residual < 0.2 * d.norm(), "the inverted model explains the data")
}
