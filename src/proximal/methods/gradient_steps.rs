//! What methods of gradients have in common.

use super::momentum::distance2_and_product;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};
use crate::proximal::ProximalOperator;
use crate::solvers::{Reason, Run, Stop};
use num_traits::Float;

/// `Ok` of a function with a gradient.
pub(super) fn has_gradient<T: Scalar>(f: &ProximalOperator<T>) -> Result<()> {
    if f.has_gradient() {
        return Ok(());
    }
    let what = format!("gradient of {}", f.name());
    Err(Error::expected(ErrorKind::Other, what, "a function with a gradient", "one without"))
}

/// L of a sum of functions: ‖∇f(x) − ∇f(y)‖ ≤ L ‖x − y‖.
///
/// # Errors
/// [`ErrorKind::Parameter`] where one is not known.
pub(super) fn lipschitz<'a, T: Scalar>(
    functions: impl IntoIterator<Item = &'a ProximalOperator<T>>,
    method: &str,
) -> Result<f64, Stop> {
    let mut sum = 0.0;
    for f in functions {
        let Some(constant) = f.lipschitz()? else {
            let expected = format!("one that is given, as nobody knows how much the gradient of {} changes", f.name());
            return Err(Error::expected(ErrorKind::Parameter, format!("step of {method}"), expected, "none").into());
        };
        sum += constant;
    }
    Ok(sum)
}

/// τ = 1/L of a sum of functions; 1 where L is 0, and any step will do.
///
/// # Errors
/// Those of [`lipschitz`]; [`Reason::Breakdown`] of a step beyond the range of the type.
pub(super) fn step_of<'a, T: Scalar>(
    functions: impl IntoIterator<Item = &'a ProximalOperator<T>>,
    method: &str,
) -> Result<f64, Stop> {
    let constant = lipschitz(functions, method)?;
    let step = if constant == 0.0 { 1.0 } else { constant.recip() };
    let least = T::Real::min_positive_value().to_f64();
    if step >= least && step <= least.recip() { Ok(step) } else { Err(Reason::Breakdown(constant).into()) }
}

/// What L is at least, by how far f(y) is above the tangent at z: 2 (f(y) − f(z) − Re⟨∇f(z), y − z⟩)/‖y − z‖², of a v = z − τ ∇f(z). Two
/// values of f, and one all-reduce.
pub(super) fn least_lipschitz<T: Scalar>(
    f: &ProximalOperator<T>,
    tau: f64,
    [z, v, y]: [&DistArray<T>; 3],
    run: &Run,
) -> Result<f64, Stop> {
    let [at_z, at_y] = [f.value(z)?.to_f64(), f.value(y)?.to_f64()];
    let (z_values, v_values) = (z.as_slice(), v.as_slice());
    let [way2, along] = run.sums(distance2_and_product(y, z, |k| z_values[k] - v_values[k], run))?;
    let slope = along / tau;
    let errors = 8.0 * T::Real::epsilon().to_f64() * (at_y.abs() + at_z.abs() + slope.abs());
    let above = at_y - at_z - slope - errors;
    Ok(if way2 < f64::MIN_POSITIVE { 0.0 } else { 2.0 * above / way2 })
}
