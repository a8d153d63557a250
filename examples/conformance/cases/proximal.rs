//! Proximal solvers, written here of proximal operators: every iterate, or the last one.

use super::{Run, dense::dense, dense::pairs};
use crate::manifest::Case;
use crate::trial::{Outcome, Trial, layouts, place, wide};
use lops::prelude::*;
use lops::proximal::{AdmmL2, L1, L2, LeastSquares, ProximalOperator};

pub(crate) const OPS: &[(&str, Run)] =
    &[("ProximalGradient", proximal_gradient), ("ADMML2", admm), ("PrimalDual", primal_dual)];

/// x ← prox_τg(z − τ ∇f(z)), with z ahead of x by ω (x − x_last).
fn proximal_gradient(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let matrix = case.matrix::<f64>("A")?;
    let (tau, sigma, iterations) = (case.number("tau")?, case.number("sigma")?, case.size("niter")?);
    for [model, data] in pairs(trial.comm, matrix.ncols(), matrix.nrows())? {
        let a = dense(&matrix, &model, &data)?;
        let f = LeastSquares::new(1.0).of(&a, &place(a.range(), &case.array::<f64>("b")?)?)?;
        let g = L1::new(sigma).on::<f64>(a.domain())?;
        let mut x = place(a.domain(), &case.array::<f64>("x0")?)?;
        let (mut z, mut t, mut models) = (x.clone(), 1.0, Vec::new());
        for k in 0..iterations {
            let step = &z - tau * f.gradient(&z)?;
            let next = g.prox(&step, tau)?;
            let omega = momentum(case, k, &mut t)?;
            z = (1.0 + omega) * &next - omega * &x;
            x = next;
            models.extend(x.gather_all().iter().map(|&x| wide(x)));
        }
        trial.compare_values("xs", &format!("{} → {}", a.domain(), a.range()), models)?;
    }
    Ok(Outcome::Ran)
}

/// ω of iteration k.
fn momentum(case: &Case, k: usize, t: &mut f64) -> Result<f64> {
    Ok(match case.string("acceleration") {
        Ok("fista") => {
            let last = std::mem::replace(t, f64::midpoint(1.0, (1.0 + 4.0 * *t * *t).sqrt()));
            (last - 1.0) / *t
        }
        Ok("vandenberghe") => k as f64 / (k as f64 + 3.0),
        Ok(other) => {
            return Err(Error::expected(ErrorKind::Format, case.of("acceleration"), "fista or vandenberghe", other));
        }
        Err(_) => 0.0,
    })
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

/// min f(x) + g(A x): y ← prox_μg*(y + μ A x̄), x ← prox_τf(x − τ Aᴴ y), x̄ ahead of x.
fn primal_dual(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let (tau, mu, theta) = (case.number("tau")?, case.number("mu")?, case.number("theta")?);
    for layout in layouts(trial.comm, &case.sizes("dims")?)? {
        let (a, g) = of_gradient(case, &layout)?;
        let f = L2::new(1.0).to(&place(&Space::from(&layout), &case.array::<f64>("b")?)?)?;
        let mut x = place(a.domain(), &case.array::<f64>("x0")?)?;
        let (mut ahead, mut y) = (x.clone(), DistArray::zeros(a.range()));
        for _ in 0..case.size("niter")? {
            y = g.dual_prox(&(&y + mu * (&a * &ahead)), mu)?;
            let next = f.prox(&(&x - tau * (&a.adjoint() * &y)), tau)?;
            ahead = (1.0 + theta) * &next - theta * &x;
            x = next;
        }
        trial.compare_loosely("x", &layout.to_string(), &x, OF_SINGLE_STEPS)?;
    }
    Ok(Outcome::Ran)
}
