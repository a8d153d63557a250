//! Derivatives along axes.

use super::{Run, for_scalar};
use crate::{
    manifest::Case,
    trial::{Outcome, Trial, layouts},
};
use lops::{
    Error, ErrorKind, Result, Scalar,
    operators::{FirstDerivative, Gradient, Laplacian, SecondDerivative, Stencil},
};

pub(crate) const OPS: &[(&str, Run)] = &[
    ("FirstDerivative", for_scalar!(first_derivative)),
    ("SecondDerivative", for_scalar!(second_derivative)),
    ("Laplacian", for_scalar!(laplacian)),
    ("Gradient", for_scalar!(gradient)),
];

fn first_derivative<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let derivative = FirstDerivative::along(case.size("axis")?)
        .kind(kind(case)?)
        .order(case.size("order")?)
        .edge(case.flag("edge")?)
        .sampling(case.number("sampling")?);
    trial.linear(&layouts(trial.comm, &case.sizes("dims")?)?, |layout| derivative.on::<T>(layout))
}

fn second_derivative<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let derivative = SecondDerivative::along(case.size("axis")?)
        .kind(kind(case)?)
        .edge(case.flag("edge")?)
        .sampling(case.number("sampling")?);
    trial.linear(&layouts(trial.comm, &case.sizes("dims")?)?, |layout| derivative.on::<T>(layout))
}

fn laplacian<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let laplacian = Laplacian::over(&case.sizes("axes")?)
        .weights(&case.numbers("weights")?)
        .sampling(&case.numbers("sampling")?)
        .kind(kind(case)?)
        .edge(case.flag("edge")?);
    trial.linear(&layouts(trial.comm, &case.sizes("dims")?)?, |layout| laplacian.clone().on::<T>(layout))
}

fn gradient<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let gradient = Gradient::new().kind(kind(case)?).edge(case.flag("edge")?).sampling(&case.numbers("sampling")?);
    trial.linear(&layouts(trial.comm, &case.sizes("dims")?)?, |layout| gradient.clone().on::<T>(layout))
}

fn kind(case: &Case) -> Result<Stencil> {
    match case.string("kind")? {
        "forward" => Ok(Stencil::Forward),
        "backward" => Ok(Stencil::Backward),
        "centered" => Ok(Stencil::Centered),
        other => {
            let what = case.of("kind");
            Err(Error::expected(ErrorKind::Format, what, "forward, backward or centered", other))
        }
    }
}
