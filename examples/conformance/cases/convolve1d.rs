//! Convolution along an axis with one filter.

use super::{Run, for_scalar};
use crate::trial::{Outcome, Trial, layouts};
use lops::prelude::*;

pub(crate) const OPS: &[(&str, Run)] = &[("Convolve1D", for_scalar!(convolve1d))];

fn convolve1d<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let filter: Vec<T> = case.array("h")?.iter().copied().collect();
    let (offset, axis) = (case.size("offset")?, case.size("axis")?);
    let layouts = layouts(trial.comm, &case.sizes("dims")?)?;
    trial.linear(&layouts, |layout| Convolve1D::new(&filter, offset).along(axis).on(layout))
}
