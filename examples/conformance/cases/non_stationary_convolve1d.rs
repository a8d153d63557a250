//! Convolution along an axis with filters that change along it.

use super::{Run, for_scalar};
use crate::trial::{Outcome, Trial, layouts};
use lops::prelude::*;

pub(crate) const OPS: &[(&str, Run)] = &[("NonStationaryConvolve1D", for_scalar!(non_stationary_convolve1d))];

fn non_stationary_convolve1d<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let (filters, positions) = (case.matrix::<T>("hs")?, case.sizes("ih")?);
    let axis = case.size("axis")?;
    let layouts = layouts(trial.comm, &case.sizes("dims")?)?;
    trial.linear(&layouts, |layout| NonStationaryConvolve1D::new(&filters, &positions).along(axis).on(layout))
}
