//! Sums, products, powers and adjoints of operators.

use super::{
    Run,
    dense::{dense, pairs},
    for_scalar,
};
use crate::trial::{Outcome, Trial, place};
use lops::prelude::*;

pub(crate) const OPS: &[(&str, Run)] = &[("algebra", for_scalar!(algebra))];

fn algebra<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let n = case.size("n")?;
    let scalar = case.numbers("scalar")?;
    let alpha = T::from_parts(scalar[0], scalar[1]);
    let (a, b, x) = (case.matrix::<T>("A")?, case.matrix::<T>("B")?, case.array::<T>("x")?);
    for [layout, _] in pairs(trial.comm, n, n)?.iter().filter(|[model, data]| model == data) {
        let (a, b) = (dense(&a, layout, layout)?, dense(&b, layout, layout)?);
        let x = place(a.domain(), &x)?;
        let how = layout.to_string();
        for (name, operator) in [
            ("add", &a + &b),
            ("sub", &a - &b),
            ("neg", -&a),
            ("scale", a.scale(alpha)),
            ("mul", &a * &b),
            ("pow3", a.pow(3)?),
            ("H", a.adjoint()),
            ("T", a.transpose()),
            ("conj", a.conj()),
            ("mul_H", (&a * &b).adjoint()),
            ("scale_H", a.scale(alpha).adjoint()),
            ("scale_T", a.scale(alpha).transpose()),
            ("add_H", (&a + &b).adjoint()),
            ("H_of_T", a.transpose().adjoint()),
        ] {
            trial.compare(name, &how, &operator.apply_to(&x)?)?;
        }
    }
    Ok(Outcome::Ran)
}
