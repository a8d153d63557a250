//! Post-stack modelling, and the three ways to invert it.

use super::{
    Run, for_scalar,
    solvers::{axes, below_zeros, cost, options},
};
use crate::{
    manifest::Case,
    trial::{Outcome, Trial, layouts, place},
};
use lops::{
    DistArray, Layout, LinearOperator, Operator, Result, Scalar,
    operators::{Laplacian, PoststackModelling, StackedVStack},
    solvers::{cg, cgls},
};

pub(crate) const OPS: &[(&str, Run)] = &[
    ("Poststack", for_scalar!(modelling)),
    ("poststack.cgls", |trial| invert(trial, Way::Plain)),
    ("poststack.cg_normal", |trial| invert(trial, Way::Normal)),
    ("poststack.cgls_reg", |trial| invert(trial, Way::Stacked)),
];

fn modelling<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    trial.linear(&layouts(trial.comm, &case.sizes("dims")?)?, |layout| operator::<T>(case, layout))
}

fn operator<T: Scalar>(case: &Case, layout: &Layout) -> Result<Operator<T>> {
    let wavelet: Vec<f64> = case.array("wav")?.iter().copied().collect();
    PoststackModelling::new(&wavelet).along(layout.ndim() - 1).on(layout)
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// min ‖G x − d‖²
    Plain,
    /// (GᴴG + ε LᴴL) x = Gᴴ d
    Normal,
    /// min ‖[G; √ε L] x − [d; 0]‖²
    Stacked,
}

fn invert(trial: &mut Trial<'_>, way: Way) -> Result<Outcome> {
    let case = trial.case;
    let dims = case.sizes("dims")?;
    let options = options(case)?;
    for layout in layouts(trial.comm, &dims)? {
        let how = layout.to_string();
        let g = operator::<f64>(case, &layout)?;
        let l = Laplacian::over(&axes(&dims)).on::<f64>(&layout)?;
        let mut x = place(g.domain(), &case.array("x0")?)?;
        let data = case.array::<f64>("data")?;
        let d: DistArray<f64> = place(g.range(), &data)?;
        trial.compare("data", &how, &(&g * &place(g.domain(), &case.array("m")?)?))?;
        let report = match way {
            Way::Plain => cgls(&g, &d, &mut x, &options)?,
            Way::Normal => {
                let normal = &g.adjoint() * &g + case.number("epsR")? * (&l.adjoint() * &l);
                cg(&normal, &(g.adjoint() * &d), &mut x, &options)?
            }
            Way::Stacked => {
                let stack = StackedVStack::of(vec![g, case.number("epsR")?.sqrt() * &l])?;
                cgls(&stack, &place(stack.range(), &below_zeros(&data))?, &mut x, &options)?
            }
        };
        trial.compare("x", &how, &x)?;
        trial.compare_values("cost", &how, cost(&report))?;
    }
    Ok(Outcome::Ran)
}
