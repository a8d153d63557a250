//! Proximal solvers: every iterate, or the last one.

use super::{Run, dense::dense, dense::pairs};
use crate::manifest::Case;
use crate::trial::{Outcome, Trial, layouts, place, wide};
use lops::prelude::*;
use lops::proximal::{Acceleration, AdmmL2, L1, L2, LeastSquares, PrimalDual, ProximalGradient, ProximalOperator};
use lops::solvers::Seen;
use std::ops::ControlFlow;

pub(crate) const OPS: &[(&str, Run)] =
    &[("ProximalGradient", proximal_gradient), ("ADMML2", admm), ("PrimalDual", primal_dual)];

/// Every iterate, as a callback sees it.
fn proximal_gradient(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let matrix = case.matrix::<f64>("A")?;
    let (tau, sigma, iterations) = (case.number("tau")?, case.number("sigma")?, case.size("niter")?);
    for [model, data] in pairs(trial.comm, matrix.ncols(), matrix.nrows())? {
        let a = dense(&matrix, &model, &data)?;
        let f = LeastSquares::new(1.0).of(&a, &place(a.range(), &case.array::<f64>("b")?)?)?;
        let g = L1::new(sigma).on::<f64>(a.domain())?;
        let (mut x, mut models) = (place(a.domain(), &case.array::<f64>("x0")?)?, Vec::new());
        let mut method = ProximalGradient::new(&f, &g, &mut x)?.step(tau)?;
        if let Some(acceleration) = acceleration(case)? {
            method = method.accelerated(acceleration)?;
        }
        let see = |seen: &Seen<'_, f64>| {
            models.extend(seen.model.gather_all().iter().map(|&x| wide(x)));
            ControlFlow::Continue(())
        };
        let _ = method.start(&Options::exactly(iterations))?.callback(see).solve()?;
        trial.compare_values("xs", &format!("{} → {}", a.domain(), a.range()), models)?;
    }
    Ok(Outcome::Ran)
}

fn acceleration(case: &Case) -> Result<Option<Acceleration>> {
    match case.string("acceleration") {
        Ok("fista") => Ok(Some(Acceleration::Fista)),
        Ok("vandenberghe") => Ok(Some(Acceleration::Vandenberghe)),
        Ok(other) => Err(Error::expected(ErrorKind::Format, case.of("acceleration"), "fista or vandenberghe", other)),
        Err(_) => Ok(None),
    }
}

/// The gradient of a section, and the anisotropic norm of it: σ Σ |∂x|.
fn of_gradient(case: &Case, layout: &Layout) -> Result<(Operator<f64>, ProximalOperator<f64>)> {
    let expected = case.string("A")?;
    if expected != "Gradient(forward)" {
        return Err(Error::expected(ErrorKind::Format, case.of("A"), "Gradient(forward)", expected));
    }
    let gradient = Gradient::new().stencil(Stencil::Forward).on::<f64>(layout)?;
    let g = L1::new(case.number("sigma")?).on(gradient.range())?;
    Ok((gradient, g))
}

/// min ½ ‖x − b‖² + g(A x).
fn admm(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let (tau, iterations) = (case.number("tau")?, case.size("niter")?);
    for layout in layouts(trial.comm, &case.sizes("dims")?)? {
        let (a, g) = of_gradient(case, &layout)?;
        let b = place(&Space::from(&layout), &case.array::<f64>("b")?)?;
        let mut x = place(a.domain(), &case.array::<f64>("x0")?)?;
        let method = AdmmL2::new(&Identity.on(&layout), &b, &g, &a, &mut x)?;
        let _ = method.step(tau)?.inner(30, Tolerance::None)?.solve(&Options::exactly(iterations))?;
        trial.compare("x", &layout.to_string(), &x)?;
    }
    Ok(Outcome::Ran)
}

/// Of PrimalDual: pylops-mpi keeps τ and μ in single precision, and so all that they meet is only as near as that.
const OF_SINGLE_STEPS: f64 = 2.4e-7;

/// min f(x) + g(A x).
fn primal_dual(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let (tau, mu, theta) = (case.number("tau")?, case.number("mu")?, case.number("theta")?);
    for layout in layouts(trial.comm, &case.sizes("dims")?)? {
        let (a, g) = of_gradient(case, &layout)?;
        let f = L2::new(1.0).to(&place(&Space::from(&layout), &case.array::<f64>("b")?)?)?;
        let mut x = place(a.domain(), &case.array::<f64>("x0")?)?;
        let method = PrimalDual::new(&f, &g, &a, &mut x)?.steps(tau, mu)?.theta(theta)?;
        let _ = method.solve(&Options::exactly(case.size("niter")?))?;
        trial.compare_loosely("x", &layout.to_string(), &x, OF_SINGLE_STEPS)?;
    }
    Ok(Outcome::Ran)
}
