//! Derivatives along axes.

use super::{Run, for_scalar};
use crate::{
    manifest::Case,
    trial::{Outcome, Trial, layouts},
};
use lops::prelude::*;

pub(crate) const OPS: &[(&str, Run)] = &[
    ("FirstDerivative", for_scalar!(first_derivative)),
    ("SecondDerivative", for_scalar!(second_derivative)),
    ("Laplacian", for_scalar!(laplacian)),
    ("Gradient", for_scalar!(gradient)),
];

fn first_derivative<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let derivative = FirstDerivative::along(case.size("axis")?)
        .stencil(stencil(case, points(case)?)?)
        .sampling(case.number("sampling")?);
    trial.linear(&layouts(trial.comm, &case.sizes("dims")?)?, |layout| derivative.on::<T>(layout))
}

fn second_derivative<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let derivative = SecondDerivative::along(case.size("axis")?)
        .stencil(stencil(case, Points::Three)?)
        .sampling(case.number("sampling")?);
    trial.linear(&layouts(trial.comm, &case.sizes("dims")?)?, |layout| derivative.on::<T>(layout))
}

fn laplacian<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let laplacian = Laplacian::over(&case.sizes("axes")?)
        .weights(&case.numbers("weights")?)
        .sampling(&case.numbers("sampling")?)
        .stencil(stencil(case, Points::Three)?);
    trial.linear(&layouts(trial.comm, &case.sizes("dims")?)?, |layout| laplacian.clone().on::<T>(layout))
}

fn gradient<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let gradient = Gradient::new().stencil(stencil(case, Points::Three)?).sampling(&case.numbers("sampling")?);
    trial.linear(&layouts(trial.comm, &case.sizes("dims")?)?, |layout| gradient.clone().on::<T>(layout))
}

fn points(case: &Case) -> Result<Points> {
    match case.size("order")? {
        3 => Ok(Points::Three),
        5 => Ok(Points::Five),
        other => Err(Error::expected(ErrorKind::Format, case.of("order"), "3 or 5", other)),
    }
}

fn stencil(case: &Case, points: Points) -> Result<Stencil> {
    match case.string("kind")? {
        "forward" => Ok(Stencil::Forward),
        "backward" => Ok(Stencil::Backward),
        "centered" => Ok(Stencil::Centered { points, edge: case.flag("edge")? }),
        other => {
            let what = case.of("kind");
            Err(Error::expected(ErrorKind::Format, what, "forward, backward or centered", other))
        }
    }
}
