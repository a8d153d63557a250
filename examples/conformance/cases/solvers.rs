//! CG and CGLS: every iterate, the history, and the solution where the case has it.

use super::{
    Run,
    dense::{dense, pairs},
    for_scalar,
};
use crate::{
    manifest::Case,
    trial::{Outcome, Trial, layouts, place, wide},
};
use lops::{
    Complex, DistArray, Error, ErrorKind, LinearOperator, Operator, Options, Real, Report, Result, Scalar,
    ndarray::ArrayD,
    operators::{Identity, Laplacian, StackedVStack},
    solvers::{Progress, Tolerance, cg_with, cgls_with},
};
use std::ops::ControlFlow;

pub(crate) const OPS: &[(&str, Run)] = &[("cg", for_scalar!(cg)), ("cgls", for_scalar!(cgls))];

/// A solver that calls back after every iteration.
type Solver<T> = fn(
    &Operator<T>,
    &DistArray<T>,
    &mut DistArray<T>,
    &Options,
    &mut dyn FnMut(&Progress<'_, T>) -> ControlFlow<()>,
) -> Result<Report<<T as Scalar>::Real>>;

fn cg<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let solver: Solver<T> = |a, b, x, options, callback| cg_with(a, b, x, options, callback);
    if case.has("A") {
        let a = case.matrix::<T>("A")?;
        let n = case.size("n")?;
        for [layout, _] in pairs(trial.comm, n, n)?.iter().filter(|[model, data]| model == data) {
            run(trial, solver, &dense(&a, layout, layout)?, &case.array("b")?)?;
        }
        return Ok(Outcome::Ran);
    }
    known(case, "L^H L + eps I, L = Laplacian(all axes, edge=False)")?;
    let dims = case.sizes("dims")?;
    let eps = T::from_parts(case.number("eps")?, 0.0);
    for layout in layouts(trial.comm, &dims)? {
        let l = Laplacian::over(&axes(&dims)).on::<T>(&layout)?;
        let normal = &l.adjoint() * &l + Identity.on(&layout).scale(eps);
        run(trial, solver, &normal, &case.array("b")?)?;
    }
    Ok(Outcome::Ran)
}

fn cgls<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let solver: Solver<T> = |a, b, x, options, callback| cgls_with(a, b, x, options, callback);
    if case.has("A") {
        let a = case.matrix::<T>("A")?;
        for [model, data] in pairs(trial.comm, a.ncols(), a.nrows())? {
            run(trial, solver, &dense(&a, &model, &data)?, &case.array("b")?)?;
        }
        return Ok(Outcome::Ran);
    }
    known(case, "[I; sqrt(eps) L] x = [b; 0], L = Laplacian(all axes, edge=False)")?;
    let dims = case.sizes("dims")?;
    let root = T::from_parts(case.number("eps")?.sqrt(), 0.0);
    for layout in layouts(trial.comm, &dims)? {
        let l = Laplacian::over(&axes(&dims)).on::<T>(&layout)?;
        let stack = StackedVStack::of(vec![Identity.on(&layout), l.scale(root)])?;
        run(trial, solver, &stack, &below_zeros(&case.array("b")?))?;
    }
    Ok(Outcome::Ran)
}

/// Solves from `x0`; compares `xs`, `cost` and `solution`.
fn run<T: Scalar>(trial: &mut Trial<'_>, solver: Solver<T>, a: &Operator<T>, b: &ArrayD<T>) -> Result<()> {
    let case = trial.case;
    let how = format!("{} → {}", a.domain(), a.range());
    let options = Options { damp: case.number_or("damp", 0.0)?, ..options(case)? };
    let b = place(a.range(), b)?;
    let start = place(a.domain(), &case.array::<T>("x0")?)?;
    let mut x = start.clone();
    let mut models = Vec::new();
    let report = solver(a, &b, &mut x, &options, &mut |progress| {
        models.extend(progress.model.gather_all().iter().map(|&x| wide(x)));
        ControlFlow::Continue(())
    })?;
    trial.compare_values("xs", &how, models)?;
    trial.compare_values("cost", &how, cost(&report))?;
    if case.has("solution") {
        // The dense solution, which so few iterations don't reach: as many as it takes.
        let options = Options { iterations: 50 * a.domain().size(), tolerance: Tolerance::Relative(1e-13), ..options };
        let mut x = start;
        solver(a, &b, &mut x, &options, &mut |_| ControlFlow::Continue(()))?;
        trial.compare_loosely("solution", &how, &x, 1e-7)?;
    }
    Ok(())
}

/// Iterations and PyLops's tolerance: of the squared residual.
pub(crate) fn options(case: &Case) -> Result<Options> {
    let tolerance = Tolerance::AbsoluteSquared(case.number("tol")?);
    Ok(Options { iterations: case.size("niter")?, tolerance, ..Options::default() })
}

pub(crate) fn cost<R: Real>(report: &Report<R>) -> Vec<Complex<f64>> {
    report.cost.iter().map(|&cost| wide(cost)).collect()
}

/// `[b; 0]`
pub(crate) fn below_zeros<T: Scalar>(b: &ArrayD<T>) -> ArrayD<T> {
    let zeros = std::iter::repeat_n(T::zero(), b.len());
    b.iter().copied().chain(zeros).collect::<lops::ndarray::Array1<_>>().into_dyn()
}

pub(crate) fn axes(dims: &[usize]) -> Vec<usize> {
    (0..dims.len()).collect()
}

fn known(case: &Case, operator: &str) -> Result<()> {
    match case.string("operator")? {
        found if found == operator => Ok(()),
        found => Err(Error::expected(ErrorKind::Format, case.of("operator"), operator, found)),
    }
}
