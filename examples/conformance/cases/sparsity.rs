//! Sparse solvers: every iterate and the history; thresholds; the largest eigenvalue.

use super::{Run, dense::dense, dense::pairs, for_scalar, solvers::options};
use crate::manifest::Case;
use crate::trial::{Outcome, Trial, layouts, place, wide};
use lops::prelude::*;
use lops::solvers::{Seen, Shrinkage, Threshold, power_iteration};
use std::ops::ControlFlow;

pub(crate) const OPS: &[(&str, Run)] = &[
    ("ista", for_scalar!(ista)),
    ("fista", for_scalar!(fista)),
    ("threshold", for_scalar!(threshold)),
    ("power_iteration", largest_eigenvalue),
];

fn ista<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    // The history is of the residual before a step, and of the model after it.
    shrink::<T>(trial, |a, b, x, eps| Shrinkage::ista(a, b, x, eps), 0)
}

fn fista<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    shrink::<T>(trial, |a, b, x, eps| Shrinkage::fista(a, b, x, eps), 1)
}

type New<T> = for<'a> fn(&'a Operator<T>, &'a DistArray<T>, &'a mut DistArray<T>, f64) -> Result<Shrinkage<'a, T>>;

fn shrink<T: Scalar>(trial: &mut Trial<'_>, new: New<T>, residual_at: usize) -> Result<Outcome> {
    let case = trial.case;
    let matrix = case.matrix::<T>("A")?;
    let (eps, step, options) = (case.number("eps")?, case.number("alpha")?, options(case)?);
    let decay = case.numbers_or_none("decay")?;
    for [model, data] in pairs(trial.comm, matrix.ncols(), matrix.nrows())? {
        let a = dense(&matrix, &model, &data)?;
        let how = format!("{} → {}", a.domain(), a.range());
        let b = place(a.range(), &case.array::<T>("b")?)?;
        let mut x = place(a.domain(), &case.array::<T>("x0")?)?;
        let q = case.has("Q").then(|| dense(&case.matrix::<T>("Q")?, &model, &model)).transpose()?;
        let mut method = new(&a, &b, &mut x, eps)?.step(step)?.decay(&decay)?.threshold(kind(case, "threshkind")?);
        if let Some(q) = &q {
            method = method.analysis(q)?;
        }
        let mut models = Vec::new();
        let see = |seen: &Seen<'_, T>| {
            models.extend(seen.model.gather_all().iter().map(|&x| wide(x)));
            ControlFlow::Continue(())
        };
        let report = method.start(&options)?.callback(see).solve()?;
        trial.compare_values("xs", &how, models)?;
        let [cost, size] = ["cost", "size"].map(|name| report.series(name));
        let history = cost[residual_at..].iter().zip(&size[1..]);
        let history = history.map(|(r, size)| wide(r.to_f64().powi(2) / 2.0 + eps * size.to_f64()));
        trial.compare_values("cost", &how, history.collect::<Vec<_>>())?;
    }
    Ok(Outcome::Ran)
}

fn threshold<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let (values, level) = (case.array::<T>("x")?, case.number("thresh")?);
    for layout in layouts(trial.comm, values.shape())? {
        let mut x = place(&Space::from(&layout), &values)?;
        kind(case, "kind")?.apply(&mut x, level);
        trial.compare("y", &layout.to_string(), &x)?;
    }
    Ok(Outcome::Ran)
}

fn largest_eigenvalue(trial: &mut Trial<'_>) -> Result<Outcome> {
    let matrix = trial.case.matrix::<f64>("A")?;
    let n = matrix.nrows();
    for [layout, _] in pairs(trial.comm, n, n)?.iter().filter(|[model, data]| model == data) {
        let a = dense(&matrix, layout, layout)?;
        let found = power_iteration(&a, &mut DistArray::zeros(layout), 1000, 1e-8)?;
        trial.compare_values("maxeig", &layout.to_string(), vec![wide(found.value)])?;
    }
    Ok(Outcome::Ran)
}

fn kind(case: &Case, name: &str) -> Result<Threshold> {
    match case.string(name)? {
        "soft" => Ok(Threshold::Soft),
        "hard" => Ok(Threshold::Hard),
        "half" => Ok(Threshold::Half),
        other => Err(Error::expected(ErrorKind::Format, case.of(name), "soft, hard or half", other)),
    }
}
