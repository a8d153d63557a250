//! Norms of every order, flattened and along axes; inner products.

use super::{Run, for_scalar};
use crate::{
    manifest::list,
    trial::{Outcome, Trial, layouts, place, wide},
};
use lops::prelude::*;
use serde_json::Value;

pub(crate) const OPS: &[(&str, Run)] = &[("norm", for_scalar!(norm)), ("dot", for_scalar!(dot))];

fn norm<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let x = case.array::<T>("x")?;
    let orders = list(&case.args["ords"], &case.of("ords"))?;
    let orders = orders.iter().map(|order| order_of(order, &case.of("ords"))).collect::<Result<Vec<_>>>()?;
    for layout in layouts(trial.comm, x.shape())? {
        let how = layout.to_string();
        let x = place(&(&layout).into(), &x)?;
        let flat = orders.iter().map(|&order| x.norm_of(order).map(wide)).collect::<Result<Vec<_>>>()?;
        trial.compare_values(if case.has("norms") { "norms" } else { "flat" }, &how, flat)?;
        for axis in (0..layout.ndim()).filter(|axis| case.has(&format!("axis{axis}"))) {
            let mut along = Vec::new();
            for &order in &orders {
                along.extend(x.norm_axis(order, axis)?.gather_all().iter().map(|&norm| wide(norm)));
            }
            trial.compare_values(&format!("axis{axis}"), &how, along)?;
        }
    }
    Ok(Outcome::Ran)
}

fn order_of(order: &Value, what: &str) -> Result<Norm> {
    match (order, order.as_f64()) {
        (Value::Null, _) => Ok(Norm::P(2.0)),
        (_, Some(0.0)) => Ok(Norm::Zero),
        (_, Some(p)) => Ok(Norm::P(p)),
        _ if order == "inf" => Ok(Norm::Inf),
        _ if order == "-inf" => Ok(Norm::NegInf),
        _ => Err(Error::expected(ErrorKind::Format, what, "null, a number, \"inf\" or \"-inf\"", order)),
    }
}

fn dot<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let (x, y) = (case.array::<T>("x")?, case.array::<T>("y")?);
    for layout in layouts(trial.comm, x.shape())? {
        let how = layout.to_string();
        let (x, y) = (place(&(&layout).into(), &x)?, place(&(&layout).into(), &y)?);
        trial.compare_values("dot", &how, [wide(x.dot(&y)?)])?;
        trial.compare_values("vdot", &how, [wide(x.vdot(&y)?)])?;
    }
    Ok(Outcome::Ran)
}
